package hub

import (
	"errors"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

// numbered is a batch of the events from..to; the count of event n says how often it was applied.
func numbered(from, to, floor uint64) *wire.Batch {
	b := &wire.Batch{Collector: "c", Incarnation: "i", Lane: wire.Lane{Class: wire.Events}, First: from, Floor: floor}
	for n := from; n <= to; n++ {
		b.Events = append(b.Events, wire.Event{Device: "dev1", Event: problem(100, strconv.FormatUint(n, 10))})
	}
	return b
}

func appliedTimes(h *Hub) map[string]int64 {
	times := map[string]int64{}
	for _, e := range h.OpenEvents(events.Filter{}) {
		times[e.EventKey] = e.Count
	}
	return times
}

func TestMarks(t *testing.T) {
	type step struct {
		from, to, floor uint64
		gap             bool
	}
	tests := []struct {
		name                      string
		steps                     []step
		applied, duplicates, lost uint64
	}{
		{"in order", []step{{1, 2, 1, false}, {3, 4, 3, false}}, 4, 0, 0},
		{"repeated", []step{{1, 2, 1, false}, {1, 2, 1, false}}, 2, 2, 0},
		{"overlapping", []step{{1, 3, 1, false}, {2, 5, 2, false}}, 5, 2, 0},
		{"an old one again", []step{{1, 3, 1, false}, {4, 6, 4, false}, {1, 2, 1, false}, {7, 7, 7, false}}, 7, 2, 0},
		{"a gap, then what was missing", []step{{1, 1, 1, false}, {3, 4, 1, true}, {2, 2, 1, false}, {3, 4, 1, false}}, 4, 0, 0},
		{"a gap at the start", []step{{2, 3, 1, true}}, 0, 0, 0},
		{"the collector gave up what is missing", []step{{1, 1, 1, false}, {4, 5, 4, false}}, 3, 0, 2},
		{"it gave up a part", []step{{4, 5, 3, true}, {3, 3, 3, false}, {4, 5, 3, false}}, 3, 0, 2},
		{"empty", []step{{1, 0, 1, false}, {1, 1, 1, false}}, 1, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHub(t, Options{})
			for i, s := range tt.steps {
				err := h.Ingest(t.Context(), []*wire.Batch{numbered(s.from, s.to, s.floor)})
				if errors.Is(err, ErrGap) != s.gap || errors.Is(err, wire.ErrRefused) || !s.gap && err != nil {
					t.Errorf("step %d: %v, want a gap: %v", i+1, err, s.gap)
				}
			}
			stats := h.Stats()
			if a, d, l := stats.Applied[wire.Events], stats.Duplicates[wire.Events], stats.Lost[wire.Events]; a != tt.applied || d != tt.duplicates || l != tt.lost {
				t.Errorf("applied %d, duplicates %d, lost %d, want %d, %d, %d", a, d, l, tt.applied, tt.duplicates, tt.lost)
			}
			for key, n := range appliedTimes(h) {
				if n != 1 {
					t.Errorf("event %s was applied %d times", key, n)
				}
			}
		})
	}
}

func TestSourcesCountApart(t *testing.T) {
	h := newHub(t, Options{})
	base := numbered(1, 1, 1)
	other := func(change func(*wire.Batch)) *wire.Batch {
		b := *base
		change(&b)
		return &b
	}
	err := h.Ingest(t.Context(), []*wire.Batch{
		base,
		other(func(b *wire.Batch) { b.Collector = "c2" }),
		other(func(b *wire.Batch) { b.Incarnation = "i2" }),
		other(func(b *wire.Batch) { b.Lane.Shard = 1 }),
	})
	if err != nil || appliedTimes(h)["1"] != 4 {
		t.Errorf("%v, applied %v: want four times", err, appliedTimes(h))
	}
}

func TestRefusedBatches(t *testing.T) {
	for name, change := range map[string]func(*wire.Batch){
		"no collector":           func(b *wire.Batch) { b.Collector = "" },
		"no incarnation":         func(b *wire.Batch) { b.Incarnation = "" },
		"unknown class":          func(b *wire.Batch) { b.Lane.Class = 7 },
		"records of other class": func(b *wire.Batch) { b.Lane.Class = wire.Values },
		"number zero":            func(b *wire.Batch) { b.First, b.Floor = 0, 0 },
		"floor above first":      func(b *wire.Batch) { b.Floor = 2 },
	} {
		h := newHub(t, Options{})
		bad := numbered(1, 1, 1)
		change(bad)
		good := numbered(1, 1, 1)
		good.Lane.Shard = 5
		if err := h.Ingest(t.Context(), []*wire.Batch{bad, good}); !errors.Is(err, wire.ErrRefused) || len(appliedTimes(h)) != 1 {
			t.Errorf("%s: %v, applied %v: want it refused and the other taken", name, err, appliedTimes(h))
		}
		gap := numbered(3, 3, 1)
		gap.Lane.Shard = 6
		if err := h.Ingest(t.Context(), []*wire.Batch{bad, gap}); errors.Is(err, wire.ErrRefused) || !errors.Is(err, ErrGap) {
			t.Errorf("%s and a gap: %v: want it sent again", name, err)
		}
	}
}

// TestDeliveredAgainAppliedOnce lets a collector resend anything from anywhere: each record is applied once or lost,
// never twice, and the ledger adds up.
func TestDeliveredAgainAppliedOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHub(t, Options{})
		var mark, lost, floor uint64 = 0, 0, 1
		for range rapid.IntRange(1, 25).Draw(rt, "batches") {
			floor = rapid.Uint64Range(floor, floor+2).Draw(rt, "floor")
			from := rapid.Uint64Range(floor, floor+6).Draw(rt, "from")
			to := rapid.Uint64Range(from, from+4).Draw(rt, "to")
			gap := from > max(mark+1, floor)
			err := h.Ingest(t.Context(), []*wire.Batch{numbered(from, to, floor)})
			if errors.Is(err, ErrGap) != gap || !gap && err != nil {
				rt.Fatalf("%d..%d, floor %d, after %d: %v, want a gap: %v", from, to, floor, mark, err, gap)
			}
			if gap {
				continue
			}
			if floor > mark+1 {
				lost += floor - mark - 1
				mark = floor - 1
			}
			mark = max(mark, to)
		}
		for key, n := range appliedTimes(h) {
			if n != 1 {
				rt.Fatalf("event %s was applied %d times", key, n)
			}
		}
		stats := h.Stats()
		if got := stats.Applied[wire.Events] + stats.Lost[wire.Events]; got != mark || stats.Lost[wire.Events] != lost || len(appliedTimes(h)) != int(mark-lost) {
			rt.Fatalf("applied %d and lost %d of %d, want %d lost", stats.Applied[wire.Events], stats.Lost[wire.Events], mark, lost)
		}
	})
}
