package maps

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// Model is the read side of the model: what config building and people ask. Implementations are safe for concurrent
// use; the objects they give out are immutable snapshots, replaced as a whole when a map changes a device.
type Model interface {
	// DeviceIDs returns the ids of all devices, sorted.
	DeviceIDs() []string
	// Device returns the device's tree as it stands now, or nil when there is no such device.
	Device(id string) *Object
}

// Object is one node of a device's tree: the device, a child such as "os", or a component. It is immutable once a
// Model has given it out.
type Object struct {
	ID         string
	UUID       string               // contextUUID: stable over restarts, derived from the path
	Path       string               // "Devices/web01" or "Devices/web01/os/filesystems/boot" (contextKey, spec §3.5)
	ModName    string               // dotted class; "" when the map that made it named none
	Relation   string               // relation of the parent it lives in; "" for a device
	Attributes map[string]any       // includes zProperties set on this very object
	Relations  map[string][]*Object // components by relation, each list sorted by id
	Parent     *Object              // nil for a device
	Static     bool                 // declared by the inventory: maps may update but never remove it
	Lock       Lock                 // what maps may not do to it (spec §6.6)
	// OnlyRelations are the relations that the object has; nil is any, since most classes are not declared here.
	OnlyRelations []string
}

// Lock says what maps may not do to an object (spec §6.6).
type Lock struct {
	Updates   bool // no update, rebuild or removal
	Deletion  bool // no removal
	SendEvent bool // a refused change is told by a Warning event
}

// Device returns the root of the object's tree.
func (o *Object) Device() *Object {
	for o.Parent != nil {
		o = o.Parent
	}
	return o
}

// IsDevice reports whether the object is the device itself rather than something below it.
func (o *Object) IsDevice() bool { return o.Parent == nil }

// ChildRelation is the key of Relations that holds children which are no components, such as "os" and "hw".
const ChildRelation = ""

// IsChild reports whether the object is a child such as "os", which is neither a device nor a component.
func (o *Object) IsChild() bool { return o.Parent != nil && o.Relation == ChildRelation }

// Components returns every component below the object, each before what is below it, ordered by relation and id.
func (o *Object) Components() iter.Seq[*Object] {
	return func(yield func(*Object) bool) { o.eachComponent(yield) }
}

func (o *Object) eachComponent(yield func(*Object) bool) bool {
	for _, relation := range slices.Sorted(maps.Keys(o.Relations)) {
		for _, member := range o.Relations[relation] {
			if relation != ChildRelation && !yield(member) || !member.eachComponent(yield) {
				return false
			}
		}
	}
	return true
}

// Find returns the object at a path below o: parts separated by "/", each the name of a child ("os") or a relation
// followed by an id ("filesystems/boot"). "" is o itself; nil when there is nothing.
func (o *Object) Find(path string) *Object {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	for len(parts) > 0 && o != nil {
		if child := o.Member(ChildRelation, parts[0]); child != nil {
			o, parts = child, parts[1:]
			continue
		}
		if len(parts) < 2 {
			return nil
		}
		o, parts = o.Member(parts[0], parts[1]), parts[2:]
	}
	return o
}

// Member returns the component of a relation with that id, or nil.
func (o *Object) Member(relation, id string) *Object {
	members := o.Relations[relation]
	if i, ok := searchID(members, id); ok {
		return members[i]
	}
	return nil
}

func searchID(members []*Object, id string) (int, bool) {
	return slices.BinarySearchFunc(members, id, func(o *Object, id string) int { return strings.Compare(o.ID, id) })
}

// HasRelation reports whether the object may have components in that relation.
func (o *Object) HasRelation(relation string) bool {
	return o.OnlyRelations == nil || slices.Contains(o.OnlyRelations, relation)
}
