package configs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"
)

// plugins is a Builder whose plugins are what a test makes of them; what it does not set is as upstream's base class
// has it.
type plugins struct {
	key     func(s *datasource.Source) (datasource.ConfigKey, error)
	params  func(s *datasource.Source) (any, error)
	proxies []string
	missing string // a plugin class that cannot be loaded
}

func (p plugins) Collects(sourceType, _ string) bool { return sourceType != "Lacking" }

func (p plugins) ConfigKey(_ context.Context, s *datasource.Source) (datasource.ConfigKey, error) {
	if p.missing != "" && s.PluginClassname == p.missing {
		return datasource.ConfigKey{}, errors.New("no module named " + p.missing)
	}
	if p.key != nil {
		return p.key(s)
	}
	return datasource.DefaultKey(s)
}

func (p plugins) Params(_ context.Context, s *datasource.Source) (any, error) {
	if p.params != nil {
		return p.params(s)
	}
	return map[string]any{}, nil
}

func (p plugins) ProxyAttributes(_ context.Context, s *datasource.Source) (map[string]any, error) {
	out := map[string]any{}
	for _, name := range p.proxies {
		out[name], _ = s.Object.Attribute(name)
	}
	return out, nil
}

// seeded returns the inventory that text declares and a model of its objects.
func seeded(tb testing.TB, text string) (*Inventory, *maps.Memory) {
	tb.Helper()
	l := newLoader(LoadOptions{Types: testTypes()})
	l.addFile("inventory.yaml", []byte(text), nil)
	if err := l.read(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	inv, model := l.finish(), maps.NewMemory()
	if err := Seed(inv, model); err != nil {
		tb.Fatal(err)
	}
	return inv, model
}

// built builds what text declares and fails the test when that has problems.
func built(tb testing.TB, text string, p plugins) *Set {
	tb.Helper()
	set := builtWithProblems(tb, text, p)
	for _, problem := range set.Problems {
		tb.Error(problem)
	}
	return set
}

func builtWithProblems(tb testing.TB, text string, p plugins) *Set {
	tb.Helper()
	inv, model := seeded(tb, text)
	set, err := Build(tb.Context(), inv, model, p, BuildOptions{Now: time.Unix(1_000_000_000, 0)})
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

// names lists the tasks.
func names(set *Set) []string {
	out := []string{}
	for _, task := range set.Tasks {
		out = append(out, task.Name())
	}
	return out
}

// bindings lists "component template/datasource" of every data source of the set, sorted.
func bindings(set *Set) []string {
	out := []string{}
	for _, task := range set.Tasks {
		for _, ds := range task.Config.DataSources {
			out = append(out, strings.TrimSpace(ds.Device+" "+ds.Component.String())+" "+ds.Template+"/"+ds.DataSource)
		}
	}
	slices.Sort(out)
	return out
}

// problemTexts lists the problems without their places.
func problemTexts(set *Set) []string {
	out := []string{}
	for _, p := range set.Problems {
		out = append(out, p.Unit+": "+p.Message)
	}
	return out
}

// only returns the one data source of the set.
func only(t *testing.T, set *Set) *datasource.DataSourceConfig {
	t.Helper()
	if len(set.Tasks) != 1 || len(set.Tasks[0].Config.DataSources) != 1 {
		t.Fatalf("want one task with one data source, got %q; problems %q", names(set), problemTexts(set))
	}
	return set.Tasks[0].Config.DataSources[0]
}

func diff(t *testing.T, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

const threeComponents = `
device_classes:
  /Server:
    templates:
      Site: {datasources: {s: {type: Python, plugin_classname: shop.Sites, cycletime: "${here/seconds}", datapoints: {up: GAUGE}}}}
devices:
  dev1:
    device_class: /Server
    components:
      sites:
        - {id: a, class: Site, attributes: {seconds: 60}}
        - {id: b, class: Site, attributes: {seconds: 60}}
        - {id: c, class: Site, attributes: {seconds: 300}}
`

func TestCheck26ConfigKeysMakeTasks(t *testing.T) {
	set := built(t, threeComponents, plugins{key: func(s *datasource.Source) (datasource.ConfigKey, error) {
		return datasource.MakeKey(s.Device, s.CycleTime.Seconds(), "x")
	}})
	got := []string{}
	for _, task := range set.Tasks {
		got = append(got, fmt.Sprintf("%s: %d at %s", task.Name(), len(task.Config.DataSources), task.Interval))
	}
	diff(t, []string{"dev1 60 x: 2 at 1m0s", "dev1 300 x: 1 at 5m0s"}, got)
}

func TestCheck32ProxyAttributes(t *testing.T) {
	set := built(t, `
zProperties: {zX: root}
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates:
      Web: {datasources: {d: {type: Python, plugin_classname: shop.D, cycletime: 60}}}
      Site: {datasources: {s: {type: Python, plugin_classname: shop.S, cycletime: 60}}}
  /Server/Web: {zProperties: {zX: class}}
devices:
  dev1:
    device_class: /Server/Web
    manageIp: 10.0.0.1
    attributes: {rack: r7}
    components: {sites: [{id: eu, class: Site, zProperties: {zX: own}}, {id: us, class: Site}]}
`, plugins{proxies: []string{"zX", "getManageIp", "rack", "id", "device", "nope"}})
	got := map[string]map[string]any{}
	for _, task := range set.Tasks {
		for _, ds := range task.Config.DataSources {
			got[ds.Component.String()] = ds.Attributes
		}
	}
	row := func(x, id string) map[string]any {
		return map[string]any{"zX": x, "getManageIp": "10.0.0.1", "rack": "r7", "id": id, "device": nil, "nope": nil}
	}
	diff(t, map[string]map[string]any{"": row("class", "dev1"), "eu": row("own", "eu"), "us": row("class", "us")}, got)
}

const threeSources = `
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates:
      Web:
        datasources:
          DEFAULTS: {type: Python, cycletime: 60}
          good: {plugin_classname: shop.Good}
          bad: {plugin_classname: shop.Bad}
          missing: {plugin_classname: shop.Missing}
devices:
  dev1: {device_class: /Server}
  low: {device_class: /Server, productionState: Maintenance, zProperties: {zProdStateThreshold: 500}}
`

// TestCheck33Failures: what a plugin's own code does wrong costs its data source. That params which raise count as {}
// is the Python host's to do; a Builder that gives an error means it.
func TestCheck33Failures(t *testing.T) {
	set := builtWithProblems(t, threeSources, plugins{missing: "shop.Missing", params: func(s *datasource.Source) (any, error) {
		if s.ID == "bad" {
			panic("no such thing")
		}
		return map[string]any{}, nil
	}})
	diff(t, []string{"dev1 Web/good"}, bindings(set))
	diff(t, []string{
		"data source Web/bad of device dev1: panic in shop.Bad while building its config: no such thing (device dev1)",
		"data source Web/missing of device dev1: config key: no module named shop.Missing (device dev1)",
	}, problemTexts(set))
	diff(t, []string{"device low: its production state 300 is below zProdStateThreshold 500"}, set.NotCollected)
	if set.DeviceCount() != 1 {
		t.Errorf("%d devices are collected, want 1", set.DeviceCount())
	}
}

func TestSameMistakeOnManyDevicesIsToldOnce(t *testing.T) {
	set := builtWithProblems(t, `
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates: {Web: {datasources: {d: {type: Python, plugin_classname: shop.D, cycletime: "${here/nope}"}}}}
devices:
  a: {device_class: /Server}
  b: {device_class: /Server}
  c: {device_class: /Server}
`, plugins{})
	if len(set.Problems) != 1 {
		t.Fatalf("problems %q, want one", problemTexts(set))
	}
	p := set.Problems[0]
	if p.Unit != "data source Web/d of device a and others" || p.Line != 5 || !strings.Contains(p.Message, "nope") {
		t.Errorf("problem %q at %s", p.Unit+": "+p.Message, p.Position)
	}
}

func TestConfigFields(t *testing.T) {
	set := built(t, `
zProperties: {zPort: 80}
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates:
      Web:
        datasources:
          status:
            type: Python
            plugin_classname: shop.Status
            title: page status
            cycletime: "${here/zPort}"
            eventClass: /Web
            eventKey: k${here/id}
            severity: error
            params: {limit: 10, where: "${here/zPort}", pattern: "^a$"}
            datapoints:
              time: {rrdtype: COUNTER, rrdmin: 0, rrdmax: U, tags: {rack: "${here/rack}", kind: web}, label: "${dp/id} of ${ds/id}", store: false}
              size: GAUGE
        thresholds:
          slow: {dsnames: [status_time], maxval: "here.zPort * 2", severity: critical, escalateCount: 3, eventClass: /Perf/Web}
          unknown kind: {type: ValueChange, dsnames: [status_size]}
          off: {dsnames: [status_size], maxval: 1, enabled: false}
devices:
  dev1: {device_class: /Server, manageIp: 10.0.0.1, attributes: {rack: r7}}
`, plugins{params: func(*datasource.Source) (any, error) {
		return map[string]any{"limit": 1, "other": 2}, nil
	}})
	ds := only(t, set)
	config := set.Tasks[0].Config
	zero, high := 0.0, 160.0
	diff(t, &datasource.SourceSpec{
		Template: "Web", DataSource: "page status", Type: "Python", PluginClassname: "shop.Status",
		EventClass: "/Web", EventKey: "k${here/id}", Severity: 4,
		Points: []*datasource.DataPointConfig{
			{
				ID: "time", Name: "status_time", RRDType: datasource.Counter, Min: &zero, NoStore: true,
				Tags: map[string]string{"rack": "r7", "kind": "web"}, Properties: map[string]any{"label": "time of status"},
			},
			{ID: "size", Name: "status_size", RRDType: datasource.Gauge},
		},
	}, ds.SourceSpec)
	uuid := ds.Context.UUID
	diff(t, &datasource.Context{Key: "Devices/dev1", UUID: uuid, ID: "dev1", DeviceUUID: uuid, MetricPrefix: "dev1"}, ds.Context)
	diff(t, map[string]any{"limit": int64(10), "other": 2, "where": "80", "pattern": "^a$"}, ds.Params)
	diff(t, []any{"dev1", int64(80), "Web", "status", "shop.Status"}, ds.ConfigKey.Elements())
	if ds.CycleTime != 80*time.Second || ds.ManageIP != "10.0.0.1" || ds.Device != "dev1" || !ds.Component.IsDevice() {
		t.Errorf("cycle time %s, address %s, device %s, component %q", ds.CycleTime, ds.ManageIP, ds.Device, ds.Component)
	}
	diff(t, []*datasource.ThresholdConfig{
		{
			ID: "slow", Type: "MinMaxThreshold", Component: datasource.DeviceLevel, ContextUUID: uuid, DataPoints: []string{"status_time"},
			Max: &high, Severity: 5, EventClass: "/Perf/Web", EscalateCount: 3, Enabled: true,
		},
		{
			ID: "unknown kind", Type: "ValueChange", Component: datasource.DeviceLevel, ContextUUID: uuid,
			DataPoints: []string{"status_size"}, Severity: 3, EventClass: "/Perf/Snmp", Enabled: true,
		},
	}, config.Thresholds)
	if config.ID != "dev1" || config.ManageIP != "10.0.0.1" || config.DeviceGUID != uuid || set.Tasks[0].Origin != "inventory.yaml:9" {
		t.Errorf("config %+v, origin %s", config, set.Tasks[0].Origin)
	}
}

// TestBadTALES: each kind of mistake costs what it stands in and nothing beside it.
func TestBadTALES(t *testing.T) {
	const text = `
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates:
      Web:
        datasources:
          good: {type: Python, plugin_classname: shop.D, cycletime: 60, datapoints: {p: %s}}
          other: {type: Python, plugin_classname: shop.D, cycletime: "%s"}
        thresholds: {high: {dsnames: [good_p], maxval: "%s"}}
devices:
  dev1: {device_class: /Server, attributes: {word: abc, none: null, text: "12"}}
`
	tests := []struct {
		name, point, cycle, bound string
		unit                      string // of the one problem; "" for none
		sources, thresholds       int
	}{
		{"nothing", "GAUGE", "60", "5", "", 2, 1},
		{"bound as text", "GAUGE", "60", "here.text", "", 2, 1},
		{"bound of nothing", "GAUGE", "60", "here.none", "", 2, 1},
		{"no such attribute in a bound", "GAUGE", "60", "here.nope * 2", "threshold Web/high of device dev1", 2, 0},
		{"bound of words", "GAUGE", "60", "here.word", "threshold Web/high of device dev1", 2, 0},
		{"no number of seconds", "GAUGE", "${here/word}", "5", "data source Web/other of device dev1", 1, 1},
		{"no such attribute in a cycle time", "GAUGE", "${here/nope}", "5", "data source Web/other of device dev1", 1, 1},
		{"negative seconds", "GAUGE", "-${here/text}", "5", "data source Web/other of device dev1", 1, 1},
		{"datapoint property", `{label: "${here/nope}"}`, "60", "5", "property label of datapoint Web/good_p of device dev1", 2, 1},
		{"tag", `{tags: {a: "${here/nope}", b: c}}`, "60", "5", "tag a of datapoint Web/good_p of device dev1", 2, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := builtWithProblems(t, fmt.Sprintf(text, test.point, test.cycle, test.bound), plugins{})
			units := []string{}
			for _, p := range set.Problems {
				units = append(units, p.Unit)
			}
			want := []string{}
			if test.unit != "" {
				want = append(want, test.unit)
			}
			diff(t, want, units)
			if got := len(bindings(set)); got != test.sources {
				t.Errorf("%d data sources, want %d", got, test.sources)
			}
			if got := len(set.Tasks[0].Config.Thresholds); got != test.thresholds {
				t.Errorf("%d thresholds, want %d", got, test.thresholds)
			}
		})
	}
}

// TestExpressionNames: every name that TALES may begin with, at work.
func TestExpressionNames(t *testing.T) {
	tests := map[string]string{
		"${here/id}":                       "eu",
		"${context/titleOrId}":             "Europe",
		"${device/id}":                     "dev1",
		"${dev/manageIp}":                  "10.0.0.1",
		"$devname":                         "dev1",
		"${datasource/id}":                 "s",
		"${ds/cycletime}":                  "60",
		"${ds/severity}":                   "3",
		"${here/device/rack}":              "r7",
		"${here/rack}":                     "r7",
		"${here/os/id}":                    "os",
		"${here/getDeviceClassName}":       "/Server",
		"${here/getPrimaryUrlPath}":        "/zport/dmd/Devices/Server/devices/dev1/sites/eu",
		"${python: here.getZ('zNo', 5)}":   "5",
		"${python: len(dev.sites())}":      "1",
		"${here/default}":                  "declared",
		"${here/inherited}":                "base",
		"${now}":                           "1000000000",
		"$$5":                              "$5",
		"${here/nope | nothing}":           "None",
		"${here/zCommandPort}":             "22",
		"${python: here.zCommandPort + 1}": "23",
	}
	for expression, want := range tests {
		t.Run(expression, func(t *testing.T) {
			var got any
			set := built(t, fmt.Sprintf(`
classes:
  Base: {properties: {inherited: {default: base}}}
  Site: {base: [Base], properties: {default: {default: declared}}}
device_classes:
  /Server:
    templates: {Site: {datasources: {s: {type: HTTP, cycletime: 60, url: %q, headers: {x: %q}}}}}
devices:
  dev1:
    device_class: /Server
    manageIp: 10.0.0.1
    attributes: {rack: r7}
    components: {sites: [{id: eu, class: Site, title: Europe}]}
`, expression, expression), plugins{params: func(s *datasource.Source) (any, error) {
				got = s.Properties
				return got, nil
			}})
			only(t, set)
			diff(t, any(map[string]any{"url": want, "headers": map[string]any{"x": want}}), got)
		})
	}
}

func TestBuildEndsWithItsContext(t *testing.T) {
	inv, model := seeded(t, threeComponents)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if set, err := Build(ctx, inv, model, plugins{}, BuildOptions{}); !errors.Is(err, context.Canceled) || set != nil {
		t.Errorf("got %v, %v", set, err)
	}
}

func TestLackingTypesAreListed(t *testing.T) {
	inv, model := seeded(t, threeSources)
	for _, ds := range inv.DeviceClasses["/Server"].Templates["Web"].DataSources[:2] {
		ds.Type = "Lacking"
	}
	set, err := Build(t.Context(), inv, model, plugins{}, BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, []string{
		"data source Web/good: this program cannot collect type Lacking",
		"data source Web/bad: this program cannot collect type Lacking",
		"device low: its production state 300 is below zProdStateThreshold 500",
	}, set.NotCollected)
}

func TestDefaultsFromTheDaemon(t *testing.T) {
	inv, model := seeded(t, `
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates: {Web: {datasources: {d: {type: HTTP, cycletime: 60, url: "http://${here/zZenpythonListen}/"}}}}
devices:
  a: {device_class: /Server}
  b: {device_class: /Server, zProperties: {zZenpythonListen: "b:1"}}
`)
	opts := BuildOptions{ZProperties: map[string]any{"zZenpythonListen": "127.0.0.1:999"}}
	set, err := Build(t.Context(), inv, model, datasource.GoBuilder{}, opts)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"127.0.0.1:999": true, "http://b:1/": true, "14682": false} {
		if got := set.Mentions(text); got != want {
			t.Errorf("mentions %s: %t", text, got)
		}
	}
	opts.ZProperties = map[string]any{"zNowhere": 1}
	if _, err := Build(t.Context(), inv, model, datasource.GoBuilder{}, opts); err == nil || !strings.Contains(err.Error(), "zNowhere") {
		t.Errorf("an unknown zProperty gives %v", err)
	}
}

// TestManyDevicesBuildAlike: building beside each other gives the same set each time, problems in the same order.
func TestManyDevicesBuildAlike(t *testing.T) {
	inv, model := seeded(t, manyDevices(500))
	p := plugins{params: func(s *datasource.Source) (any, error) {
		if s.ID == "b" && strings.HasSuffix(s.Device, "7") {
			return nil, errors.New("no params for " + s.Device)
		}
		return map[string]any{}, nil
	}}
	first, err := Build(t.Context(), inv, model, p, BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Tasks) != 1450 || len(first.Problems) != 50 || first.DeviceCount() != 500 {
		t.Fatalf("%d tasks, %d problems, %d devices", len(first.Tasks), len(first.Problems), first.DeviceCount())
	}
	if !slices.IsSortedFunc(first.Tasks, func(a, b *TaskConfig) int { return compareIdentity(a.Identity, b.Identity) }) {
		t.Error("the tasks are not sorted")
	}
	for range 3 {
		again, err := Build(t.Context(), inv, model, p, BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if d := Diff(first, again); !d.Empty() {
			t.Errorf("built again, %d tasks differ", len(d.Replaced))
		}
		diff(t, problemTexts(first), problemTexts(again))
	}
}
