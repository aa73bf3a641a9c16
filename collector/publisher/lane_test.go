package publisher

import (
	"slices"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/zenpython/zenpython/hub/wire"
)

// TestLaneAgainstAList: whatever is put, taken, settled and dropped, the lane holds the numbers that a plain list would.
func TestLaneAgainstAList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		batch := rapid.IntRange(1, 5).Draw(t, "batch")
		l := newLane(batch, func(size *int) int { return *size })
		var births atomic.Uint64
		var waiting, flying []uint64 // numbers
		next, due := uint64(1), uint64(1)
		published, dropped := 0, 0
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				sizes := rapid.SliceOfN(rapid.SampledFrom([]int{1, 1, 1, maxBatchBytes / 2, maxBatchBytes + 1}), 1, 12).Draw(t, "sizes")
				l.put(sizes, &births)
				for range sizes {
					waiting = append(waiting, next)
					next++
				}
			},
			"due": func(*rapid.T) { l.due, due = l.next, next },
			"take": func(t *rapid.T) {
				if len(flying) > 0 {
					t.Skip("in flight")
				}
				limit := rapid.IntRange(1, 3).Draw(t, "limit")
				chunks := l.take(limit)
				if len(chunks) > limit {
					t.Fatalf("%d chunks", len(chunks))
				}
				for _, c := range chunks {
					if len(c.records) > batch || len(c.records) > 1 && c.bytes > maxBatchBytes {
						t.Fatalf("a chunk of %d records and %d bytes", len(c.records), c.bytes)
					}
					for i := range c.records {
						flying = append(flying, c.first+uint64(i))
					}
				}
				if !slices.Equal(flying, waiting[:len(flying)]) {
					t.Fatalf("took %v of %v", flying, waiting)
				}
				waiting = waiting[len(flying):]
				if len(chunks) < limit && (len(waiting) >= batch || len(waiting) > 0 && waiting[0] < due) {
					t.Fatalf("%v stayed behind, due below %d", waiting, due)
				}
			},
			"settle": func(t *rapid.T) {
				if rapid.Bool().Draw(t, "taken") {
					published += l.settle(wire.Accepted)
				} else {
					dropped += l.settle(wire.HubRejected)
				}
				flying = nil
			},
			"drop": func(t *rapid.T) {
				n := rapid.IntRange(0, 7).Draw(t, "n")
				got := l.drop(n, wire.BufferFull)
				if got != min(n, len(waiting)) {
					t.Fatalf("dropped %d of %d, asked for %d", got, len(waiting), n)
				}
				waiting = waiting[got:]
				dropped += got
			},
			"": func(t *rapid.T) {
				unsettled := next
				if all := append(slices.Clone(flying), waiting...); len(all) > 0 {
					unsettled = all[0]
				}
				if l.unsettled() != unsettled || l.queued() != len(waiting) || l.inFlight != len(flying) {
					t.Fatalf("unsettled %d, queued %d, in flight %d; want %d, %v, %v", l.unsettled(), l.queued(), l.inFlight, unsettled, waiting, flying)
				}
				if (l.oldest.Load() == never) != (len(waiting) == 0) {
					t.Fatalf("oldest %d with %v waiting", l.oldest.Load(), waiting)
				}
				counts := newCounts()
				l.addTo(counts)
				if err := (Ledger{1: *counts}).Check(); err != nil || int(counts.Published) != published || int(counts.Lost()) != dropped {
					t.Fatalf("%+v: %v", counts, err)
				}
			},
		})
	})
}
