package processor

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

func minMax(id string, low, high *float64) *datasource.ThresholdConfig {
	return &datasource.ThresholdConfig{
		ID: id, Type: "MinMaxThreshold", Component: datasource.DeviceLevel, ContextUUID: "uuid-dev1",
		DataPoints: []string{"ds1_dp1"}, Min: low, Max: high, Severity: 3, EventClass: "/Perf/Snmp", Enabled: true,
	}
}

func watched(thresholds ...*datasource.ThresholdConfig) *configs.TaskConfig {
	task := standard()
	task.Config.Thresholds = thresholds
	return task
}

func TestViolations(t *testing.T) {
	for name, tt := range map[string]struct {
		low, high *float64
		violated  map[float64]string
		inside    []float64
	}{
		"maximum":       {nil, new(10.0), map[float64]string{10.1: "exceeded", math.Inf(1): "exceeded"}, []float64{10, -1e9}},
		"minimum":       {new(5.0), nil, map[float64]string{4.9: "not met"}, []float64{5, 1e9}},
		"both":          {new(5.0), new(10.0), map[float64]string{4: "not met", 11: "exceeded"}, []float64{5, 7, 10}},
		"equal":         {new(5.0), new(5.0), map[float64]string{4: "not met", 6: "exceeded"}, []float64{5}},
		"between":       {new(10.0), new(5.0), map[float64]string{7: "violated", 5.1: "violated"}, []float64{5, 10, 4, 11}},
		"without bound": {nil, nil, nil, []float64{0, 1e300}},
	} {
		t.Run(name, func(t *testing.T) {
			threshold := minMax("x", tt.low, tt.high)
			for value, want := range tt.violated {
				if how := violation(threshold, value); how != want {
					t.Errorf("%v: %q, want %q", value, how, want)
				}
			}
			for _, value := range tt.inside {
				if how := violation(threshold, value); how != "" {
					t.Errorf("%v: %q, want none", value, how)
				}
			}
		})
	}
}

func TestThresholdEvents(t *testing.T) {
	r := newRig(t, now, nil)
	task := watched(minMax("high", nil, new(10.0)))
	for _, v := range []any{11, 12.5, 9, 8, "7", 11} {
		r.runValues(task, map[string]any{"dp1": v})
	}
	event := func(severity, current any, summary string) events.Event {
		return events.Event{
			"device": "dev1", "eventClass": "/Perf/Snmp", "eventKey": "key|ds1_dp1|high", "severity": severity,
			"summary": summary, "min": nil, "max": 10.0, "current": current,
		}
	}
	violated := func(current any, summary string) events.Event {
		e := event(int64(3), current, summary)
		e["how"] = "exceeded"
		return e
	}
	checkEvents(t, r,
		violated(int64(11), "threshold of high exceeded: current value 11.000000"),
		violated(12.5, "threshold of high exceeded: current value 12.500000"),
		event(int64(0), int64(9), "threshold of high restored: current value 9.000000"),
		violated(int64(11), "threshold of high exceeded: current value 11.000000"))
	if got := r.p.Ledger().Class(wire.Events).Suppressed[wire.ClearRepeat]; got != 2 || r.out.unbuilt != 2 {
		t.Errorf("%d clears suppressed, %d unbuilt: want 2 and 2", got, r.out.unbuilt)
	}
}

func TestThresholdOfAComponent(t *testing.T) {
	r := newRig(t, now, nil)
	ds := source("ds1", "c1", gauge("dp1"))
	spec := *ds.SourceSpec
	spec.EventKey = ""
	ds.SourceSpec = &spec
	task := newTask(source("ds1", datasource.DeviceLevel, gauge("dp1")), ds)
	threshold := minMax("high", nil, new(10.0))
	threshold.Component, threshold.ContextUUID = "c1", "uuid-c1"
	task.Config.Thresholds = []*datasource.ThresholdConfig{threshold}
	r.run(task, &datasource.Data{Values: datasource.Values{datasource.DeviceLevel: {"dp1": 11}, "c1": {"dp1": 11}}})
	if len(r.out.events) != 1 {
		t.Fatalf("%d events, want the component's alone", len(r.out.events))
	}
	e := r.out.events[0]
	if e["component"] != "c1" || e["component_guid"] != "uuid-c1" || e["eventKey"] != "|ds1_dp1|high" {
		t.Errorf("event of a component with a source without key: %v", e)
	}
	if threshold := r.out.events[0].ClearKey(); threshold != events.MakeClearKey("dev1", "c1", "|ds1_dp1|high", "/Perf/Snmp") {
		t.Error("the event's clear key is not the one that is asked for")
	}
}

func TestThresholdsThatDoNotApply(t *testing.T) {
	disabled, foreign, other, otherPoint := minMax("a", nil, new(1.0)), minMax("b", nil, new(1.0)), minMax("c", nil, new(1.0)), minMax("d", nil, new(1.0))
	disabled.Enabled, foreign.ContextUUID, other.Type, otherPoint.DataPoints = false, "uuid-c9", "DurationThreshold", []string{"ds1_dp2"}
	r := newRig(t, now, nil)
	r.runValues(watched(disabled, foreign, other, otherPoint), map[string]any{"dp1": 5})
	r.runValues(watched(minMax("nan", new(0.0), new(1.0))), map[string]any{"dp1": math.NaN()})
	r.runValues(watched(minMax("text", new(0.0), new(1.0))), map[string]any{"dp1": "N/A"})
	checkEvents(t, r)
}

func TestEscalation(t *testing.T) {
	r := newRig(t, now, nil)
	threshold := minMax("high", nil, new(10.0))
	threshold.EscalateCount = 2
	critical := minMax("worst", nil, new(10.0))
	critical.Severity, critical.EscalateCount = 5, 1
	task := watched(threshold)
	for _, v := range []any{11, 11, 11, 9, 11} {
		r.runValues(task, map[string]any{"dp1": v})
	}
	r.p.Forget("dev2")
	r.runValues(task, map[string]any{"dp1": 11})
	r.p.Forget("dev1")
	r.runValues(task, map[string]any{"dp1": 11})
	r.runValues(watched(critical), map[string]any{"dp1": 11})
	var severities []any
	for _, e := range r.out.events {
		severities = append(severities, e["severity"])
	}
	want := []any{int64(3), int64(4), int64(4), int64(0), int64(3), int64(4), int64(3), int64(5)}
	if diff := cmp.Diff(want, severities); diff != "" {
		t.Errorf("severities (-want +got):\n%s", diff)
	}
}

func TestThresholdOnRates(t *testing.T) {
	r := newRig(t, now, nil)
	task := newTask(source("ds1", datasource.DeviceLevel, point("dp1", datasource.Derive, nil, nil)))
	task.Config.Thresholds = []*datasource.ThresholdConfig{minMax("high", nil, new(10.0))}
	r.runValues(task, map[string]any{"dp1": datasource.Tuple{1000, now - 10}})
	checkEvents(t, r)
	r.runValues(task, map[string]any{"dp1": datasource.Tuple{1110, now}})
	if len(r.out.events) != 1 || r.out.events[0]["current"] != 11.0 {
		t.Errorf("events %v, want one of the rate 11", r.out.events)
	}
}
