package hub

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

const classM = "ZenPacks.example.Shop.Site"

func newHub(tb testing.TB, opts Options) *Hub {
	tb.Helper()
	if opts.Model == nil {
		opts.Model = maps.NewMemory()
	}
	if err := opts.Model.AddDevice(maps.Declaration{ID: "dev1"}); err != nil {
		tb.Fatal(err)
	}
	return New(opts)
}

// sender numbers batches as a collector does.
type sender struct {
	t    testing.TB
	hub  *Hub
	next map[wire.Class]uint64
}

func newSender(tb testing.TB, h *Hub) *sender {
	tb.Helper()
	return &sender{t: tb, hub: h, next: map[wire.Class]uint64{wire.Events: 1, wire.Values: 1, wire.Maps: 1}}
}

func (s *sender) batch(class wire.Class) *wire.Batch {
	return &wire.Batch{Collector: "c", Incarnation: "i", Lane: wire.Lane{Class: class}, First: s.next[class], Floor: s.next[class]}
}

func (s *sender) send(b *wire.Batch) {
	s.t.Helper()
	s.next[b.Lane.Class] = b.Next()
	if err := s.hub.Ingest(s.t.Context(), []*wire.Batch{b}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *sender) events(list ...events.Event) {
	s.t.Helper()
	b := s.batch(wire.Events)
	for _, e := range list {
		b.Events = append(b.Events, wire.Event{Device: "dev1", Event: e})
	}
	s.send(b)
}

func (s *sender) maps(device string, list ...map[string]any) {
	s.t.Helper()
	b := s.batch(wire.Maps)
	for _, fields := range list {
		b.Maps = append(b.Maps, wire.Map{Device: device, Map: parse(s.t, fields)})
	}
	s.send(b)
}

func parse(tb testing.TB, fields map[string]any) maps.Map {
	tb.Helper()
	m, err := maps.Parse(fields)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func problem(second int, key string) events.Event {
	return events.Event{
		"device": "dev1", "component": "comp", "eventClass": "/class", "eventKey": key, "severity": 3, "summary": "broken", "rcvtime": second,
	}
}

// Check 36 of spec §11, end to end.
func TestCheck36(t *testing.T) {
	h := newHub(t, Options{})
	newSender(t, h).events(problem(100, "k"), problem(100, ""))
	var got []string
	for _, e := range h.OpenEvents(events.Filter{}) {
		got = append(got, e.Fingerprint)
	}
	if want := []string{"dev1|comp|/class|3|broken", "dev1|comp|/class|k|3"}; !cmp.Equal(got, want) {
		t.Errorf("fingerprints %q, want %q", got, want)
	}
}

// Check 37 of spec §11, end to end.
func TestCheck37(t *testing.T) {
	h := newHub(t, Options{})
	s := newSender(t, h)
	s.events(problem(100, "k"))
	clearOf := func(second int, key string) events.Event {
		e := problem(second, key)
		e["severity"] = 0
		return e
	}
	s.events(clearOf(200, "other"), clearOf(99, "k"))
	if open, closed := h.OpenEvents(events.Filter{}), h.ClosedEvents(events.Filter{}); len(open) != 1 || open[0].State != events.New || len(closed) != 0 {
		t.Fatalf("a different key or an older time: %d open, %d closed, want the event untouched and the clears discarded", len(open), len(closed))
	}
	s.events(clearOf(200, "k"))
	closed := h.ClosedEvents(events.Filter{})
	if n := h.Stats().OpenEvents; n != 0 || len(closed) != 2 || closed[0].State != events.Cleared || closed[0].ClearedBy != closed[1].ID {
		t.Errorf("the clear: %d open, closed %+v", n, closed)
	}
}

// Check 38 of spec §11: awaited, as in run mode.
func TestCheck38(t *testing.T) {
	h := newHub(t, Options{})
	for i, tt := range []struct {
		fields map[string]any
		want   bool
	}{
		{map[string]any{"id": "c1", "relname": "comps", "modname": classM, "color": "red"}, true},
		{map[string]any{"id": "c1", "relname": "comps", "modname": classM, "color": "red"}, false},
		{map[string]any{"id": "c2", "relname": "comps", "modname": classM, "_add": false}, false},
		{map[string]any{"id": "c1", "relname": "comps", "_remove": true}, true},
	} {
		got, err := h.ApplyMaps(t.Context(), "dev1", []maps.Map{parse(t, tt.fields)})
		if got != tt.want || err != nil {
			t.Errorf("step %d: %v, %v, want %v", i+1, got, err, tt.want)
		}
	}
	if members := h.Model().Device("dev1").Relations["comps"]; len(members) != 0 {
		t.Errorf("left in the model: %v", members)
	}
}

// Check 39 of spec §11, end to end.
func TestCheck39(t *testing.T) {
	h := newHub(t, Options{})
	s := newSender(t, h)
	relationship := func(ids ...string) map[string]any {
		members := []any{}
		for _, id := range ids {
			members = append(members, map[string]any{"id": id})
		}
		return map[string]any{"relname": "comps", "modname": classM, "maps": members}
	}
	for _, tt := range []struct {
		ids     []string
		changed bool
		want    string
	}{
		{[]string{"a", "b"}, true, "a b"}, {[]string{"a"}, true, "a"}, {nil, true, ""}, {nil, false, ""},
		{[]string{"a", "a", "a"}, true, "a a_2 a_3"},
	} {
		before := h.Model().Device("dev1")
		s.maps("dev1", relationship(tt.ids...))
		device := h.Model().Device("dev1")
		var got []string
		for _, o := range device.Relations["comps"] {
			got = append(got, o.ID)
		}
		if strings.Join(got, " ") != tt.want || (device != before) != tt.changed {
			t.Errorf("ids %q: members %q, changed %v, want %q, %v", tt.ids, got, device != before, tt.want, tt.changed)
		}
	}
}

func TestMapsOfUnknownDevices(t *testing.T) {
	h := newHub(t, Options{})
	newSender(t, h).maps("nobody", map[string]any{"a": 1})
	changed, err := h.ApplyMaps(t.Context(), "nobody", []maps.Map{parse(t, map[string]any{"a": 1})})
	if changed || err != nil || h.Model().Device("nobody") != nil {
		t.Errorf("ApplyMaps: %v, %v: want them discarded", changed, err)
	}
}

func TestBadRecordsCostOnlyThemselves(t *testing.T) {
	h := newHub(t, Options{})
	s := newSender(t, h)
	s.events(events.Event{"summary": "nobody's"}, problem(100, "k"))
	s.maps("dev1", map[string]any{"relname": "comps", "id": "bad"}, map[string]any{"a": 1}, map[string]any{"relname": "comps", "id": "bad"})
	future := s.batch(wire.Values)
	future.Values = []wire.Value{value(t, "ok", time.Now().UnixMilli(), 1), value(t, "ahead", time.Now().Add(11*time.Minute).UnixMilli(), 1)}
	s.send(future)
	stats := h.Stats()
	want := Stats{
		Applied:    map[wire.Class]uint64{wire.Events: 1, wire.Maps: 1, wire.Values: 1},
		Duplicates: map[wire.Class]uint64{wire.Events: 0, wire.Maps: 0, wire.Values: 0},
		Lost:       map[wire.Class]uint64{wire.Events: 0, wire.Maps: 0, wire.Values: 0},
		Rejected:   map[wire.Reason]uint64{wire.BadEvent: 1, wire.BadMap: 2, wire.Future: 1},
		OpenEvents: 1, Series: 1,
	}
	if diff := cmp.Diff(want, stats); diff != "" {
		t.Errorf("Stats (-want +got):\n%s", diff)
	}
	if _, err := h.ApplyMaps(t.Context(), "dev1", []maps.Map{parse(t, map[string]any{"relname": "comps", "id": "bad"})}); err == nil {
		t.Error("ApplyMaps hides a map that is wrong")
	}
}

func TestChangeEvents(t *testing.T) {
	model := maps.NewMemory()
	h := newHub(t, Options{Model: model, LogChanges: func(device string) bool { return device == "dev1" }})
	s := newSender(t, h)
	site := map[string]any{"relname": "comps", "id": "eu", "modname": classM, "zPassword": "s3cret"}
	s.maps("dev1", site)
	s.maps("dev1", map[string]any{"compname": "comps/eu", "color": "red"})
	s.maps("dev1", map[string]any{"compname": "comps/eu", "modname": "a.Other"})
	if err := model.SetLock("dev1", "comps/eu", maps.Lock{Updates: true, SendEvent: true}); err != nil {
		t.Fatal(err)
	}
	s.maps("dev1", map[string]any{"compname": "comps/eu", "color": "blue"})
	s.maps("dev1", map[string]any{"compname": "comps/eu", "_directive": "rebuild", "modname": "a.B"})
	s.maps("dev1", map[string]any{"compname": "comps/eu", "_remove": true})
	if err := model.SetLock("dev1", "comps/eu", maps.Lock{}); err != nil {
		t.Fatal(err)
	}
	s.maps("dev1", map[string]any{"compname": "comps/eu", "_remove": true})

	got := map[string]string{}
	for _, e := range h.OpenEvents(events.Filter{Device: "dev1", Component: "eu"}) {
		got[e.Summary] = fmt.Sprint(e.EventClass, " ", e.Severity, " ", e.Agent)
	}
	want := map[string]string{
		"add Devices/dev1/comps/eu: zPassword":               "/Change/Add Info ApplyDataMap",
		"set Devices/dev1/comps/eu: color":                   "/Change/Set Info ApplyDataMap",
		"rebuild Devices/dev1/comps/eu":                      "/Change/Rebuild Info ApplyDataMap",
		"set Devices/dev1/comps/eu: locked from updates":     "/Change/Set/Blocked Warning ApplyDataMap",
		"rebuild Devices/dev1/comps/eu: locked from updates": "/Change/Set/Blocked Warning ApplyDataMap",
		"remove Devices/dev1/comps/eu: locked from updates":  "/Change/Remove/Blocked Warning ApplyDataMap",
		"remove Devices/dev1/comps/eu":                       "/Change/Remove Info ApplyDataMap",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("change events (-want +got):\n%s", diff)
	}
}

func TestModelChangesAreToldOnceEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(t, Options{})
		if err := h.opts.Model.AddDevice(maps.Declaration{ID: "dev2"}); err != nil {
			t.Fatal(err)
		}
		var told []string
		release := make(chan struct{})
		h.OnModelChange(func(device string) {
			told = append(told, device)
			<-release
		})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- h.Run(ctx) }()

		s := newSender(t, h)
		s.maps("dev1", map[string]any{"a": 1})
		synctest.Wait() // the listener is at work
		s.maps("dev2", map[string]any{"a": 1})
		for i := range 5 {
			s.maps("dev1", map[string]any{"a": i + 2})
		}
		s.maps("dev1", map[string]any{"a": 6}) // no change
		close(release)
		synctest.Wait()
		if want := []string{"dev1", "dev1", "dev2"}; !cmp.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
		stop()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestHeartbeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(t, Options{})
		go func() { _ = h.Run(t.Context()) }()
		s := newSender(t, h)
		beat := func() {
			s.events(events.Event{"eventClass": "/Heartbeat", "device": "localhost", "component": "zenpython", "timeout": 900})
		}
		failures := func() (summaries []string) {
			for _, e := range h.OpenEvents(events.Filter{ClassPrefix: "/Status/Heartbeat"}) {
				summaries = append(summaries, fmt.Sprint(e.Device, " ", e.Component, " ", e.Severity, ": ", e.Summary))
			}
			return summaries
		}
		beat()
		if all := h.OpenEvents(events.Filter{}); len(all) != 0 {
			t.Errorf("a heartbeat became an event: %+v", all)
		}
		time.Sleep(899 * time.Second)
		synctest.Wait()
		if got := failures(); got != nil {
			t.Errorf("failed too early: %q", got)
		}
		time.Sleep(61 * time.Second)
		synctest.Wait()
		if want := []string{"localhost zenpython Error: localhost zenpython heartbeat failure"}; !cmp.Equal(failures(), want) {
			t.Errorf("after the timeout: %q, want %q", failures(), want)
		}
		beat()
		if got := failures(); got != nil {
			t.Errorf("after it came back: %q", got)
		}
		want := []Heartbeat{{Monitor: "localhost", Daemon: "zenpython", Last: time.Now(), Timeout: 900 * time.Second}}
		if diff := cmp.Diff(want, h.Heartbeats()); diff != "" {
			t.Errorf("Heartbeats (-want +got):\n%s", diff)
		}
	})
}

func TestTimeoutOfHeartbeat(t *testing.T) {
	for _, tt := range []struct {
		in   any
		want time.Duration
	}{
		{60, time.Minute}, {int64(60), time.Minute}, {uint64(60), time.Minute}, {1.5, 1500 * time.Millisecond}, {"60", time.Minute},
		{nil, 900 * time.Second}, {"soon", 900 * time.Second}, {0, 900 * time.Second}, {-5, 900 * time.Second}, {1e300, 900 * time.Second},
	} {
		if got := timeoutOf(events.Event{"timeout": tt.in}); got != tt.want {
			t.Errorf("timeoutOf(%v) = %v, want %v", tt.in, got, tt.want)
		}
	}
}

func TestSweepAgesEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(t, Options{})
		go func() { _ = h.Run(t.Context()) }()
		e := problem(0, "k")
		delete(e, "rcvtime")
		newSender(t, h).events(e)
		time.Sleep(241 * time.Minute)
		synctest.Wait()
		if closed := h.ClosedEvents(events.Filter{}); len(closed) != 1 || closed[0].State != events.Aged {
			t.Errorf("after four hours: %+v", closed)
		}
	})
}

func TestHubIsSafeForConcurrentUse(t *testing.T) {
	h := newHub(t, Options{LogChanges: func(string) bool { return true }})
	ctx, stop := context.WithCancel(t.Context())
	var run, senders sync.WaitGroup
	run.Go(func() { _ = h.Run(ctx) })
	h.OnModelChange(func(device string) { _ = h.Model().Device(device) })
	for shard := range uint8(4) {
		senders.Go(func() {
			for i := range uint64(50) {
				b := func(class wire.Class) *wire.Batch {
					return &wire.Batch{Collector: "c", Incarnation: "i", Lane: wire.Lane{Class: class, Shard: shard}, First: i + 1, Floor: 1}
				}
				e, v, m := b(wire.Events), b(wire.Values), b(wire.Maps)
				e.Events = []wire.Event{{Device: "dev1", Event: problem(int(i), fmt.Sprint("k", shard))}}
				v.Values = []wire.Value{value(t, fmt.Sprint("m", shard), int64(i), 1)}
				m.Maps = []wire.Map{{Device: "dev1", Map: &maps.ObjectMap{Attributes: map[string]any{fmt.Sprint("a", shard): i}}}}
				if err := h.Ingest(ctx, []*wire.Batch{e, v, m}); err != nil {
					t.Error(err)
				}
				_, _, _ = h.Stats(), h.LastValues("dev1"), h.OpenEvents(events.Filter{})
			}
		})
	}
	senders.Wait()
	stop()
	run.Wait()
	if got := h.Stats().Applied; got[wire.Events] != 200 || got[wire.Values] != 200 || got[wire.Maps] != 200 {
		t.Errorf("applied %v, want 200 of each", got)
	}
}

func TestIngestStopsWithItsContext(t *testing.T) {
	h := newHub(t, Options{})
	ctx, stop := context.WithCancel(t.Context())
	stop()
	b := newSender(t, h).batch(wire.Events)
	b.Events = []wire.Event{{Event: problem(1, "k")}}
	if err := h.Ingest(ctx, []*wire.Batch{b}); !errors.Is(err, context.Canceled) || h.Stats().OpenEvents != 0 {
		t.Errorf("Ingest: %v", err)
	}
	if _, err := h.ApplyMaps(ctx, "dev1", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("ApplyMaps: %v", err)
	}
}
