package configs

import (
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// restore puts into an inventory what failed to load as it is in good, the last good version, which may be nil. It
// returns the units restored. The inventory must not be in use yet.
func restore(inv, good *Inventory) []string {
	if good == nil {
		return nil
	}
	r := restorer{inv: inv, good: good, broken: map[string]bool{}}
	for _, p := range inv.Problems {
		if p.Severity == ProblemError {
			r.unit(p.Unit)
		}
	}
	if len(r.broken) > 0 {
		r.files()
	}
	slices.SortFunc(inv.Devices, func(a, b *Device) int { return cmp.Compare(a.ID, b.ID) })
	slices.Sort(r.restored)
	return slices.Compact(r.restored)
}

type restorer struct {
	inv, good *Inventory
	broken    map[string]bool // paths of files or folders that could not be read
	restored  []string
}

// unit restores what a problem costs; whole files wait until all are known.
func (r *restorer) unit(unit string) {
	switch {
	case strings.HasPrefix(unit, "file "):
		r.broken[strings.TrimPrefix(unit, "file ")] = true
	case strings.HasPrefix(unit, "device class "): // it costs nothing that could be brought back by itself
	case strings.HasPrefix(unit, "device "):
		r.device(strings.TrimPrefix(unit, "device "))
	case strings.HasPrefix(unit, "data source "):
		r.part(strings.TrimPrefix(unit, "data source "), restoreSource)
	case strings.HasPrefix(unit, "threshold "):
		r.part(strings.TrimPrefix(unit, "threshold "), restoreThreshold)
	case strings.HasPrefix(unit, "zProperty "):
		r.zProperty(strings.TrimPrefix(unit, "zProperty "))
	}
}

func (r *restorer) note(unit string) { r.restored = append(r.restored, unit) }

func (r *restorer) device(id string) {
	if device := r.good.Device(id); device != nil && !slices.ContainsFunc(r.inv.Devices, func(d *Device) bool { return d.ID == id }) {
		r.inv.Devices = append(r.inv.Devices, device)
		r.note("device " + id)
	}
}

// part restores a part of every template of that name, wherever one that still exists has lost it.
func (r *restorer) part(label string, restorePart func(t, good *Template, id string) bool) {
	name, id, _ := strings.Cut(label, "/")
	for path, class := range r.inv.DeviceClasses {
		good := r.good.DeviceClasses[path].template(name)
		if t := class.Templates[name]; t != nil && good != nil && restorePart(t, good, id) {
			r.note(label)
		}
	}
}

func restoreSource(t, good *Template, id string) bool {
	last := good.source(id)
	if last == nil || t.source(id) != nil {
		return false
	}
	t.DataSources = append(t.DataSources, last)
	return true
}

func restoreThreshold(t, good *Template, id string) bool {
	has := func(h *Threshold) bool { return h.ID == id }
	i := slices.IndexFunc(good.Thresholds, has)
	if i < 0 || slices.ContainsFunc(t.Thresholds, has) {
		return false
	}
	t.Thresholds = append(t.Thresholds, good.Thresholds[i])
	return true
}

// zProperty restores a definition, and the values that classes have lost.
func (r *restorer) zProperty(name string) {
	if definition, ok := r.good.ZProperties[name]; ok {
		r.inv.ZProperties[name] = definition
		r.note("zProperty " + name)
	}
	for path, class := range r.inv.DeviceClasses {
		if last := r.good.DeviceClasses[path]; last != nil {
			restoreValue(class, last, name)
		}
	}
}

func restoreValue(class, last *DeviceClass, name string) {
	value, had := last.ZProperties[name]
	if _, has := class.ZProperties[name]; has || !had {
		return
	}
	if class.ZProperties == nil {
		class.ZProperties = map[string]any{}
	}
	class.ZProperties[name] = value
}

// files restores what stood in files that cannot be read. Values of zProperties do not tell where they stand: as long
// as a file is broken none of those that good has is taken for deleted.
func (r *restorer) files() {
	platform := platformDefinitions()
	for name, definition := range r.good.ZProperties {
		now, has := r.inv.ZProperties[name]
		if untouched := reflect.DeepEqual(now, platform[name]); !has || untouched {
			r.inv.ZProperties[name] = definition
		}
	}
	for path, last := range r.good.DeviceClasses {
		class := r.inv.DeviceClasses[path]
		if class == nil {
			class = &DeviceClass{Path: path, Position: last.Position}
			r.inv.DeviceClasses[path] = class
		}
		r.class(class, last)
	}
	restoreLost(r, r.inv.ComponentClasses, r.good.ComponentClasses, func(c *ComponentClass) Position { return c.Position })
	restoreLost(r, r.inv.EventClasses, r.good.EventClasses, func(c *EventClass) Position { return c.Position })
	for _, d := range r.good.Devices {
		if r.lost(d.Position.Path) {
			r.device(d.ID)
		}
	}
	for path := range r.broken {
		r.note("file " + path)
	}
}

func (r *restorer) class(class, last *DeviceClass) {
	for name := range last.ZProperties {
		restoreValue(class, last, name)
	}
	if class.Templates == nil {
		class.Templates = map[string]*Template{}
	}
	restoreLost(r, class.Templates, last.Templates, func(t *Template) Position { return t.Position })
}

func restoreLost[T any](r *restorer, now, last map[string]*T, at func(*T) Position) {
	for _, name := range slices.Sorted(maps.Keys(last)) {
		if now[name] == nil && r.lost(at(last[name]).Path) {
			now[name] = last[name]
		}
	}
}

// lost reports whether a file was not read although it may well be there: it is broken, stands in a folder that is, or
// is one of a pack that only a broken file names.
func (r *restorer) lost(path string) bool {
	for at := path; ; at = filepath.Dir(at) {
		if r.broken[at] {
			return true
		}
		if filepath.Dir(at) == at {
			break
		}
	}
	if slices.Contains(r.inv.Files, path) {
		return false
	}
	_, err := os.Stat(path)
	return err == nil
}
