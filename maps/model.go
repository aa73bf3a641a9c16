package maps

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
