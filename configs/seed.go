package configs

import (
	"maps"

	model "github.com/zenpython/zenpython/maps"
)

// Seeder is a model that takes the devices that an inventory declares.
type Seeder interface {
	// Seed makes the declared devices the devices of the model; those not declared are removed.
	Seed(devices []model.Declaration) error
}

// Attributes that the inventory's own keys become.
const (
	attributeName            = "name"
	attributeTitle           = "title"
	attributeManageIP        = "manageIp"
	attributeProductionState = "productionState"
	attributeMonitor         = "monitor"
)

// Seed puts the inventory's devices and components into the model. Values of zProperties become attributes of the
// object that sets them, as maps set them too. Seeding again removes the devices that are no longer declared and leaves
// alone what maps have changed since.
func Seed(inv *Inventory, into Seeder) error {
	declarations := make([]model.Declaration, 0, len(inv.Devices))
	for _, d := range inv.Devices {
		declarations = append(declarations, inv.declareDevice(d))
	}
	return into.Seed(declarations)
}

func (inv *Inventory) declareDevice(d *Device) model.Declaration {
	attributes := laidOver(d.Attributes, d.ZProperties)
	attributes[attributeProductionState] = d.ProductionState
	setText(attributes, attributeTitle, d.Title)
	setText(attributes, attributeManageIP, d.ManageIP)
	return model.Declaration{
		ID: d.ID, ModName: inv.modelClass(d), Attributes: attributes, Components: inv.declareComponents(d.Components),
	}
}

func (inv *Inventory) declareComponents(list []*Component) map[string][]model.Declaration {
	if len(list) == 0 {
		return nil
	}
	out := map[string][]model.Declaration{}
	for _, c := range list {
		attributes := laidOver(c.Attributes, c.ZProperties)
		attributes[attributeMonitor] = c.Monitored
		setText(attributes, attributeTitle, c.Title)
		if c.ProductionState != 0 {
			attributes[attributeProductionState] = c.ProductionState
		}
		out[c.Relation] = append(out[c.Relation], model.Declaration{
			ID: c.ID, ModName: inv.modName(c.Class), Attributes: attributes, Components: inv.declareComponents(c.Components),
		})
	}
	return out
}

// modelClass returns the class of a device's object, what zPythonClass says.
func (inv *Inventory) modelClass(d *Device) string {
	value, ok := d.ZProperties[zPythonClass]
	if !ok {
		value, _ = inv.inherited(d.DeviceClass, zPythonClass)
	}
	if class, isText := value.(string); isText && class != "" {
		return class
	}
	return "Products.ZenModel.Device"
}

// modName returns the dotted name of a component's class.
func (inv *Inventory) modName(class string) string {
	if declared := inv.ComponentClasses[lastPart(class)]; declared != nil {
		return declared.ModName
	}
	return class
}

func laidOver(attributes, zProperties map[string]any) map[string]any {
	out := make(map[string]any, len(attributes)+len(zProperties)+3)
	maps.Copy(out, attributes)
	maps.Copy(out, zProperties)
	return out
}

func setText(attributes map[string]any, name, text string) {
	if text != "" {
		attributes[name] = text
	}
}
