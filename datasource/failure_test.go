package datasource

import (
	"errors"
	"fmt"
	"testing"
)

// TestEventsCanAlwaysBeCleared holds that a failure and its clear agree in what clears go by (spec §5.8), and that no
// part of it is empty where that would touch other events.
func TestEventsCanAlwaysBeCleared(t *testing.T) {
	sources := map[string]*DataSourceConfig{
		"template gives all":     {Device: "d", Component: "c", SourceSpec: &SourceSpec{Template: "T", DataSource: "s", EventClass: "/A", EventKey: "k", Severity: 5}},
		"template gives nothing": {Device: "d", Component: DeviceLevel, SourceSpec: &SourceSpec{Template: "T", DataSource: "s"}},
	}
	for name, ds := range sources {
		t.Run(name, func(t *testing.T) {
			failure, cleared := FailureEvent(ds, errors.New("down")), ClearEvent(ds)
			for _, field := range []string{"device", "component", "eventClass", "eventKey"} {
				if failure[field] != cleared[field] {
					t.Errorf("%s: failure has %v, clear %v", field, failure[field], cleared[field])
				}
				if failure[field] == "" {
					t.Errorf("%s is empty", field)
				}
			}
			if severity := failure["severity"].(int); severity <= 0 || cleared["severity"] != 0 {
				t.Errorf("severities %v and %v", severity, cleared["severity"])
			}
		})
	}
}

func TestFailureEventNamesTheKind(t *testing.T) {
	ds := &DataSourceConfig{Device: "d", SourceSpec: &SourceSpec{Severity: 2}}
	f := &Failure{Kind: "timeout", Summary: "slow", Err: errors.New("cause")}
	e := FailureEvent(ds, fmt.Errorf("asking: %w", f))
	if e["failureKind"] != "timeout" || e["severity"] != 2 || e["summary"] != "asking: slow" {
		t.Errorf("event %v", e)
	}
	if _, ok := FailureEvent(ds, errors.New("other"))["failureKind"]; ok {
		t.Error("an error without a kind has one")
	}
	if !errors.Is(f, f.Err) {
		t.Error("the cause cannot be found")
	}
}

func TestRejectedPointsSayWhere(t *testing.T) {
	data := NewData()
	dp := &DataPointConfig{ID: "up", Name: "page_up"}
	data.Reject(&DataSourceConfig{Component: "eu"}, dp, ReasonBadValue, "two series match")
	data.Reject(&DataSourceConfig{Component: DeviceLevel}, dp, ReasonNoValue, "no series matches")
	want := []string{"bad_value page_up of eu: two series match", "no_value page_up: no series matches"}
	for i, r := range data.Rejected {
		if got := fmt.Sprint(r.Reason, " ", r.Item); got != want[i] {
			t.Errorf("rejected %q, want %q", got, want[i])
		}
	}
}
