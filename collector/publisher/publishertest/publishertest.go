// Package publishertest is the suite that every publisher.Publisher passes, whatever is behind it.
package publishertest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

// Device is the device of all records of the suite. What is behind the publisher must know it, if it minds.
const Device = "dev1"

// Harness is a publisher under test and a look behind it.
type Harness struct {
	Publisher publisher.Publisher // the suite closes it
	// Taken returns how many records of a class have arrived, each counted once however often it was sent.
	Taken func(class wire.Class) int
}

// Test runs the suite; open gives each of its tests a harness where nothing has been taken yet.
func Test(t *testing.T, open func(t *testing.T) Harness) {
	t.Helper()
	for name, test := range map[string]func(*suite){
		"TakesEveryClass":    (*suite).takesEveryClass,
		"TakesBatchesInARow": (*suite).takesBatchesInARow,
		"CountsRepeatsOnce":  (*suite).countsRepeatsOnce,
		"GoesOnBehindAGap":   (*suite).goesOnBehindAGap,
		"RefusesForGood":     (*suite).refusesForGood,
		"ObeysItsContext":    (*suite).obeysItsContext,
		"TakesShardsAtOnce":  (*suite).takesShardsAtOnce,
		"LeavesBatchesAlone": (*suite).leavesBatches,
	} {
		t.Run(name, func(t *testing.T) {
			s := &suite{t, open(t), publisher.NewIncarnation()}
			test(s)
			if err := s.Publisher.Close(); err != nil {
				t.Errorf("closing: %v", err)
			}
		})
	}
}

type suite struct {
	*testing.T
	Harness
	incarnation string
}

// batch makes n records of a lane, numbered from first.
func (s *suite) batch(lane wire.Lane, first uint64, n int) *wire.Batch {
	b := &wire.Batch{Collector: "suite", Incarnation: s.incarnation, Lane: lane, First: first, Floor: first}
	for i := range n {
		number := first + uint64(i)
		switch lane.Class {
		case wire.Events:
			b.Events = append(b.Events, wire.Event{Device: Device, Event: events.Event{
				events.FieldDevice: Device, events.FieldSeverity: int64(3), events.FieldSummary: fmt.Sprintf("event %v %d", lane, number),
			}})
		case wire.Values:
			series, err := wire.AppendSeries(nil, fmt.Sprintf("%s/%v", Device, lane), map[string]string{"device": Device})
			if err != nil {
				panic(err)
			}
			b.Values = append(b.Values, wire.Value{Device: Device, Series: series, Time: int64(number) * 1000, Number: wire.Number{Int: 1}})
		case wire.Maps:
			b.Maps = append(b.Maps, wire.Map{Device: Device, Task: "task", Map: &maps.ObjectMap{
				Attributes: map[string]any{"number": int64(number)},
			}})
		}
	}
	return b
}

func (s *suite) publish(batches ...*wire.Batch) {
	s.Helper()
	if err := s.Publisher.Publish(s.Context(), batches); err != nil {
		s.Fatalf("publishing: %v", err)
	}
}

func (s *suite) want(class wire.Class, records int) {
	s.Helper()
	if got := s.Taken(class); got != records {
		s.Errorf("%v: %d records taken, want %d", class, got, records)
	}
}

func (s *suite) takesEveryClass() {
	s.publish(s.batch(wire.Lane{Class: wire.Events}, 1, 2), s.batch(wire.Lane{Class: wire.Values}, 1, 3), s.batch(wire.Lane{Class: wire.Maps}, 1, 4))
	s.want(wire.Events, 2)
	s.want(wire.Values, 3)
	s.want(wire.Maps, 4)
}

func (s *suite) takesBatchesInARow() {
	lane := wire.Lane{Class: wire.Values, Shard: 3}
	first := uint64(1)
	for range 5 {
		a, b := s.batch(lane, first, 10), s.batch(lane, first+10, 5)
		b.Floor = a.First // the collector still holds it
		s.publish(a, b)
		first += 15
	}
	s.want(wire.Values, 75)
}

func (s *suite) countsRepeatsOnce() {
	for _, class := range wire.Classes() {
		b := s.batch(wire.Lane{Class: class}, 1, 3)
		s.publish(b)
		s.publish(b)
		s.want(class, 3)
	}
}

func (s *suite) goesOnBehindAGap() {
	lane := wire.Lane{Class: wire.Values}
	s.publish(s.batch(lane, 1, 3))
	s.publish(s.batch(lane, 10, 2))
	s.want(wire.Values, 5)
}

func (s *suite) refusesForGood() {
	lane := wire.Lane{Class: wire.Values}
	anonymous, backwards := s.batch(lane, 1, 1), s.batch(lane, 1, 1)
	anonymous.Incarnation, backwards.Floor = "", 2
	for _, b := range []*wire.Batch{anonymous, backwards} {
		if err := s.Publisher.Publish(s.Context(), []*wire.Batch{b}); !errors.Is(err, wire.ErrRefused) {
			s.Errorf("a batch that is wrong: %v", err)
		}
	}
	s.want(wire.Values, 0)
	s.publish(s.batch(lane, 1, 1))
	s.want(wire.Values, 1)
}

func (s *suite) obeysItsContext() {
	b := s.batch(wire.Lane{Class: wire.Events}, 1, 1)
	ended, cancel := context.WithCancel(s.Context())
	cancel()
	if err := s.Publisher.Publish(ended, []*wire.Batch{b}); err == nil || errors.Is(err, wire.ErrRefused) {
		s.Errorf("with an ended context: %v", err)
	}
	s.publish(b)
	s.want(wire.Events, 1)
}

func (s *suite) takesShardsAtOnce() {
	var senders sync.WaitGroup
	for shard := range uint8(wire.DefaultShards) {
		senders.Go(func() {
			lane := wire.Lane{Class: wire.Values, Shard: shard}
			for i := range 20 {
				b := s.batch(lane, uint64(1+10*i), 10)
				if err := s.Publisher.Publish(s.Context(), []*wire.Batch{b}); err != nil {
					s.Errorf("shard %d: %v", shard, err)
				}
			}
		})
	}
	senders.Wait()
	s.want(wire.Values, wire.DefaultShards*200)
	s.publish(s.batch(wire.Lane{Class: wire.Values, Shard: 1}, 201, 1), s.batch(wire.Lane{Class: wire.Values, Shard: 2}, 201, 1))
	s.want(wire.Values, wire.DefaultShards*200+2)
}

func (s *suite) leavesBatches() {
	lane := wire.Lane{Class: wire.Events}
	b, copied := s.batch(lane, 1, 1), s.batch(lane, 1, 1)
	s.publish(b)
	if fmt.Sprintf("%+v", *b) != fmt.Sprintf("%+v", *copied) {
		s.Errorf("the batch was changed: %+v", *b)
	}
}
