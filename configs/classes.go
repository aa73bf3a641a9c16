package configs

import (
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// classDraft is a class while it is read.
type classDraft struct {
	*ComponentClass
	metaType string // the label where none is given
}

// classProperty is one entry of a class's properties.
type classProperty struct {
	value any // its default
}

func classTable(w *vocabulary) *table[classDraft] {
	return newTable("class", append([]field[classDraft]{
		textsField("base", "Classes it is made from.", func(c *classDraft) *[]string { return &c.Bases }),
		textField("label", "Its name for people; without spaces, the name of the template it binds.", func(c *classDraft) *string { return &c.Label }),
		textField("meta_type", "Its label where none is given; the name of the class when not given.", func(c *classDraft) *string { return &c.metaType }),
		{keyInfo{name: "monitoring_templates", doc: "Names of the templates it binds, in place of the one of its label.", shape: textsShape},
			func(r *reader, c *classDraft, n *yaml.Node) { c.MonitoringTemplates = r.texts(n) }},
		{keyInfo{name: "properties", doc: "Attributes with their types and defaults.", shape: mapOf(w.classProperty)},
			func(r *reader, c *classDraft, n *yaml.Node) { c.Properties = r.classProperties(n) }},
	}, ignoredFields[classDraft]("plural_label", "short_label", "plural_short_label", "auto_expand_column",
		"initial_sort_column", "label_width", "plural_label_width", "content_width", "icon", "order", "relationships",
		"impact_triggers", "impacts", "impacted_by", "filter_display", "filter_hide_from", "dynamicview_views",
		"dynamicview_group", "dynamicview_weight", "dynamicview_relations", "extra_paths", "name")...)...)
}

func classPropertyTable() *table[classProperty] {
	return newTable("classProperty", append([]field[classProperty]{
		{keyInfo{name: "default", doc: "Value of objects that have none of their own.", shape: anyShape},
			func(r *reader, p *classProperty, n *yaml.Node) { p.value = r.plain(n) }},
	}, ignoredFields[classProperty]("type", "label", "short_label", "index_type", "label_width", "content_width", "display",
		"details_display", "grid_display", "renderer", "order", "editable", "api_only", "api_backendtype", "enum", "datapoint",
		"datapoint_default", "datapoint_cached", "index_scope", "name", "description")...)...)
}

// readClasses reads classes:. DEFAULTS of a pack's classes are laid under each.
func (r *reader) readClasses(n *yaml.Node) {
	unit := func(name string) string { return "class " + name }
	for _, e := range r.section(n, "", unit) {
		in := r.within(scope{unit: unit(e.name())})
		class := &ComponentClass{Name: e.name(), ModName: e.name(), Position: r.position(e.key)}
		if r.file.pack != nil && !strings.Contains(e.name(), ".") {
			class.ModName = r.file.pack.Name + "." + e.name()
		}
		draft := classDraft{ComponentClass: class, metaType: e.name()}
		r.words.class.read(in, e.value, &draft)
		class.Label = firstText(class.Label, draft.metaType)
		if before, ok := r.inventory.ComponentClasses[lastPart(class.Name)]; ok && r.file.pack == nil && !r.isPackFile(before.Position.Path) {
			in.problem(e.key, "class %s is given twice, first at %s", class.Name, before.Position)
			continue
		}
		r.inventory.ComponentClasses[lastPart(class.Name)] = class
	}
}

// classProperties reads the properties of a class that have a default.
func (r *reader) classProperties(n *yaml.Node) map[string]any {
	out := map[string]any{}
	for _, e := range r.section(n, "", nil) {
		property := classProperty{}
		r.words.classProperty.read(r, e.value, &property)
		if property.value != nil {
			out[e.name()] = property.value
		}
	}
	return out
}

// lastPart is the class in a dotted name.
func lastPart(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }
