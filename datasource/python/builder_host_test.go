package python

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"
)

// hostBuilder runs the embedded host.
func hostBuilder(tb testing.TB) *builderRig {
	tb.Helper()
	folder, err := UnpackHost(tb.TempDir(), nil)
	if err != nil {
		tb.Fatal(err)
	}
	return newBuilderRig(tb, func(o *BuilderOptions) { o.Worker.Args, o.Worker.HostPath = nil, folder })
}

const arrays = `
zenpacks: [%s]
zProperties:
  zArrayPassword: {type: password, default: hunter2}
device_classes:
  /Storage/Array:
    zProperties: {zDeviceTemplates: [Devices], zArrayPort: 9000}
    templates:
      Devices:
        datasources:
          array: {type: Array, retries: 5, datapoints: {reads: GAUGE}}
          slow: {type: Array Slow, cycletime: 30, path: "/${here/manageIp}", datapoints: {reads: GAUGE}}
          lost: {type: Nowhere, plugin_classname: a.b, datapoints: {x: GAUGE}}
          page: {type: HTTP, url: "http://127.0.0.1/", datapoints: {time: GAUGE}}
      HardDisk:
        datasources:
          key: {type: Python, plugin_classname: ZenPacks.test.ModelYaml.dsplugins.BadKey, datapoints: {x: GAUGE}}
          params: {type: Python, plugin_classname: ZenPacks.test.ModelYaml.dsplugins.FailingParams, params: {limit: 1}, datapoints: {x: GAUGE}}
          proxy: {type: Python, plugin_classname: ZenPacks.test.ModelYaml.dsplugins.FailingProxy, datapoints: {x: GAUGE}}
          missing: {type: Python, plugin_classname: ZenPacks.test.ModelYaml.dsplugins.Absent, datapoints: {x: GAUGE}}
devices:
  array1:
    device_class: /Storage/Array
    manageIp: 10.0.0.1
    components:
      disks: [{id: d1, class: Disk}]
`

func buildArrays(t *testing.T, b datasource.Builder) *configs.Set {
	t.Helper()
	pack, err := filepath.Abs("host/tests/packs/ZenPacks.test.ModelYaml")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "arrays.yaml")
	if err := os.WriteFile(path, fmt.Appendf(nil, arrays, pack), 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := configs.NewLocalSource(configs.LocalSourceOptions{Paths: []string{path}, Model: maps.NewMemory(), Builder: b})
	if err != nil {
		t.Fatal(err)
	}
	set, err := source.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// From a pack's YAML and code to configs, by the real host.
func TestConfigsOfAPack(t *testing.T) {
	r := hostBuilder(t)
	set := buildArrays(t, datasource.Builders{datasource.GoBuilder{}, r.Builder})
	type config struct {
		Key        string
		Params     any
		Attributes map[string]any
	}
	got := map[string]config{}
	for _, task := range set.Tasks {
		for _, ds := range task.Config.DataSources {
			got[ds.DataSource] = config{ds.ConfigKey.Name(), ds.Params, ds.Attributes}
		}
	}
	attributes := map[string]any{
		"zArrayPort": int64(9000), "pool_name": nil, "getManageIp": "10.0.0.1", "title": "", "nothing_such": nil,
		"getAddedByPack": "added to array1",
	}
	params := func(name, path string, retries int64) map[string]any {
		return map[string]any{"path": path, "retries": retries, "points": []any{name + "_reads"}}
	}
	for name, want := range map[string]config{
		"array":  {"array1 300 Devices array array1", params("array", "/api/array1", 5), attributes},
		"slow":   {"array1 30 Devices slow array1", params("slow", "/10.0.0.1", 2), attributes},
		"params": {"array1 300 HardDisk params ZenPacks.test.ModelYaml.dsplugins.FailingParams", map[string]any{"limit": int64(1)}, map[string]any{"zArrayPort": int64(9000)}},
	} {
		have := got[name]
		if m, ok := have.Params.(map[string]any); ok {
			delete(m, "device_class")
		}
		if d := cmp.Diff(want, have); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
	var problems []string
	for _, p := range set.Problems {
		problems = append(problems, p.String())
	}
	for _, want := range []string{
		"error: config key: ZenPacks.test.ModelYaml.dsplugins.BadKey.config_key: TypeError",
		"warning: data source HardDisk/params: ZenPacks.test.ModelYaml.dsplugins.FailingParams.params: AttributeError",
		"error: proxy attributes: ZenPacks.test.ModelYaml.dsplugins.FailingProxy.proxy_attributes: ",
		"ZenPacks.test.ModelYaml.dsplugins.Absent",
	} {
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, want) }) {
			t.Errorf("no problem with %q in\n%s", want, strings.Join(problems, "\n"))
		}
	}
	if !slices.ContainsFunc(set.NotCollected, func(s string) bool { return strings.Contains(s, "Devices/lost") }) {
		t.Errorf("not collected: %q", set.NotCollected)
	}
	if log := r.log.String(); strings.Contains(log, "hunter2") {
		t.Errorf("the log shows a password:\n%s", log)
	}
}

func BenchmarkHostBuilder(b *testing.B) {
	r := hostBuilder(b)
	pack, err := filepath.Abs("host/tests/packs/ZenPacks.test.ModelYaml/ZenPacks/test/ModelYaml")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := r.PackTypes(b.Context(), []datasource.Pack{{Name: "ZenPacks.test.ModelYaml", Path: pack}}); err != nil {
		b.Fatal(err)
	}
	const devices, each = 1000, 10
	for b.Loop() {
		buildMany(b, r.Builder, "ZenPacks.test.ModelYaml.datasources.ArrayDataSource.ArrayPlugin", devices, each)
	}
	b.ReportMetric(devices*each*float64(b.N)/b.Elapsed().Seconds(), "sources/s")
}
