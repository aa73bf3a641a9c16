package scheduler

import "time"

// add schedules one of newTasks new tasks.
func (s *Scheduler) add(e Entry, now instant, newTasks int) {
	g := e.Task.gate()
	if g.task != nil {
		s.opts.Logger.Warn("task added twice: the second is ignored", "hash", e.Hash)
		return
	}
	g.adopt(e)
	s.heap.push(item{s.firstDue(e, now, newTasks), g})
}

// firstDue returns when a new task is due first, in unix ns.
func (s *Scheduler) firstDue(e Entry, now instant, newTasks int) int64 {
	g := e.Task.gate()
	start := now.wall + int64(s.startDelay(e, newTasks))
	if !e.Resume || s.opts.State == nil {
		return start
	}
	alive, used := s.opts.State.resume(g)
	g.lastSlot = used
	slot := g.slotAt(start)
	if slot <= g.last(now) {
		start = g.nextSlot(now)
		slot = start
	}
	s.missDown(g, max(alive, g.last(now)), min(now.wall, slot-1))
	return start
}

// missDown books the slots of (after, until] that passed while the collector
// was not running.
func (s *Scheduler) missDown(g *Gate, after, until int64) {
	if after == never {
		return
	}
	count := slotsBetween(g.hash, g.interval, after, until)
	if count == 0 {
		return
	}
	s.tally.Due += uint64(count)
	s.account(g, g.slotAt(until))
	s.miss(Missed{g.task, g.slotAt(after) + g.interval, count, ReasonDown})
}

// startDelay returns how long a new task waits for its first run.
func (s *Scheduler) startDelay(e Entry, newTasks int) time.Duration {
	if e.StartDelay != nil {
		return max(0, *e.StartDelay)
	}
	spread := min(s.opts.StartSpread, e.Interval/2, time.Duration(newTasks)*time.Millisecond)
	if s.opts.AtOnce || spread <= 0 {
		return 0
	}
	return time.Duration(e.Hash % uint64(spread))
}

// replace gives the place of the item at i to e.
func (s *Scheduler) replace(i int, e Entry, now instant) {
	old, g := s.heap[i].gate, e.Task.gate()
	if g != old {
		if g.task != nil {
			s.opts.Logger.Warn("task replaced by one that is scheduled already: ignored", "hash", e.Hash)
			return
		}
		g.hash, g.interval = old.hash, old.interval
		g.lastSlot, g.lastStart = old.lastSlot, old.lastStart
		g.place, old.place, old.task = old.place, 0, nil
		s.heap[i].gate = g
	}
	g.task = e.Task
	s.regrid(i, e.Hash, int64(e.Interval), now)
}

// regrid moves the item at i to the grid of hash and interval.
func (s *Scheduler) regrid(i int, hash uint64, interval int64, now instant) {
	it := s.heap[i]
	g := it.gate
	if g.hash == hash && g.interval == interval {
		return
	}
	starting := g.starting(it.due)
	g.hash, g.interval = hash, interval
	if !starting {
		s.heap.reschedule(i, g.spacedSlot(now))
	}
}
