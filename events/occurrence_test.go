package events

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func at(seconds float64) time.Time { return time.UnixMilli(int64(seconds * 1000)) }

var now = at(1_700_000_000)

// Every row of the field table of spec §5.3.
func TestArriveFields(t *testing.T) {
	got, err := Arrive(Event{
		"device": "d", "device_guid": "dg", "component": "c", "component_guid": "cg",
		"eventClass": "/c", "eventClassKey": "ck", "eventKey": "k", "eventGroup": "g", "severity": "error",
		"summary": "s", "message": "m", "agent": "a", "monitor": "mo", "firstTime": 10.5, "lastTime": "20.25",
		"count": 3, "eventState": 1, "evid": "theirs", "dedupid": "f",
		"facility": 4, "priority": "5", "ntevid": 1000, "ipAddress": "192.0.2.1", "manager": "h",
		"listed": []any{"x", 1, nil}, "none": nil, "number": 1.0, "empty": []any{},
		"prodState": 1, "DeviceClass": 1, "Location": 1, "Systems": 1, "DeviceGroups": 1, "ownerid": 1, "clearid": 1,
		"stateChange": 1, "DevicePriority": 1, "eventClassMapping": 1, "_action": 1, "_clearClasses": 1, "_fields": 1,
	}, now)
	if err != nil {
		t.Fatal(err)
	}
	want := &Occurrence{
		Device: "d", DeviceGUID: "dg", Component: "c", ComponentGUID: "cg",
		EventClass: "/c", EventClassKey: "ck", EventKey: "k", EventGroup: "g", Severity: Error,
		Summary: "s", Message: "m", Agent: "a", Monitor: "mo", FirstSeen: at(10.5), Created: at(20.25),
		Count: 3, State: Acknowledged, DedupID: "f",
		Details: map[string][]string{
			"facility": {"4"}, "priority": {"5"}, "ntevid": {"1000"}, "zenoss.device.ip_address": {"192.0.2.1"},
			"manager": {"h"}, "listed": {"x", "1"}, "number": {"1.0"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Arrive (-want +got):\n%s", diff)
	}
}

func TestArriveFills(t *testing.T) {
	long := strings.Repeat("ü", 300)
	minimal := Event{"device": "d", "severity": 3, "summary": "s"}
	with := func(fields Event) Event {
		e := minimal.Clone()
		maps.Copy(e, fields)
		return e
	}
	base := Occurrence{Device: "d", Severity: Warning, Summary: "s", Message: "s", Count: 1, FirstSeen: now, Created: now, Details: map[string][]string{}}
	tests := []struct {
		name string
		in   Event
		want func(o *Occurrence)
	}{
		{"message from summary", minimal, func(*Occurrence) {}},
		{"summary from message", Event{"device": "d", "severity": 3, "message": long},
			func(o *Occurrence) { o.Summary, o.Message = strings.Repeat("ü", 255), long }},
		{"both times from rcvtime", with(Event{"rcvtime": 100}), func(o *Occurrence) { o.FirstSeen, o.Created = at(100), at(100) }},
		{"firstTime over rcvtime", with(Event{"rcvtime": 100, "firstTime": 50}), func(o *Occurrence) { o.FirstSeen, o.Created = at(50), at(100) }},
		{"milliseconds", with(Event{"rcvtime": 100.1234}), func(o *Occurrence) { o.FirstSeen, o.Created = at(100.123), at(100.123) }},
		{"first never after last", with(Event{"lastTime": 50}), func(o *Occurrence) { o.FirstSeen, o.Created = at(50), at(50) }},
		{"times that are none", with(Event{"rcvtime": "soon", "firstTime": -5, "lastTime": 1e300}), func(*Occurrence) {}},
		{"count as text", with(Event{"count": "4"}), func(o *Occurrence) { o.Count = 4 }},
		{"count ignored", with(Event{"count": "many"}), func(*Occurrence) {}},
		{"count below one", with(Event{"count": 0}), func(*Occurrence) {}},
		{"state ignored", with(Event{"eventState": 9}), func(*Occurrence) {}},
		{"component None", with(Event{"component": nil}), func(*Occurrence) {}},
		{"component a number", with(Event{"component": 7}), func(o *Occurrence) { o.Component = "7" }},
		{"severity unknown", with(Event{"severity": "odd"}), func(o *Occurrence) { o.Severity = Info }},
		{"bytes are one value", with(Event{"x": []byte("ab")}), func(o *Occurrence) { o.Details["x"] = []string{"ab"} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := base
			want.Details = map[string][]string{}
			tt.want(&want)
			got, err := Arrive(tt.in, now)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&want, got); diff != "" {
				t.Errorf("Arrive (-want +got):\n%s", diff)
			}
		})
	}
}

func TestArriveRefusesIncompleteEvents(t *testing.T) {
	for want, e := range map[string]Event{
		"no device":                          {"severity": 1, "summary": "s"},
		"no severity":                        {"device": "d", "summary": "s", "severity": nil},
		"no summary":                         {"device": "d", "severity": 1},
		"no device, no severity, no summary": {},
	} {
		if _, err := Arrive(e, now); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want %q", e, err, want)
		}
	}
}

// FuzzArrive: whatever an event holds, it is refused or becomes something that a store can hold.
func FuzzArrive(f *testing.F) {
	f.Add("device", "d", "severity", "3", 1.5, int64(7))
	f.Add("rcvtime", "1e400", "count", "-1", -1.0, int64(-1))
	f.Fuzz(func(t *testing.T, k1, v1, k2, v2 string, number float64, whole int64) {
		e := Event{"device": "d", "summary": "s", "severity": 3, k1: v1, k2: v2, v1: number, v2: whole}
		e["rcvtime"], e["count"], e["list"] = number, whole, []any{v1, number}
		e.DedupKey()
		e.ClearKey()
		o, err := Arrive(e, now)
		if err != nil {
			return
		}
		if o.Count < 1 || o.FirstSeen.After(o.Created) || o.Severity > Critical || o.State > Aged || len(o.Fingerprint()) > 255 {
			t.Errorf("%v became %+v", e, o)
		}
	})
}
