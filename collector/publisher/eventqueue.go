package publisher

import (
	"maps"
	"sync"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

// eventQueue holds the events that are not yet on their way, by the rules of spec §5.2: repeats fold, repeated clears are
// suppressed, the oldest gives way when it is full. Events get their numbers when they leave it, so that what folds or
// gives way leaves no gap.
type eventQueue struct {
	max    int
	fold   bool
	clears *clearMemory

	mu        sync.Mutex // guards the fields below
	all       eventList
	shards    []eventShard
	byKey     map[events.DedupKey]*queuedEvent
	heartbeat *queuedEvent // the newest unsent one; apart from the rest, and sent first
	stamps    uint64
	due       uint64 // events stamped up to this are to be sent
	produced  uint64
	published uint64
	inFlight  int
	reasons   tally
}

// eventShard is one shard's part of the queue.
type eventShard struct {
	waiting eventList
	sending []*queuedEvent
	next    uint64 // the next number
}

func newEventQueue(shards, limit int, fold bool, clears *clearMemory) *eventQueue {
	q := &eventQueue{max: limit, fold: fold, clears: clears, byKey: map[events.DedupKey]*queuedEvent{}, reasons: tally{}}
	q.shards = make([]eventShard, shards)
	for i := range q.shards {
		q.shards[i] = eventShard{waiting: eventList{which: inShard}, next: 1}
	}
	return q
}

// put queues an event and returns how many are now waiting.
func (q *eventQueue) put(e *queuedEvent) (waiting int, reason wire.Reason) {
	q.mu.Lock()
	defer q.mu.Unlock()
	reason = q.admit(e)
	switch reason {
	case wire.Accepted:
		q.produced++
	case wire.ClearRepeat: // the clear memory has counted it
	default:
		q.reasons.add(reason, 1)
	}
	return q.all.len, reason
}

func (q *eventQueue) admit(e *queuedEvent) wire.Reason {
	q.stamps++
	e.stamp = q.stamps
	if e.record.Event.Text(events.FieldEventClass) == events.ClassHeartbeat {
		return q.admitHeartbeat(e)
	}
	if e.isClear {
		if q.clears.suppresses(e.clearKey) {
			return wire.ClearRepeat
		}
		q.clears.sent(e.clearKey)
	} else {
		q.clears.forget(e.clearKey)
	}
	if q.fold {
		if older := q.byKey[e.key]; older != nil {
			q.remove(older)
			fold(older.record.Event, e.record.Event)
			q.append(e)
			return wire.Repeat
		}
	}
	if q.all.len >= q.max {
		q.overflow()
	}
	q.append(e)
	return wire.Accepted
}

func (q *eventQueue) admitHeartbeat(e *queuedEvent) wire.Reason {
	older := q.heartbeat
	q.heartbeat = e
	if older != nil {
		return wire.Heartbeat
	}
	return wire.Accepted
}

// overflow drops the oldest event. A clear that is lost this way must be sendable again.
func (q *eventQueue) overflow() {
	oldest := q.all.head
	q.remove(oldest)
	q.lost(oldest, wire.QueueFull)
}

func (q *eventQueue) lost(e *queuedEvent, reason wire.Reason) {
	if e.isClear {
		q.clears.forget(e.clearKey)
	}
	q.reasons.add(reason, 1)
}

func (q *eventQueue) append(e *queuedEvent) {
	q.all.pushBack(e)
	q.shards[e.shard].waiting.pushBack(e)
	if q.fold {
		q.byKey[e.key] = e
	}
}

func (q *eventQueue) remove(e *queuedEvent) {
	q.all.remove(e)
	q.shards[e.shard].waiting.remove(e)
	if q.fold {
		delete(q.byKey, e.key)
	}
}

// makeDue lets everything that waits now be sent, and returns the mark that settled waits for.
func (q *eventQueue) makeDue() (mark uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.due = q.stamps
	return q.due
}

// take moves a chunk of a shard's events that are due into flight, and numbers them. The shard has nothing in flight.
func (q *eventQueue) take(shard uint8, limit int) (first uint64, taken []*queuedEvent) {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := &q.shards[shard]
	bytes := 0
	for len(s.sending) < limit {
		e := q.peek(shard)
		if e == nil || len(s.sending) > 0 && bytes+e.size > maxBatchBytes {
			break
		}
		if e == q.heartbeat {
			q.heartbeat = nil
		} else {
			q.remove(e)
		}
		bytes += e.size
		s.sending = append(s.sending, e)
	}
	first = s.next
	s.next += uint64(len(s.sending))
	q.inFlight += len(s.sending)
	return first, s.sending
}

// peek returns the next event of the shard that is due.
func (q *eventQueue) peek(shard uint8) *queuedEvent {
	if h := q.heartbeat; h != nil && h.shard == shard && h.stamp <= q.due {
		return h
	}
	if e := q.shards[shard].waiting.head; e != nil && e.stamp <= q.due {
		return e
	}
	return nil
}

// settle ends a shard's flight: its events were published, or dropped for a reason.
func (q *eventQueue) settle(shard uint8, reason wire.Reason) {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := &q.shards[shard]
	q.inFlight -= len(s.sending)
	if reason == wire.Accepted {
		q.published += uint64(len(s.sending))
	} else {
		for _, e := range s.sending {
			q.lost(e, reason)
		}
	}
	s.sending = nil
}

// settled reports whether no event of the shard up to mark waits or flies.
func (q *eventQueue) settled(shard uint8, mark uint64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := &q.shards[shard]
	for _, e := range s.sending {
		if e.stamp <= mark {
			return false
		}
	}
	if h := q.heartbeat; h != nil && h.shard == shard && h.stamp <= mark {
		return false
	}
	return s.waiting.head == nil || s.waiting.head.stamp > mark
}

// abandon drops everything that waits.
func (q *eventQueue) abandon(reason wire.Reason) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.all.head != nil {
		e := q.all.head
		q.remove(e)
		q.lost(e, reason)
	}
	if q.heartbeat != nil {
		q.reasons.add(reason, 1)
		q.heartbeat = nil
	}
}

func (q *eventQueue) addTo(c *Counts) {
	q.mu.Lock()
	defer q.mu.Unlock()
	c.Produced += q.produced
	c.Published += q.published
	c.InFlight += uint64(q.inFlight)
	c.Queued += uint64(q.all.len)
	if q.heartbeat != nil {
		c.Queued++
	}
	reasons := maps.Clone(q.reasons)
	reasons.add(wire.ClearRepeat, q.clears.suppressed())
	count(c, reasons)
}
