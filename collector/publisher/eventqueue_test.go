package publisher

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

// naiveQueue is spec §5.2 word for word: a list, searched from end to end.
type naiveQueue struct {
	max      int
	fold     bool
	allow    bool
	interval int

	waiting   []naiveEvent
	heartbeat *naiveEvent
	clears    map[string]int // clears since the last problem, by key
	counts    map[wire.Reason]int
	produced  int
}

type naiveEvent struct {
	device   string
	fields   events.Event
	key      string // all fields but the times
	clearKey string
	isClear  bool
}

func newNaive(device string, fields events.Event) naiveEvent {
	var parts []string
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if field != "rcvtime" && field != "firstTime" && field != "lastTime" {
			parts = append(parts, fmt.Sprintf("%q=%q", field, fmt.Sprint(fields[field])))
		}
	}
	text := func(field string) string { s, _ := fields[field].(string); return s }
	return naiveEvent{
		device, fields, strings.Join(parts, "|"),
		fmt.Sprintf("%q", []string{text("device"), text("component"), text("eventKey"), text("eventClass")}),
		fields["severity"] == 0,
	}
}

func (n *naiveQueue) put(e naiveEvent) wire.Reason {
	if e.fields["eventClass"] == "/Heartbeat" {
		replaced := n.heartbeat != nil
		n.heartbeat = &e
		if replaced {
			return n.count(wire.Heartbeat)
		}
		n.produced++
		return wire.Accepted
	}
	if !e.isClear {
		n.clears[e.clearKey] = 0
	} else {
		seen := n.clears[e.clearKey]
		if !n.allow && seen > 0 {
			return n.count(wire.ClearRepeat)
		}
		n.clears[e.clearKey]++
		if n.allow && n.interval > 0 && seen%n.interval != 0 {
			return n.count(wire.ClearRepeat)
		}
	}
	if i := slices.IndexFunc(n.waiting, func(w naiveEvent) bool { return n.fold && w.key == e.key }); i >= 0 {
		older := n.waiting[i].fields
		n.waiting = slices.Delete(n.waiting, i, i+1)
		e.fields["count"] = naiveCount(older) + naiveCount(e.fields)
		e.fields["firstTime"] = min(naiveFirst(older), naiveFirst(e.fields))
		n.waiting = append(n.waiting, e)
		return n.count(wire.Repeat)
	}
	if len(n.waiting) == n.max {
		n.lose(n.waiting[0], wire.QueueFull)
		n.waiting = n.waiting[1:]
	}
	n.waiting = append(n.waiting, e)
	n.produced++
	return wire.Accepted
}

func naiveCount(e events.Event) int64 {
	switch n := e["count"].(type) {
	case int:
		return int64(n)
	case int64:
		return n
	}
	return 1
}

func naiveFirst(e events.Event) float64 {
	if first, ok := e["firstTime"].(float64); ok {
		return first
	}
	return e["rcvtime"].(float64)
}

func (n *naiveQueue) count(reason wire.Reason) wire.Reason {
	n.counts[reason]++
	return reason
}

func (n *naiveQueue) lose(e naiveEvent, reason wire.Reason) {
	if e.isClear {
		n.clears[e.clearKey] = 0
	}
	n.counts[reason]++
}

// take is what a shard sends next: its heartbeat, then its oldest events.
func (n *naiveQueue) take(shard uint8, limit int) (taken []naiveEvent) {
	if h := n.heartbeat; h != nil && wire.ShardOf(h.device, 2) == shard {
		taken = append(taken, *h)
		n.heartbeat = nil
	}
	n.waiting = slices.DeleteFunc(n.waiting, func(e naiveEvent) bool {
		if len(taken) == limit || wire.ShardOf(e.device, 2) != shard {
			return false
		}
		taken = append(taken, e)
		return true
	})
	return taken
}

// drawEvent makes events that often are alike.
func drawEvent(t *rapid.T, now float64) (device string, e events.Event) {
	device = rapid.SampledFrom([]string{"dev1", "dev2", "dev3"}).Draw(t, "device")
	e = events.Event{"device": "same", "rcvtime": now, "severity": rapid.SampledFrom([]int{0, 0, 4}).Draw(t, "severity")}
	if rapid.IntRange(0, 9).Draw(t, "heartbeat") == 0 {
		e["eventClass"] = "/Heartbeat"
		return device, e
	}
	for _, field := range []string{"component", "eventKey", "eventClass", "summary"} {
		if text := rapid.SampledFrom([]string{"", "", "a"}).Draw(t, field); text != "" {
			e[field] = text
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "counted") == 0 {
		e["count"] = 3
	}
	if rapid.IntRange(0, 4).Draw(t, "first") == 0 {
		e["firstTime"] = now - float64(rapid.IntRange(0, 20).Draw(t, "age"))
	}
	return device, e
}

func TestEventQueueAgainstTheNaiveOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		naive := &naiveQueue{
			max:      rapid.IntRange(1, 6).Draw(t, "max"),
			fold:     rapid.Bool().Draw(t, "fold"),
			allow:    rapid.Bool().Draw(t, "allow"),
			interval: rapid.IntRange(0, 3).Draw(t, "interval"),
			clears:   map[string]int{}, counts: map[wire.Reason]int{},
		}
		clears := newClearMemory(naive.allow, naive.interval)
		queue := newEventQueue(2, naive.max, naive.fold, clears)
		now, published := 0.0, 0
		sending := [2][]naiveEvent{}
		next := [2]uint64{1, 1}
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				now++
				device, e := drawEvent(t, now)
				want := naive.put(newNaive(device, e.Clone()))
				if severity := e["severity"]; severity == 0 && e["eventClass"] != "/Heartbeat" && rapid.Bool().Draw(t, "ask first") {
					// The short way for clears that nobody would get to see.
					if clears.suppresses(e.ClearKey()) != (want == wire.ClearRepeat) {
						t.Fatalf("asked about %v: the naive queue said %q", e, want)
					}
					if want == wire.ClearRepeat {
						return
					}
				}
				got := &queuedEvent{
					record: wire.Event{Device: device, Event: e}, shard: wire.ShardOf(device, 2),
					key: e.DedupKey(), clearKey: e.ClearKey(), isClear: e["severity"] == 0,
				}
				if _, reason := queue.put(got); reason != want {
					t.Fatalf("%v: %q, want %q", e, reason, want)
				}
			},
			"take": func(t *rapid.T) {
				shard := uint8(rapid.IntRange(0, 1).Draw(t, "shard"))
				if len(sending[shard]) > 0 {
					t.Skip("in flight")
				}
				limit := rapid.IntRange(1, 3).Draw(t, "limit")
				want := naive.take(shard, limit)
				queue.makeDue()
				first, taken := queue.take(shard, limit)
				var got []naiveEvent
				for _, e := range taken {
					got = append(got, newNaive(e.record.Device, e.record.Event))
				}
				for i := range want { // what folded has another key now
					want[i].key = newNaive("", want[i].fields).key
				}
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(naiveEvent{})); diff != "" {
					t.Fatal(diff)
				}
				if first != next[shard] {
					t.Fatalf("numbered from %d, want %d", first, next[shard])
				}
				next[shard] += uint64(len(taken))
				sending[shard] = want
			},
			"published": func(*rapid.T) {
				for shard := range uint8(2) {
					queue.settle(shard, wire.Accepted)
					published += len(sending[shard])
					sending[shard] = nil
				}
			},
			"refused": func(t *rapid.T) {
				shard := uint8(rapid.IntRange(0, 1).Draw(t, "shard"))
				queue.settle(shard, wire.HubRejected)
				for _, e := range sending[shard] {
					naive.lose(e, wire.HubRejected)
				}
				sending[shard] = nil
			},
			"": func(t *rapid.T) {
				counts := newCounts()
				queue.addTo(counts)
				if err := (Ledger{*counts}).Check(); err != nil {
					t.Fatal(err)
				}
				got := map[wire.Reason]int{}
				for _, term := range []map[wire.Reason]uint64{counts.Merged, counts.Suppressed, counts.Rejected, counts.Dropped} {
					for reason, n := range term {
						got[reason] += int(n)
					}
				}
				if !maps.Equal(got, naive.counts) || int(counts.Produced) != naive.produced || int(counts.Published) != published {
					t.Fatalf("counts %v, produced %d, published %d; want %v, %d, %d",
						got, counts.Produced, counts.Published, naive.counts, naive.produced, published)
				}
			},
		})
	})
}
