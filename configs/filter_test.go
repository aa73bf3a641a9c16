package configs

import (
	"regexp"
	"strings"
	"testing"

	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
)

func TestFilters(t *testing.T) {
	const text = `
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates:
      Web:
        datasources:
          DEFAULTS: {type: Python, cycletime: 60}
          status: {plugin_classname: shop.Status, title: page status}
          orders: {plugin_classname: shop.Orders}
      Spare: {datasources: {s: {type: Python, plugin_classname: shop.S}}}
devices:
  web01: {device_class: /Server}
  web02: {device_class: /Server}
`
	tests := []struct {
		name     string
		settings options.Options
		want     []string
		err      string
	}{
		{"none", options.Options{}, []string{"web01 Web/orders", "web01 Web/page status", "web02 Web/orders", "web02 Web/page status"}, ""},
		{"device", options.Options{Device: "web02"}, []string{"web02 Web/orders", "web02 Web/page status"}, ""},
		{"unknown device", options.Options{Device: "web1"}, nil, "no device web1 in the inventory; nearest: 'web01'"},
		{"another unknown device", options.Options{Device: "zebra"}, nil, "no device zebra in the inventory: it has web01, web02"},
		{"data source by id", options.Options{Device: "web01", DataSource: options.DataSource{Template: "Web", DataSource: "status"}}, []string{"web01 Web/page status"}, ""},
		{"data source by title", options.Options{Device: "web01", DataSource: options.DataSource{Template: "Web", DataSource: "page status"}}, []string{"web01 Web/page status"}, ""},
		{"unknown data source", options.Options{DataSource: options.DataSource{Template: "Web", DataSource: "order"}}, nil, "nearest: 'Web/orders'"},
		{"unbound data source", options.Options{DataSource: options.DataSource{Template: "Spare", DataSource: "s"}}, nil, "data source Spare/s is not bound to any device"},
		{"collect", options.Options{Collect: regexp.MustCompile(`shop\.Ord`)}, []string{"web01 Web/orders", "web02 Web/orders"}, ""},
		{"ignore", options.Options{Ignore: regexp.MustCompile(`Orders$`)}, []string{"web01 Web/page status", "web02 Web/page status"}, ""},
		{"nothing of a device", options.Options{Device: "web01", Collect: regexp.MustCompile(`nope`)}, nil, "device web01 has nothing to collect"},
		{"nothing of all", options.Options{Collect: regexp.MustCompile(`nope`)}, []string{}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inv, model := seeded(t, text)
			set, err := Build(t.Context(), inv, model, plugins{}, BuildOptions{Options: &test.settings})
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("got error %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			diff(t, test.want, bindings(set))
		})
	}
}

// TestCheck29Collect: the expression is searched for in the class of types written in Go, too.
func TestCheck29Collect(t *testing.T) {
	inv, model := seeded(t, `
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates: {Web: {datasources: {d: {type: HTTP, cycletime: 60, url: "http://a/"}}}}
devices: {a: {device_class: /Server}}
`)
	class := datasource.Lookup("HTTP").Class
	for pattern, want := range map[string]int{regexp.QuoteMeta(class) + "$": 1, "^datasource/": 1, "HTTPS": 0} {
		set, err := Build(t.Context(), inv, model, datasource.GoBuilder{}, BuildOptions{Options: &options.Options{Collect: regexp.MustCompile(pattern)}})
		if err != nil || len(set.Tasks) != want {
			t.Errorf("--collect %s: %d tasks, want %d; %v", pattern, len(set.Tasks), want, err)
		}
	}
}

func TestWorkersShareTheDevices(t *testing.T) {
	inv, model := seeded(t, manyDevices(200))
	seen := map[string]int{}
	for worker := range 3 {
		set, err := Build(t.Context(), inv, model, datasource.GoBuilder{}, BuildOptions{Options: &options.Options{Workers: 3, WorkerID: worker}})
		if err != nil {
			t.Fatal(err)
		}
		for _, task := range set.Tasks {
			seen[task.Device]++
		}
	}
	if len(seen) != 200 {
		t.Errorf("%d devices are collected, want 200", len(seen))
	}
	for device, tasks := range seen {
		if tasks != 3 {
			t.Errorf("device %s has %d tasks, want 3", device, tasks)
		}
	}
}
