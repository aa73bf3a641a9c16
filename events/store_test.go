package events

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// apply fails the test when the store refuses an event.
func apply(t *testing.T, s *Store, e Event) Outcome {
	t.Helper()
	out, err := s.Apply(e, now)
	if err != nil {
		t.Fatalf("Apply(%v): %v", e, err)
	}
	return out
}

// problem is an event that happened at a second; fields are laid over it.
func problem(second int, fields Event) Event {
	e := Event{"device": "d", "component": "c", "eventClass": "/c", "eventKey": "k", "severity": 3, "summary": "s", "rcvtime": second}
	maps.Copy(e, fields)
	return e
}

func clearing(second int, fields Event) Event {
	e := problem(second, fields)
	e["severity"], e["summary"] = 0, "fine again"
	return e
}

// Every row of spec §5.7: what a further occurrence of an open event does.
func TestMergeOnArrival(t *testing.T) {
	tests := []struct {
		name       string
		first, new Event
		check      func(s Summary) any
		want       any
	}{
		{"count adds up", Event{"count": 2}, Event{"count": 3}, func(s Summary) any { return s.Count }, int64(5)},
		{"newer: last seen moves", nil, nil, func(s Summary) any { return s.LastSeen() }, at(200)},
		{"newer: first seen stays", nil, nil, func(s Summary) any { return s.FirstSeen }, at(100)},
		{"newer: present fields replaced", Event{"agent": "old"}, Event{"agent": "new", "message": "n"},
			func(s Summary) any { return s.Agent + s.Message }, "newn"},
		{"newer: absent fields stay", Event{"eventGroup": "g"}, nil, func(s Summary) any { return s.EventGroup }, "g"},
		{"newer: summary replaced", nil, Event{"summary": "t"}, func(s Summary) any { return s.Summary }, "t"},
		{"newer: details by name", Event{"x": 1, "y": 1}, Event{"y": 2, "z": 3},
			func(s Summary) any { return fmt.Sprint(s.Details) }, "map[x:[1] y:[2] z:[3]]"},
		{"equal time counts as newer", nil, Event{"rcvtime": 100, "summary": "t"}, func(s Summary) any { return s.Summary }, "t"},
		{"older: summary stays", nil, Event{"rcvtime": 50, "summary": "t"}, func(s Summary) any { return s.Summary }, "s"},
		{"older: last seen stays", nil, Event{"rcvtime": 50}, func(s Summary) any { return s.LastSeen() }, at(100)},
		{"older: first seen lowered", nil, Event{"rcvtime": 50}, func(s Summary) any { return s.FirstSeen }, at(50)},
		{"older: count adds up", nil, Event{"rcvtime": 50}, func(s Summary) any { return s.Count }, int64(2)},
		{"older: details added, not replaced", Event{"y": 1}, Event{"rcvtime": 50, "y": 2, "z": 3},
			func(s Summary) any { return fmt.Sprint(s.Details) }, "map[y:[1] z:[3]]"},
		{"newer: firstTime lowered", nil, Event{"firstTime": 20}, func(s Summary) any { return s.FirstSeen }, at(20)},
		{"state follows", nil, Event{"eventState": 2}, func(s Summary) any { return s.State }, Suppressed},
		{"state goes back", Event{"eventState": 2}, nil, func(s Summary) any { return s.State }, New},
		{"acknowledged stays on New", Event{"eventState": 1}, nil, func(s Summary) any { return s.State }, Acknowledged},
		{"acknowledged stays on Suppressed", Event{"eventState": 1}, Event{"eventState": 2}, func(s Summary) any { return s.State }, Acknowledged},
		{"older: state stays", nil, Event{"rcvtime": 50, "eventState": 2}, func(s Summary) any { return s.State }, New},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := NewStore(StoreOptions{})
			created := apply(t, s, problem(100, tt.first))
			merged := apply(t, s, problem(200, tt.new))
			if created.Effect != EffectCreated || merged.Effect != EffectMerged || merged.ID != created.ID {
				t.Fatalf("effects %+v, %+v", created, merged)
			}
			if diff := cmp.Diff(tt.want, tt.check(s.List(Filter{})[0])); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSeveritiesAreTwoEvents(t *testing.T) {
	s := NewStore(StoreOptions{})
	apply(t, s, problem(100, nil))
	if out := apply(t, s, problem(100, Event{"severity": 4})); out.Effect != EffectCreated || s.OpenCount() != 2 {
		t.Errorf("a Warning and an Error of equal keys: %+v, %d open", out, s.OpenCount())
	}
}

func TestClosedEventsAreNotReopened(t *testing.T) {
	s := NewStore(StoreOptions{})
	first := apply(t, s, problem(100, nil))
	apply(t, s, clearing(100, nil))
	second := apply(t, s, problem(101, nil))
	if second.Effect != EffectCreated || second.ID == first.ID {
		t.Errorf("the next occurrence of a cleared event: %+v", second)
	}
	apply(t, s, problem(102, Event{"eventState": 3}))
	if s.OpenCount() != 0 {
		t.Error("an occurrence that came closed left its event open")
	}
	if out := apply(t, s, problem(103, Event{"eventState": 3})); out.Effect != EffectCreated || s.OpenCount() != 0 {
		t.Errorf("a new event that came closed: %+v, %d open", out, s.OpenCount())
	}
	if out := apply(t, s, problem(104, Event{"eventState": 5})); out.Effect != EffectDiscarded {
		t.Errorf("an event that came dropped: %+v", out)
	}
}

// Check 37 of spec §11 and every row of §5.8: whether a clear closes the one open event.
func TestClear(t *testing.T) {
	classes := NewClasses(nil, map[string][]string{"/up": {"/c"}})
	tests := []struct {
		name           string
		problem, clear Event
		want           bool
	}{
		{"check 37: same device, component, class and key, newer", nil, Event{}, true},
		{"check 37: different key", nil, Event{"eventKey": "other"}, false},
		{"check 37: older", nil, Event{"rcvtime": 99}, false},
		{"same time", nil, Event{"rcvtime": 100}, true},
		{"different device", nil, Event{"device": "e"}, false},
		{"different component", nil, Event{"component": "other"}, false},
		{"no component", nil, Event{"component": nil}, false},
		{"different class", nil, Event{"eventClass": "/other"}, false},
		{"a class that clears it", nil, Event{"eventClass": "/up"}, true},
		{"severity is not compared", Event{"severity": 5}, Event{}, true},
		{"acknowledged", Event{"eventState": 1}, Event{}, true},
		{"suppressed", Event{"eventState": 2}, Event{}, true},
		{"empty key clears empty key", Event{"eventKey": ""}, Event{"eventKey": ""}, true},
		{"empty key clears no other", nil, Event{"eventKey": ""}, false},
		{"key clears no empty key", Event{"eventKey": ""}, Event{}, false},
		{"by component UUID", Event{"component_guid": "u"}, Event{"component_guid": "u", "component": "renamed", "device": "moved"}, true},
		{"with UUID needs the UUID", Event{"component_guid": "u"}, Event{}, false},
		{"without UUID cleared by name", nil, Event{"component_guid": "u"}, true},
		{"different UUID, same name", Event{"component_guid": "u"}, Event{"component_guid": "v"}, false},
		{"class from the key", Event{"eventClass": "", "eventClassKey": "zenpython-timeout"}, Event{"eventClass": "/App/Zenoss"}, true},
		{"start clears stop", Event{"eventClass": "/App/Stop"}, Event{"eventClass": "/App/Start"}, true},
		{"stop does not clear start", Event{"eventClass": "/App/Start"}, Event{"eventClass": "/App/Stop"}, false},
		{"last seen counts, not first", Event{"firstTime": 10}, Event{"rcvtime": 99}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := NewStore(StoreOptions{Classes: classes})
			opened := apply(t, s, problem(100, tt.problem))
			out := apply(t, s, clearing(200, tt.clear))
			closed := s.List(Filter{Closed: true})
			if !tt.want {
				if out.Effect != EffectDiscarded || s.OpenCount() != 1 || len(closed) != 0 {
					t.Errorf("%+v, %d open, %d closed: want the event untouched and the clear discarded", out, s.OpenCount(), len(closed))
				}
				return
			}
			if out.Effect != EffectCleared || !cmp.Equal(out.Cleared, []string{opened.ID}) || s.OpenCount() != 0 || len(closed) != 2 {
				t.Fatalf("%+v, %d open, %d closed: want the event cleared", out, s.OpenCount(), len(closed))
			}
			if e := closed[0]; e.ID != opened.ID || e.State != Cleared || e.ClearedBy != out.ID {
				t.Errorf("the event: %v by %q, want Cleared by %q", e.State, e.ClearedBy, out.ID)
			}
			if c := closed[1]; c.ID != out.ID || c.State != Closed || c.Severity != Clear {
				t.Errorf("the clear: %+v, want Closed", c)
			}
		})
	}
}

func TestClearReachesAllSummaries(t *testing.T) {
	s := NewStore(StoreOptions{})
	for _, summary := range []string{"a", "b", "c"} {
		apply(t, s, problem(100, Event{"eventKey": "", "summary": summary}))
	}
	apply(t, s, problem(300, Event{"eventKey": "", "summary": "newer"}))
	if out := apply(t, s, clearing(200, Event{"eventKey": ""})); len(out.Cleared) != 3 {
		t.Errorf("%d events cleared, want 3", len(out.Cleared))
	}
	if left := s.List(Filter{}); len(left) != 1 || left[0].Summary != "newer" {
		t.Errorf("left open: %+v", left)
	}
}

func TestClearFollowsTheNewestOccurrence(t *testing.T) {
	s := NewStore(StoreOptions{})
	apply(t, s, problem(100, Event{"dedupid": "f"}))
	apply(t, s, problem(200, Event{"dedupid": "f", "eventKey": "k2", "component": ""}))
	if out := apply(t, s, clearing(300, nil)); out.Effect != EffectDiscarded {
		t.Errorf("a clear of the key that the event had: %+v", out)
	}
	if out := apply(t, s, clearing(300, Event{"eventKey": "k2"})); out.Effect != EffectCleared {
		t.Errorf("a clear of the key that the event has: %+v", out)
	}
}

// The columns of spec §5.9.
func TestColumnsAreCut(t *testing.T) {
	long := strings.Repeat("ü", 5000)
	s := NewStore(StoreOptions{})
	e := Event{"severity": 3, "rcvtime": 100}
	widths := map[string]int{
		"device": 255, "component": 255, "device_guid": 255, "component_guid": 255, "summary": 255,
		"eventClass": 128, "eventClassKey": 128, "eventKey": 128, "monitor": 128, "agent": 64, "eventGroup": 64, "message": 4096,
	}
	for field := range widths {
		e[field] = long
	}
	apply(t, s, e)
	got := s.List(Filter{})[0]
	for field, text := range map[string]string{
		"device": got.Device, "component": got.Component, "device_guid": got.DeviceGUID, "component_guid": got.ComponentGUID,
		"summary": got.Summary, "eventClass": got.EventClass, "eventClassKey": got.EventClassKey, "eventKey": got.EventKey,
		"monitor": got.Monitor, "agent": got.Agent, "eventGroup": got.EventGroup, "message": got.Message,
	} {
		if n := len([]rune(text)); n != widths[field] {
			t.Errorf("%s: %d characters, want %d", field, n, widths[field])
		}
	}
	if n := len(got.Fingerprint); n > 255 || n < 252 {
		t.Errorf("fingerprint of %d bytes", n)
	}
	if out := apply(t, s, e); out.Effect != EffectMerged {
		t.Errorf("the same long event again: %+v", out)
	}
}

func TestAgeing(t *testing.T) {
	s := NewStore(StoreOptions{})
	apply(t, s, problem(0, Event{"summary": "warning"}))
	apply(t, s, problem(0, Event{"severity": 4}))
	apply(t, s, problem(60, Event{"eventKey": "seen later"}))
	if n := s.Age(at(240*60 - 1)); n != 0 {
		t.Errorf("%d aged too early", n)
	}
	if n := s.Age(at(240 * 60)); n != 1 || s.OpenCount() != 2 {
		t.Errorf("%d aged, %d open, want 1 and 2", n, s.OpenCount())
	}
	if closed := s.List(Filter{Closed: true}); len(closed) != 1 || closed[0].State != Aged {
		t.Errorf("closed: %+v", closed)
	}
	s.Age(at(4320*60 - 1))
	if len(s.List(Filter{Closed: true})) != 2 {
		t.Error("a closed event was forgotten too early, or the second not aged")
	}
	s.Age(at(4320 * 60))
	if len(s.List(Filter{Closed: true})) != 1 {
		t.Error("a closed event was kept for more than three days")
	}
}

func TestStoreIsBounded(t *testing.T) {
	s := NewStore(StoreOptions{MaxOpen: 3, MaxClosed: 2})
	for i := range 5 {
		apply(t, s, problem(100+i, Event{"eventKey": fmt.Sprint("k", i)}))
		apply(t, s, problem(100+i, Event{"eventKey": "k0"})) // k0 is always the last seen
	}
	open := map[string]int64{}
	for _, e := range s.List(Filter{}) {
		open[e.EventKey] = e.Count
	}
	if want := map[string]int64{"k0": 6, "k3": 1, "k4": 1}; !cmp.Equal(open, want) {
		t.Errorf("open, with counts: %v, want %v", open, want)
	}
	for _, key := range []string{"k0", "k3", "k4"} {
		apply(t, s, clearing(200, Event{"eventKey": key}))
	}
	if n := len(s.List(Filter{Closed: true})); n != 2 {
		t.Errorf("%d closed events kept, want 2", n)
	}
	if len(s.open) != 0 || len(s.clears) != 0 || s.recency.Len() != 0 {
		t.Errorf("indexes hold %d, %d, %d rows after everything is closed", len(s.open), len(s.clears), s.recency.Len())
	}
}

func TestList(t *testing.T) {
	s := NewStore(StoreOptions{})
	apply(t, s, problem(100, Event{"summary": "old", "eventKey": ""}))
	apply(t, s, problem(200, Event{"summary": "new", "eventKey": ""}))
	apply(t, s, problem(100, Event{"summary": "bad", "severity": 5, "eventClass": "/c/sub"}))
	apply(t, s, problem(100, Event{"summary": "other", "device": "e", "component": "x", "eventClass": "/cc"}))
	tests := []struct {
		name   string
		filter Filter
		want   string
	}{
		{"all, the worst first, then the newest", Filter{}, "bad new old other"},
		{"device", Filter{Device: "d"}, "bad new old"},
		{"component", Filter{Component: "x"}, "other"},
		{"class and below", Filter{ClassPrefix: "/c"}, "bad new old"},
		{"class with a slash", Filter{ClassPrefix: "/c/"}, "bad new old"},
		{"root class", Filter{ClassPrefix: "/"}, "bad new old other"},
		{"severity", Filter{MinSeverity: Error}, "bad"},
		{"limit", Filter{Limit: 2}, "bad new"},
		{"closed", Filter{Closed: true}, ""},
	}
	for _, tt := range tests {
		var got []string
		for _, e := range s.List(tt.filter) {
			got = append(got, e.Summary)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestSnapshotsDoNotChange(t *testing.T) {
	s := NewStore(StoreOptions{})
	in := problem(100, Event{"x": 1})
	apply(t, s, in)
	before := s.List(Filter{})[0]
	apply(t, s, problem(200, Event{"x": 2, "y": 3}))
	if before.Count != 1 || fmt.Sprint(before.Details) != "map[x:[1]]" {
		t.Errorf("a snapshot changed: %+v", before)
	}
	if _, err := s.Apply(Event{"device": "d"}, time.Now()); err == nil || s.OpenCount() != 1 {
		t.Error("an incomplete event was taken")
	}
}
