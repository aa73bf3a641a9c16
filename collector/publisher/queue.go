package publisher

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

// Queue takes records from the processor and has them published. It is safe for concurrent use, and what it is given
// belongs to it.
type Queue struct {
	opts   Options
	clears *clearMemory
	events *eventQueue
	shards []*shard
	births atomic.Uint64 // order of chunks
	values hold
	maps   hold
	high   atomic.Bool // above the high-water mark

	mu       sync.Mutex // guards the fields below
	rejected [3]tally

	closing chan struct{} // closed when Close begins
	closed  atomic.Bool   // Put takes nothing any more
	stop    context.CancelFunc
	running sync.WaitGroup
	health  health

	flushing atomic.Int32 // how many Flush calls wait
}

// New starts a queue; Close ends it.
func New(opts Options) (*Queue, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("publisher: %w", err)
	}
	// At most half of the buffer is in flight, and cannot give way to newer values.
	opts.ValueBatch = max(1, min(opts.ValueBatch, opts.MaxValues/(2*opts.Shards*valueBatches)))
	ctx, stop := context.WithCancel(context.Background())
	clears := newClearMemory(opts.AllowDuplicateClears, opts.DuplicateClearInterval)
	q := &Queue{
		opts:    opts,
		clears:  clears,
		events:  newEventQueue(opts.Shards, opts.MaxEvents, !opts.KeepDuplicateEvents, clears),
		values:  hold{limit: int64(opts.MaxValues)},
		maps:    hold{limit: int64(opts.MaxMaps)},
		closing: make(chan struct{}),
		stop:    stop,
		health:  health{logger: opts.Logger},

		rejected: [3]tally{{}, {}, {}},
	}
	for i := range opts.Shards {
		q.shards = append(q.shards, newShard(q, uint8(i)))
	}
	for _, s := range q.shards {
		q.running.Go(func() { s.run(ctx) })
	}
	q.running.Go(q.keepTime)
	return q, nil
}

// Incarnation is the id that the queue's sequence numbers count within.
func (q *Queue) Incarnation() string { return q.opts.Incarnation }

// Up reports whether the hub takes records: false from a failed attempt to the next good one.
func (q *Queue) Up() bool { return q.health.up() }

// SuppressesClear reports whether a clear with this key would be suppressed, and counts it as if it had been put. It
// allocates nothing, so that the clear of every run need not even be built.
func (q *Queue) SuppressesClear(key events.ClearKey) bool { return q.clears.suppresses(key) }

// PutEvent queues an event of a device's task, by the rules of spec §5.2. The result says what became of it: Accepted,
// Repeat, Heartbeat, ClearRepeat, BadEvent or TooLarge. The event must not be used afterwards.
func (q *Queue) PutEvent(device string, e events.Event) wire.Reason {
	if e[events.FieldRcvTime] == nil {
		e[events.FieldRcvTime] = float64(time.Now().UnixMicro()) / 1e6
	}
	queued := &queuedEvent{record: wire.Event{Device: device, Event: e}, shard: wire.ShardOf(device, q.opts.Shards)}
	size, err := wire.EventSize(&queued.record)
	if err != nil {
		return q.refuse(wire.Events, device, wire.BadEvent, err)
	}
	queued.size = size
	queued.clearKey = e.ClearKey()
	if severity, ok := events.ParseSeverity(e[events.FieldSeverity]); ok && severity == events.Clear {
		queued.isClear = true
	}
	if q.events.fold {
		queued.key = e.DedupKey()
	}
	waiting, reason := q.events.put(queued)
	q.watchHighWater(waiting)
	if q.closed.Load() {
		q.events.abandon(wire.Shutdown)
	}
	if q.flushing.Load() > 0 { // what folded or gave way is awaited no more
		q.tellFlushes()
	}
	return reason
}

// watchHighWater sends at once when the queue gets full, and says so once.
func (q *Queue) watchHighWater(waiting int) {
	mark := int(q.opts.HighWater * float64(q.opts.MaxEvents))
	switch {
	case waiting <= mark:
		if q.high.Load() {
			q.high.Store(false)
		}
	case q.high.CompareAndSwap(false, true):
		q.opts.Logger.Warn("event queue above its high-water mark", "waiting", waiting, "mark", mark, "maxqueuelen", q.opts.MaxEvents)
		q.events.makeDue()
		q.wakeAll()
	}
}

// PutValues queues values. It is cheapest when those of one device stand together. The series must not change afterwards.
func (q *Queue) PutValues(values []wire.Value) {
	for len(values) > 0 {
		n := 1
		for n < len(values) && values[n].Device == values[0].Device {
			n++
		}
		q.shard(values[0].Device).putValues(values[:n])
		values = values[n:]
	}
}

// PutMap queues a map. The result says what became of it: Accepted, BadMap or TooLarge. The map must not change afterwards.
func (q *Queue) PutMap(m wire.Map) wire.Reason {
	size, err := wire.MapSize(&m)
	if err != nil {
		return q.refuse(wire.Maps, m.Device, wire.BadMap, err)
	}
	q.shard(m.Device).putMap(sizedMap{m, size})
	return wire.Accepted
}

// Reject books items that results had and that no record was made of.
func (q *Queue) Reject(class wire.Class, reason wire.Reason, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.rejected[class].add(reason, uint64(n))
}

func (q *Queue) refuse(class wire.Class, device string, reason wire.Reason, err error) wire.Reason {
	if errors.Is(err, wire.ErrTooLarge) {
		reason = wire.TooLarge
	}
	q.Reject(class, reason, 1)
	q.opts.Logger.Debug("record rejected", "class", class.String(), "device", device, "reason", string(reason), "error", err)
	return reason
}

// Ledger returns what became of all items so far. Each class is a consistent snapshot.
func (q *Queue) Ledger() Ledger {
	counts := [3]*Counts{newCounts(), newCounts(), newCounts()}
	q.events.addTo(counts[wire.Events])
	for _, s := range q.shards {
		s.mu.Lock()
		s.values.addTo(counts[wire.Values])
		s.maps.addTo(counts[wire.Maps])
		s.mu.Unlock()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for class, rejected := range q.rejected {
		count(counts[class], rejected)
	}
	return Ledger{*counts[0], *counts[1], *counts[2]}
}

// Flush sends everything that was put before, without waiting for batches to fill, and returns when none of it is unsent.
func (q *Queue) Flush(ctx context.Context) error {
	q.flushing.Add(1)
	defer q.flushing.Add(-1)
	marks := q.makeAllDue()
	for i, s := range q.shards {
		if err := s.await(ctx, marks[i]); err != nil {
			return fmt.Errorf("flushing records to the hub: %w", err)
		}
	}
	return nil
}

// Close flushes, for as long as ctx allows, then stops and closes the publisher. What could not be sent is dropped with
// reason Shutdown, and the error says how much.
func (q *Queue) Close(ctx context.Context) error {
	close(q.closing)
	flushed := q.Flush(ctx)
	q.closed.Store(true)
	q.stop()
	q.running.Wait()
	for _, s := range q.shards {
		s.abandon()
	}
	q.events.abandon(wire.Shutdown)
	err := q.opts.Publisher.Close()
	if err != nil {
		err = fmt.Errorf("closing the publisher: %w", err)
	}
	if lost := q.lostByShutdown(); lost > 0 {
		err = errors.Join(fmt.Errorf("stopping with %d records unsent: they are lost", lost), flushed, err)
	}
	return err
}

func (q *Queue) lostByShutdown() (lost uint64) {
	for _, counts := range q.Ledger() {
		lost += counts.Dropped[wire.Shutdown]
	}
	return lost
}

// keepTime lets what has waited long enough go, whether or not its batch is full.
func (q *Queue) keepTime() {
	events := time.NewTicker(q.opts.EventFlush)
	defer events.Stop()
	values := time.NewTicker(q.opts.ValueFlush)
	defer values.Stop()
	for {
		select {
		case <-q.closing:
			return
		case <-events.C:
			q.events.makeDue()
			q.wakeAll()
		case <-values.C:
			for _, s := range q.shards {
				s.makeDue()
			}
			q.wakeAll()
		}
	}
}

// mark is where a shard's lanes stood at some time.
type mark struct{ events, values, maps uint64 }

func (q *Queue) makeAllDue() []mark {
	stamp := q.events.makeDue()
	marks := make([]mark, len(q.shards))
	for i, s := range q.shards {
		marks[i] = s.makeDue()
		marks[i].events = stamp
	}
	q.wakeAll()
	return marks
}

func (q *Queue) tellFlushes() {
	for _, s := range q.shards {
		s.mu.Lock()
		s.changed()
		s.mu.Unlock()
	}
}

func (q *Queue) wakeAll() {
	for _, s := range q.shards {
		s.wakeUp()
	}
}

func (q *Queue) shard(device string) *shard { return q.shards[wire.ShardOf(device, q.opts.Shards)] }
