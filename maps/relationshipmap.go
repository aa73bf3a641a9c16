package maps

import (
	"errors"
	"fmt"
)

// applyRelationship makes a relation hold what a RelationshipMap names (spec §6.4). A member that is wrong costs only
// itself.
func (e *edit) applyRelationship(m *RelationshipMap) error {
	if e.refuseLocked() {
		return nil
	}
	parent := e.relationOwner(m)
	if parent == nil {
		return nil
	}
	ids, named := memberIDs(m.Maps)
	for _, o := range unnamed(parent, m.RelName, named) {
		if !o.Static { // the inventory's components need no map to name them
			e.remove(memberPlace(parent, m.RelName, o.ID, ""))
		}
	}
	var errs []error
	for i, member := range m.Maps {
		if err := e.putMember(parent, m, member, ids[i]); err != nil {
			errs = append(errs, fmt.Errorf("RelationshipMap %s, member %d: %w", m.RelName, i+1, err))
		}
	}
	return errors.Join(errs...)
}

func (e *edit) putMember(parent *Object, m *RelationshipMap, member *ObjectMap, id string) error {
	if id == "" {
		return errors.New("there is no id")
	}
	modName := member.ModName
	if modName == "" {
		modName = m.ModName
	}
	// The parent may have been copied since the members before.
	if c, ok := e.copies[parent]; ok {
		parent = c
	}
	return e.put(memberPlace(parent, m.RelName, id, dottedClass(modName, member.ClassName)), member)
}

// relationOwner returns the object whose relation a map describes, or nil, with a warning, when there is none.
func (e *edit) relationOwner(m *RelationshipMap) *Object {
	var owner *Object
	switch {
	case m.RelName == "":
		e.warn("RelationshipMap for %s names no relation", e.root.Path)
		return nil
	case m.ParentID != "":
		owner = e.byParentID(m)
	default:
		if owner = e.root.Find(m.CompName); owner == nil {
			e.warn("RelationshipMap %s: %s has nothing at compname %q", m.RelName, e.root.Path, m.CompName)
		}
	}
	if owner != nil && !owner.HasRelation(m.RelName) {
		e.warn("RelationshipMap: %s has no relation %s", owner.Path, m.RelName)
		return nil
	}
	return owner
}

// byParentID returns the one component with the id that a map names as parent; the device when it is the device's.
func (e *edit) byParentID(m *RelationshipMap) *Object {
	if m.ParentID == e.root.ID {
		return e.root
	}
	var found []*Object
	for o := range e.root.Components() {
		if o.ID == m.ParentID {
			found = append(found, o)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	e.warn("RelationshipMap %s: %d components of %s have the id of parentId %q, want one", m.RelName, len(found), e.root.Path, m.ParentID)
	return nil
}

// memberIDs returns the id of each member: repeated ones get _2, _3 and so on. named holds them all.
func memberIDs(members []*ObjectMap) (ids []string, named map[string]bool) {
	ids = make([]string, len(members))
	named = make(map[string]bool, len(members))
	seen := make(map[string]int, len(members))
	for i, member := range members {
		if member == nil || member.ID == "" {
			continue
		}
		id := member.ID
		for named[id] {
			seen[member.ID]++
			id = fmt.Sprintf("%s_%d", member.ID, seen[member.ID]+1)
		}
		ids[i], named[id] = id, true
	}
	return ids, named
}
