package configs

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/zenpython/zenpython/configs/tales"
	model "github.com/zenpython/zenpython/maps"
)

// The zProperties that building itself asks for; deviceTemplates is the third.
const (
	zProdStateThreshold = "zProdStateThreshold"
	zPythonClass        = "zPythonClass"
)

// inherited returns what a zProperty is for the devices of a class that set none themselves: the value of the nearest
// class on the way up, else the definition's default.
func (inv *Inventory) inherited(class, name string) (any, bool) {
	for path := class; path != ""; path = parentPath(path) {
		if c := inv.DeviceClasses[path]; c != nil {
			if v, ok := c.ZProperties[name]; ok {
				return v, true
			}
		}
		if path == "/" {
			break
		}
	}
	definition, ok := inv.ZProperties[name]
	return definition.Default, ok
}

// object is a device, a component or a child such as "os", as TALES, threshold expressions and plugins' proxy
// attributes see it. What it does not have itself it acquires: from the defaults of its class, from what it is a part
// of, and for zProperties from the device class on up.
type object struct {
	*model.Object
	inv      *Inventory
	device   *Device               // that it is a part of, as declared
	declared map[string]*Component // the device's declared components, by path

	passwords *passwordsRead // where expressions evaluate; nil elsewhere
}

// newObject returns the object of a device.
func newObject(inv *Inventory, device *Device, root *model.Object) object {
	o := object{Object: root, inv: inv, device: device}
	if len(device.Components) > 0 {
		o.declared = map[string]*Component{}
		byPath(o.declared, root.Path, device.Components)
	}
	return o
}

// Attribute returns an attribute or zProperty for a plugin (spec §3.5). What would be called is called; other objects
// are no data and so not given.
func (o object) Attribute(name string) (any, bool) {
	v, ok := o.TalesGet(name)
	switch v.(type) {
	case object, tales.Func:
		return nil, false
	}
	return v, ok
}

// TalesGet returns an attribute, zProperty, child or relation. What are methods in Zenoss are plain values here, which
// expressions may call all the same.
func (o object) TalesGet(name string) (any, bool) {
	v, ok := o.get(name)
	o.passwords.note(o.inv, name, v)
	return v, ok
}

func (o object) get(name string) (any, bool) {
	if known := standard[name]; known != nil {
		return known(o), true
	}
	for at := o.Object; at != nil; at = at.Parent {
		if v, ok := o.at(at).own(name); ok {
			return v, true
		}
	}
	return o.inv.inherited(o.device.DeviceClass, name)
}

// at returns another object of the same device.
func (o object) at(other *model.Object) object {
	return object{other, o.inv, o.device, o.declared, o.passwords}
}

// own returns what the object itself or its class has.
func (o object) own(name string) (any, bool) {
	if v, ok := o.Attributes[name]; ok {
		return v, true
	}
	if v, ok := o.inv.classDefault(o.ModName, name, maxBases); ok {
		return v, true
	}
	if child := o.Member(model.ChildRelation, name); child != nil {
		return o.at(child), true
	}
	if members, ok := o.Relations[name]; ok && name != model.ChildRelation {
		list := make([]any, len(members))
		for i, m := range members {
			list[i] = o.at(m)
		}
		return list, true
	}
	return nil, false
}

// maxBases is how far up the classes of components are followed; what is deeper refers to itself.
const maxBases = 16

// classDefault returns the default that a component class, or one it is made from, declares for an attribute.
func (inv *Inventory) classDefault(modName, name string, left int) (any, bool) {
	class := inv.ComponentClasses[lastPart(modName)]
	if class == nil || left == 0 {
		return nil, false
	}
	if v, ok := class.Properties[name]; ok {
		return v, true
	}
	for _, base := range class.Bases {
		if lastPart(base) == class.Name {
			continue
		}
		if v, ok := inv.classDefault(base, name, left-1); ok {
			return v, true
		}
	}
	return nil, false
}

// TalesNames lists what the object has and acquires, for hints.
func (o object) TalesNames() []string {
	names := slices.Collect(maps.Keys(standard))
	for at := o.Object; at != nil; at = at.Parent {
		names = slices.AppendSeq(names, maps.Keys(at.Attributes))
	}
	return slices.AppendSeq(names, maps.Keys(o.inv.ZProperties))
}

// standard are the attributes and methods that every object of Zenoss has and packs ask for.
var standard map[string]func(o object) any

func init() { // in init, since what getZ does needs the table again
	standard = map[string]func(o object) any{
		"id":                 func(o object) any { return o.ID },
		"getId":              func(o object) any { return o.ID },
		attributeName:        func(o object) any { return o.ID },
		attributeTitle:       func(o object) any { return o.title() },
		"titleOrId":          func(o object) any { return o.title() },
		attributeManageIP:    func(o object) any { return o.manageIP() },
		"getManageIp":        func(o object) any { return o.manageIP() },
		"device":             func(o object) any { return o.at(o.Device()) },
		"getDeviceClassPath": func(o object) any { return o.device.DeviceClass },
		"getDeviceClassName": func(o object) any { return o.device.DeviceClass },
		"getPrimaryUrlPath":  func(o object) any { return o.urlPath() },
		"getPrimaryId":       func(o object) any { return o.urlPath() },
		"getUUID":            func(o object) any { return o.UUID },
		"getProductionState": func(o object) any { return o.productionState() },
		"monitored":          func(o object) any { return o.monitored() },
		"getZ":               func(o object) any { return tales.Func(o.getZ) },
		"getProperty":        func(o object) any { return tales.Func(o.getZ) },
	}
}

func (o object) title() string {
	if title, ok := o.Attributes[attributeTitle].(string); ok && title != "" {
		return title
	}
	return o.ID
}

// manageIP is the component's where it has one, else the device's.
func (o object) manageIP() string {
	for at := o.Object; at != nil; at = at.Parent {
		if ip, ok := at.Attributes[attributeManageIP].(string); ok && ip != "" {
			return ip
		}
	}
	return ""
}

// urlPath is the object's path within the platform.
func (o object) urlPath() string {
	below, device := o.Path, o.Device()
	class := o.device.DeviceClass
	if class == "/" {
		class = ""
	}
	return "/zport/dmd/Devices" + class + "/devices/" + device.ID + below[len(device.Path):]
}

func (o object) monitored() bool {
	monitored, ok := o.Attributes[attributeMonitor].(bool)
	return monitored || !ok
}

// productionState is the component's own where it has one, else the device's.
func (o object) productionState() int {
	for at := o.Object; at != nil; at = at.Parent {
		if state, err := coerceInt(at.Attributes[attributeProductionState]); err == nil && at.Attributes[attributeProductionState] != nil {
			return state.(int)
		}
	}
	return production
}

// inProduction reports whether the production state is high enough for monitoring (spec §3.2).
func (o object) inProduction() bool { return o.productionState() >= o.stateThreshold() }

func (o object) stateThreshold() int {
	v, _ := o.TalesGet(zProdStateThreshold)
	threshold, err := coerceInt(v)
	if err != nil {
		return o.inv.ZProperties[zProdStateThreshold].Default.(int)
	}
	return threshold.(int)
}

// getZ is the method of that name: a zProperty or attribute, or the default given, or None.
func (o object) getZ(args []any) (any, error) {
	if len(args) == 0 || len(args) > 2 {
		return nil, errors.New("want the name of a zProperty and perhaps a default")
	}
	name, ok := args[0].(string)
	if !ok {
		return nil, fmt.Errorf("want the name of a zProperty as text, not a %T", args[0])
	}
	if v, found := o.TalesGet(name); found || len(args) == 1 {
		return v, nil
	}
	return args[1], nil
}
