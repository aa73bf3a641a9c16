package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/collector/processor"
	"github.com/zenpython/zenpython/collector/report"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

var ref = processor.RunRef{Task: "dev1 60 T ds1 x.Y", Slot: 1_700_000_000_250_000_000, Number: 2}

func source(c datasource.Component) *datasource.DataSourceConfig {
	return &datasource.DataSourceConfig{
		SourceSpec: &datasource.SourceSpec{Template: "T", DataSource: "ds1", PluginClassname: "x.Y"},
		Device:     "dev1", Component: c, Context: &datasource.Context{UUID: "uuid-1"},
	}
}

func taskConfig(t *testing.T) *configs.TaskConfig {
	t.Helper()
	key, err := datasource.MakeKey("dev1", 60, nil, "ds1")
	if err != nil {
		t.Fatal(err)
	}
	return &configs.TaskConfig{
		Identity: configs.Identity{Device: "dev1", Key: key}, Interval: time.Minute,
		Config: &datasource.Config{DataSources: []*datasource.DataSourceConfig{source(datasource.DeviceLevel), source("c1")}},
	}
}

// rows gives the report what f says and returns its lines.
func rows(t *testing.T, f func(r *report.JSON)) []string {
	t.Helper()
	var out bytes.Buffer
	j := report.NewJSON(&out)
	f(j)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
	}
	return lines
}

const start = `"task":"dev1 60 T ds1 x.Y","slot":1700000000.25,"run":2,`

func TestEachKindOfRow(t *testing.T) {
	point := &datasource.DataPointConfig{ID: "dp1", RRDType: datasource.Gauge}
	for _, tc := range []struct {
		name string
		give func(r *report.JSON)
		want string
	}{
		{"run", func(r *report.JSON) {
			r.Run(report.RunRow{RunRef: ref, Config: taskConfig(t), Outcome: "error", Duration: 1500 * time.Millisecond, Err: errors.New(`no "route" <here>`)})
		}, `{"kind":"run",` + start + `"device":"dev1","plugin":"x.Y","config_key":["dev1",60,null,"ds1"],"datasources":["T/ds1"],` +
			`"interval":60,"outcome":"error","duration_seconds":1.5,"error":"no \"route\" <here>"}`},
		{"value of the device", func(r *report.JSON) {
			r.Value(processor.ValueRow{RunRef: ref, Source: source(datasource.DeviceLevel), Point: point, Raw: int64(math.MaxInt64),
				Stored: &wire.Number{Int: math.MaxInt64}, Time: 17, Metric: "dev1/ds1_dp1", Tags: map[string]string{"key": "Devices/dev1"}})
		}, `{"kind":"value",` + start + `"device":"dev1","component":null,"template":"T","datasource":"ds1","datapoint":"dp1",` +
			`"metric":"dev1/ds1_dp1","rrdtype":"GAUGE","raw":9223372036854775807,"value":9223372036854775807,"time":17,` +
			`"tags":{"key":"Devices/dev1"},"contextUUID":"uuid-1"}`},
		{"value not stored", func(r *report.JSON) {
			r.Value(processor.ValueRow{RunRef: ref, Source: source("c1"), Point: point, Raw: "N/A", Reason: wire.BadValue, Time: 17, Metric: "m"})
		}, `{"kind":"value",` + start + `"device":"dev1","component":"c1","template":"T","datasource":"ds1","datapoint":"dp1",` +
			`"metric":"m","rrdtype":"GAUGE","raw":"N/A","value":null,"reason":"bad_value","time":17,"tags":{},"contextUUID":"uuid-1"}`},
		{"metric", func(r *report.JSON) {
			r.Metric(processor.MetricRow{RunRef: ref, Name: "m", Value: wire.Number{Float: math.Inf(-1), IsFloat: true}, Time: 5})
		}, `{"kind":"metric",` + start + `"name":"m","value":"-Infinity","time":5,"tags":{}}`},
		{"event", func(r *report.JSON) {
			r.Event(processor.EventRow{RunRef: ref, Origin: processor.OriginPlugin,
				Event: events.Event{"summary": "s", "severity": "error", "kind": "mine", "n": math.NaN()}})
		}, `{"kind":"event",` + start + `"n":"NaN","origin":"plugin","severity":4,"summary":"s"}`},
		{"object map", func(r *report.JSON) {
			r.Map(processor.MapRow{RunRef: ref, Device: "dev1", Map: &maps.ObjectMap{ID: "c1", RelName: "comps", ModName: "M",
				Directive: maps.DirectiveRemove, Attributes: map[string]any{"color": "red"}}})
		}, `{"kind":"map",` + start + `"device":"dev1","type":"ObjectMap","relname":"comps","compname":"","modname":"M","classname":"",` +
			`"parentId":"","directive":"remove","attributes":{"color":"red","id":"c1"}}`},
		{"relationship map", func(r *report.JSON) {
			r.Map(processor.MapRow{RunRef: ref, Device: "dev1", Map: &maps.RelationshipMap{RelName: "comps", CompName: "os",
				Maps: []*maps.ObjectMap{{ID: "a"}, {Attributes: map[string]any{"x": []any{1, datasource.Tuple{"y"}}}}}}})
		}, `{"kind":"map",` + start + `"device":"dev1","type":"RelationshipMap","relname":"comps","compname":"os","modname":"",` +
			`"classname":"","parentId":"","directive":null,"maps":[{"id":"a"},{"x":[1,["y"]]}]}`},
		{"dropped", func(r *report.JSON) {
			r.Dropped(processor.DroppedRow{RunRef: ref, Reason: wire.UnknownDatapoint, Item: map[string]any{"b": []byte{0xff}, "a": datasource.Decimal("1.50")}})
		}, `{"kind":"dropped",` + start + `"reason":"unknown_datapoint","item":{"a":1.50,"b":{"base64":"/w=="}}}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tc.want}, rows(t, tc.give)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRawValuesKeepTheirForm(t *testing.T) {
	long, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	nested := []any{}
	for range 500 {
		nested = []any{nested}
	}
	for name, tc := range map[string]struct {
		raw  any
		want string
	}{
		"long integer":     {long, "123456789012345678901234567890"},
		"NaN":              {math.NaN(), `"NaN"`},
		"tuple with time":  {datasource.Tuple{datasource.Decimal("NaN"), int64(7)}, `["NaN",7]`},
		"sample":           {datasource.Sample{Value: 1.5, Time: time.Unix(9, 0)}, "[1.5,9]"},
		"bytes":            {[]byte("text"), `"text"`},
		"no form of ours":  {struct{ A int }{3}, `{"A":3}`},
		"no form at all":   {func() {}, `"0x`},
		"a negative clock": {datasource.Sample{Time: time.Unix(-1, -500_000_000)}, "[null,-1.5]"},
		"too deep":         {nested, `…`},
	} {
		t.Run(name, func(t *testing.T) {
			got := rows(t, func(r *report.JSON) { r.Dropped(processor.DroppedRow{Reason: "limit", Item: tc.raw}) })[0]
			if !strings.Contains(got, tc.want) {
				t.Errorf("%s has no %s", got, tc.want)
			}
		})
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestAReaderThatWentAwayIsTold(t *testing.T) {
	j := report.NewJSON(brokenPipe{})
	for range 100 {
		j.Run(report.RunRow{RunRef: ref, Config: taskConfig(t)})
	}
	if err := j.Close(); err == nil || !strings.Contains(err.Error(), "broken pipe") {
		t.Errorf("Close = %v, want the error of writing", err)
	}
}

// The page for users names the fields of each kind; this holds it to what is printed.
func TestThePageNamesEveryField(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "run-output.md"))
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (.*) \\|$").FindAllStringSubmatch(string(page), -1) {
		documented[row[1]] = row[2]
	}
	point := &datasource.DataPointConfig{}
	for _, line := range rows(t, func(r *report.JSON) {
		r.Run(report.RunRow{Config: taskConfig(t)})
		r.Value(processor.ValueRow{Source: source("c"), Point: point, Reason: "no_value"})
		r.Metric(processor.MetricRow{})
		r.Event(processor.EventRow{Event: events.Event{"severity": 3}})
		r.Map(processor.MapRow{Map: &maps.ObjectMap{}})
		r.Map(processor.MapRow{Map: &maps.RelationshipMap{}})
		r.Dropped(processor.DroppedRow{})
	}) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		kind := fields["kind"].(string)
		for name := range fields {
			if name != "kind" && name != "task" && name != "slot" && name != "run" && !strings.Contains(documented[kind], "`"+name+"`") {
				t.Errorf("docs/run-output.md does not name field %s of kind %s", name, kind)
			}
		}
	}
}
