package host

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"
)

const inventory = `
device_classes:
  /Server/Local:
    zProperties: {zDeviceTemplates: [Machine]}
    templates:
      Machine: {datasources: {system: {type: Host, cycletime: 60, datapoints: {load1: GAUGE}}}}
      FileSystem: {datasources: {usage: {type: Host, cycletime: 60, datapoints: {usedPercent: GAUGE}}}}
      IpInterface: {datasources: {traffic: {type: Host, cycletime: 60, datapoints: {up: GAUGE}}}}
devices:
  localhost: {device_class: /Server/Local, manageIp: 127.0.0.1}
`

// TestComponentsThatHostFindsAreCollected goes the whole way round: a run's maps become components, the templates of
// their classes are bound to them, and their data sources give values of this machine.
func TestComponentsThatHostFindsAreCollected(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inventory.yaml")
	if err := os.WriteFile(path, []byte(inventory), 0o600); err != nil {
		t.Fatal(err)
	}
	inv, err := configs.Load(t.Context(), []string{path}, configs.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	model := maps.NewMemory()
	if err := configs.Seed(inv, model); err != nil {
		t.Fatal(err)
	}
	if got := collectAll(t, inv, model); len(got) != 1 || got["system_load1"] != 1 {
		t.Fatalf("before any map: values %v, want the device's alone", got)
	}
	got := collectAll(t, inv, model) // new tasks tell of the components anew
	if got["usage_usedPercent"] == 0 || got["traffic_up"] == 0 {
		t.Errorf("after the maps: values %v, want filesystems' and interfaces' too", got)
	}
}

// collectAll builds and runs all tasks once, applies the maps that they return, and counts the values by datapoint.
func collectAll(t *testing.T, inv *configs.Inventory, model *maps.Memory) map[string]int {
	t.Helper()
	set, err := configs.Build(t.Context(), inv, model, datasource.GoBuilder{}, configs.BuildOptions{})
	if err != nil || len(set.Problems) > 0 {
		t.Fatalf("error %v, problems %v", err, set.Problems)
	}
	found := map[string]int{}
	for _, task := range set.Tasks {
		data := run(t, task.Config)
		for _, values := range data.Values {
			for name := range values {
				found[name]++
			}
		}
		known := len(set.Tasks) > 1
		result, err := model.Apply("localhost", data.Maps)
		if err != nil || result.Failed > 0 || len(result.Warnings) > 0 || known && result.Changed {
			t.Fatalf("error %v, maps applied with %+v, components known before: %v", err, result, known)
		}
	}
	return found
}
