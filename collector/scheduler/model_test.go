package scheduler

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

const (
	modelTasks = 5
	modelStep  = int64(10 * time.Millisecond) // all grid points and clock steps are multiples
)

// op is one thing that happens to both schedulers. Which fields count depends
// on what; the rest is drawn in vain.
type op struct {
	what     string
	after    time.Duration // since the op before
	task     int
	interval time.Duration
	delay    time.Duration
	by       time.Duration // clock step
	auto     bool
	share    bool // a replacement shares the gate
	stale    bool // use the handle of a generation replaced
}

var anyOp = rapid.Custom(func(t *rapid.T) op {
	return op{
		what: rapid.SampledFrom([]string{"add", "add", "add", "gate", "gate", "gate", "remove",
			"replace", "interval", "step", "step", "restart"}).Draw(t, "what"),
		after: rapid.OneOf(millis(1, 900), millis(1000, 100_000)).Draw(t, "after"),
		task:  rapid.IntRange(0, modelTasks-1).Draw(t, "task"),
		interval: rapid.SampledFrom([]time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 10 * time.Second,
			time.Minute, 2 * time.Minute}).Draw(t, "interval"),
		delay: rapid.SampledFrom([]time.Duration{-1, 0, 700 * time.Millisecond, 5 * time.Second, 200 * time.Second}).Draw(t, "delay"),
		by: rapid.SampledFrom([]time.Duration{time.Hour, -time.Hour, time.Second, -time.Second, 15 * time.Minute,
			500 * time.Millisecond, -500 * time.Millisecond, 1700 * time.Millisecond, -7 * time.Second, -90 * time.Second}).Draw(t, "by"),
		auto:  rapid.Bool().Draw(t, "auto"),
		share: rapid.Bool().Draw(t, "share"),
		stale: rapid.Bool().Draw(t, "stale"),
	}
})

func millis(lo, hi int) *rapid.Generator[time.Duration] {
	return rapid.Map(rapid.IntRange(lo, hi), func(n int) time.Duration { return time.Duration(n) * time.Millisecond })
}

// hashOf gives each task a hash of its own, which is a multiple of modelStep.
// The naive scheduler counts from 0 and the bubble from 2000, but both lie on
// the grid of every interval drawn.
func hashOf(task int) uint64 { return uint64((7919*task + task*task) * int(modelStep)) }

// modelTask is one generation of a task.
type modelTask struct {
	*Gate
	task, generation int
	auto             bool
}

// modelRun plays a history to a scheduler and to the naive one.
type modelRun struct {
	*Scheduler
	wallClock
	naive naive
	path  string
	tasks [modelTasks]*modelTask // the present generations
	stale [modelTasks]*modelTask // the ones before
	ran   [modelTasks]time.Time  // the last hand-over of each
	log   []string
	stop  func()
	dues  uint64 // of the schedulers before a restart
	err   error
}

// TestSchedulerAgainstNaive plays random histories of adds, removals,
// replacements, interval changes, busy gates, clock steps and restarts.
func TestSchedulerAgainstNaive(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		ops := rapid.SliceOfN(anyOp, 1, 25).Draw(rt, "ops")
		n++
		r := &modelRun{path: filepath.Join(dir, strconv.Itoa(n))}
		synctest.Test(t, func(*testing.T) { r.play(ops) })
		_ = os.Remove(r.path)
		if r.err != nil {
			rt.Fatal(r.err)
		}
		compareLogs(rt, slices.Sorted(slices.Values(r.log)), r.naive.sorted())
		if r.dues != uint64(r.naive.due) {
			rt.Fatalf("%d slots due, want %d", r.dues, r.naive.due)
		}
	})
}

// compareLogs shows where two logs part, and a few lines before.
func compareLogs(t *rapid.T, got, want []string) {
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			from, upto := max(0, i-5), i+3
			t.Fatalf("line %d\ngot:  %q\nwant: %q", i, got[from:min(upto, len(got))], want[from:min(upto, len(want))])
		}
	}
}

func (r *modelRun) play(ops []op) {
	r.naive = naive{alive: never, slots: map[uint64]slotMark{}}
	r.open()
	for _, o := range ops {
		// Each op has a microsecond of its own, so that none ties with a slot.
		r.pass(o.after + time.Microsecond)
		r.do(o)
		synctest.Wait()
	}
	r.pass(3 * time.Minute)
	r.close()
}

// pass lets time pass for both.
func (r *modelRun) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
	r.naive.advance(r.naive.mono + int64(d))
}

func (r *modelRun) open() {
	state, err := OpenState(r.path)
	if err != nil {
		r.err = err
	}
	r.Scheduler = New(Options{Due: r.handed, Missed: r.missing, Now: r.now, State: state})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	r.stop = func() { cancel(); r.fail(<-ended) }
}

// close stops the scheduler and takes its ledger.
func (r *modelRun) close() {
	st := r.Stats()
	if st.Due != st.Handed+st.MissedTotal() {
		r.err = fmt.Errorf("ledger: %+v", st)
	}
	r.dues += st.Due
	r.stop()
}

func (r *modelRun) handed(batch []Due) {
	for _, d := range batch {
		t := d.Task.(*modelTask)
		if t.State() != Queued {
			r.err = fmt.Errorf("task %d handed over with its gate in state %d", t.task, t.State())
		}
		// Whatever the clock does, starts of a task keep their distance.
		if gap := time.Since(r.ran[t.task]); gap < time.Duration(t.interval)/2-stepNoise {
			r.err = fmt.Errorf("task %d starts %v after its last start, at an interval of %v", t.task, gap, time.Duration(t.interval))
		}
		r.ran[t.task] = time.Now()
		if t.auto {
			t.Release()
		}
		r.log = append(r.log, fmt.Sprintf("%015d task %d.%d run %d", time.Since(epoch), t.task, t.generation, d.Slot-epoch.UnixNano()))
	}
}

func (r *modelRun) missing(batch []Missed) {
	for _, m := range batch {
		t := m.Task.(*modelTask)
		r.log = append(r.log, fmt.Sprintf("%015d task %d.%d miss %d x%d %s", time.Since(epoch), t.task, t.generation,
			m.Slot-epoch.UnixNano(), m.Count, m.Reason))
	}
}

func (r *modelRun) do(o op) {
	t, plain := r.tasks[o.task], r.naive.tasks[o.task]
	switch {
	case o.what == "add" && t == nil:
		r.add(o)
	case o.what == "step":
		r.jump(o.by)
		r.post(func(instant) {})
		synctest.Wait()
		r.naive.step(int64(o.by))
	case o.what == "restart":
		r.reboot(o)
	case t == nil:
	case o.what == "gate":
		r.turn(t, plain)
	case o.what == "remove":
		r.Remove(t)
		r.tasks[o.task], r.naive.tasks[o.task] = nil, nil
	case o.what == "replace":
		r.replace(o, t, plain)
	case o.what == "interval":
		r.interval(o, t, plain)
	}
}

func (r *modelRun) add(o op) {
	t := &modelTask{&Gate{}, o.task, 0, o.auto}
	r.ran[o.task] = time.Time{}
	e := Entry{Task: t, Hash: hashOf(o.task), Interval: o.interval}
	delay := int64(e.Hash % uint64(time.Millisecond)) // the spread of one new task
	if o.delay >= 0 {
		e.StartDelay, delay = &o.delay, int64(o.delay)
	}
	r.fail(r.Add(e))
	r.tasks[o.task] = t
	synctest.Wait()
	r.naive.add(o.task, &naiveTask{hash: e.Hash, interval: int64(o.interval), auto: o.auto}, delay)
	r.naive.scan(0)
}

// turn moves the gate on by one state.
func (r *modelRun) turn(t *modelTask, plain *naiveTask) {
	switch plain.state {
	case Queued:
		t.Start()
		plain.state = Running
	case Running:
		t.Settle()
		plain.state = Settled
	case Settled:
		t.Release()
		plain.state = Idle
	}
}

func (r *modelRun) replace(o op, old *modelTask, plain *naiveTask) {
	t := &modelTask{&Gate{}, o.task, old.generation + 1, old.auto}
	if o.share {
		t.Gate = old.Gate
	} else {
		plain.state = Idle
	}
	r.fail(r.Replace(old, Entry{Task: t, Hash: hashOf(o.task), Interval: o.interval}))
	r.tasks[o.task], r.stale[o.task] = t, old
	plain.generation++
	r.naive.regrid(plain, int64(o.interval))
}

func (r *modelRun) interval(o op, t *modelTask, plain *naiveTask) {
	if stale := r.stale[o.task]; o.stale && stale != nil {
		r.fail(r.SetInterval(stale, o.interval))
		return
	}
	r.fail(r.SetInterval(t, o.interval))
	r.naive.regrid(plain, int64(o.interval))
}

// reboot stops the scheduler, lets time pass without it, and starts another
// with new gates.
func (r *modelRun) reboot(o op) {
	r.close()
	r.naive.reopen()
	time.Sleep(o.interval)
	r.naive.mono += int64(o.interval)
	r.naive.wall += int64(o.interval)
	if o.share { // the clock was set meanwhile
		r.jump(o.by)
		r.naive.wall += int64(o.by)
	}
	r.open()
	var entries []Entry
	for i, t := range r.tasks {
		if t == nil {
			continue
		}
		plain := r.naive.tasks[i]
		plain.state = Idle
		t = &modelTask{&Gate{}, i, t.generation, t.auto}
		r.tasks[i], r.stale[i], r.ran[i] = t, nil, time.Time{}
		e := Entry{Task: t, Hash: plain.hash, Interval: time.Duration(plain.interval), Resume: true, StartDelay: new(time.Duration)}
		if o.delay > 0 {
			*e.StartDelay = o.delay
		}
		r.naive.resume(i, plain, int64(*e.StartDelay))
		entries = append(entries, e)
	}
	r.fail(r.Add(entries...))
	synctest.Wait()
	r.naive.scan(0)
}

func (r *modelRun) fail(err error) {
	if err != nil {
		r.err = err
	}
}
