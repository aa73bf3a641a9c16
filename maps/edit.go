package maps

import (
	"errors"
	"fmt"
	"slices"
)

// edit makes a new tree of a device from an old one. Nothing is copied before the first change, so that maps that
// repeat what is known cost no more than comparing.
type edit struct {
	root   *Object             // as it stands: the snapshot, or the copy once there is one
	copies map[*Object]*Object // which copy came of which object of the snapshot; nil while there is no copy
	result Result
}

// own returns the object of the copy that may be changed in place of o.
func (e *edit) own(o *Object) *Object {
	if e.copies == nil {
		e.copies = map[*Object]*Object{}
		e.root = copyTree(e.root, nil, e.copies)
	}
	if c, ok := e.copies[o]; ok {
		return c
	}
	return o
}

func (e *edit) warn(format string, args ...any) {
	e.result.Warnings = append(e.result.Warnings, fmt.Sprintf(format, args...))
}

func (e *edit) apply(item Map) error {
	switch m := item.(type) {
	case *ObjectMap:
		if m != nil {
			return e.applyObject(m)
		}
	case *RelationshipMap:
		if m != nil {
			return e.applyRelationship(m)
		}
	}
	return errors.New("there is no map: want an ObjectMap or a RelationshipMap")
}

// place is where in the tree a map points: an object, or where one would be created.
type place struct {
	parent   *Object
	relation string
	id       string
	object   *Object // nil when there is none
	modName  string  // class for a new object; "" when none is named
}

func (p *place) path() string {
	if p.object != nil {
		return p.object.Path
	}
	return newMember(p.parent, p.relation, p.id).Path
}

// put does what an ObjectMap wants with the object at a place (spec §6.3).
func (e *edit) put(p place, m *ObjectMap) error {
	switch m.Directive {
	case DirectiveNoChange, DirectiveUpdateLocked, DirectiveDeleteLocked:
		return nil
	case DirectiveRemove:
		if p.object != nil {
			e.remove(p)
		}
		return nil
	case DirectiveNone, DirectiveAdd, DirectiveUpdate, DirectiveRebuild:
	default:
		return badDirective(string(m.Directive))
	}
	switch {
	case p.object == nil && m.Directive == DirectiveUpdate:
		return nil
	case p.object == nil:
		return e.create(p, m, KindAdd)
	case m.Directive == DirectiveRebuild || otherClass(p):
		return e.rebuild(p, m)
	}
	e.update(p.object, m)
	return nil
}

// otherClass reports whether a map names another class than the object has. Only the classes' names count, as
// upstream does. The class of a static object is the inventory's to say.
func otherClass(p place) bool {
	return p.modName != "" && !p.object.Static && lastPart(p.modName) != lastPart(p.object.ModName)
}

func (e *edit) create(p place, m *ObjectMap, kind Kind) error {
	if err := checkID(p.id); err != nil {
		return fmt.Errorf("create in relation %s: %w", p.relation, err)
	}
	if p.modName == "" {
		return fmt.Errorf("create %s: a new object needs a modname", p.path())
	}
	parent := e.own(p.parent)
	o := newMember(parent, p.relation, p.id)
	o.ModName = p.modName
	o.Attributes = assignments(o, m.Attributes)
	insertMember(parent, o)
	e.note(Change{Path: o.Path, Kind: kind, Attributes: o.Attributes})
	return nil
}

func (e *edit) update(o *Object, m *ObjectMap) {
	changed := difference(o, m.Attributes)
	switch {
	case len(changed) == 0:
	case o.Lock.Updates:
		e.block(o, KindSet, "locked from updates")
	default:
		setAttributes(e.own(o), changed)
		e.note(Change{Path: o.Path, Kind: KindSet, Attributes: changed})
	}
}

// rebuild deletes an object and creates it anew, without what was below it. What cannot be created is not deleted.
func (e *edit) rebuild(p place, m *ObjectMap) error {
	if why := whyKept(p.object); why != "" {
		e.block(p.object, KindRebuild, why)
		return nil
	}
	if p.modName == "" {
		p.modName = p.object.ModName
	}
	removeMember(e.own(p.parent), p.relation, p.id)
	p.object = nil
	return e.create(p, m, KindRebuild)
}

func (e *edit) remove(p place) {
	if why := whyKept(p.object); why != "" {
		e.block(p.object, KindRemove, why)
		return
	}
	removeMember(e.own(p.parent), p.relation, p.id)
	e.note(Change{Path: p.object.Path, Kind: KindRemove})
}

// whyKept says why maps may not remove an object; "" when they may.
func whyKept(o *Object) string {
	switch {
	case o.Static:
		return "declared by the inventory"
	case o.Lock.Updates:
		return "locked from updates"
	case o.Lock.Deletion:
		return "locked from deletion"
	}
	return ""
}

func (e *edit) block(o *Object, kind Kind, why string) {
	e.note(Change{Path: o.Path, Kind: kind, Blocked: why, SendEvent: o.Lock.SendEvent})
}

func (e *edit) note(c Change) { e.result.Changes = append(e.result.Changes, c) }

// refuseLocked reports whether the device takes no maps at all, and notes it.
func (e *edit) refuseLocked() bool {
	if !e.root.Lock.Updates {
		return false
	}
	e.block(e.root, KindSet, "locked from updates")
	return true
}

// memberPlace returns the place of an id in a relation.
func memberPlace(parent *Object, relation, id, modName string) place {
	return place{parent: parent, relation: relation, id: id, object: parent.Member(relation, id), modName: modName}
}

// unnamed returns the members of a relation that are not among the named ids.
func unnamed(parent *Object, relation string, named map[string]bool) []*Object {
	members := slices.Clone(parent.Relations[relation])
	return slices.DeleteFunc(members, func(o *Object) bool { return named[o.ID] })
}
