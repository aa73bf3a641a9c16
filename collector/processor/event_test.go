package processor

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

func TestBadEventsCostOnlyThemselves(t *testing.T) {
	seen := &rows{}
	r := newRig(t, now, func(o *Options) { o.Observer = seen })
	bad := []events.Event{
		nil, {}, {"severity": 3}, {"summary": ""}, {"summary": nil}, {"summary": "s", "severity": nil},
		{"summary": "s", "device": ""}, {"summary": "s", "device": nil}, {"eventClass": "/Heartbeat", "device": ""},
	}
	good := []events.Event{{"summary": "first"}, {"message": "only"}, {"summary": 5}, {"eventClass": "/Heartbeat"}, {"summary": "last"}}
	list := append([]events.Event{good[0]}, bad...)
	list = append(list, good[1:]...)
	r.run(standard(), &datasource.Data{Events: list})
	if n := r.rejected(wire.Events, wire.BadEvent); n != len(bad) || len(r.out.events) != len(good) {
		t.Errorf("%d rejected and %d sent, want %d and %d", n, len(r.out.events), len(bad), len(good))
	}
	if len(seen.dropped) != len(bad) || len(seen.events) != len(good) || r.out.rejected[wire.BadEvent] != len(bad) {
		t.Errorf("observer: %d dropped, %d events; outlet: %v", len(seen.dropped), len(seen.events), r.out.rejected)
	}
}

func TestEventLimits(t *testing.T) {
	r := newRig(t, now, func(o *Options) { o.Limits = Limits{Events: 2, EventFields: 3} })
	r.run(standard(), &datasource.Data{Events: []events.Event{
		{"summary": "a", "b": 1, "c": 2, "d": 3}, {"summary": "b", "x": 1, "y": 2}, {"summary": "beyond"},
	}})
	checkEvents(t, r, events.Event{"device": "dev1", "severity": int64(2), "summary": "b", "x": 1, "y": 2})
	if r.rejected(wire.Events, wire.TooLarge) != 1 || r.rejected(wire.Events, wire.Limit) != 1 {
		t.Errorf("rejected %v, want too_large and limit", r.p.Ledger().Class(wire.Events).Rejected)
	}
}

func TestEventsThatTheOutletRefuses(t *testing.T) {
	seen := &rows{}
	r := newRig(t, now, func(o *Options) { o.Observer = seen })
	r.out.refuse = wire.TooLarge
	given := events.Event{"summary": "a"}
	r.run(standard(), &datasource.Data{Events: []events.Event{given}})
	if r.rejected(wire.Events, wire.TooLarge) != 1 || len(r.out.rejected) != 0 || len(seen.events) != 0 {
		t.Errorf("ledger %v, outlet told %v, %d event rows: want it counted once, and not told to who refused it",
			r.p.Ledger().Class(wire.Events).Rejected, r.out.rejected, len(seen.events))
	}
	if diff := cmp.Diff([]DroppedRow{{RunRef{Task: "dev1 300 x"}, wire.TooLarge, given}}, seen.dropped); diff != "" {
		t.Errorf("dropped rows (-want +got):\n%s", diff)
	}
}

// The queue changes what it is given when it folds repeats: rows must show the event as it was.
func TestEventRowsAreCopies(t *testing.T) {
	seen := &rows{}
	r := newRig(t, now, func(o *Options) { o.Observer = seen })
	r.run(standard(), &datasource.Data{Events: []events.Event{{"summary": "a"}}})
	r.out.events[0]["count"] = 2
	if _, has := seen.events[0].Event["count"]; has {
		t.Error("a change of the queued event shows in the row")
	}
}

func TestComponentOfDataSourceInEvents(t *testing.T) {
	r := newRig(t, now, nil)
	r.run(standard(), &datasource.Data{Events: []events.Event{
		{"summary": "a", "component": datasource.DeviceLevel}, {"summary": "b", "component": datasource.Component("c1")},
	}})
	checkEvents(t, r,
		events.Event{"device": "dev1", "severity": int64(2), "summary": "a", "component": nil},
		events.Event{"device": "dev1", "severity": int64(2), "summary": "b", "component": "c1"})
}

func TestDaemonEvents(t *testing.T) {
	seen := &rows{}
	r := newRig(t, now, func(o *Options) { o.Observer = seen })
	r.p.Daemon("localhost", events.Event{"eventClass": "/App/Start", "severity": 0, "summary": "started"})
	checkEvents(t, r, events.Event{"device": "localhost", "eventClass": "/App/Start", "severity": 0, "summary": "started"})
	if row := seen.events[0]; row.Origin != OriginDaemon || row.RunRef != (RunRef{}) {
		t.Errorf("row %+v, want origin daemon and no run", row)
	}
}

func TestEventsOfAKnownDevice(t *testing.T) {
	r := newRig(t, now, func(o *Options) {
		o.Stamp.DeviceGUID = func(device string) string { return "known-" + device }
	})
	r.run(standard(), &datasource.Data{Events: []events.Event{{"summary": "a"}, {"summary": "b", "device": "x"}}})
	got := fmt.Sprint(r.out.events[0]["device_guid"], " ", r.out.events[1]["device_guid"])
	if got != "known-dev1 known-x" {
		t.Errorf("device_guid %s, want the stamp's", got)
	}
}
