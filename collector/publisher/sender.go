package publisher

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/zenpython/zenpython/hub/wire"
)

// run sends until ctx ends, whenever it is woken.
func (s *shard) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		}
		for ctx.Err() == nil {
			batches := s.take()
			if len(batches) == 0 {
				break
			}
			s.settle(s.publish(ctx, batches))
		}
	}
}

// take moves what is ready into flight: nothing is until the last flight was settled, and nothing overtakes it.
func (s *shard) take() []*wire.Batch {
	var batches []*wire.Batch
	if first, events := s.queue.events.take(s.id, s.queue.opts.EventChunk); len(events) > 0 {
		b := s.batch(wire.Events, first, first)
		for _, e := range events {
			b.Events = append(b.Events, e.record)
		}
		batches = append(batches, b)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.maps.take(mapBatches) {
		b := s.batch(wire.Maps, c.first, s.maps.unsettled())
		for _, m := range c.records {
			b.Maps = append(b.Maps, m.record)
		}
		batches = append(batches, b)
	}
	for _, c := range s.values.take(valueBatches) {
		b := s.batch(wire.Values, c.first, s.values.unsettled())
		b.Values = c.records
		batches = append(batches, b)
	}
	return batches
}

func (s *shard) batch(class wire.Class, first, floor uint64) *wire.Batch {
	return &wire.Batch{
		Collector:   s.queue.opts.Collector,
		Incarnation: s.queue.opts.Incarnation,
		Lane:        wire.Lane{Class: class, Shard: s.id},
		First:       first,
		Floor:       floor,
	}
}

// settle ends the flight.
func (s *shard) settle(reason wire.Reason) {
	s.queue.events.settle(s.id, reason)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.values.held.Add(-int64(s.values.settle(reason)))
	s.queue.maps.held.Add(-int64(s.maps.settle(reason)))
	s.changed()
}

// publish sends the batches until they are taken. The result is the reason why they never will be.
func (s *shard) publish(ctx context.Context, batches []*wire.Batch) wire.Reason {
	for attempt := 0; ; attempt++ {
		err := s.queue.opts.Publisher.Publish(ctx, batches)
		if attempt > 0 && (err == nil || errors.Is(err, wire.ErrRefused)) {
			s.queue.health.recovered()
		}
		switch {
		case err == nil:
			return wire.Accepted
		case errors.Is(err, wire.ErrRefused):
			s.queue.opts.Logger.Error("batches refused for good", "shard", s.id, "records", records(batches), "error", err)
			return wire.HubRejected
		case ctx.Err() != nil:
			return wire.Shutdown
		}
		s.queue.health.failed(err, attempt == 0)
		if !s.pause(ctx, attempt) {
			return wire.Shutdown
		}
	}
}

func records(batches []*wire.Batch) (n int) {
	for _, b := range batches {
		n += b.Len()
	}
	return n
}

// pause waits before the next attempt: a random part of a bound that doubles, so that collectors that lost the same hub
// do not come back in step. Once the queue is closing, the bound no longer grows. False means that ctx has ended.
func (s *shard) pause(ctx context.Context, attempt int) bool {
	bound := s.queue.opts.RetryBase
	closing := s.queue.closing
	select {
	case <-closing:
		closing = nil
	default:
		bound = min(bound<<min(attempt, 20), s.queue.opts.RetryMax)
	}
	timer := time.NewTimer(rand.N(bound) + 1)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-closing:
	case <-timer.C:
	}
	return true
}
