package scheduler

import (
	"math"
	"sync/atomic"
	"time"
)

// never stands for "no such instant yet". It is half the smallest int64, so
// that differences with real instants do not overflow.
const never = math.MinInt64 / 2

// Task is what the scheduler schedules: a pointer to a struct that embeds a
// [Gate], by value or by pointer. Two generations of one task that embed the
// same *Gate can never run at the same time.
type Task interface {
	gate() *Gate
}

// GateState says where a task's run is.
type GateState uint32

// The states of a gate, in the order a run passes through them. A run may be
// released from any of them.
const (
	Idle    GateState = iota // no run; the next due slot may enter
	Queued                   // a slot was handed over and waits for its start
	Running                  // the run is under way
	Settled                  // the slot is accounted for, but its code has not returned
)

// String returns the state as status shows it; a settled run whose code has not
// returned is shown as contained, the reason of the slots it costs.
func (g GateState) String() string {
	return [...]string{"idle", "queued", "running", "contained"}[g]
}

// Gate lets one run of a task in at a time. The scheduler enters it when a
// slot is due; the runner moves it on: Start, Settle when the run is over for
// the books, Release when its goroutine or worker is free. The zero value is
// an idle gate. A gate must not be copied once its task was added.
//
// The gate also holds the task's place in the schedule, so that a scheduler
// needs no index; those fields belong to the scheduler's goroutine, and a gate
// to one scheduler for life.
type Gate struct {
	state atomic.Uint32

	place     uint32 // 1 + position in the heap; 0 = not scheduled
	task      Task   // the generation that is scheduled
	hash      uint64
	interval  int64 // ns
	lastSlot  int64 // the last slot accounted for, unix ns, or never
	lastStart int64 // the last hand-over on the monotonic clock, ns, or never
}

func (g *Gate) gate() *Gate { return g }

// Enter takes an idle gate to Queued and reports whether it did. Besides the
// scheduler, whoever must keep runs out (to clean up, to run by hand) enters.
func (g *Gate) Enter() bool { return g.move(Idle, Queued) }

// Start takes the gate from Queued to Running and reports whether it did.
func (g *Gate) Start() bool { return g.move(Queued, Running) }

// Settle takes the gate from Running to Settled and reports whether it did.
// Slots due from then on are missed as contained.
func (g *Gate) Settle() bool { return g.move(Running, Settled) }

// Release makes the gate idle: nothing of the run is left.
func (g *Gate) Release() { g.state.Store(uint32(Idle)) }

// State returns the gate's present state.
func (g *Gate) State() GateState { return GateState(g.state.Load()) }

func (g *Gate) move(from, to GateState) bool {
	return g.state.CompareAndSwap(uint32(from), uint32(to))
}

// admit enters the gate, or gives the reason why a due slot is missed.
func (g *Gate) admit() (Reason, bool) {
	for !g.Enter() {
		switch g.State() {
		case Queued:
			return ReasonQueued, false
		case Running:
			return ReasonRunning, false
		case Settled:
			return ReasonContained, false
		}
		// Released between the two looks: try again.
	}
	return 0, true
}

// adopt makes the gate a newly scheduled one of e.
func (g *Gate) adopt(e Entry) {
	g.task, g.hash, g.interval = e.Task, e.Hash, int64(e.Interval)
	g.lastSlot, g.lastStart = never, never
}

// slotAt names the slot that t (unix ns) lies in.
func (g *Gate) slotAt(t int64) int64 {
	return slotAt(g.hash, g.interval, t)
}

// starting reports whether due (unix ns) is a first run off the grid.
func (g *Gate) starting(due int64) bool { return g.slotAt(due) != due }

// last returns the last slot accounted for. One two intervals ahead of now is
// forgotten: the clock was set back, and slot names repeat.
func (g *Gate) last(now instant) int64 {
	if g.lastSlot-now.wall >= 2*g.interval {
		g.lastSlot = never
	}
	return g.lastSlot
}

// nextSlot returns the first slot after now that was not accounted for.
func (g *Gate) nextSlot(now instant) int64 {
	return g.slotAt(max(now.wall, g.last(now))) + g.interval
}

// spacedSlot is nextSlot, but passes over a slot less than interval/2 after
// the last start.
func (g *Gate) spacedSlot(now instant) int64 {
	slot := g.nextSlot(now)
	if slot-now.wall+now.mono-g.lastStart < g.interval/2 {
		slot += g.interval
	}
	return slot
}

// crowded reports whether a start now would follow the last one by less than
// half the interval, as can happen after a clock step only.
func (g *Gate) crowded(now instant) bool {
	return now.mono-g.lastStart < g.interval/2-int64(stepNoise)
}

// lateLimit is how late a slot of the gate's task may still start, in ns.
func (g *Gate) lateLimit(jump time.Duration) int64 {
	if jump > absorbedStep {
		return 0
	}
	return g.interval / 4
}
