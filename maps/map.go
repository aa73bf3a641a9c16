// Package maps holds the model and its rules: object and relationship maps as plugins return them, how they are applied
// (spec §6), and the model that results. It knows nothing of collecting, of the wire or of stores.
package maps

// Map is one change to the model: an *ObjectMap or a *RelationshipMap.
type Map interface{ isMap() }

// Directive says what an ObjectMap wants done with its target (spec §6.3). The empty one means: update what differs,
// create what is absent.
type Directive string

// The directives of spec §6.3. Upstream's flags translate: `_add: False` is DirectiveUpdate, `_remove: True` is
// DirectiveRemove, `_remove: False` is DirectiveNoChange.
const (
	DirectiveNone         Directive = ""
	DirectiveAdd          Directive = "add"
	DirectiveUpdate       Directive = "update"
	DirectiveRemove       Directive = "remove"
	DirectiveRebuild      Directive = "rebuild"
	DirectiveNoChange     Directive = "nochange"
	DirectiveUpdateLocked Directive = "update_locked"
	DirectiveDeleteLocked Directive = "delete_locked"
)

// ObjectMap describes one object of the model: the device itself, a child of it, or a component in a relation (spec §6.1).
type ObjectMap struct {
	CompName   string         // path below the device of the object, or of the relation's owner; "" is the device
	RelName    string         // relation the component lives in; "" when the target is not a component of a relation
	ModName    string         // class to create, "package.module" or "package.module.Class"
	ClassName  string         // class name when it is not the last part of ModName
	ParentID   string         // accepted and ignored on ObjectMaps, as upstream does
	PluginName string         // modeler that made the map, for the history only
	ID         string         // id of the component within RelName
	Directive  Directive      // what to do
	Attributes map[string]any // attribute or setter name → value; names starting with "_" are never applied
}

// RelationshipMap describes the whole content of one relation: what it does not name is removed (spec §6.4).
type RelationshipMap struct {
	CompName   string       // path of the relation's owner; "" is the device or, with ParentID, that component
	RelName    string       // the relation
	ModName    string       // class of the members, for those that name none themselves
	ParentID   string       // id of the single component that owns the relation
	PluginName string       // modeler that made the map, for the history only
	Maps       []*ObjectMap // the members
}

func (*ObjectMap) isMap()       {}
func (*RelationshipMap) isMap() {}
