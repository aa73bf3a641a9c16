package processor

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

const deviceLevel = datasource.DeviceLevel

func TestMatching(t *testing.T) {
	titled := source("ds1", deviceLevel, gauge("dp1"))
	titled.DataSource = "My Source"
	for name, tt := range map[string]struct {
		sources []*datasource.DataSourceConfig
		points  map[string]any
		want    []storedValue
		unknown int
	}{
		"bare id of two sources": {
			[]*datasource.DataSourceConfig{source("a", deviceLevel, gauge("dp")), source("b", deviceLevel, gauge("dp"))},
			map[string]any{"dp": 1},
			[]storedValue{{"dev1/a_dp", now, whole(1)}, {"dev1/b_dp", now, whole(1)}}, 0,
		},
		"id and name": {
			[]*datasource.DataSourceConfig{source("a", deviceLevel, gauge("dp"))},
			map[string]any{"dp": 1, "a_dp": 2},
			[]storedValue{{"dev1/a_dp", now, whole(1)}, {"dev1/a_dp", now, whole(2)}}, 0,
		},
		"title": {
			[]*datasource.DataSourceConfig{titled},
			map[string]any{"My Source_dp1": 1},
			[]storedValue{{"dev1/ds1_dp1", now, whole(1)}}, 0,
		},
		"id beside a title": {
			[]*datasource.DataSourceConfig{titled},
			map[string]any{"ds1_dp1": 1, "My Source_dp2": 1},
			[]storedValue{{"dev1/ds1_dp1", now, whole(1)}}, 1,
		},
		"one point's id is another's name": {
			[]*datasource.DataSourceConfig{source("a", deviceLevel, gauge("a_x"), gauge("x"))},
			map[string]any{"a_x": 1, "nope": 2},
			[]storedValue{{"dev1/a_a_x", now, whole(1)}, {"dev1/a_x", now, whole(1)}}, 1,
		},
		"empty key": {
			[]*datasource.DataSourceConfig{source("a", deviceLevel, gauge("dp"))},
			map[string]any{"": 1}, nil, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, now, nil)
			r.runValues(newTask(tt.sources...), tt.points)
			checkStored(t, r, tt.want...)
			if n := r.rejected(wire.Values, wire.UnknownDatapoint); n != tt.unknown {
				t.Errorf("%d unknown, want %d", n, tt.unknown)
			}
		})
	}
}

func TestTagsOfDatapoints(t *testing.T) {
	dp := gauge("dp1")
	dp.NoStore, dp.NoForward = true, true
	dp.Tags = map[string]string{"team": "shop", "device": "other"}
	r := newRig(t, now, nil)
	task := newTask(source("ds1", deviceLevel, dp, gauge("dp2")))
	r.runValues(task, map[string]any{"dp1": 1, "dp2": 1})
	want := []map[string]string{
		{"contextUUID": "uuid-dev1", "key": "Devices/dev1", "device": "other", "team": "shop", "no-store": "true", "no-forward": "true"},
		{"contextUUID": "uuid-dev1", "key": "Devices/dev1", "device": "dev1"},
	}
	if diff := cmp.Diff(want, r.out.tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestMetricPrefix(t *testing.T) {
	ds := source("ds1", deviceLevel, gauge("dp1"))
	ds.Context = &datasource.Context{UUID: "u"}
	if got := metricName(ds, ds.Points[0]); got != "dev1/ds1_dp1" {
		t.Errorf("without a prefix %q, want the device's id", got)
	}
	ds.Context = &datasource.Context{UUID: "u", MetricPrefix: "dev1/os"}
	if got := metricName(ds, ds.Points[0]); got != "dev1/os/ds1_dp1" {
		t.Errorf("with a prefix %q", got)
	}
}

func TestTimesOutsideOfTheWindow(t *testing.T) {
	const hour = 3600
	for _, tt := range []struct {
		second int64
		want   wire.Reason
	}{
		{now + 600, ""}, {now + 601, wire.Future}, {now * 1000, wire.Future},
		{now - 2*hour, ""}, {now - 2*hour - 1, wire.TooOld}, {-1, wire.TooOld},
	} {
		r := newRig(t, now, func(o *Options) { o.MaxAge = 2 * hour * 1e9 })
		r.runValues(standard(), map[string]any{"dp1": datasource.Tuple{1, tt.second}})
		if stored := len(r.out.values) == 1; stored != (tt.want == "") || !stored && r.rejected(wire.Values, tt.want) != 1 {
			t.Errorf("now%+d: %v, want %q", tt.second-now, r.p.Ledger().Class(wire.Values), tt.want)
		}
	}
	r := newRig(t, now, func(o *Options) { o.MaxAge = -1 })
	r.runValues(standard(), map[string]any{"dp1": datasource.Tuple{1, 1}})
	checkStored(t, r, storedValue{"dev1/ds1_dp1", 1, whole(1)})
}

func TestValueLimits(t *testing.T) {
	r := newRig(t, now, func(o *Options) { o.Limits = Limits{Values: 3, TextBytes: 4} })
	task := newTask(source("ds1", deviceLevel, gauge("a"), gauge("b"), gauge("c")))
	r.runValues(task, map[string]any{"a": "12345", "b": []any{1, 2, 3, 4, 5}, "c": 6})
	checkStored(t, r, storedValue{"dev1/ds1_b", now, whole(1)}, storedValue{"dev1/ds1_b", now, whole(2)})
	if r.rejected(wire.Values, wire.TooLarge) != 1 || r.rejected(wire.Values, wire.Limit) != 2 {
		t.Errorf("rejected %v, want too_large 1 and limit 2 (the rest of a list counts once)", r.p.Ledger().Class(wire.Values).Rejected)
	}
}

func TestManyValuesOfOneResult(t *testing.T) {
	r := newRig(t, now, nil)
	list := make([]any, 3*valuesAtOnce+5)
	for i := range list {
		list[i] = i
	}
	r.runValues(standard(), map[string]any{"dp1": list})
	if len(r.out.values) != len(list) || r.out.values[len(list)-1].Number != whole(int64(len(list)-1)) {
		t.Errorf("%d values arrived, want %d in order", len(r.out.values), len(list))
	}
}

func TestSeriesThatCannotBeSent(t *testing.T) {
	for name, tt := range map[string]struct {
		tags map[string]string
		want wire.Reason
	}{
		"too long":  {map[string]string{"t": strings.Repeat("x", wire.MaxSeriesBytes)}, wire.TooLarge},
		"not UTF-8": {map[string]string{"t": "\xff"}, wire.BadValue},
		"no name":   {map[string]string{"": "x"}, wire.BadValue},
	} {
		t.Run(name, func(t *testing.T) {
			bad := gauge("bad")
			bad.Tags = tt.tags
			r := newRig(t, now, nil)
			r.runValues(newTask(source("ds1", deviceLevel, bad, gauge("good"))), map[string]any{"bad": 1, "good": 2})
			checkStored(t, r, storedValue{"dev1/ds1_good", now, whole(2)})
			if r.rejected(wire.Values, tt.want) != 1 {
				t.Errorf("rejected %v, want %s", r.p.Ledger().Class(wire.Values).Rejected, tt.want)
			}
		})
	}
}

func TestObserverSeesValues(t *testing.T) {
	seen := &rows{}
	r := newRig(t, now, func(o *Options) { o.Observer = seen })
	task := standard()
	r.run(task, &datasource.Data{Values: datasource.Values{
		deviceLevel: {"dp1": []any{datasource.Tuple{"7%", now - 1}, "N/A"}, "nope": 1}, "cX": {"dp1": 2},
	}})
	tags := map[string]string{"contextUUID": "uuid-dev1", "key": "Devices/dev1", "device": "dev1"}
	seven := whole(7)
	ref, ds := RunRef{Task: "dev1 300 x"}, task.Config.DataSources[0]
	want := rows{
		values: []ValueRow{
			{ref, ds, ds.Points[0], "7%", &seven, "", now - 1, "dev1/ds1_dp1", tags},
			{ref, ds, ds.Points[0], "N/A", nil, wire.BadValue, now, "dev1/ds1_dp1", tags},
		},
		dropped: []DroppedRow{
			{ref, wire.UnknownDatapoint, map[string]any{"component": nil, "datapoint": "nope", "value": 1}},
			{ref, wire.UnknownComponent, map[string]any{"component": "cX", "datapoint": "dp1", "value": 2}},
		},
	}
	same := cmp.Comparer(func(a, b *datasource.DataSourceConfig) bool { return a == b })
	if diff := cmp.Diff(want.values, seen.values, same); diff != "" {
		t.Errorf("value rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.dropped, seen.dropped); diff != "" {
		t.Errorf("dropped rows (-want +got):\n%s", diff)
	}
}

func TestTracedValues(t *testing.T) {
	for name, tt := range map[string]struct {
		metric, key string
		want        bool
	}{
		"none":      {"", "", false},
		"by metric": {"ds1_dp", "", true},
		"by key":    {"", "Devices/dev1$", true},
		"both":      {"dp1$", "dev1", true},
		"only one":  {"dp1$", "dev2", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, now, func(o *Options) {
				if tt.metric != "" {
					o.TraceMetricName = regexp.MustCompile(tt.metric)
				}
				if tt.key != "" {
					o.TraceMetricKey = regexp.MustCompile(tt.key)
				}
			})
			r.runValues(standard(), map[string]any{"dp1": []any{7, "N/A"}})
			if tagged := r.out.tags[0]["mtrace"] == "true"; tagged != tt.want {
				t.Errorf("tag mtrace %v, want %v", tagged, tt.want)
			}
			for _, line := range []string{"traced value stored: metric=dev1/ds1_dp1", "traced value rejected: metric=dev1/ds1_dp1"} {
				if logged := strings.Contains(r.log.String(), line); logged != tt.want {
					t.Errorf("log has %q: %v, want %v:\n%s", line, logged, tt.want, r.log)
				}
			}
		})
	}
}

// A fault usually repeats over the whole result: one line tells of it, with an example.
func TestOneLogLineForEachReason(t *testing.T) {
	r := newRig(t, now, nil)
	points := make([]*datasource.DataPointConfig, 50)
	values := map[string]any{"unknown": 1}
	for i := range points {
		points[i] = gauge("dp" + strings.Repeat("x", i))
		values[points[i].ID] = "N/A"
	}
	r.runValues(newTask(source("ds1", deviceLevel, points...)), values)
	log := r.log.String()
	if r.lines("WARN") != 1 || r.lines("DEBUG") != 1 || !strings.Contains(log, `count=50 first="ds1_dp: \"N/A\""`) {
		t.Errorf("want one warning with count and example, and one debug line:\n%s", log)
	}
}
