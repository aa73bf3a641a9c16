package configs

import (
	"testing"

	"github.com/zenpython/zenpython/maps"
)

func TestSeed(t *testing.T) {
	const two = `
classes: {Site: {}}
device_classes:
  /Server: {zProperties: {zPythonClass: ZenPacks.example.Shop.Server}, templates: {Site: {}}}
devices:
  a: {device_class: /Server, title: A, manageIp: 10.0.0.1, zProperties: {zCommandPort: 5}, attributes: {rack: r7}}
  b:
    device_class: /
    productionState: Test
    components: {sites: [{id: eu, class: Site, monitor: false, productionState: 300, zProperties: {zCommandPort: 6}}, {id: us}]}
`
	_, model := seeded(t, two)
	diff(t, []string{"a", "b"}, model.DeviceIDs())
	a := model.Device("a")
	diff(t, map[string]any{"title": "A", "manageIp": "10.0.0.1", "productionState": 1000, "zCommandPort": 5, "rack": "r7"}, a.Attributes)
	if a.ModName != "ZenPacks.example.Shop.Server" || model.Device("b").ModName != "Products.ZenModel.Device" {
		t.Errorf("classes %s and %s", a.ModName, model.Device("b").ModName)
	}
	eu := model.Device("b").Find("sites/eu")
	diff(t, map[string]any{"monitor": false, "productionState": 300, "zCommandPort": 6}, eu.Attributes)
	if eu.ModName != "Site" || !eu.Static {
		t.Errorf("component of class %s, static %t", eu.ModName, eu.Static)
	}

	// Maps change and find things; what is declared no more goes, what was found stays.
	if _, err := model.Apply("a", []maps.Map{
		&maps.ObjectMap{Attributes: map[string]any{"rack": "r8"}},
		&maps.ObjectMap{RelName: "sites", ID: "x", ModName: "Site"},
	}); err != nil {
		t.Fatal(err)
	}
	inv, _ := seeded(t, "device_classes: {/Server: {}}\ndevices: {a: {device_class: /Server, attributes: {rack: r7}}}\n")
	if err := Seed(inv, model); err != nil {
		t.Fatal(err)
	}
	diff(t, []string{"a"}, model.DeviceIDs())
	if a = model.Device("a"); a.Find("sites/x") == nil || a.Attributes["rack"] != "r8" {
		t.Errorf("seeding again undid what maps found: %v", a.Attributes)
	}
}
