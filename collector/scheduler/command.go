package scheduler

import (
	"context"
	"fmt"
	"time"
)

// Entry asks for a task to be scheduled.
type Entry struct {
	Task     Task
	Hash     uint64        // of the task's identity, see [Hash]
	Interval time.Duration // MinInterval to MaxInterval
	// StartDelay is the time until the first run; nil leaves it to the
	// scheduler.
	StartDelay *time.Duration
	// Resume says that the task may have been scheduled before the collector
	// was restarted: the state file is asked which slots passed meanwhile.
	Resume bool
}

// Status is where a task stands in the schedule.
type Status struct {
	Scheduled bool // false: never added, removed, or replaced by another generation
	Interval  time.Duration
	Next      time.Time // when the task is due next, wall clock
	LastSlot  time.Time // the last slot handed over or missed; zero before the first
}

// Add schedules tasks. First runs are spread by how many tasks one call adds,
// so those that come together belong in one call, which must not change the
// slice afterwards. It fails, and adds none, if an interval is out of range.
func (s *Scheduler) Add(entries ...Entry) error {
	for _, e := range entries {
		if err := checkInterval(e.Interval); err != nil {
			return err
		}
	}
	s.post(func(now instant) {
		s.heap.grow(len(entries))
		for _, e := range entries {
			s.add(e, now, len(entries))
		}
	})
	return nil
}

// Remove takes tasks out of the schedule. Slots handed over before belong to
// the runner, and one more may be handed over until the owner sees the command.
func (s *Scheduler) Remove(tasks ...Task) {
	s.post(func(instant) {
		for _, t := range tasks {
			if i, ok := s.find(t); ok {
				s.heap.remove(i)
				t.gate().task = nil
			}
		}
	})
}

// Replace puts e in the place of old, of the same identity: the due time stays
// unless the interval changes, and the slot that old was last handed is not
// handed again. If old is not scheduled, e is added as a new task.
//
// If both embed the same *Gate, e waits for old's run to be released; with a
// gate of its own e may run beside it.
func (s *Scheduler) Replace(old Task, e Entry) error {
	if err := checkInterval(e.Interval); err != nil {
		return err
	}
	s.post(func(now instant) {
		i, ok := s.find(old)
		if !ok {
			s.add(e, now, 1)
			return
		}
		s.replace(i, e, now)
	})
	return nil
}

// SetInterval changes a task's interval. The next slot is the first grid point
// of the new interval after now that was not run and is at least half an
// interval after the last start; a first run that is still ahead stays. A task
// that is not scheduled, or was replaced, is left alone.
func (s *Scheduler) SetInterval(t Task, interval time.Duration) error {
	if err := checkInterval(interval); err != nil {
		return err
	}
	s.post(func(now instant) {
		if i, ok := s.find(t); ok {
			s.regrid(i, t.gate().hash, int64(interval), now)
		}
	})
	return nil
}

// Status asks the owner where tasks stand, in the order given. It fails when
// ctx ends first or the scheduler has stopped.
func (s *Scheduler) Status(ctx context.Context, tasks ...Task) ([]Status, error) {
	answer := make(chan []Status, 1)
	s.post(func(instant) {
		all := make([]Status, len(tasks))
		for i, t := range tasks {
			all[i] = s.status(t)
		}
		answer <- all
	})
	select {
	case all := <-answer:
		return all, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("asking the scheduler for status: %w", ctx.Err())
	case <-s.done:
		return nil, ErrStopped
	}
}

func checkInterval(d time.Duration) error {
	if d < MinInterval || d > MaxInterval {
		return fmt.Errorf("interval %v is out of range: give %v to %v", d, MinInterval, MaxInterval)
	}
	return nil
}

// find returns the heap position of a scheduled task.
func (s *Scheduler) find(t Task) (int, bool) {
	g := t.gate()
	if g.task != t {
		return 0, false
	}
	return int(g.place) - 1, true
}

func (s *Scheduler) status(t Task) Status {
	i, ok := s.find(t)
	if !ok {
		return Status{}
	}
	g := t.gate()
	st := Status{
		Scheduled: true,
		Interval:  time.Duration(g.interval),
		Next:      time.Unix(0, s.heap[i].due),
	}
	if g.lastSlot != never {
		st.LastSlot = time.Unix(0, g.lastSlot)
	}
	return st
}
