package scheduler

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// epoch is where time starts in a synctest bubble: on the grid of every
// interval in these tests, so that a hash is the phase in nanoseconds.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// testTask is a task whose runs the test moves on.
type testTask struct{ Gate }

// wallClock is a wall clock that can be set.
type wallClock struct{ offset atomic.Int64 }

func (c *wallClock) now() time.Time       { return time.Now().Add(time.Duration(c.offset.Load())) }
func (c *wallClock) jump(d time.Duration) { c.offset.Add(int64(d)) }

// rig runs a scheduler in a synctest bubble and writes down what it says, as
// lines of "seconds-on-the-test's-clock what slot-in-seconds [xCount reason]".
type rig struct {
	*Scheduler
	wallClock
	t    *testing.T
	base time.Time
	mtx  sync.Mutex
	log  []string // guarded by mtx
	// onDue runs on the owner's goroutine for each slot; nil releases the
	// gate at once.
	onDue func(Due)
	stop  func()
}

// startRig starts a scheduler; the caller must stop it within the bubble.
func startRig(t *testing.T, opts Options) *rig {
	t.Helper()
	r := &rig{t: t, base: time.Now()}
	r.restart(opts)
	return r
}

func (r *rig) restart(opts Options) {
	opts.Due, opts.Missed, opts.Now = r.due, r.missed, r.now
	r.Scheduler = New(opts)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	r.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			r.t.Errorf("Run: %v", err)
		}
	}
}

func seconds(ns int64) string { return fmt.Sprint(time.Duration(ns).Seconds()) }

func (r *rig) due(batch []Due) {
	for _, d := range batch {
		r.note("run %s", seconds(d.Slot-epoch.UnixNano()))
		if r.onDue != nil {
			r.onDue(d)
			continue
		}
		d.Task.gate().Release()
	}
}

func (r *rig) missed(batch []Missed) {
	for _, m := range batch {
		r.note("miss %s x%d %s", seconds(m.Slot-epoch.UnixNano()), m.Count, m.Reason)
	}
}

func (r *rig) note(format string, args ...any) {
	r.mtx.Lock()
	defer r.mtx.Unlock()
	r.log = append(r.log, seconds(int64(time.Since(r.base)))+" "+fmt.Sprintf(format, args...))
}

// lines returns the log so far; forget starts it anew.
func (r *rig) lines() []string {
	r.mtx.Lock()
	defer r.mtx.Unlock()
	return slices.Clone(r.log)
}

func (r *rig) forget() {
	r.mtx.Lock()
	defer r.mtx.Unlock()
	r.log = nil
}

// sleepUntil passes time until there are n lines, a minute at most.
func (r *rig) sleepUntil(n int) {
	for end := time.Now().Add(time.Minute); len(r.lines()) < n && time.Now().Before(end); {
		r.sleep(time.Millisecond)
	}
}

// add adds one task that starts after delay.
func (r *rig) add(interval, phase, delay time.Duration) *testTask {
	task := &testTask{}
	r.must(r.Add(Entry{Task: task, Hash: uint64(phase), Interval: interval, StartDelay: &delay}))
	return task
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// sleep passes time, and lets everything due at its end happen.
func (r *rig) sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// set steps the wall clock and lets the owner notice at once.
func (r *rig) set(d time.Duration) {
	r.jump(d)
	r.post(func(instant) {})
	synctest.Wait()
}

// want compares the log so far with lines, and starts it anew.
func (r *rig) want(lines ...string) {
	r.t.Helper()
	if got := r.lines(); !slices.Equal(got, lines) {
		r.t.Errorf("got:\n%q\nwant:\n%q", got, lines)
	}
	r.forget()
	r.wantLedger()
}

func (r *rig) wantLedger() {
	r.t.Helper()
	if st := r.Stats(); st.Due != st.Handed+st.MissedTotal() {
		r.t.Errorf("ledger: %+v", st)
	}
}
