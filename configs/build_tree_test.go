package configs

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"
)

// ahead is plugin code in another process: it is asked ahead and looks at the whole device.
type ahead struct {
	plugins
	asked *[]string
	trees map[string]*datasource.DeviceTree
}

func (a ahead) Prefetch(_ context.Context, s *datasource.Source) bool {
	*a.asked = append(*a.asked, "prefetch "+s.ID)
	a.trees[s.Device] = s.Tree()
	if s.Tree() != a.trees[s.Device] {
		panic("another tree")
	}
	return s.Type == pythonType
}

func (a ahead) ConfigKey(ctx context.Context, s *datasource.Source) (datasource.ConfigKey, error) {
	*a.asked = append(*a.asked, "key "+s.ID)
	return a.plugins.ConfigKey(ctx, s)
}

const treeInventory = `
zProperties: {zPort: 80, zShopPassword: {type: password, default: hunter2}}
classes: {Site: {monitoring_templates: [SiteStats]}}
device_classes:
  /: {templates: {Spare: {}}}
  /Server:
    zProperties: {zDeviceTemplates: [Web, Web2], zPort: 81, zPythonClass: pack.Device}
    templates:
      SiteStats: {}
      Web2: {}
      Web:
        datasources:
          a: {type: Python, plugin_classname: p.A, cycletime: 60, datapoints: {x: GAUGE}}
          b: {type: Python, plugin_classname: p.B, cycletime: 60, datapoints: {x: {rrdtype: DERIVE}}}
devices:
  dev1:
    device_class: /Server
    zProperties: {zShopPassword: own}
    components: {sites: [{id: eu, class: Site}]}
`

func buildTrees(t *testing.T, text string) (*maps.Memory, []string, *datasource.DeviceTree) {
	t.Helper()
	inv, model := seeded(t, text)
	a := ahead{asked: new([]string), trees: map[string]*datasource.DeviceTree{}}
	set, err := Build(t.Context(), inv, model, a, BuildOptions{})
	if err != nil || len(set.Problems) > 0 {
		t.Fatalf("error %v, problems %q", err, problemTexts(set))
	}
	return model, *a.asked, a.trees["dev1"]
}

func TestBuildAsksAhead(t *testing.T) {
	_, asked, _ := buildTrees(t, treeInventory)
	diff(t, []string{"prefetch a", "prefetch b", "key a", "key b"}, asked)
}

func TestDeviceTree(t *testing.T) {
	model, _, tree := buildTrees(t, treeInventory)
	if tree.Root != model.Device("dev1") || tree.DeviceClass != "/Server" || tree.PythonClass != "pack.Device" {
		t.Errorf("root %v, class %s of %s", tree.Root, tree.PythonClass, tree.DeviceClass)
	}
	diff(t, []string{"SiteStats", "Spare", "Web", "Web2"}, tree.Templates)
	diff(t, map[string][]string{"Devices/dev1": {"Web", "Web2"}, "Devices/dev1/sites/eu": {"SiteStats"}}, tree.Bound)
	diff(t, []any{81, datasource.Secret("own"), 300}, []any{
		tree.ZProperties["zPort"], tree.ZProperties["zShopPassword"], tree.ZProperties["zCommandCollectionInterval"],
	})
}

// The version of a tree is what a builder goes by: it changes with all that code could see, and with nothing else.
func TestDeviceTreeVersion(t *testing.T) {
	_, _, first := buildTrees(t, treeInventory)
	for change, to := range map[string]string{
		"zPort: 80":             "zPort: 82", // it is overridden
		"zPort: 81":             "zPort: 83",
		"zShopPassword: own":    "zShopPassword: other",
		"SiteStats: {}":         "SiteStats: {}\n      More: {}",
		"[Web, Web2]":           "[Web, SiteStats]",
		"cycletime: 60, datapo": "cycletime: 70, datapo",
	} {
		_, _, tree := buildTrees(t, strings.ReplaceAll(treeInventory, change, to))
		same := change == "zPort: 80" || strings.HasPrefix(change, "cycletime")
		if (tree.Version == first.Version) != same {
			t.Errorf("with %s the version is the same: %v", to, !same)
		}
	}
}

func TestSourceOfPluginCode(t *testing.T) {
	inv, model := seeded(t, strings.Replace(treeInventory, "type: Python, plugin_classname: p.B", "type: Own, path: '$', retries: 2, plugin_classname: p.B", 1))
	var got *datasource.Source
	_, err := Build(t.Context(), inv, model, plugins{params: func(s *datasource.Source) (any, error) {
		if s.ID == "b" {
			got = s
		}
		return map[string]any{}, nil
	}}, BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, map[string]any{"path": "$", "retries": int64(2)}, got.Properties)
	if got.Node != model.Device("dev1") || len(got.Points) != 1 || got.Points[0].RRDType != datasource.Derive {
		t.Errorf("node %v, points %v", got.Node, got.Points)
	}
}

func TestParamsInDoubtAreUsed(t *testing.T) {
	inv, model := seeded(t, treeInventory)
	set, err := Build(t.Context(), inv, model, plugins{params: func(s *datasource.Source) (any, error) {
		if s.ID == "a" {
			return map[string]any{}, &datasource.Warning{Err: errors.New("p.A.params: ValueError: x")}
		}
		return map[string]any{"b": 1}, nil
	}}, BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Tasks) != 2 || len(set.Problems) != 1 {
		t.Fatalf("tasks %q, problems %q", names(set), problemTexts(set))
	}
	p := set.Problems[0]
	if p.Severity != ProblemWarning || p.Unit != "" || p.Message != "data source Web/a: p.A.params: ValueError: x (device dev1)" {
		t.Errorf("problem %+v", p)
	}
}
