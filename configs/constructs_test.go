package configs

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestConstructs reads one file for each construct of the vocabulary, as ours or as a pack's, and compares the part of
// the inventory that it makes.
func TestConstructs(t *testing.T) {
	web := func(t *testing.T, inv *Inventory) *Template {
		t.Helper()
		return template(t, inv, "/Server/Web", "Web")
	}
	tests := []struct {
		file string
		got  func(t *testing.T, inv *Inventory) any
		want any
	}{
		{"defaults.yaml", func(t *testing.T, inv *Inventory) any {
			t.Helper()
			return summary(web(t, inv))
		}, []string{
			"data source a HTTP 60 3 true url=http://a/ time:GAUGE size:DERIVE:0:",
			"data source b HTTP 300 5 true url=http://b/ status:DERIVE:0:",
			"data source c HTTP 60 3 false url=http://c/ time:COUNTER::9",
			"threshold slow MinMaxThreshold [a_time] :2 4 /Perf true",
			"threshold gone MinMaxThreshold [b_status] 1: 3 /Perf/Snmp true",
		}},
		{"shorthands.yaml", func(t *testing.T, inv *Inventory) any {
			t.Helper()
			return summary(web(t, inv))
		}, []string{
			"data source page Python  3 true " +
				"gauge:GAUGE none:GAUGE derive:DERIVE:0: both:DERIVE:0:100 counter:COUNTER::5000 absolute:ABSOLUTE " +
				"lower:DERIVE:0: alias:GAUGE fraction:GAUGE:-1.5:2.5 long:DERIVE:0:U named:GAUGE",
		}},
		{"severities.yaml", func(t *testing.T, inv *Inventory) any {
			t.Helper()
			got := map[string]int{}
			for _, s := range web(t, inv).DataSources {
				got[s.ID] = s.Severity
			}
			return got
		}, map[string]int{
			"crit": 5, "critical": 5, "err": 4, "error": 4, "warn": 3, "warning": 3, "info": 2, "debug": 1, "clear": 0,
			"upper": 5, "number": 2, "zero": 0, "none": 3,
		}},
		{"definitions.yaml", func(t *testing.T, inv *Inventory) any {
			t.Helper()
			return []ZProperty{
				inv.ZProperties["zShopPort"], inv.ZProperties["zShopName"], inv.ZProperties["zShopRatio"], inv.ZProperties["zShopOpen"],
				inv.ZProperties["zShopAisles"], inv.ZProperties["zShopPassword"], inv.ZProperties["zShopLimit"], inv.ZProperties["zShopFloor"],
			}
		}, []ZProperty{
			{Name: "zShopPort", Type: ZInt, Default: 8080, Category: "Shop"},
			{Name: "zShopName", Type: ZString, Default: "corner", Category: "Shop"},
			{Name: "zShopRatio", Type: ZFloat, Default: 0.5, Category: "Shop"},
			{Name: "zShopOpen", Type: ZBool, Default: true, Category: "Shop"},
			{Name: "zShopAisles", Type: ZLines, Default: []string{"a", "b"}, Category: "Shop"},
			{Name: "zShopPassword", Type: ZPassword, Default: "s3cret", Label: "who comes in", Category: "Door"},
			{Name: "zShopLimit", Type: ZInt, Default: 0, Category: "Shop"},
			{Name: "zShopFloor", Type: ZInt, Default: 0},
		}},
		{"values.yaml", func(t *testing.T, inv *Inventory) any {
			t.Helper()
			d := inv.Device("web01")
			return []any{
				inv.ZProperties["zCommandCollectionInterval"].Default, inv.DeviceClasses["/Server/Web"].ZProperties,
				d.ZProperties, d.Components[0].ZProperties,
			}
		}, []any{
			120,
			map[string]any{"zShopPort": 8081, "zShopToken": "t0ken", "zDeviceTemplates": []string{"Web"}},
			map[string]any{"zShopPort": 8082, "zCommandUsername": ""},
			map[string]any{"zShopPort": 8083},
		}},
		{"thresholds.yaml", func(t *testing.T, inv *Inventory) any {
			t.Helper()
			return web(t, inv).Thresholds
		}, []*Threshold{
			{ID: "plain", Type: "MinMaxThreshold", DSNames: []string{"page_time"}, Max: "2", Severity: 3, EventClass: "/Perf/Snmp", Enabled: true},
			{ID: "full", Type: "MinMaxThreshold", DSNames: []string{"page_time", "page_size"}, Min: "here.least * 0.5", Max: "1024 * 8", Severity: 5, EventClass: "/Perf/Web", EscalateCount: 3},
			{ID: "other", Type: "ValueChangeThreshold", DSNames: []string{"page_size"}, Severity: 3, EventClass: "/Perf/Snmp", Enabled: true, Properties: map[string]any{"window": int64(3), "how": "steep"}},
		}},
		{"datapoints.yaml", func(t *testing.T, inv *Inventory) any {
			t.Helper()
			return source(t, web(t, inv), "page").DataPoints
		}, []*DataPoint{
			{ID: "time", RRDType: "GAUGE", Tags: map[string]string{"site": "${here/id}", "kind": "web"}, NoStore: true},
			{ID: "size", RRDType: "GAUGE", Tags: map[string]string{"a": "1", "b": "x:y"}, NoForward: true, Properties: map[string]any{"pattern": "size ${here/id}"}},
			{ID: "status", RRDType: "GAUGE", Tags: map[string]string{"a": "1"}},
		}},
		{"devices.yaml", func(t *testing.T, inv *Inventory) any {
			t.Helper()
			return inv.Devices
		}, []*Device{
			{ID: "db01", DeviceClass: "/Server", ProductionState: 300},
			{
				ID: "web01", Title: "the first", DeviceClass: "/Server/Web", ManageIP: "127.0.0.1", ProductionState: 1000,
				Attributes: map[string]any{"serialNumber": "X1", "racks": []any{int64(1), 2.5, true, nil}, "since": "2020-01-02"},
				Templates:  []string{"Web"},
				Components: []*Component{
					{Relation: "sites", ID: "eu", Class: "Site", Monitored: true, Templates: []string{"Site"}, Attributes: map[string]any{"path": "/eu"},
						Components: []*Component{{Relation: "pages", ID: "home", Title: "the front page", ProductionState: 500}}},
					{Relation: "sites", ID: "us", Class: "Site", Monitored: true},
				},
			},
		}},
		{"pack.yaml", func(t *testing.T, inv *Inventory) any {
			t.Helper()
			return []any{inv.Packs, inv.ComponentClasses, inv.EventClasses}
		}, []any{
			[]Pack{{Name: "ZenPacks.example.Named", Path: "testdata/constructs"}},
			map[string]*ComponentClass{
				"Shop": {Name: "Shop", ModName: "ZenPacks.example.Named.Shop", Label: "ExampleShop", Bases: []string{"zenpacklib.Device"}, Properties: map[string]any{"open": true}},
				"Site": {Name: "Site", ModName: "ZenPacks.example.Named.Site", Label: "Web Site", Bases: []string{"zenpacklib.Component"}, MonitoringTemplates: []string{"Site", "Page"}},
			},
			map[string]*EventClass{"/Shop/Closed": {Path: "/Shop/Closed", Mappings: map[string]map[string]any{
				"closed":  {"eventClassKey": "shop|closed", "sequence": int64(10), "transform": "evt.severity = 5", "remove": true},
				"closed2": {"eventClassKey": "shop|closed", "sequence": int64(20), "rule": "True"},
			}}},
		}},
		{"merge.yaml", func(t *testing.T, inv *Inventory) any {
			t.Helper()
			return summary(web(t, inv))
		}, []string{
			"data source a HTTP 60 5 true url=http://a/ time:GAUGE",
			"data source b HTTP 300 5 true url=http://b/ time:GAUGE",
		}},
		{"documents.yaml", func(t *testing.T, inv *Inventory) any {
			t.Helper()
			return []string{inv.Devices[0].ID, inv.Devices[1].ID}
		}, []string{"db01", "web01"}},
		{"python.yaml", func(t *testing.T, inv *Inventory) any {
			t.Helper()
			return web(t, inv).DataSources
		}, []*DataSource{
			{ID: "orders", Type: "Python", Enabled: true, Severity: 3, PluginClassname: "ZenPacks.example.Shop.dsplugins.Orders", CycleTime: "${here/zCommandCollectionInterval}",
				Params: map[string]any{"limit": int64(10), "deep": map[string]any{"list": []any{"a"}}}, DataPoints: []*DataPoint{{ID: "count", RRDType: "DERIVE", Min: "0"}}},
			{ID: "own", Type: "Shop Orders", Title: "Orders", Component: "shop", EventClass: "/Shop", EventKey: "orders", Severity: 3, PluginClassname: "ZenPacks.example.Shop.dsplugins.Own",
				Properties: map[string]any{"depth": int64(2)}},
		}},
	}
	positions := cmp.FilterPath(func(p cmp.Path) bool {
		name := p.Last().String()
		return name == ".Position" || name == ".PropertyPos"
	}, cmp.Ignore())
	for _, tt := range tests {
		t.Run(strings.TrimSuffix(tt.file, ".yaml"), func(t *testing.T) {
			inv := loadConstruct(t, filepath.Join("testdata", "constructs", tt.file))
			wantNoProblems(t, inv)
			if diff := cmp.Diff(tt.want, tt.got(t, inv), positions); diff != "" {
				t.Errorf("the inventory's part (-want +got):\n%s", diff)
			}
		})
	}
}

// loadConstruct reads a file as ours or, where its name says so, as a pack's.
func loadConstruct(t *testing.T, path string) *Inventory {
	t.Helper()
	if filepath.Base(path) != "pack.yaml" {
		return loadPath(t, path)
	}
	l := newLoader(LoadOptions{Types: testTypes()})
	pack := &Pack{Name: "ZenPacks.example.Shop", Path: filepath.Dir(path)}
	l.packList = append(l.packList, pack)
	l.addFileAt(path, pack)
	if err := l.read(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l.finish()
}

// summary is a template in a line for each data source and threshold.
func summary(t *Template) []string {
	var lines []string
	for _, s := range t.DataSources {
		line := []string{"data source", s.ID, s.Type, s.CycleTime, text(s.Severity), text(s.Enabled)}
		if url, ok := s.Properties["url"].(string); ok {
			line = append(line, "url="+url)
		}
		for _, p := range s.DataPoints {
			point := p.ID + ":" + p.RRDType
			if p.Min != "" || p.Max != "" {
				point += ":" + p.Min + ":" + p.Max
			}
			line = append(line, point)
		}
		lines = append(lines, strings.Join(line, " "))
	}
	for _, h := range t.Thresholds {
		lines = append(lines, strings.Join([]string{"threshold", h.ID, h.Type, text(h.DSNames), h.Min + ":" + h.Max, text(h.Severity), h.EventClass, text(h.Enabled)}, " "))
	}
	return lines
}
