package scheduler

import "time"

// batchSize bounds what one call of Options.Due or Options.Missed is given.
const batchSize = 1024

// Due is a slot handed over to be run. The task's gate is Queued.
type Due struct {
	Task Task
	Slot int64     // the slot's name, unix nanoseconds
	At   time.Time // when it fell due, with a monotonic reading: time.Since(At) is the lateness
}

// Missed is a run of slots of one task that will not be run.
type Missed struct {
	Task   Task
	Slot   int64 // the first slot missed, unix nanoseconds
	Count  int   // how many slots, one interval apart
	Reason Reason
}

// Reason says why a slot was missed.
type Reason uint8

// The reasons of missed slots.
const (
	ReasonRunning   Reason = iota // the task's last run is under way
	ReasonQueued                  // the task's last slot still waits for its start
	ReasonContained               // the last run is accounted for, but its code has not returned
	ReasonDown                    // the collector was not running, or was held up
	ReasonClockStep               // the wall clock was set ahead, or the machine was suspended
	reasonCount
)

var reasonNames = [reasonCount]string{"running", "queued", "contained", "down", "clock_step"}

// String returns the reason's name as metrics, logs and events show it.
func (r Reason) String() string { return reasonNames[r] }

// Reasons returns all reasons, in the order of [Stats].Missed.
func Reasons() []Reason {
	all := make([]Reason, reasonCount)
	for i := range all {
		all[i] = Reason(i)
	}
	return all
}

// fire hands over or books everything due at now and re-arms it. jump is the
// clock step noticed at this look, if any.
func (s *Scheduler) fire(now instant, jump time.Duration) {
	for len(s.heap) > 0 && s.heap[0].due <= now.wall {
		s.heap.reschedule(0, s.pass(s.heap[0], now, jump))
	}
	s.flush()
}

// pass accounts for the due item it and returns when its task is due next.
func (s *Scheduler) pass(it item, now instant, jump time.Duration) int64 {
	g, slot := it.gate, it.gate.slotAt(now.wall)
	if now.wall-it.due > g.lateLimit(jump) {
		s.skip(it, now, jump)
		return g.nextSlot(now)
	}
	if slot <= g.last(now) {
		// A delayed first run inside a slot that was accounted for already.
		return g.nextSlot(now)
	}
	s.tally.Due++
	s.account(g, slot)
	if g.crowded(now) {
		s.miss(Missed{g.task, slot, 1, ReasonClockStep})
		return g.nextSlot(now)
	}
	if reason, ok := g.admit(); !ok {
		s.miss(Missed{g.task, slot, 1, reason})
		return g.nextSlot(now)
	}
	g.lastStart = now.mono
	s.hand(Due{g.task, slot, s.clock.time(it.due, now)})
	return g.spacedSlot(now)
}

// skip books all slots of a task that passed since it fell due.
func (s *Scheduler) skip(it item, now instant, jump time.Duration) {
	g := it.gate
	first, last := g.slotAt(it.due), g.slotAt(now.wall)
	if used := g.last(now); first <= used {
		first = g.slotAt(used) + g.interval
	}
	if first > last {
		return
	}
	count := int((last-first)/g.interval) + 1
	reason := ReasonDown
	if jump > 0 {
		reason = ReasonClockStep
	}
	s.tally.Due += uint64(count)
	s.account(g, last)
	s.miss(Missed{g.task, first, count, reason})
}

// account remembers slot as the task's last.
func (s *Scheduler) account(g *Gate, slot int64) {
	g.lastSlot = slot
	if s.opts.State != nil && g.interval >= int64(LongInterval) {
		s.opts.State.record(slotMark{g.hash, slot, g.interval})
	}
}

func (s *Scheduler) hand(d Due) {
	s.tally.Handed++
	s.due = append(s.due, d)
	if len(s.due) == batchSize {
		s.flush()
	}
}

func (s *Scheduler) miss(m Missed) {
	s.tally.Missed[m.Reason] += uint64(m.Count)
	s.missed = append(s.missed, m)
	if len(s.missed) == batchSize {
		s.flush()
	}
}

// flush gives out what has gathered. The batches are cleared so that the
// scheduler does not keep removed tasks alive.
func (s *Scheduler) flush() {
	s.publish()
	if len(s.due) > 0 {
		s.opts.Due(s.due)
		clear(s.due)
		s.due = s.due[:0]
	}
	if len(s.missed) > 0 {
		if s.opts.Missed != nil {
			s.opts.Missed(s.missed)
		}
		clear(s.missed)
		s.missed = s.missed[:0]
	}
}
