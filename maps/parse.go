package maps

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Parse reads a map from the dictionary of its fields: a RelationshipMap when it has "maps" or "objmaps", else an
// ObjectMap.
func Parse(fields map[string]any) (Map, error) {
	_, hasMaps := fields["maps"]
	_, hasObjMaps := fields["objmaps"]
	if hasMaps || hasObjMaps {
		return ParseRelationshipMap(fields)
	}
	return ParseObjectMap(fields)
}

// ParseObjectMap reads an ObjectMap from the dictionary of its fields (spec §6.1): id, relname, compname, modname,
// classname, parentId, plugin_name; `_directive`, or upstream's older flags `_add`, `_remove` and `remove`, of which a
// `_directive` wins and a removal wins over `_add`. Every other field is an attribute, save those that start with "_",
// which are never applied. The dictionary is not changed; attribute values are shared with it.
func ParseObjectMap(fields map[string]any) (*ObjectMap, error) {
	m := &ObjectMap{Attributes: make(map[string]any, len(fields))}
	var err error
	if m.Directive, err = parseDirective(fields); err != nil {
		return nil, fmt.Errorf("ObjectMap %s: %w", valueText(fields["id"]), err)
	}
	named := map[string]*string{
		"id": &m.ID, "relname": &m.RelName, "compname": &m.CompName, "modname": &m.ModName, "classname": &m.ClassName,
		"parentId": &m.ParentID, "plugin_name": &m.PluginName,
	}
	for field, value := range fields {
		switch target, isNamed := named[field]; {
		case isNamed:
			if *target, err = textField(field, value); err != nil {
				return nil, fmt.Errorf("ObjectMap %s: %w", valueText(fields["id"]), err)
			}
		case field != "remove" && !strings.HasPrefix(field, "_"):
			m.Attributes[field] = value
		}
	}
	return m, nil
}

// ParseRelationshipMap reads a RelationshipMap from the dictionary of its fields: relname, compname, modname, parentId,
// plugin_name, and its members as dictionaries or *ObjectMaps: those of "objmaps" as given to upstream's constructor
// (see NewRelationshipMap), those of "maps" as they are once it is built.
func ParseRelationshipMap(fields map[string]any) (*RelationshipMap, error) {
	m := &RelationshipMap{}
	for field, target := range map[string]*string{
		"relname": &m.RelName, "compname": &m.CompName, "modname": &m.ModName, "parentId": &m.ParentID, "plugin_name": &m.PluginName,
	} {
		var err error
		if *target, err = textField(field, fields[field]); err != nil {
			return nil, fmt.Errorf("RelationshipMap: %w", err)
		}
	}
	constructed, err := parseMembers(fields["objmaps"], m.wrap)
	if err != nil {
		return nil, fmt.Errorf("RelationshipMap %s: objmaps%w", m.RelName, err)
	}
	appended, err := parseMembers(fields["maps"], func(member *ObjectMap, _ bool) *ObjectMap { return member })
	if err != nil {
		return nil, fmt.Errorf("RelationshipMap %s: maps%w", m.RelName, err)
	}
	m.Maps = slices.Concat(constructed, appended)
	return m, nil
}

// NewRelationshipMap returns the RelationshipMap that upstream's constructor makes of a relation (whose Maps are left
// out) and ObjectMaps: each becomes a new map that keeps id and attributes and loses its own modname, classname,
// compname and directive (spec §6.1). Append keeps maps as they are.
func NewRelationshipMap(relation RelationshipMap, members ...*ObjectMap) *RelationshipMap {
	relation.Maps = make([]*ObjectMap, 0, len(members))
	for _, member := range members {
		relation.Maps = append(relation.Maps, relation.wrap(member, false))
	}
	return &relation
}

// Append adds members as they are.
func (m *RelationshipMap) Append(members ...*ObjectMap) { m.Maps = append(m.Maps, members...) }

// wrap returns the member that upstream's constructor makes of a dictionary, which keeps what it says, or of an
// ObjectMap, which keeps only what its items() gives. The relation's modname wins over a dictionary's.
func (m *RelationshipMap) wrap(member *ObjectMap, isDict bool) *ObjectMap {
	wrapped := &ObjectMap{
		ID: member.ID, RelName: member.RelName, ParentID: member.ParentID, Attributes: member.Attributes,
		ModName: m.ModName, PluginName: m.PluginName,
	}
	if !isDict {
		return wrapped
	}
	wrapped.Directive, wrapped.CompName, wrapped.ClassName = member.Directive, member.CompName, member.ClassName
	wrapped.ModName = orElse(m.ModName, member.ModName)
	return wrapped
}

func parseMembers(list any, accept func(member *ObjectMap, isDict bool) *ObjectMap) ([]*ObjectMap, error) {
	var items []any
	switch list := list.(type) {
	case nil:
		return nil, nil
	case []any:
		items = list
	case []map[string]any:
		for _, item := range list {
			items = append(items, item)
		}
	default:
		return nil, fmt.Errorf(" is a %T: want a list", list)
	}
	members := make([]*ObjectMap, 0, len(items))
	for i, item := range items {
		member, isDict, err := parseMember(item)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		members = append(members, accept(member, isDict))
	}
	return members, nil
}

func parseMember(item any) (member *ObjectMap, isDict bool, err error) {
	switch item := item.(type) {
	case *ObjectMap:
		if item != nil {
			return item, false, nil
		}
	case map[string]any:
		member, err = ParseObjectMap(item)
		return member, true, err
	}
	return nil, false, fmt.Errorf("a %T is no member: want an ObjectMap or a dictionary", item)
}

// textField reads a field that names something: text, or a number as its text; None is "".
func textField(field string, value any) (string, error) {
	switch value := value.(type) {
	case nil:
		return "", nil
	case string:
		return value, nil
	case []byte:
		return string(value), nil
	case int, int64, uint64, float64:
		return valueText(value), nil
	}
	return "", fmt.Errorf("%s is a %T: want text", field, value)
}

// directives are what `_directive` may be.
var directives = []Directive{
	DirectiveAdd, DirectiveUpdate, DirectiveRemove, DirectiveRebuild, DirectiveNoChange, DirectiveUpdateLocked,
	DirectiveDeleteLocked,
}

func badDirective(text string) error {
	names := make([]string, len(directives))
	for i, d := range directives {
		names[i] = string(d)
	}
	return fmt.Errorf("%q is no directive: want one of %s", text, strings.Join(names, ", "))
}

// parseDirective reads `_directive` and the flags that it replaced (spec §6.3).
func parseDirective(fields map[string]any) (Directive, error) {
	switch directive := fields["_directive"].(type) {
	case nil:
	case string:
		if !slices.Contains(directives, Directive(directive)) {
			return "", badDirective(directive)
		}
		return Directive(directive), nil
	default:
		return "", fmt.Errorf("_directive is a %T: want text", directive)
	}
	add, err1 := flag(fields, "_add")
	remove, err2 := flag(fields, "_remove")
	oldRemove, err3 := flag(fields, "remove")
	switch {
	case err1 != nil || err2 != nil || err3 != nil:
		return "", errors.Join(err1, err2, err3)
	case remove == flagTrue || oldRemove == flagTrue:
		return DirectiveRemove, nil
	case remove == flagFalse:
		return DirectiveNoChange, nil
	case add == flagTrue:
		return DirectiveAdd, nil
	case add == flagFalse:
		return DirectiveUpdate, nil
	}
	return DirectiveNone, nil
}

type flagValue uint8

const (
	flagAbsent flagValue = iota
	flagFalse
	flagTrue
)

func flag(fields map[string]any, name string) (flagValue, error) {
	switch value := fields[name].(type) {
	case nil:
		return flagAbsent, nil
	case bool:
		if value {
			return flagTrue, nil
		}
		return flagFalse, nil
	case int, int64, uint64, float64:
		if equalValues(value, 0) {
			return flagFalse, nil
		}
		return flagTrue, nil
	default:
		return flagAbsent, fmt.Errorf("%s is a %T: want True or False", name, value)
	}
}
