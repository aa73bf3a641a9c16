package processor

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

// The acceptance checks of spec §11 that concern results, by number.

const now = 1404160500

func TestCheck01_ValueByDatapointID(t *testing.T) {
	r := newRig(t, now, nil)
	r.runValues(standard(), map[string]any{"dp1": 1})
	checkStored(t, r, storedValue{"dev1/ds1_dp1", now, whole(1)})
	want := map[string]string{"key": "Devices/dev1", "device": "dev1", "contextUUID": "uuid-dev1"}
	if diff := cmp.Diff(want, r.out.tags[0]); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestCheck02_ValueByDatapointName(t *testing.T) {
	r := newRig(t, now, nil)
	r.runValues(standard(), map[string]any{"ds1_dp1": 1})
	checkStored(t, r, storedValue{"dev1/ds1_dp1", now, whole(1)})
}

func TestCheck03_UnknownKeysAndComponents(t *testing.T) {
	r := newRig(t, now, nil)
	r.run(standard(), &datasource.Data{Values: datasource.Values{
		datasource.DeviceLevel: {"nope": 1}, "cX": {"dp1": 1}, "": {"dp1": 1},
	}})
	checkStored(t, r)
	if d, c := r.rejected(wire.Values, wire.UnknownDatapoint), r.rejected(wire.Values, wire.UnknownComponent); d != 1 || c != 2 {
		t.Errorf("unknown_datapoint %d, unknown_component %d: want 1 and 2", d, c)
	}
	if n := r.lines("WARN") + r.lines("ERROR"); n != 0 {
		t.Errorf("%d warnings, want none:\n%s", n, r.log)
	}
}

func TestCheck04_ComponentOfTheSameSource(t *testing.T) {
	r := newRig(t, 160, nil)
	task := newTask(source("ds1", datasource.DeviceLevel, gauge("dp1")), source("ds1", "c1", gauge("dp1")))
	r.run(task, &datasource.Data{Values: datasource.Values{"c1": {"dp1": datasource.Tuple{5, 100}}}})
	checkStored(t, r, storedValue{"dev1/ds1_dp1", 100, whole(5)})
	if got := r.out.tags[0]["contextUUID"]; got != "uuid-c1" {
		t.Errorf("contextUUID %q, want that of c1", got)
	}
}

func TestCheck05_Timestamps(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  int64
	}{
		{datasource.Tuple{7, 1404160028.9}, 1404160028},
		{datasource.Tuple{7, "N"}, now},
		{datasource.Tuple{7, nil}, now},
		{7, now},
	} {
		r := newRig(t, now, nil)
		r.runValues(standard(), map[string]any{"dp1": tt.value})
		checkStored(t, r, storedValue{"dev1/ds1_dp1", tt.want, whole(7)})
	}
}

func TestCheck06_ListsAndPairs(t *testing.T) {
	r := newRig(t, 200, nil)
	r.runValues(standard(), map[string]any{"dp1": []any{datasource.Tuple{1, 100}, datasource.Tuple{2, 160}}})
	r.runValues(standard(), map[string]any{"dp1": []any{10, 11}})
	checkStored(t, r,
		storedValue{"dev1/ds1_dp1", 100, whole(1)},
		storedValue{"dev1/ds1_dp1", 160, whole(2)},
		storedValue{"dev1/ds1_dp1", 11, whole(10)})
}

func TestCheck07_DecimalUnitsAndNone(t *testing.T) {
	r := newRig(t, now, nil)
	r.runValues(standard(), map[string]any{"dp1": datasource.Decimal("1.5")})
	r.runValues(standard(), map[string]any{"dp1": "99.9%"})
	checkStored(t, r, storedValue{"dev1/ds1_dp1", now, fraction(1.5)}, storedValue{"dev1/ds1_dp1", now, fraction(99.9)})
	r.runValues(standard(), map[string]any{"dp1": nil})
	if len(r.out.values) != 2 || r.lines("WARN") != 1 || r.rejected(wire.Values, wire.NoValue) != 1 {
		t.Errorf("None: stored %d, want nothing more and one warning:\n%s", len(r.out.values), r.log)
	}
}

func TestCheck08_DeriveGivesRates(t *testing.T) {
	r := newRig(t, 600, nil)
	task := newTask(source("ds1", datasource.DeviceLevel, point("dp1", datasource.Derive, nil, nil)))
	r.runValues(task, map[string]any{"dp1": datasource.Tuple{100, 0}})
	checkStored(t, r)
	r.runValues(task, map[string]any{"dp1": datasource.Tuple{400, 300}})
	r.runValues(task, map[string]any{"dp1": datasource.Tuple{500, 300}})
	checkStored(t, r, storedValue{"dev1/ds1_dp1", 300, fraction(1)})
	if r.rejected(wire.Values, wire.RateFirst) != 1 || r.rejected(wire.Values, wire.RateSameTime) != 1 {
		t.Errorf("rejected %v, want rate_first and rate_same_time", r.p.Ledger().Class(wire.Values).Rejected)
	}
}

func TestCheck09_RatesOutOfBounds(t *testing.T) {
	r := newRig(t, 600, nil)
	task := newTask(source("ds1", datasource.DeviceLevel,
		point("reset", datasource.Counter, new(0.0), nil), point("fast", datasource.Derive, nil, new(0.5))))
	r.runValues(task, map[string]any{"reset": datasource.Tuple{400, 0}, "fast": datasource.Tuple{100, 0}})
	r.runValues(task, map[string]any{"reset": datasource.Tuple{100, 300}, "fast": datasource.Tuple{400, 300}})
	checkStored(t, r)
	if n := r.rejected(wire.Values, wire.RateOutOfBounds); n != 2 {
		t.Errorf("rate_out_of_bounds %d, want 2", n)
	}
}

func TestCheck10_EventDefaults(t *testing.T) {
	r := newRig(t, now, nil)
	given := events.Event{"summary": "a"}
	r.run(standard(), &datasource.Data{Events: []events.Event{given}})
	want := []events.Event{{
		"device": "dev1", "severity": int64(2), "summary": "a", "agent": "zenpython", "monitor": "localhost",
		"manager": "col1.example.org", "device_guid": "guid-dev1",
	}}
	if diff := cmp.Diff(want, r.out.events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if len(given) != 1 {
		t.Errorf("the plugin's own event was changed: %v", given)
	}
}

func TestCheck11_EventKeepsDeviceAndSeverity(t *testing.T) {
	r := newRig(t, now, nil)
	r.run(standard(), &datasource.Data{Events: []events.Event{{"device": "x", "severity": 0, "summary": "b"}}})
	checkEvents(t, r, events.Event{"device": "x", "severity": 0, "summary": "b"})
	if _, has := r.out.events[0]["device_guid"]; has {
		t.Error("an event of another device has this one's GUID")
	}
}

func TestCheck12_LongTexts(t *testing.T) {
	r := newRig(t, now, nil)
	r.run(standard(), &datasource.Data{Events: []events.Event{{
		"summary": strings.Repeat("s", 300), "message": strings.Repeat("m", 5000),
	}}})
	e := r.out.events[0]
	if s, m := len(e.Text("summary")), len(e.Text("message")); s != 256 || m != 4096 {
		t.Errorf("summary %d and message %d characters, want 256 and 4096", s, m)
	}
}

func TestCheck13_ClearOfTheTimeout(t *testing.T) {
	r := newRig(t, now, nil)
	task := standard()
	key := NewTimeoutKey(task)
	r.p.Run(&Run{Config: task, TimeoutKey: &key, Up: true})
	r.p.Run(&Run{Config: task, Up: true}) // runningtimeout 0
	checkEvents(t, r, timeoutEventOf(0, nil, "", "ds1", "timeout collecting ds1 datasource"))
}

func TestCheck14_TimeoutEvent(t *testing.T) {
	r := newRig(t, now, nil)
	task := standard()
	key := NewTimeoutKey(task)
	r.p.Run(&Run{Config: task, TimeoutKey: &key, Err: datasource.ErrRunningTimeout})
	checkEvents(t, r, timeoutEventOf(3, nil, "", "ds1", "timeout collecting ds1 datasource"))
}

func TestCheck15_SwallowedTimeoutIsCleared(t *testing.T) {
	r := newRig(t, now, nil)
	task := standard()
	key := NewTimeoutKey(task)
	r.p.Run(&Run{Config: task, TimeoutKey: &key, Data: &datasource.Data{Events: []events.Event{}}})
	checkEvents(t, r, timeoutEventOf(0, nil, "", "ds1", "timeout collecting ds1 datasource"))
}

func TestCheck16_OtherErrorsAreNoTimeout(t *testing.T) {
	r := newRig(t, now, nil)
	task := standard()
	key := NewTimeoutKey(task)
	r.p.Run(&Run{Config: task, TimeoutKey: &key, Err: errors.New("KeyError")})
	checkEvents(t, r)
}

func TestCheck21_NoData(t *testing.T) {
	r := newRig(t, now, nil)
	r.run(standard(), nil)
	if l := r.p.Ledger(); l[0].Returned+l[1].Returned+l[2].Returned != 0 || r.log.Len() > 0 {
		t.Errorf("a result of nothing left %+v and the log %q", l, r.log)
	}
}

func TestCheck22_Interval(t *testing.T) {
	for _, tt := range []struct {
		seconds float64
		want    float64 // 0: not asked for
		isBad   bool
	}{
		{0, 0, false}, {60, 60, false}, {60.9, 60, false}, {1, 1, false}, {366 * 86400, 366 * 86400, false},
		{0.5, 0, true}, {-5, 0, true}, {math.NaN(), 0, true}, {math.Inf(1), 0, true}, {1e9, 0, true},
	} {
		r := newRig(t, now, nil)
		var schedule scheduleStub
		r.p.Run(&Run{Config: standard(), Data: &datasource.Data{Interval: tt.seconds}, Schedule: &schedule})
		if schedule.asked != tt.want || (r.rejected(wire.Values, wire.BadResult) == 1) != tt.isBad {
			t.Errorf("interval %v: asked for %v, rejected %v", tt.seconds, schedule.asked, r.p.Ledger().Class(wire.Values).Rejected)
		}
	}
}

// scheduleStub is a schedule that writes down what it is asked for.
type scheduleStub struct {
	asked  float64
	refuse error
}

func (s *scheduleStub) ChangeInterval(seconds float64) error {
	s.asked = seconds
	return s.refuse
}

func TestRefusedIntervalIsRejected(t *testing.T) {
	r := newRig(t, now, nil)
	task := standard()
	r.p.Run(&Run{Config: task, Schedule: &scheduleStub{refuse: errors.New("gone")}, Data: &datasource.Data{Interval: 60}})
	r.p.Run(&Run{Config: task, Data: &datasource.Data{Interval: math.NaN()}}) // run mode has no schedule
	if n := r.rejected(wire.Values, wire.BadResult); n != 1 {
		t.Errorf("%d rejected, want the refused one", n)
	}
}

func TestCheck40_PublishingOutsideOfRuns(t *testing.T) {
	r := newRig(t, now, nil)
	task := standard()
	r.p.Publish(task, &datasource.Data{
		Events: []events.Event{{"summary": "a"}}, Values: datasource.Values{datasource.DeviceLevel: {"dp1": 1}},
		Interval: 60,
	})
	r.p.Publish(task, nil)
	checkEvents(t, r, events.Event{"device": "dev1", "severity": int64(2), "summary": "a"})
	checkStored(t, r, storedValue{"dev1/ds1_dp1", now, whole(1)})
}

func timeoutEventOf(severity int64, component any, components, sources, summary string) events.Event {
	return events.Event{
		"device": "dev1", "component": component, "severity": severity, "eventClassKey": "zenpython-timeout",
		"eventKey": "zenpython-timeout|dev1 300 x", "components": components, "datasources": sources, "summary": summary,
	}
}

func checkStored(t *testing.T, r *rig, want ...storedValue) {
	t.Helper()
	if diff := cmp.Diff(want, r.out.values); diff != "" {
		t.Errorf("stored values (-want +got):\n%s", diff)
	}
}

func checkEvents(t *testing.T, r *rig, want ...events.Event) {
	t.Helper()
	var got []events.Event
	for _, e := range r.out.events {
		got = append(got, bare(e))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if err := r.p.Ledger().Check(); err != nil {
		t.Errorf("ledger: %v", err)
	}
}
