package maps

import (
	"fmt"
	"strings"
)

// applyObject applies an ObjectMap (spec §6.2, §6.3).
func (e *edit) applyObject(m *ObjectMap) error {
	if e.refuseLocked() {
		return nil
	}
	if m.RelName == "" {
		return e.applyByPath(m)
	}
	if m.ID == "" {
		return fmt.Errorf("ObjectMap for relation %s has no id: upstream would create an object with an empty one", m.RelName)
	}
	parent := e.root.Find(m.CompName)
	if parent == nil {
		parent = e.root
	}
	if !parent.HasRelation(m.RelName) {
		return fmt.Errorf("ObjectMap %s: %s has no relation %s", m.ID, parent.Path, m.RelName)
	}
	return e.put(memberPlace(parent, m.RelName, m.ID, m.class()), m)
}

// applyByPath applies an ObjectMap without a relation: to the device, or to the object at compname, which must be there.
func (e *edit) applyByPath(m *ObjectMap) error {
	o := e.root.Find(m.CompName)
	switch {
	case o == nil:
		e.warn("ObjectMap: %s has nothing at compname %q", e.root.Path, m.CompName)
		return nil
	case m.ID != "" && m.ID != o.ID:
		e.warn("ObjectMap: id %q differs from that of its target %s: maps rename nothing", m.ID, o.Path)
		return nil
	}
	return e.put(place{parent: o.Parent, relation: o.Relation, id: o.ID, object: o, modName: m.class()}, m)
}

// class returns the dotted class that a map names, its last part being the class's name; "" when it names none.
func (m *ObjectMap) class() string { return dottedClass(m.ModName, m.ClassName) }

func dottedClass(modName, className string) string {
	if modName == "" || className == "" || lastPart(modName) == className {
		return modName
	}
	return modName + "." + className
}

func lastPart(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }
