package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"
)

// TestVersionsOfTheInventory: each version builds without a problem, has the tasks it says, and adds, removes and
// replaces some of the one before.
func TestVersionsOfTheInventory(t *testing.T) {
	if datasource.Lookup(typeSound) == nil {
		registerTypes()
	}
	folder := filepath.Join(t.TempDir(), "inventory")
	if err := os.Mkdir(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	inv := inventory{devices: 250, refused: "127.0.0.1:1", slow: "127.0.0.1:2"}
	var before *configs.Set
	for range 4 {
		if err := inv.write(folder); err != nil {
			t.Fatal(err)
		}
		set := buildFolder(t, folder)
		if len(set.Tasks) != inv.tasks() {
			t.Errorf("version %d has %d tasks, and says %d", inv.generation, len(set.Tasks), inv.tasks())
		}
		if before != nil {
			c := configs.Diff(before, set)
			if len(c.Added) == 0 || len(c.Removed) == 0 || len(c.Replaced) == 0 || c.Unchanged < len(set.Tasks)/2 {
				t.Errorf("version %d: %d added, %d removed, %d replaced, %d unchanged", inv.generation,
					len(c.Added), len(c.Removed), len(c.Replaced), c.Unchanged)
			}
		}
		before = set
		inv.generation++
	}
}

func buildFolder(t *testing.T, folder string) *configs.Set {
	t.Helper()
	loaded, err := configs.Load(t.Context(), []string{folder}, configs.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	model := maps.NewMemory()
	if err := configs.Seed(loaded, model); err != nil {
		t.Fatal(err)
	}
	set, err := configs.Build(t.Context(), loaded, model, datasource.GoBuilder{}, configs.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range set.Problems {
		t.Error(p)
	}
	return set
}

// TestDefaultHasThePromisedTasks: 20,000 tasks, 1 % with each fault.
func TestDefaultHasThePromisedTasks(t *testing.T) {
	p, err := newPlan("")
	if err != nil {
		t.Fatal(err)
	}
	for g := range 3 {
		inv := inventory{devices: p.devices, generation: g}
		if inv.tasks() < 20_000 || inv.faulty()*tasksOfDevice < 200 {
			t.Errorf("version %d has %d tasks, %d with each fault", g, inv.tasks(), inv.faulty()*tasksOfDevice)
		}
	}
}
