package configs

import (
	"maps"
	"slices"

	yaml "go.yaml.in/yaml/v3"
)

// componentDraft is a component while it is read.
type componentDraft struct {
	*Component
	id         *yaml.Node
	class      *yaml.Node
	templates  *yaml.Node
	components *yaml.Node
}

func componentTable() *table[componentDraft] {
	t := newTable("component",
		field[componentDraft]{keyInfo{name: "id", doc: "Its id, which results name it by.", shape: textShape, required: true},
			func(r *reader, c *componentDraft, n *yaml.Node) { c.id, c.ID = n, r.plainText(n) }},
		textField("title", "Name for people.", func(c *componentDraft) *string { return &c.Title }),
		field[componentDraft]{keyInfo{name: "class", doc: "Its class, which binds templates to it.", shape: textShape},
			func(r *reader, c *componentDraft, n *yaml.Node) { c.class, c.Class = n, r.plainText(n) }},
		boolField("monitor", "Whether it is collected.", func(c *componentDraft) *bool { return &c.Monitored }),
		productionField(func(c *componentDraft) *int { return &c.ProductionState }),
		plainMapField("attributes", "What proxy attributes and TALES may ask for.", func(c *componentDraft) *map[string]any { return &c.Attributes }),
		field[componentDraft]{keyInfo{name: "zProperties", doc: "Values of zProperties for this component.", shape: anyMapShape},
			func(r *reader, c *componentDraft, n *yaml.Node) { c.ZProperties = r.readValues(n, c.ZProperties) }},
		field[componentDraft]{keyInfo{name: "templates", doc: "Names of templates, in place of what its class binds.", shape: textsShape},
			func(r *reader, c *componentDraft, n *yaml.Node) { c.templates, c.Templates = n, r.texts(n) }},
	)
	nested := field[componentDraft]{keyInfo{name: "components", doc: "Components of this component, by the name of their relation.", shape: componentsShape(t)},
		func(_ *reader, c *componentDraft, n *yaml.Node) { c.components = n }}
	t.add(nested)
	return t
}

// componentsShape is relation names to lists of components.
func componentsShape(component described) *shape {
	return &shape{kind: kindMap, of: &shape{kind: kindList, of: &shape{kind: kindObject, object: component}}}
}

// plainText is text for places where "" says enough about a mistake.
func (r *reader) plainText(n *yaml.Node) string {
	text, _ := r.text(n)
	return text
}

// maxNesting is how many levels of components may stand below a device: no path in the model is longer.
const maxNesting = 8

// readComponents reads components: of a device or of a component of it. What is wrong with one costs the device.
func (r *reader) readComponents(class string, n *yaml.Node, level int) []*Component {
	var out []*Component
	if level > maxNesting {
		r.problem(n, "components are nested deeper than %d levels", maxNesting)
		return nil
	}
	for _, e := range r.mapping(n, nil) {
		r.checkID(e.key, "relation")
		if e.value.Kind != yaml.SequenceNode && !isNull(e.value) {
			r.problem(e.value, "want a list of components, got %s", describe(e.value))
			continue
		}
		first := map[string]int{}
		for _, item := range r.list(e.value) {
			c := r.readComponent(class, e.name(), item, level)
			if line, ok := first[c.ID]; ok && c.ID != "" {
				r.problem(item, "component %s is given twice in %s, first in line %d", c.ID, e.name(), line)
			} else {
				first[c.ID] = item.Line
			}
			out = append(out, c)
		}
	}
	return out
}

// readComponent reads one component of a relation.
func (r *reader) readComponent(class, relation string, n *yaml.Node, level int) *Component {
	draft := componentDraft{Component: &Component{Relation: relation, Monitored: true, Position: r.position(n)}}
	r.words.component.read(r, n, &draft)
	r.settleValues()
	if draft.id != nil {
		r.checkID(follow(draft.id), "component")
	}
	if draft.templates != nil {
		r.checkTemplates(class, draft.templates)
	}
	if draft.class != nil && draft.Class != "" {
		r.checkComponentClass(class, draft.class)
	}
	if draft.components != nil {
		draft.Components = r.readComponents(class, draft.components, level+1)
	}
	return draft.Component
}

// platformComponents are the classes of components that every Zenoss has.
var platformComponents = []string{"CPU", "ExpansionCard", "Fan", "FileSystem", "HardDisk", "IpInterface", "IpRouteEntry", "IpService", "OSProcess", "PowerSupply", "TemperatureSensor", "WinService"}

// checkComponentClass accepts a class that a pack or classes: declares, one of the platform's, and one that names the
// template it binds.
func (r *reader) checkComponentClass(deviceClass string, n *yaml.Node) {
	name := follow(n).Value
	if r.inventory.ComponentClasses[lastPart(name)] != nil || slices.Contains(platformComponents, lastPart(name)) {
		return
	}
	if deviceClass == "" || r.findTemplate(deviceClass, lastPart(name)) != nil {
		return
	}
	known := append(slices.Sorted(maps.Keys(r.inventory.ComponentClasses)), platformComponents...)
	r.report(n, suggest(lastPart(name), known), "class %s does not exist: declare it under classes", describe(follow(n)))
}
