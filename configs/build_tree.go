package configs

import (
	"maps"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/zenpython/zenpython/datasource"
)

// tree returns the device as plugin code sees it, made when first asked for: types written in Go never do.
func (w *deviceBuild) tree() *datasource.DeviceTree {
	if w.whole == nil {
		w.whole = w.root.tree()
	}
	return w.whole
}

// tree describes the whole device.
func (o object) tree() *datasource.DeviceTree {
	t := &datasource.DeviceTree{
		Root: o.Object, DeviceClass: o.device.DeviceClass, ZProperties: o.zProperties(),
		Templates: o.inv.visibleTemplates(o.device.DeviceClass), Bound: map[string][]string{},
	}
	t.PythonClass, _ = t.ZProperties[zPythonClass].(string)
	t.Bound[o.Path] = templateLabels(o)
	for component := range o.Components() {
		t.Bound[component.Path] = templateLabels(o.at(component))
	}
	t.Version = xxhash.Sum64(appendCanonical(nil, []any{t.DeviceClass, t.ZProperties, t.Templates, t.Bound}))
	return t
}

func templateLabels(o object) []string {
	templates := o.templates()
	names := make([]string, len(templates))
	for i, t := range templates {
		names[i] = t.Name
	}
	return names
}

// zProperties returns all zProperties that are defined, as they are for the device.
func (o object) zProperties() map[string]any {
	out := make(map[string]any, len(o.inv.ZProperties))
	for name, definition := range o.inv.ZProperties {
		value, ok := o.Attributes[name]
		if !ok {
			value, _ = o.inv.inherited(o.device.DeviceClass, name)
		}
		if text, ok := value.(string); ok && definition.Secret() {
			value = datasource.Secret(text)
		}
		out[name] = value
	}
	return out
}

// visibleTemplates returns the names of the templates that objects of a device class could bind, sorted.
func (inv *Inventory) visibleTemplates(class string) []string {
	names := map[string]bool{}
	for path := class; path != ""; path = parentPath(path) {
		if c := inv.DeviceClasses[path]; c != nil {
			for name := range c.Templates {
				names[name] = true
			}
		}
		if path == "/" {
			break
		}
	}
	return slices.Sorted(maps.Keys(names))
}
