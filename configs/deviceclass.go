package configs

import (
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

func deviceClassTable(w *vocabulary) *table[DeviceClass] {
	return newTable("deviceClass", append([]field[DeviceClass]{
		{keyInfo{name: "zProperties", doc: "Values of zProperties for the class and everything below it.", shape: anyMapShape},
			func(r *reader, c *DeviceClass, n *yaml.Node) { c.ZProperties = r.readValues(n, c.ZProperties) }},
		{keyInfo{name: "templates", doc: "Monitoring templates by name.", shape: mapOf(w.template)},
			func(r *reader, c *DeviceClass, n *yaml.Node) { r.readTemplates(c, n) }},
	}, ignoredFields[DeviceClass]("description", "path", "create", "remove", "reset", "protocol")...)...)
}

// readDeviceClasses reads the tree's nodes. A class may be given in several files: their zProperties and templates are
// joined, the later file's in front.
func (r *reader) readDeviceClasses(n *yaml.Node) {
	unit := func(path string) string { return "device class " + path }
	for _, e := range r.section(n, "", unit) {
		path, ok := classPath(e.name())
		if !ok {
			r.within(scope{unit: unit(e.name())}).problem(e.key, "%q is no path of a device class: want one such as /Server/Linux", e.name())
			continue
		}
		class := r.deviceClass(path)
		if class.Position.Path == "" {
			class.Position = r.position(e.key)
		}
		r.words.deviceClass.read(r, e.value, class)
	}
}

// classPath brings an organizer's path to its one form, "/" or "/A/B".
func classPath(text string) (string, bool) {
	if !strings.HasPrefix(text, "/") || strings.TrimSpace(text) != text {
		return "", false
	}
	path := "/" + strings.Trim(text, "/")
	return path, !strings.Contains(path, "//")
}

// deviceClass returns the class of that path, making it and its ancestors as needed.
func (l *loader) deviceClass(path string) *DeviceClass {
	if class, ok := l.inventory.DeviceClasses[path]; ok {
		return class
	}
	class := &DeviceClass{Path: path}
	l.inventory.DeviceClasses[path] = class
	l.deviceClass(parentPath(path))
	return class
}

// parentPath returns the path above, "/" for "/" itself.
func parentPath(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return "/"
}

// findTemplate seeks a template by name from the class of path up to the root.
func (l *loader) findTemplate(path, name string) *Template {
	for {
		if class := l.inventory.DeviceClasses[path]; class != nil && class.Templates[name] != nil {
			return class.Templates[name]
		}
		if path == "/" {
			return nil
		}
		path = parentPath(path)
	}
}

// deviceTemplates is the zProperty that names the templates bound to devices.
const deviceTemplates = "zDeviceTemplates"

// platformTemplate is what the platform binds to every device; it need not exist here.
const platformTemplate = "Device"

// checkBinding warns of bound templates that exist nowhere: they may be meant for another device class below.
func (r *reader) checkBinding(p pendingValue) {
	for _, item := range r.list(p.value) {
		if item.Kind != yaml.ScalarNode {
			continue
		}
		for line := range strings.Lines(item.Value) { // one text may hold several, a line each
			name := strings.TrimSpace(line)
			if name != "" && name != platformTemplate && !r.hasTemplate(name) {
				r.warn(item, "", "%s binds the template %q, which is defined nowhere", deviceTemplates, name)
			}
		}
	}
}

// hasTemplate reports whether any device class has a template of that name.
func (l *loader) hasTemplate(name string) bool {
	for _, class := range l.inventory.DeviceClasses {
		if class.Templates[name] != nil {
			return true
		}
	}
	return false
}
