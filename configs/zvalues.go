package configs

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// definition is a zProperty while it is read.
type definition struct {
	ZProperty
	typeName string
	typeAt   *yaml.Node
	value    any // default
	valueAt  *yaml.Node
}

func definitionTable() *table[definition] {
	return newTable("zProperty", append([]field[definition]{
		{keyInfo{name: typeKey, doc: "Type of its values; that of the default when not given.", shape: &shape{kind: kindWord, words: zTypeNames()}},
			func(r *reader, d *definition, n *yaml.Node) { d.typeName, d.typeAt = r.plainText(n), follow(n) }},
		{keyInfo{name: "default", doc: "Value where nothing sets one.", shape: anyShape},
			func(r *reader, d *definition, n *yaml.Node) { d.value, d.valueAt = r.plain(n), follow(n) }},
		textField("label", "Its name for people.", func(d *definition) *string { return &d.Label }),
		textField("category", "What it belongs to, for lists.", func(d *definition) *string { return &d.Category }),
	}, ignoredFields[definition]("description", "name")...)...)
}

// zPropertyName is the form of their names; c is for those that a site made itself.
var zPropertyName = regexp.MustCompile(`^[zc][A-Z0-9_]\w*$`)

// readDefinitions reads the top-level zProperties.
func (r *reader) readDefinitions(n *yaml.Node) {
	unit := func(name string) string { return "zProperty " + name }
	for _, e := range r.section(n, "default", unit) {
		in := r.within(scope{unit: unit(e.name()), secret: true})
		d := definition{ZProperty: ZProperty{Name: e.name()}}
		if e.value.Kind == yaml.MappingNode {
			in.words.definition.read(in, e.value, &d)
		} else {
			d.value, d.valueAt = in.plain(e.value), e.value
		}
		in.define(d, e.key)
	}
}

// define adds a definition. One of a platform's zProperty changes its default and keeps its type; of a pack's, ours
// has the last word.
func (r *reader) define(d definition, at *yaml.Node) {
	if !zPropertyName.MatchString(d.Name) {
		r.problem(at, "%q is no name of a zProperty: want one such as zShopPort", d.Name)
		if r.strict() {
			return
		}
	}
	known, isKnown := r.inventory.ZProperties[d.Name]
	if first, ok := r.declared[d.Name]; ok && r.file.pack == nil && !r.isPackFile(first.Path) {
		r.problem(at, "zProperty %s is defined twice, first at %s", d.Name, first)
		return
	}
	r.declared[d.Name] = r.position(at)
	zType, ok := r.typeOf(d, known, isKnown)
	if !ok {
		return
	}
	d.Type = zType
	if isKnown {
		d.Label, d.Category = firstText(d.Label, known.Label), firstText(d.Category, known.Category)
	}
	d.Default = r.defaultOf(d)
	r.inventory.ZProperties[d.Name] = d.ZProperty
}

// firstText returns a unless it is empty.
func firstText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// typeOf returns the type of a definition: the one it gives, that of the definition it changes, or what its default
// looks like.
func (r *reader) typeOf(d definition, known ZProperty, isKnown bool) (ZType, bool) {
	switch {
	case d.typeName != "":
		zType, ok := parseZType(d.typeName)
		if !ok {
			r.report(d.typeAt, suggest(d.typeName, zTypeNames()), "zProperty %s: unknown type %q, want one of %s", d.Name, d.typeName, strings.Join(zTypeNames(), ", "))
			return ZPassword, !r.strict() // credentials of some form, as a rule
		}
		return zType, true
	case isKnown:
		return known.Type, true
	}
	return typeLike(d.value), true
}

// typeLike returns the type whose values look like v.
func typeLike(v any) ZType {
	switch v.(type) {
	case bool:
		return ZBool
	case int64:
		return ZInt
	case float64:
		return ZFloat
	case []any:
		return ZLines
	}
	return ZString
}

// defaultOf returns the definition's default in its type; without one it is the type's zero value.
func (r *reader) defaultOf(d definition) any {
	value, err := d.Coerce(d.value)
	if err != nil {
		r.problem(d.valueAt, "the default of zProperty %v", err)
		value, _ = d.Coerce(nil)
	}
	return value
}

// pendingValue is the value of a zProperty in a device class, device or component.
type pendingValue struct {
	in    *reader
	key   *yaml.Node
	value *yaml.Node
	into  map[string]any
}

// readValues notes the values of zProperties of one place, those of into, and returns into, made if need be. They are
// settled when every definition is known.
func (r *reader) readValues(n *yaml.Node, into map[string]any) map[string]any {
	for _, e := range r.mapping(n, nil) {
		if into == nil {
			into = map[string]any{}
		}
		r.pending = append(r.pending, pendingValue{r, e.key, e.value, into})
	}
	return into
}

// settleValues puts the values read since the last time into their places: first those that are definitions too,
// since what they define may be used anywhere.
func (l *loader) settleValues() {
	for i := range l.pending {
		if p := &l.pending[i]; p.value.Kind == yaml.MappingNode {
			p.value = p.in.defineHere(p.key, p.value)
		}
	}
	for _, p := range l.pending {
		if p.value != nil {
			p.in.settleValue(p)
		}
	}
	l.pending = l.pending[:0]
}

// defineHere reads {type: …, default: …} where a value is expected and returns the value, nil when there is none.
func (r *reader) defineHere(key, n *yaml.Node) *yaml.Node {
	d := definition{ZProperty: ZProperty{Name: key.Value}}
	r = r.within(r.secretScope(key.Value))
	r.words.definition.read(r, n, &d)
	if _, isKnown := r.inventory.ZProperties[d.Name]; !isKnown && zPropertyName.MatchString(d.Name) {
		if zType, ok := r.typeOf(d, ZProperty{}, false); ok {
			here := ZProperty{Name: d.Name, Type: zType, Label: d.Label, Category: d.Category}
			here.Default, _ = here.Coerce(nil)
			r.inventory.ZProperties[d.Name] = here
		}
	}
	at := valueIndex(n, "default")
	if at < 0 {
		return nil
	}
	return follow(n.Content[at])
}

// secretScope is the scope of a zProperty's value: what it stands in if that is a device, else the value alone.
func (r *reader) secretScope(name string) scope {
	if r.scope.owner == nil {
		return scope{unit: "zProperty " + name, secret: true}
	}
	return scope{unit: r.scope.unit, owner: r.scope.owner, secret: true}
}

// settleValue puts one value into its place in the type of its definition. Values stand in no problem: they may be
// secret, and of one that is not defined nobody knows.
func (r *reader) settleValue(p pendingValue) {
	name := p.key.Value
	r = r.within(r.secretScope(name))
	value := r.plain(p.value)
	definition, ok := r.inventory.ZProperties[name]
	if !ok {
		known := slices.Sorted(maps.Keys(r.inventory.ZProperties))
		r.report(p.key, suggest(name, known), "zProperty %s is not defined", name)
		if r.strict() {
			return
		}
	} else if coerced, err := definition.Coerce(value); err != nil {
		r.problem(p.value, "zProperty %v", err)
		return
	} else {
		value = coerced
	}
	p.into[name] = value
	if name == deviceTemplates {
		r.checkBinding(p)
	}
}
