package configs

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// production is the production state of a device that does not say.
const production = 1000

// productionStates are the platform's names beside the numbers.
var productionStates = map[string]int{
	"production": production, "pre-production": 500, "test": 400, "maintenance": 300, "decommissioned": -1,
}

// productionWords is productionStates for the schema and for suggestions.
var productionWords = []string{"Production", "Pre-Production", "Test", "Maintenance", "Decommissioned"}

// deviceDraft is a device while it is read: what names templates is judged once its class is known.
type deviceDraft struct {
	*Device
	templates  *yaml.Node
	components *yaml.Node
}

func deviceTable(w *vocabulary) *table[deviceDraft] {
	return newTable("device",
		field[deviceDraft]{keyInfo{name: "device_class", doc: "Path of its device class.", shape: textShape, required: true},
			func(r *reader, d *deviceDraft, n *yaml.Node) { r.deviceClassOf(d.Device, n) }},
		textField("title", "Name for people.", func(d *deviceDraft) *string { return &d.Title }),
		textField("manageIp", "Address that it is collected at.", func(d *deviceDraft) *string { return &d.ManageIP }),
		productionField(func(d *deviceDraft) *int { return &d.ProductionState }),
		plainMapField("attributes", "What proxy attributes and TALES may ask for.", func(d *deviceDraft) *map[string]any { return &d.Attributes }),
		field[deviceDraft]{keyInfo{name: "zProperties", doc: "Values of zProperties for this device.", shape: anyMapShape},
			func(r *reader, d *deviceDraft, n *yaml.Node) { d.ZProperties = r.readValues(n, d.ZProperties) }},
		field[deviceDraft]{keyInfo{name: "templates", doc: "Names of templates, in place of what zDeviceTemplates binds.", shape: textsShape},
			func(r *reader, d *deviceDraft, n *yaml.Node) { d.templates, d.Templates = n, r.texts(n) }},
		field[deviceDraft]{keyInfo{name: "components", doc: "Components by the name of their relation.", shape: componentsShape(w.component)},
			func(_ *reader, d *deviceDraft, n *yaml.Node) { d.components = n }},
	)
}

func productionField[T any](at func(*T) *int) field[T] {
	doc := "Production state: " + strings.Join(productionWords, ", ") + " or a number; Production when not given."
	return field[T]{keyInfo{name: "productionState", doc: doc, shape: &shape{kind: kindWord, words: productionWords}}, func(r *reader, into *T, n *yaml.Node) {
		n = follow(n)
		if state, ok := productionStates[strings.ToLower(n.Value)]; ok {
			*at(into) = state
			return
		}
		state, err := strconv.Atoi(n.Value)
		if err != nil {
			r.report(n, suggest(n.Value, productionWords), "want a production state such as Production or 1000, got %s", describe(n))
			return
		}
		*at(into) = state
	}}
}

// deviceSection is a devices: section that waits for the device classes of all files.
type deviceSection struct {
	in   *reader
	node *yaml.Node
}

// readDevices reads one devices: section.
func (r *reader) readDevices(n *yaml.Node) {
	unit := func(id string) string { return "device " + id }
	for _, e := range r.section(n, "", unit) {
		device := &Device{ID: e.name(), ProductionState: production, Position: r.position(e.key)}
		in := r.within(scope{unit: unit(device.ID), owner: device})
		if first, ok := r.devices[device.ID]; ok {
			in.problem(e.key, "device %s is given twice, first at %s", device.ID, first)
			continue
		}
		r.devices[device.ID] = device.Position
		in.checkID(e.key, "device")
		draft := deviceDraft{Device: device}
		r.words.device.read(in, e.value, &draft)
		in.settleValues()
		if draft.templates != nil {
			in.checkTemplates(device.DeviceClass, draft.templates)
		}
		if draft.components != nil {
			device.Components = in.readComponents(device.DeviceClass, draft.components, 0)
		}
		r.inventory.Devices = append(r.inventory.Devices, device)
	}
}

// deviceClassOf reads the path of a device's class, which must exist.
func (r *reader) deviceClassOf(d *Device, n *yaml.Node) {
	text, ok := r.text(n)
	if !ok {
		return
	}
	path, ok := classPath(text)
	if !ok || r.inventory.DeviceClasses[path] == nil {
		known := slices.Sorted(maps.Keys(r.inventory.DeviceClasses))
		r.report(n, suggest(text, known), "device class %s does not exist", describe(follow(n)))
		return
	}
	d.DeviceClass = path
}

// checkTemplates reports names of templates that do not exist on the way from the device class to the root. Without
// a class, which is reported already, nothing can be said.
func (r *reader) checkTemplates(class string, names *yaml.Node) {
	if class == "" {
		return
	}
	for _, item := range r.list(names) {
		if item.Kind == yaml.ScalarNode && r.findTemplate(class, item.Value) == nil {
			r.report(item, suggest(item.Value, r.templateNames(class)), "there is no template %s in %s or above", describe(item), class)
		}
	}
}

// templateNames lists the templates that can be bound below a device class.
func (l *loader) templateNames(path string) []string {
	var names []string
	for {
		if class := l.inventory.DeviceClasses[path]; class != nil {
			names = append(names, slices.Sorted(maps.Keys(class.Templates))...)
		}
		if path == "/" {
			return names
		}
		path = parentPath(path)
	}
}
