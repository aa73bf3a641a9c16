package maps

import (
	"crypto/sha1" //nolint:gosec // version 5 UUIDs are made with SHA-1; nothing is protected by it
	"encoding/hex"
	"maps"
	"slices"
)

// children every device has, with their classes.
var children = map[string]string{
	"hw": "Products.ZenModel.DeviceHW",
	"os": "Products.ZenModel.OperatingSystem",
}

// newDevice returns an empty device with the children that every device has.
func newDevice(id string) *Object {
	o := &Object{ID: id, Path: "Devices/" + id, Static: true}
	o.UUID = pathUUID(o.Path)
	for name, class := range children {
		child := newMember(o, ChildRelation, name)
		child.ModName, child.Static = class, true
		insertMember(o, child)
	}
	return o
}

// newMember returns an object for a place below parent, not yet put there.
func newMember(parent *Object, relation, id string) *Object {
	path := parent.Path + "/" + id
	if relation != ChildRelation {
		path = parent.Path + "/" + relation + "/" + id
	}
	return &Object{ID: id, UUID: pathUUID(path), Path: path, Relation: relation, Parent: parent}
}

// insertMember puts an object into its relation of its parent, which must be no snapshot.
func insertMember(parent, member *Object) {
	if parent.Relations == nil {
		parent.Relations = map[string][]*Object{}
	}
	members := parent.Relations[member.Relation]
	i, _ := searchID(members, member.ID)
	parent.Relations[member.Relation] = slices.Insert(members, i, member)
}

// removeMember takes an object out of its relation of its parent, which must be no snapshot.
func removeMember(parent *Object, relation, id string) {
	members := parent.Relations[relation]
	i, ok := searchID(members, id)
	if !ok {
		return
	}
	if members = slices.Delete(members, i, i+1); len(members) == 0 {
		delete(parent.Relations, relation)
		return
	}
	parent.Relations[relation] = members
}

// copyTree copies an object and all below it and notes which copy came of which object. Attributes stay shared: who
// changes them makes a map of his own.
func copyTree(o, parent *Object, copies map[*Object]*Object) *Object {
	c := *o
	c.Parent = parent
	copies[o] = &c
	c.Relations = make(map[string][]*Object, len(o.Relations))
	for relation, members := range o.Relations {
		list := make([]*Object, len(members))
		for i, member := range members {
			list[i] = copyTree(member, &c, copies)
		}
		c.Relations[relation] = list
	}
	return &c
}

// setAttributes lays values over an object's attributes.
func setAttributes(o *Object, values map[string]any) {
	attributes := maps.Clone(o.Attributes)
	if attributes == nil {
		attributes = make(map[string]any, len(values))
	}
	maps.Copy(attributes, values)
	o.Attributes = attributes
}

// uuidNamespace makes our path UUIDs unlike those that others derive from the same paths. It must never change: time
// series carry the UUIDs.
var uuidNamespace = [16]byte{0x6c, 0x1f, 0x5b, 0x0a, 0x93, 0x7e, 0x4d, 0x52, 0xa8, 0x14, 0x0e, 0xd7, 0x3b, 0x66, 0xc9, 0x21}

// pathUUID returns the UUID (version 5) of the object at a path: the same after every restart and on every hub.
func pathUUID(path string) string {
	h := sha1.New() //nolint:gosec // see the import
	h.Write(uuidNamespace[:])
	h.Write([]byte(path))
	b := h.Sum(nil)[:16]
	b[6] = b[6]&0x0f | 0x50
	b[8] = b[8]&0x3f | 0x80
	text := hex.EncodeToString(b)
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
