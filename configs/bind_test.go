package configs

import (
	"fmt"
	"testing"

	"github.com/zenpython/zenpython/maps"
)

// TestTemplateBinding: which templates an object has, by what the inventory says.
func TestTemplateBinding(t *testing.T) {
	const text = `
classes:
  Site: {label: Web Site, monitoring_templates: [Pages, Extra]}
  Room: {label: Server Room}
device_classes:
  /:
    templates:
      Device: {datasources: {d: {type: Python, plugin_classname: x.Y}}}
      Low: {datasources: {root: {type: Python, plugin_classname: x.Y}}}
      Base: {datasources: {base: {type: Python, plugin_classname: x.Y}}}
      Grown: {datasources: {g: {type: Python, plugin_classname: x.Y}}}
      Grown-addition: {datasources: {more: {type: Python, plugin_classname: x.Y}}}
      Pages: {datasources: {p: {type: Python, plugin_classname: x.Y}}}
      Pages-replacement: {datasources: {better: {type: Python, plugin_classname: x.Y}}}
      ServerRoom: {datasources: {r: {type: Python, plugin_classname: x.Y}}}
      FileSystem: {datasources: {f: {type: Python, plugin_classname: x.Y}}}
      Only-addition: {datasources: {o: {type: Python, plugin_classname: x.Y}}}
  /A/B:
    templates:
      Low: {datasources: {near: {type: Python, plugin_classname: x.Y}}}
      Base-replacement: {datasources: {replaced: {type: Python, plugin_classname: x.Y}}}
  /A/B/C: {}
devices:
  DEFAULTS: {device_class: /A/B/C}
  dev: {%s}
`
	tests := []struct {
		name, device string
		want         []string
	}{
		{"the platform's default", "", []string{"dev Device/d"}},
		{"nearest up the tree", "zProperties: {zDeviceTemplates: [Low]}", []string{"dev Low/near"}},
		{"root", "device_class: /, zProperties: {zDeviceTemplates: [Low]}", []string{"dev Low/root"}},
		{"replacement on the way", "zProperties: {zDeviceTemplates: [Base]}", []string{"dev Base-replacement/replaced"}},
		{"replacement is not above", "device_class: /, zProperties: {zDeviceTemplates: [Base]}", []string{"dev Base/base"}},
		{"addition", "zProperties: {zDeviceTemplates: [Grown]}", []string{"dev Grown-addition/more", "dev Grown/g"}},
		{"addition alone", "zProperties: {zDeviceTemplates: [Only]}", []string{"dev Only-addition/o"}},
		{"each once", "zProperties: {zDeviceTemplates: [Grown, Grown-addition]}", []string{"dev Grown-addition/more", "dev Grown/g"}},
		{"own templates", "templates: [Low, Grown]", []string{"dev Grown-addition/more", "dev Grown/g", "dev Low/near"}},
		{"no templates", "templates: []", []string{}},
		{"component by class", "templates: [], components: {rooms: [{id: r1, class: Room}]}", []string{"dev r1 ServerRoom/r"}},
		{"component with monitoring_templates", "templates: [], components: {sites: [{id: eu, class: Site}]}", []string{"dev eu Pages-replacement/better"}},
		{"component with own templates", "templates: [], components: {sites: [{id: eu, class: Site, templates: [Low]}]}", []string{"dev eu Low/near"}},
		{"component with no templates", "templates: [], components: {sites: [{id: eu, class: Site, templates: []}]}", []string{}},
		{"component of a class of the platform", "templates: [], components: {disks: [{id: root, class: FileSystem}]}", []string{"dev root FileSystem/f"}},
		{"component without class", "templates: [], components: {things: [{id: a}]}", []string{}},
		{"component of a component", "templates: [], components: {rooms: [{id: r1, class: Room, components: {rooms: [{id: r2, class: Room, templates: [Low]}]}}]}", []string{"dev r1 ServerRoom/r", "dev r2 Low/near"}},
		{"component not monitored", "templates: [], components: {rooms: [{id: r1, class: Room, monitor: false}]}", []string{}},
		{"component in maintenance", "templates: [], zProperties: {zProdStateThreshold: 400}, components: {rooms: [{id: r1, class: Room, productionState: Maintenance}, {id: r2, class: Room}]}", []string{"dev r2 ServerRoom/r"}},
		{"device at the threshold", "templates: [Low], productionState: Maintenance", []string{"dev Low/near"}},
		{"device below the threshold", "templates: [Low], productionState: 299", []string{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := builtWithProblems(t, fmt.Sprintf(text, test.device), plugins{})
			for _, p := range set.Problems {
				if p.Severity == ProblemError {
					t.Error(p)
				}
			}
			diff(t, test.want, bindings(set))
		})
	}
}

// TestFoundComponentsAreBound: what maps find is bound by the class that they name, as what is declared.
func TestFoundComponentsAreBound(t *testing.T) {
	inv, model := seeded(t, `
device_classes:
  /: {templates: {FileSystem: {datasources: {f: {type: Python, plugin_classname: x.Y, cycletime: "${here/zCommandPort}"}}}}}
devices:
  dev: {device_class: /, templates: []}
`)
	found := &maps.RelationshipMap{CompName: "os", RelName: "filesystems", ModName: "Products.ZenModel.FileSystem", Maps: []*maps.ObjectMap{
		{ID: "boot"}, {ID: "home", Attributes: map[string]any{"monitor": false}},
		{ID: "root", Attributes: map[string]any{"setZenProperty": []any{"zCommandPort", 23}}},
	}}
	if _, err := model.Apply("dev", []maps.Map{found}); err != nil {
		t.Fatal(err)
	}
	set, err := Build(t.Context(), inv, model, plugins{}, BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, []string{"dev boot FileSystem/f", "dev root FileSystem/f"}, bindings(set))
	diff(t, []string{"dev 22 FileSystem f x.Y", "dev 23 FileSystem f x.Y"}, names(set))
	if key := set.Tasks[0].Config.DataSources[0].Context.Key; key != "Devices/dev/os/filesystems/boot" {
		t.Errorf("context key %s", key)
	}
}

// TestZPropertyInheritance: the nearest value wins, from the definition's default to the component's own.
func TestZPropertyInheritance(t *testing.T) {
	const text = `
zProperties: {zLevel: 1}
device_classes:
  /: {%s, templates: {Site: {datasources: {s: {type: Python, plugin_classname: x.Y, cycletime: "${here/zLevel}"}}}}}
  /A: {%s}
  /A/B: {%s}
devices:
  dev:
    device_class: /A/B
    templates: []
    %s
    components: {sites: [{id: a, class: Site, %s}]}
`
	value := func(level, from int) string {
		if level < from {
			return "zProperties: {}"
		}
		return fmt.Sprintf("zProperties: {zLevel: %d}", from)
	}
	for level := 1; level <= 6; level++ {
		set := built(t, fmt.Sprintf(text, value(level, 2), value(level, 3), value(level, 4), value(level, 5), value(level, 6)), plugins{})
		diff(t, []string{fmt.Sprintf("dev %d Site s x.Y", level)}, names(set))
	}
}
