package configs

import (
	"slices"
	"strings"
)

// template seeks a template by name from a device class up to the root.
func (inv *Inventory) template(class, name string) *Template {
	for path := class; path != ""; path = parentPath(path) {
		if c := inv.DeviceClasses[path]; c != nil && c.Templates[name] != nil {
			return c.Templates[name]
		}
		if path == "/" {
			break
		}
	}
	return nil
}

// Suffixes of templates that change what is bound under the name before them, without anybody binding them by name.
const (
	replacementSuffix = "-replacement"
	additionSuffix    = "-addition"
)

// bound returns the templates that stand behind names, in their order and each once. X-replacement takes the place of
// X, X-addition comes with it; both are sought on the same way up as X, and work where X itself does not exist. A name
// that nothing stands behind is none: the platform's own Device is such a one.
func (inv *Inventory) bound(class string, names []string) []*Template {
	var out []*Template
	add := func(t *Template) bool {
		if t != nil && !slices.Contains(out, t) {
			out = append(out, t)
		}
		return t != nil
	}
	for _, name := range names {
		if !add(inv.template(class, name+replacementSuffix)) {
			add(inv.template(class, name))
		}
		add(inv.template(class, name+additionSuffix))
	}
	return out
}

// templates returns the templates of an object: those that its declaration names, else those bound by zDeviceTemplates
// for a device and by class for a component.
func (o object) templates() []*Template {
	return o.inv.bound(o.device.DeviceClass, o.templateNames())
}

func (o object) templateNames() []string {
	if o.IsDevice() {
		if o.device.Templates != nil {
			return o.device.Templates
		}
		names, _ := o.TalesGet(deviceTemplates)
		lines, err := coerceLines(names)
		if err != nil {
			return nil
		}
		return lines.([]string)
	}
	if c := o.declared[o.Path]; c != nil && c.Templates != nil {
		return c.Templates
	}
	return o.inv.classTemplates(o.ModName)
}

// classTemplates returns the names of the templates that components of a class bind.
func (inv *Inventory) classTemplates(modName string) []string {
	class := inv.ComponentClasses[lastPart(modName)]
	switch {
	case modName == "":
		return nil
	case class == nil:
		return []string{lastPart(modName)}
	case class.MonitoringTemplates != nil:
		return class.MonitoringTemplates
	}
	return []string{strings.ReplaceAll(class.Label, " ", "")}
}

// byPath adds the components that a device declares to an index by the path of their objects.
func byPath(index map[string]*Component, parent string, list []*Component) {
	for _, c := range list {
		path := parent + "/" + c.Relation + "/" + c.ID
		index[path] = c
		byPath(index, path, c.Components)
	}
}
