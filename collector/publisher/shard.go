package publisher

import (
	"context"
	"slices"
	"sync"

	"github.com/zenpython/zenpython/hub/wire"
)

// The most that one Publish call carries of a lane, in batches: enough to fill a pipeline, little enough that a buffer
// full of newer records is not held up by what is in flight.
const (
	valueBatches = 4
	mapBatches   = 1
)

// mapBatch is the number of maps of a batch.
const mapBatch = 100

// sizedMap is a map with its encoded size.
type sizedMap struct {
	record wire.Map
	size   int
}

// shard holds what is unsent of one shard, and sends it: one goroutine, so that no lane is ever out of order.
type shard struct {
	queue *Queue
	id    uint8
	wake  chan struct{}

	mu      sync.Mutex // guards the fields below
	values  *lane[wire.Value]
	maps    *lane[sizedMap]
	closed  bool
	settled chan struct{} // closed at the next change, when somebody waits for one
}

func newShard(q *Queue, id uint8) *shard {
	return &shard{
		queue:  q,
		id:     id,
		wake:   make(chan struct{}, 1),
		values: newLane(q.opts.ValueBatch, wire.ValueSize),
		maps:   newLane(mapBatch, func(m *sizedMap) int { return m.size }),
	}
}

func (s *shard) wakeUp() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *shard) putValues(values []wire.Value) {
	if slices.ContainsFunc(values, isUnsendable) {
		sendable := slices.DeleteFunc(slices.Clone(values), isUnsendable)
		s.queue.Reject(wire.Values, wire.TooLarge, len(values)-len(sendable))
		values = sendable
	}
	s.mu.Lock()
	s.values.put(values, &s.queue.births)
	full := s.values.ready()
	s.queue.values.held.Add(int64(len(values)))
	if s.closed {
		s.abandonLocked()
	}
	s.mu.Unlock()
	if full {
		s.wakeUp()
	}
	s.queue.shedValues()
}

// isUnsendable says whether readers would refuse the series of a value.
func isUnsendable(v wire.Value) bool {
	return len(v.Series) == 0 || len(v.Series) > wire.MaxSeriesBytes
}

func (s *shard) putMap(m sizedMap) {
	s.mu.Lock()
	s.maps.put([]sizedMap{m}, &s.queue.births)
	s.maps.due = s.maps.next // few and awaited: no map waits for others
	s.queue.maps.held.Add(1)
	if s.closed {
		s.abandonLocked()
	}
	s.mu.Unlock()
	s.wakeUp()
	s.queue.shedMaps()
}

// makeDue lets everything go that is here now.
func (s *shard) makeDue() mark {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values.due, s.maps.due = s.values.next, s.maps.next
	return mark{values: s.values.due, maps: s.maps.due}
}

// await returns when nothing below the mark is unsent.
func (s *shard) await(ctx context.Context, m mark) error {
	for {
		s.mu.Lock()
		done := s.values.unsettled() >= m.values && s.maps.unsettled() >= m.maps && s.queue.events.settled(s.id, m.events)
		if s.settled == nil {
			s.settled = make(chan struct{})
		}
		changed := s.settled
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// changed tells whoever awaits. The caller holds mu.
func (s *shard) changed() {
	if s.settled != nil {
		close(s.settled)
		s.settled = nil
	}
}

// abandon drops what is here, and whatever may still be put.
func (s *shard) abandon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.abandonLocked()
}

func (s *shard) abandonLocked() {
	values := s.values.drop(s.values.queued(), wire.Shutdown)
	s.queue.values.held.Add(-int64(values))
	maps := s.maps.drop(s.maps.queued(), wire.Shutdown)
	s.queue.maps.held.Add(-int64(maps))
	s.changed()
}
