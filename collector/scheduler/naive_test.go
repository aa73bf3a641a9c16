package scheduler

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// naive is the scheduler as one would explain it: a plain list, scanned at
// every moment at which anything could happen. It keeps no due times; each
// task has a cursor, the last grid point dealt with, and a slot is due when
// the wall clock has passed the next one.
type naive struct {
	mono, wall int64 // ns since epoch; they differ by the steps
	tasks      [modelTasks]*naiveTask
	log        []string
	due        int
	// What the state file would hold.
	alive   int64
	slots   map[uint64]slotMark
	resumed map[uint64]slotMark // slots at the last restart
}

type naiveTask struct {
	generation int
	hash       uint64
	interval   int64
	auto       bool // each run is over at once

	state     GateState
	start     int64 // monotonic time of a first run still ahead, or never
	cursor    int64
	last      int64 // last slot accounted for, or never
	lastStart int64 // monotonic, or never
}

// advance scans at each multiple of step, where all grid points lie, and at
// the starts of first runs.
func (n *naive) advance(to int64) {
	for n.mono < to {
		next := min(to, n.mono-n.mono%modelStep+modelStep)
		for _, t := range n.tasks {
			if t != nil && t.start > n.mono && t.start < next {
				next = t.start
			}
		}
		n.wall += next - n.mono
		n.mono = next
		n.scan(0)
	}
}

func (n *naive) scan(jump int64) {
	for i, t := range n.tasks {
		if t != nil {
			n.look(i, t, jump)
		}
	}
}

func (n *naive) look(i int, t *naiveTask, jump int64) {
	slot := slotAt(t.hash, t.interval, n.wall)
	if t.start != never {
		if n.mono < t.start {
			return
		}
		t.start = never
		n.rewind(t)
		if slot > t.last {
			n.fall(i, t, slot)
		}
		return
	}
	first := t.cursor + t.interval
	if n.wall < first {
		return
	}
	limit := t.interval / 4
	if jump > int64(time.Second) {
		limit = 0
	}
	t.cursor = slot
	if n.wall-first > limit {
		n.account(t, slot)
		n.miss(i, t, first, int((slot-first)/t.interval)+1, ReasonClockStep)
		return
	}
	n.fall(i, t, slot)
}

// fall lets one slot fall due.
func (n *naive) fall(i int, t *naiveTask, slot int64) {
	n.account(t, slot)
	reasons := map[GateState]Reason{Queued: ReasonQueued, Running: ReasonRunning, Settled: ReasonContained}
	reason, busy := reasons[t.state]
	switch {
	case n.mono-t.lastStart < t.interval/2-int64(stepNoise):
		n.miss(i, t, slot, 1, ReasonClockStep)
	case busy:
		n.miss(i, t, slot, 1, reason)
	default:
		n.due++
		n.log = append(n.log, fmt.Sprintf("%015d task %d.%d run %d", n.mono, i, t.generation, slot))
		t.lastStart = n.mono
		if !t.auto {
			t.state = Queued
		}
		n.space(t)
	}
}

func (n *naive) miss(i int, t *naiveTask, slot int64, count int, reason Reason) {
	n.due += count
	n.log = append(n.log, fmt.Sprintf("%015d task %d.%d miss %d x%d %s", n.mono, i, t.generation, slot, count, reason))
}

func (n *naive) account(t *naiveTask, slot int64) {
	t.last = slot
	if t.interval >= int64(LongInterval) {
		n.slots[t.hash] = slotMark{t.hash, slot, t.interval}
	}
}

// space passes over the next slot if it is too near to the last start.
func (n *naive) space(t *naiveTask) {
	if t.cursor+t.interval-n.wall+n.mono-t.lastStart < t.interval/2 {
		t.cursor += t.interval
	}
}

// usedUpTo is the last slot, if the clock was not set back far since.
func (n *naive) usedUpTo(t *naiveTask) int64 {
	if t.last-n.wall >= 2*t.interval {
		return never
	}
	return t.last
}

func (n *naive) add(i int, t *naiveTask, delay int64) {
	t.start, t.last, t.lastStart = n.mono+delay, never, never
	n.tasks[i] = t
}

// resume is add after a restart.
func (n *naive) resume(i int, t *naiveTask, delay int64) {
	n.add(i, t, delay)
	if t.interval < int64(LongInterval) {
		t.last = slotAt(t.hash, t.interval, n.alive)
	} else if m, ok := n.resumed[t.hash]; ok {
		t.last = m.slot
	}
	t.last = n.usedUpTo(t)
	passed := slotAt(t.hash, t.interval, n.wall)
	begins := slotAt(t.hash, t.interval, n.wall+delay)
	if begins <= t.last {
		t.start = never
		n.rewind(t)
	} else {
		passed = min(passed, begins-t.interval)
	}
	first := slotAt(t.hash, t.interval, max(n.alive, t.last)) + t.interval
	if first > passed {
		return
	}
	n.account(t, passed)
	n.miss(i, t, first, int((passed-first)/t.interval)+1, ReasonDown)
}

func (n *naive) regrid(t *naiveTask, interval int64) {
	if t.interval == interval {
		return
	}
	t.interval = interval
	if t.start != never {
		return
	}
	n.rewind(t)
	n.space(t)
}

// rewind takes all slots as dealt with up to now, or up to the last slot if
// the clock was set back a little since.
func (n *naive) rewind(t *naiveTask) {
	t.last = n.usedUpTo(t)
	t.cursor = slotAt(t.hash, t.interval, max(n.wall, t.last))
}

func (n *naive) step(by int64) {
	n.wall += by
	for _, t := range n.tasks {
		if t == nil || t.start != never || t.cursor+t.interval-n.wall < 2*t.interval {
			continue
		}
		t.last, t.cursor = never, slotAt(t.hash, t.interval, n.wall)
		n.space(t)
	}
	n.scan(by)
}

// reopen reads the state file and writes it anew without what is over.
func (n *naive) reopen() {
	n.alive, n.resumed = n.wall, maps.Clone(n.slots)
	maps.DeleteFunc(n.slots, func(_ uint64, m slotMark) bool { return m.slot+m.interval <= n.alive })
}

func (n *naive) sorted() []string { return slices.Sorted(slices.Values(n.log)) }
