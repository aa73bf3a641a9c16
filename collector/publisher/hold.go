package publisher

import (
	"sync"
	"sync/atomic"

	"github.com/zenpython/zenpython/hub/wire"
)

// hold bounds how many records of a class are in memory, over all shards.
type hold struct {
	limit    int64
	held     atomic.Int64
	shedding sync.Mutex // one at a time, or two would drop the same excess twice; taken before a shard's lock
}

// excess is how many records are held above the limit.
func (h *hold) excess() int { return int(h.held.Load() - h.limit) }

// shed drops the oldest records of a class, wherever they are, until the limit is kept. Records in flight cannot give way.
func (q *Queue) shed(h *hold, oldest func(*shard) *atomic.Uint64, drop func(*shard, int) int) {
	if h.excess() <= 0 {
		return
	}
	h.shedding.Lock()
	defer h.shedding.Unlock()
	for h.excess() > 0 {
		var victim *shard
		born := uint64(never)
		for _, s := range q.shards {
			if b := oldest(s).Load(); b < born {
				victim, born = s, b
			}
		}
		if victim == nil {
			return
		}
		victim.mu.Lock()
		dropped := drop(victim, h.excess())
		h.held.Add(-int64(dropped))
		victim.changed()
		victim.mu.Unlock()
	}
}

func (q *Queue) shedValues() {
	q.shed(&q.values,
		func(s *shard) *atomic.Uint64 { return &s.values.oldest },
		func(s *shard, n int) int { return s.values.drop(n, wire.BufferFull) })
}

func (q *Queue) shedMaps() {
	q.shed(&q.maps,
		func(s *shard) *atomic.Uint64 { return &s.maps.oldest },
		func(s *shard, n int) int { return s.maps.drop(n, wire.BufferFull) })
}
