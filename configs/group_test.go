package configs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zenpython/zenpython/datasource"
)

func TestKeysThatMakeNoTask(t *testing.T) {
	tests := []struct {
		name string
		key  []any
	}{
		{"no interval", []any{"dev1"}},
		{"text for an interval", []any{"dev1", "often"}},
		{"zero", []any{"dev1", 0}},
		{"not hashable", []any{"dev1", 60, map[string]any{}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := builtWithProblems(t, threeSources, plugins{key: func(s *datasource.Source) (datasource.ConfigKey, error) {
				if s.ID == "bad" {
					return datasource.MakeKey(test.key...)
				}
				return datasource.DefaultKey(s)
			}})
			diff(t, []string{"dev1 Web/good", "dev1 Web/missing"}, bindings(set))
			if len(set.Problems) != 1 || set.Problems[0].Unit != "data source Web/bad of device dev1" || !strings.Contains(set.Problems[0].Message, "config key") {
				t.Errorf("problems %q", problemTexts(set))
			}
		})
	}
}

func TestNamesAreUnique(t *testing.T) {
	set := builtWithProblems(t, `
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates: {Web: {datasources: {d: {type: Python, plugin_classname: shop.D, cycletime: 60}}}}
devices:
  a: {device_class: /Server}
  b: {device_class: /Server}
  c: {device_class: /Server}
`, plugins{key: func(*datasource.Source) (datasource.ConfigKey, error) { return datasource.MakeKey("all", 60) }})
	diff(t, []string{"all 60", "all 60 #2", "all 60 #3"}, names(set))
	if len(set.Problems) != 2 || set.Problems[0].Severity != ProblemWarning || set.Problems[0].Line != 5 {
		t.Errorf("problems %v, want two warnings", set.Problems)
	}
}

// TestNamesThatLookAlike: 60 and "60" are two keys of one device, and make two tasks of one name.
func TestNamesThatLookAlike(t *testing.T) {
	set := builtWithProblems(t, threeSources, plugins{key: func(s *datasource.Source) (datasource.ConfigKey, error) {
		if s.ID == "bad" {
			return datasource.MakeKey(s.Device, 60, "60")
		}
		return datasource.MakeKey(s.Device, 60, 60, s.PluginClassname == "shop.Good")
	}})
	got := map[string]int{}
	for _, task := range set.Tasks {
		got[task.Name()]++
	}
	diff(t, map[string]int{"dev1 60 60": 1, "dev1 60 60 True": 1, "dev1 60 60 False": 1}, got)
}

func TestOneClassATask(t *testing.T) {
	set := builtWithProblems(t, threeSources, plugins{key: func(s *datasource.Source) (datasource.ConfigKey, error) {
		return datasource.MakeKey(s.Device, 60)
	}})
	diff(t, []string{"dev1 Web/good"}, bindings(set))
	if len(set.Problems) != 2 {
		t.Errorf("problems %q", problemTexts(set))
	}
}

func TestSharing(t *testing.T) {
	const text = `
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates:
      Web:
        datasources:
          fixed: {type: HTTP, cycletime: 60, url: "http://a/", datapoints: {time: GAUGE, size: GAUGE}}
          by rack: {type: HTTP, cycletime: 60, url: "http://${here/rack}/", datapoints: {time: {tags: {rack: "${here/rack}"}}}}
devices:
  a: {device_class: /Server, attributes: {rack: r1}}
  b: {device_class: /Server, attributes: {rack: r2}}
  c: {device_class: /Server, attributes: {rack: r1}}
`
	inv, model := seeded(t, text)
	set, err := Build(t.Context(), inv, model, datasource.GoBuilder{}, BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]*datasource.DataSourceConfig{}
	for _, task := range set.Tasks {
		ds := task.Config.DataSources[0]
		of[ds.Device+" "+ds.DataSource] = ds
	}
	for _, test := range []struct {
		x, y string
		same bool
	}{{"a fixed", "b fixed", true}, {"a by rack", "c by rack", true}, {"a by rack", "b by rack", false}} {
		x, y := of[test.x], of[test.y]
		if (x.Params == y.Params) != test.same || (x.SourceSpec == y.SourceSpec) != test.same {
			t.Errorf("%s and %s: params shared %t, datapoints shared %t, want %t",
				test.x, test.y, x.Params == y.Params, x.SourceSpec == y.SourceSpec, test.same)
		}
	}
	if a, c := of["a fixed"], of["a by rack"]; a.Context != c.Context {
		t.Error("two data sources of one device have a context each")
	}
	if got := fmt.Sprint(of["b by rack"].Points[0].Tags); got != "map[rack:r2]" {
		t.Errorf("tags %s", got)
	}
}
