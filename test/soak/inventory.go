package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// tasksOfDevice is how many data sources each template has.
const tasksOfDevice = 10

// inventory is the daemon's inventory in one of its versions.
type inventory struct {
	devices    int
	generation int
	refused    string // address that nothing listens on
	slow       string // address of the dripping server
}

// intervals of the data sources of sound devices, in seconds.
var intervals = [tasksOfDevice]int{5, 5, 10, 10, 30, 30, 30, 60, 60, 60}

// share is the part of the devices that hangs; as many are refused, and as many slow.
const share = 100

// faulty returns how many devices have each fault.
func (inv inventory) faulty() int { return inv.devices / share }

// isGone and isChanged pick the sound devices that this version leaves out, and those that it gives another weight. A
// device's turn comes once in a hundred versions, so that no change looks like flapping.
func (inv inventory) isGone(i int) bool    { return i%share == inv.generation%share }
func (inv inventory) isChanged(i int) bool { return i%share == (inv.generation+1)%share }

// tasks returns how many tasks the version has.
func (inv inventory) tasks() int {
	n := 3 * inv.faulty()
	for i := range inv.devices - n {
		if !inv.isGone(i) {
			n++
		}
	}
	return n * tasksOfDevice
}

// write puts the version into the folder at once, as editors and deployment tools do.
func (inv inventory) write(folder string) error {
	unfinished := folder + ".new"
	if err := os.WriteFile(unfinished, []byte(inv.yaml()), 0o600); err != nil {
		return fmt.Errorf("writing the inventory: %w", err)
	}
	if err := os.Rename(unfinished, filepath.Join(folder, "soak.yaml")); err != nil {
		return fmt.Errorf("writing the inventory: %w", err)
	}
	return nil
}

func (inv inventory) yaml() string {
	var text strings.Builder
	w := &text
	fmt.Fprint(w, "zProperties: {zSoakWeight: \"0\"}\ndevice_classes:\n")
	writeClass(w, "Sound", func(i int) string {
		return fmt.Sprintf(`{type: %s, cycletime: %d, weight: "${here/zSoakWeight}", datapoints: {counted: DERIVE_MIN_0, measured: GAUGE}}`,
			typeSound, intervals[i])
	})
	writeClass(w, "Hang", func(i int) string {
		return fmt.Sprintf(`{type: %s, cycletime: 10, how: %s, datapoints: {none: GAUGE}}`, typeHang, [...]string{"return", "fire"}[i%2])
	})
	writeClass(w, "Refused", func(int) string {
		return fmt.Sprintf(`{type: HTTP, cycletime: 10, url: "http://%s/", datapoints: {time: GAUGE}}`, inv.refused)
	})
	writeClass(w, "Slow", func(i int) string {
		return fmt.Sprintf(`{type: HTTP, cycletime: 10, timeout: 3, url: "http://%s/%s", datapoints: {time: GAUGE}}`,
			inv.slow, [...]string{pathSlow, pathEndless}[i%2])
	})
	fmt.Fprint(w, "devices:\n")
	n := inv.faulty()
	for i := range n {
		for _, class := range []string{"Hang", "Refused", "Slow"} {
			fmt.Fprintf(w, "  %s%d: {device_class: /Soak/%s}\n", strings.ToLower(class), i, class)
		}
	}
	for i := range inv.devices - 3*n {
		switch {
		case inv.isGone(i):
		case inv.isChanged(i):
			fmt.Fprintf(w, "  sound%d: {device_class: /Soak/Sound, zProperties: {zSoakWeight: \"%d\"}}\n", i, inv.generation)
		default:
			fmt.Fprintf(w, "  sound%d: {device_class: /Soak/Sound}\n", i)
		}
	}
	return text.String()
}

// writeClass writes a device class whose template has the data sources that source gives.
func writeClass(w *strings.Builder, name string, source func(i int) string) {
	fmt.Fprintf(w, "  /Soak/%s:\n    zProperties: {zDeviceTemplates: [%s]}\n    templates:\n      %s:\n        datasources:\n", name, name, name)
	for i := range tasksOfDevice {
		fmt.Fprintf(w, "          source%d: %s\n", i, source(i))
	}
}
