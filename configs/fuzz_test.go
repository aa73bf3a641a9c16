package configs

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// FuzzLoadInventory: no text makes reading panic or hang, and what comes out keeps the promises that its users rely
// on, whether it is read as ours or as a pack's.
func FuzzLoadInventory(f *testing.F) {
	seeds, err := filepath.Glob("testdata/constructs/*.yaml")
	if err != nil || len(seeds) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, path := range seeds {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), true)
		f.Add(string(text), false)
	}
	f.Add("a: &a [*a]\n", false)
	f.Add("devices: {DEFAULTS: {DEFAULTS: {}}, a: {components: {b: [{components: }]}}}\n", false)
	f.Add("zProperties: {zA: {type: lines, default: {a: b}}}\ndevice_classes: {/: {zProperties: {zA: [[a]]}}}\n", true)
	f.Fuzz(func(t *testing.T, text string, asPack bool) {
		var pack *Pack
		if asPack {
			pack = &Pack{Name: "ZenPacks.example.Shop"}
		}
		inv := loadAs(t, text, pack, LoadOptions{Types: testTypes()})
		checkInventory(t, inv)
	})
}

// checkInventory holds what every inventory keeps, however bad its files.
func checkInventory(t *testing.T, inv *Inventory) {
	t.Helper()
	if !slices.IsSortedFunc(inv.Devices, func(a, b *Device) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	}) {
		t.Error("devices are not sorted, or an id stands twice")
	}
	for _, d := range inv.Devices {
		if inv.DeviceClasses[d.DeviceClass] == nil {
			t.Errorf("device %q has the class %q, which is not there", d.ID, d.DeviceClass)
		}
		if prepID(d.ID) != d.ID {
			t.Errorf("device id %q is none", d.ID)
		}
	}
	for path := range inv.DeviceClasses {
		if inv.DeviceClasses[parentPath(path)] == nil {
			t.Errorf("device class %q has no parent", path)
		}
	}
	for name, p := range inv.ZProperties {
		if value, err := p.Coerce(p.Default); err != nil || name != p.Name {
			t.Errorf("zProperty %s (%s): default %v: %v", name, p.Name, value, err)
		}
	}
	for _, p := range inv.Problems {
		if p.Line < 1 || p.Col < 1 || p.Path == "" || p.Message == "" {
			t.Errorf("problem without place or text: %+v", p)
		}
	}
}
