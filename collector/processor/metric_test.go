package processor

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

func TestAdHocMetrics(t *testing.T) {
	seen := &rows{}
	r := newRig(t, now, func(o *Options) { o.Observer = seen; o.Limits.Metrics = 9 })
	tags := map[string]string{"a": "b"}
	r.run(standard(), &datasource.Data{Metrics: []datasource.Metric{
		{Name: "orders", Value: 5, Tags: tags},
		{Name: "", Value: 1},
		{Name: "n", Value: nil},
		{Name: "n", Value: "many"},
		{Name: "n", Value: map[string]any{}},
		{Name: "\xff", Value: 1},
		{Name: "late", Value: 1, Time: time.Unix(1, 0)},
		{Name: "wide", Value: 1, Tags: map[string]string{"t": strings.Repeat("x", wire.MaxSeriesBytes)}},
		{Name: "ratio", Value: "7 %", Time: time.Unix(now-5, 9e8)},
		{Name: "beyond", Value: 1},
	}})
	checkStored(t, r, storedValue{"orders", now, whole(5)}, storedValue{"ratio", now - 5, whole(7)})
	if diff := cmp.Diff([]map[string]string{tags, {}}, r.out.tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	want := map[wire.Reason]uint64{wire.BadMetric: 5, wire.TooOld: 1, wire.TooLarge: 1, wire.Limit: 1}
	if diff := cmp.Diff(want, r.p.Ledger().Class(wire.Values).Rejected); diff != "" {
		t.Errorf("rejected (-want +got):\n%s", diff)
	}
	rows := []MetricRow{
		{RunRef{Task: "dev1 300 x"}, "orders", whole(5), now, tags}, {RunRef{Task: "dev1 300 x"}, "ratio", whole(7), now - 5, nil},
	}
	if diff := cmp.Diff(rows, seen.metrics); diff != "" || len(seen.dropped) != 8 {
		t.Errorf("%d dropped rows, metric rows (-want +got):\n%s", len(seen.dropped), diff)
	}
}

func TestMetricsAreHeldAgainstNoThreshold(t *testing.T) {
	r := newRig(t, now, nil)
	task := watched(minMax("high", nil, new(1.0)))
	r.run(task, &datasource.Data{Metrics: []datasource.Metric{{Name: "ds1_dp1", Value: 5}, {Name: "nan", Value: math.NaN()}}})
	checkEvents(t, r)
	if len(r.out.values) != 2 {
		t.Errorf("stored %v, want both metrics", r.out.values)
	}
}

func TestRunMetrics(t *testing.T) {
	basic := []storedValue{
		{"zenpython_run_up", now, whole(1)}, {"zenpython_run_duration_seconds", now, fraction(1.5)},
	}
	full := []storedValue{
		{"zenpython_run_late_seconds", now, fraction(0.25)}, {"zenpython_run_events", now, whole(1)},
		{"zenpython_run_values", now, whole(2)}, {"zenpython_run_maps", now, whole(1)},
	}
	result := []storedValue{{"dev1/ds1_dp1", now, whole(1)}, {"m", now, whole(2)}}
	for how, want := range map[options.RunMetrics][]storedValue{
		options.RunMetricsOff: result, options.RunMetricsBasic: append(result[:2:2], basic...),
		options.RunMetricsFull: append(append(result[:2:2], basic...), full...),
	} {
		t.Run(string(how), func(t *testing.T) {
			r := newRig(t, now, func(o *Options) { o.RunMetrics = how })
			task := standard()
			key := NewTimeoutKey(task)
			r.p.Run(&Run{
				Config: task, Up: true, Late: 250 * time.Millisecond, Duration: 1500 * time.Millisecond, Ended: time.Unix(now, 5),
				TimeoutKey: &key, Data: &datasource.Data{
					Values:  datasource.Values{deviceLevel: {"dp1": 1, "nope": 1}},
					Metrics: []datasource.Metric{{Name: "m", Value: 2}}, Maps: []maps.Map{&maps.ObjectMap{ID: "a"}, nil},
				},
			})
			checkStored(t, r, want...)
			tags := map[string]string{"device": "dev1", "task": "dev1 300 x", "plugin": "example.Plugin"}
			for _, got := range r.out.tags[2:] {
				if diff := cmp.Diff(tags, got); diff != "" {
					t.Errorf("tags (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestRunMetricsOfARunThatGaveNothing(t *testing.T) {
	r := newRig(t, now, func(o *Options) { o.RunMetrics = options.RunMetricsBasic })
	r.p.Run(&Run{Config: standard(), Ended: time.Unix(now, 0)})
	checkStored(t, r, storedValue{"zenpython_run_up", now, whole(0)}, storedValue{"zenpython_run_duration_seconds", now, fraction(0)})
}

func TestDaemonMetrics(t *testing.T) {
	r := newRig(t, now, nil)
	r.p.DaemonMetrics("localhost", []datasource.Metric{{Name: "devices", Value: 3}, {Name: "", Value: 1}})
	checkStored(t, r, storedValue{"devices", now, whole(3)})
	if r.rejected(wire.Values, wire.BadMetric) != 1 || !strings.Contains(r.log.String(), "device=localhost") {
		t.Errorf("rejected %v, log:\n%s", r.p.Ledger().Class(wire.Values).Rejected, r.log)
	}
}
