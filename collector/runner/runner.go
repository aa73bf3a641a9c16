package runner

import (
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/panjf2000/ants/v2"

	"github.com/zenpython/zenpython/datasource"
)

// The defaults of Options.
const (
	DefaultThreads     = 10
	DefaultMaxParallel = 500
	DefaultHookTimeout = 30 * time.Second
)

// containFactor bounds the goroutines in plugin code, stuck ones included, to this many times Options.Threads.
const containFactor = 4

// Options configure a Runner.
type Options struct {
	// Threads bounds the goroutines in plugin code (twistedthreadpoolsize); 0 is DefaultThreads.
	Threads int
	// MaxParallel bounds the runs in flight, waiting ones included (maxparallel); 0 is DefaultMaxParallel.
	MaxParallel int
	// HookTimeout bounds the hooks after Collect together, a canceller, and Cleanup; 0 is DefaultHookTimeout.
	HookTimeout time.Duration
	// BlockingWarning is how long one hook call may block before a warning names it; 0 is never.
	BlockingWarning time.Duration
	// Ended is called once for every run, at settlement: on a pool goroutine, or on Drain's for runs that it cuts
	// short. The task's next run does not start before it returns. Required.
	Ended func(*Run)
	// Abandoned is called for every job that will not be started; its gate is idle again.
	Abandoned func(Job, Reason)
	// Disabled says whether a task's plugin must not be called now (spec §4.9, step 1); nil is never.
	Disabled func(*Task) bool
	// Logger takes what goes wrong in plugin code; nil means none.
	Logger hclog.Logger
}

// Runner runs jobs. Its methods may be called from any goroutine.
type Runner struct {
	opts  Options
	log   hclog.Logger
	epoch time.Time // where the runner's clock starts
	pool  *ants.Pool

	workers sync.Pool     // of *worker that are not in their loop
	wake    chan struct{} // 1 slot: the dispatcher has something to look at
	done    chan struct{} // closed when the dispatcher has returned

	mu          sync.Mutex
	threads     int
	maxParallel int
	draining    bool // no job is started any more
	closed      bool

	queue    queue
	ready    deque[work] // continuations: served before new starts
	inFlight list[Run]   // started and not settled
	active   int         // worker loops that are not stuck
	arriving int         // of these, submitted and not at work yet
	stuck    int         // worker loops in a call that was contained
	tally    Stats       // its counters; the gauges are made when asked

	unreleased int // runs whose chain or code is not done
	cleanups   int // asked for and not done
	idle       []idleWait
}

// work is something for a worker to do with a run that has started.
type work struct {
	run    *Run
	action action
}

type action uint8

const (
	actStart   action = iota // call the hook the run begins with
	actProceed               // the hook or Deferred has ended: go on
	actCancel                // the time for the Deferred is up: cancel it
)

// New returns a Runner, ready for jobs. It has to be closed.
func New(opts Options) (*Runner, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	pool, err := ants.NewPool(poolSize(opts.Threads), ants.WithDisablePurge(true), ants.WithPanicHandler(func(p any) {
		opts.Logger.Error("BUG: panic in a worker of the runner", "panic", p, "stack", string(debug.Stack()))
	}))
	if err != nil {
		return nil, fmt.Errorf("making the pool of %d threads: %w", opts.Threads, err)
	}
	r := &Runner{
		opts:        opts,
		log:         opts.Logger,
		epoch:       time.Now(),
		pool:        pool,
		wake:        make(chan struct{}, 1),
		done:        make(chan struct{}),
		threads:     opts.Threads,
		maxParallel: opts.MaxParallel,
		queue:       newQueue(opts.MaxParallel),
	}
	r.workers.New = func() any { return newWorker(r) }
	go r.dispatch()
	return r, nil
}

func (o *Options) complete() error {
	if o.Ended == nil {
		return fmt.Errorf("runner: Options.Ended is required")
	}
	if o.Threads < 0 || o.MaxParallel < 0 || o.HookTimeout < 0 || o.BlockingWarning < 0 {
		return fmt.Errorf("runner: negative option: threads %d, max parallel %d, hook timeout %v, blocking warning %v",
			o.Threads, o.MaxParallel, o.HookTimeout, o.BlockingWarning)
	}
	if o.Threads == 0 {
		o.Threads = DefaultThreads
	}
	if o.MaxParallel == 0 {
		o.MaxParallel = DefaultMaxParallel
	}
	if o.HookTimeout == 0 {
		o.HookTimeout = DefaultHookTimeout
	}
	if o.Abandoned == nil {
		o.Abandoned = func(Job, Reason) {}
	}
	if o.Disabled == nil {
		o.Disabled = func(*Task) bool { return false }
	}
	if o.Logger == nil {
		o.Logger = hclog.NewNullLogger()
	}
	return nil
}

// clock returns the monotonic time since the runner was made.
func (r *Runner) clock() time.Duration { return time.Since(r.epoch) }

// Enqueue takes jobs whose gates are Queued. It never blocks and does not keep the slice. Once the runner drains, jobs
// are abandoned on the caller's goroutine.
func (r *Runner) Enqueue(jobs []Job) {
	if r.accept(jobs) {
		return
	}
	for _, job := range jobs {
		job.Task.Release()
		r.opts.Abandoned(job, ReasonStopping)
	}
}

func (r *Runner) accept(jobs []Job) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draining {
		r.tally.Abandoned += uint64(len(jobs))
		return false
	}
	for _, job := range jobs {
		job.Task.jobs++
		r.queue.push(job)
	}
	r.signal()
	return true
}

// SetThreads changes Options.Threads, at least 1. Goroutines too many leave when the call they are in has returned.
func (r *Runner) SetThreads(n int) {
	n = max(1, n)
	r.mu.Lock()
	r.threads = n
	r.pool.Tune(poolSize(n))
	r.signal()
	r.mu.Unlock()
}

// SetMaxParallel changes Options.MaxParallel, at least 1. Runs in flight go on.
func (r *Runner) SetMaxParallel(n int) {
	n = max(1, n)
	r.mu.Lock()
	r.maxParallel = n
	r.queue.setMaxParallel(n)
	r.signal()
	r.mu.Unlock()
}

// take gives a worker what to do next: what has waited longest for its continuation, else a new start; false when
// there is nothing, and then the worker is no longer counted as active.
func (r *Runner) take(w *worker) (work, bool) {
	w.prepare()
	started := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.settleUp(w)
	switch {
	case r.active > r.threads || r.closed:
	case r.ready.len() > 0:
		next := r.ready.popFront()
		if next.action == actCancel {
			w.cancelling = r.toCancel(next.run)
		}
		return next, true
	case r.mayStart():
		if job, dev, ok := r.queue.next(); ok {
			w.now = started.Sub(r.epoch)
			return work{run: r.launch(w.takeSpare(), job, dev, started, w.now)}, true
		}
	}
	r.active--
	r.notifyIdle()
	return work{}, false
}

// mayStart reports whether the limits allow one more run.
func (r *Runner) mayStart() bool {
	return !r.draining && r.queue.size > 0 && r.inFlight.size < r.maxParallel
}

// launch makes a run in flight of a job.
func (r *Runner) launch(run *Run, job Job, dev *device, started time.Time, now time.Duration) *Run {
	run.Job, run.device, run.holders = job, dev, 1
	run.begin(started, now)
	r.inFlight.push(run, &run.place)
	r.unreleased++
	job.Task.Start()
	return run
}

// settleUp books what the worker did since it last came.
func (r *Runner) settleUp(w *worker) {
	if w.fresh {
		w.fresh = false
		r.arriving--
	}
	r.tally.InHooks += w.inHooks
	w.inHooks = 0
	if run := w.ended; run != nil {
		w.ended = nil
		if w.settled {
			r.book(run)
		}
		r.drop(run)
	}
}

// book takes a settled run out of flight.
func (r *Runner) book(run *Run) {
	run.place.unlink()
	r.queue.ended(run.Task, run.device)
	r.tally.count(run)
	run.Task.Settle()
	r.notifyIdle()
}

// drop takes one hold off the run. The last one releases its task.
func (r *Runner) drop(run *Run) {
	run.holders--
	if run.holders > 0 {
		return
	}
	r.unreleased--
	run.Task.jobs--
	run.Task.Release()
	r.cleanIfDue(run.Task)
	r.notifyIdle()
}

// hold keeps the run from being released while a goroutine of its Deferred still works.
func (r *Runner) hold(run *Run, d *datasource.Deferred) {
	r.mu.Lock()
	r.holdLocked(run, d)
	r.mu.Unlock()
}

func (r *Runner) holdLocked(run *Run, d *datasource.Deferred) {
	if d.WhenReleased(func() { r.letGo(run) }) {
		run.holders++
	}
}

func (r *Runner) letGo(run *Run) {
	r.mu.Lock()
	r.drop(run)
	r.mu.Unlock()
}
