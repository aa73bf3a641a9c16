package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"
)

// inventory says what is written into an inventory: a class with one template, and devices that have it.
type inventory struct {
	devices    int
	sources    int // data sources of the template, two datapoints each
	sourceType string
	interval   time.Duration
}

// write writes the inventory into a folder.
func (inv inventory) write(dir string) error {
	file, err := os.Create(filepath.Join(dir, "inventory.yaml"))
	if err != nil {
		return fmt.Errorf("writing the inventory: %w", err)
	}
	w := bufio.NewWriter(file)
	fmt.Fprint(w, "device_classes:\n  /Bench:\n    zProperties: {zDeviceTemplates: [Bench]}\n    templates:\n      Bench:\n        datasources:\n")
	for i := range inv.sources {
		fmt.Fprintf(w, "          source%d:\n            type: %s\n            cycletime: %v\n            datapoints: {first: GAUGE, second: GAUGE}\n",
			i, inv.sourceType, inv.interval.Seconds())
	}
	fmt.Fprint(w, "devices:\n")
	for i := range inv.devices {
		fmt.Fprintf(w, "  host%06d.example.com:\n    device_class: /Bench\n    manageIp: 10.%d.%d.%d\n", i, i>>16, i>>8&255, i&255)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the inventory: %w", err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("writing the inventory: %w", err)
	}
	return nil
}

// built is what a folder with an inventory came to.
type built struct {
	set         *configs.Set
	load, build time.Duration
	between     func() // called when inventory and model stand, and the set is not yet made
}

// from does what the daemon does at its start, and keeps nothing but the set.
func (b *built) from(ctx context.Context, dir string) error {
	began := time.Now()
	inv, err := configs.Load(ctx, []string{dir}, configs.LoadOptions{})
	if err != nil {
		return fmt.Errorf("loading the inventory: %w", err)
	}
	model := maps.NewMemory()
	if err := configs.Seed(inv, model); err != nil {
		return fmt.Errorf("seeding the model: %w", err)
	}
	b.load = time.Since(began)
	if b.between != nil {
		b.between()
	}
	began = time.Now()
	if b.set, err = configs.Build(ctx, inv, model, datasource.GoBuilder{}, configs.BuildOptions{}); err != nil {
		return fmt.Errorf("building the configs: %w", err)
	}
	b.build = time.Since(began)
	if len(b.set.Problems) > 0 {
		return fmt.Errorf("the inventory has problems, the first: %v", b.set.Problems[0])
	}
	return nil
}

// ofInventory writes an inventory into a folder of its own, and builds the configs of that.
func (b *built) ofInventory(ctx context.Context, inv inventory) (err error) {
	dir, err := os.MkdirTemp("", "bench-inventory")
	if err != nil {
		return fmt.Errorf("making a folder for the inventory: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := inv.write(dir); err != nil {
		return err
	}
	if err := b.from(ctx, dir); err != nil {
		return err
	}
	if want := inv.devices * inv.sources; len(b.set.Tasks) != want {
		return fmt.Errorf("the inventory came to %d tasks, want %d", len(b.set.Tasks), want)
	}
	return nil
}
