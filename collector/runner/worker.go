package runner

import (
	"sync"
	"time"
)

// worker is a loop on a pool goroutine that carries runs on, one hook call after the other, until nothing is ready.
type worker struct {
	r     *Runner
	enter func() // loop, bound once

	// For the loop alone.
	fresh      bool          // has not taken anything yet
	now        time.Duration // the clock after the last call
	spare      *Run          // for the next start, made outside the lock
	inHooks    time.Duration // not booked yet
	ended      *Run          // whose chain is over, not booked yet
	settled    bool          // ended was settled here, not by Drain
	cancelling cancelling    // what actCancel is about

	watchdog *time.Timer // calls watch

	mu      sync.Mutex
	looping bool
	call    call
}

// call is the hook call that a worker is in.
type call struct {
	run       *Run // nil: none
	hook      hook
	ctx       *hookContext
	since     time.Duration
	deadline  time.Duration // when ctx ends; 0 is never
	wait      uint64        // of a canceller: the wait it is to end
	warned    bool          // BlockingWarning
	timedOut  bool          // ctx was ended
	contained bool          // the chain went on without it
	last      bool          // contained, and with that the last goroutine there may be
}

func newWorker(r *Runner) *worker {
	w := &worker{r: r}
	w.enter = w.loop
	w.watchdog = time.AfterFunc(time.Hour, w.watch)
	w.watchdog.Stop()
	return w
}

func (w *worker) loop() {
	w.fresh = true
	w.startWatch()
	whole := false
	defer func() {
		w.stopWatch()
		if whole {
			w.r.workers.Put(w)
		} else {
			w.goexit()
		}
	}()
	for {
		next, ok := w.r.take(w)
		if !ok || !w.perform(next) {
			whole = true
			return
		}
	}
}

// prepare makes the next run's memory while no lock is held.
func (w *worker) prepare() {
	if w.spare == nil {
		w.spare = &Run{}
	}
}

func (w *worker) takeSpare() *Run {
	run := w.spare
	w.spare = nil
	return run
}

// perform does one piece of work; false means that the goroutine, stuck for a while, is one too many now.
func (w *worker) perform(next work) bool {
	switch next.action {
	case actStart:
		return w.start(next.run)
	case actCancel:
		return w.cancel(next.run)
	}
	w.now = w.r.clock()
	return w.proceed(next.run)
}

// start calls the first hook of a run: Collect, or Cleanup of a task that has ended.
func (w *worker) start(run *Run) bool {
	switch {
	case run.hook == hookCleanup:
		return w.clean(run)
	case w.r.opts.Disabled(run.Task):
		run.err = ErrDisabled
		w.settle(run)
		return true
	}
	if on, free := w.invoke(run); !on {
		return free
	}
	run.raised = run.err
	run.expired = run.collectBy > 0 && w.now >= run.collectBy
	return w.proceed(run)
}

// proceed carries the chain on from what its hook ended with. It is a loop so that hooks may hand back any number of
// Deferreds that have fired already.
func (w *worker) proceed(run *Run) bool {
	for !run.claimed.Load() {
		pending := run.unwrap(w.r.hold)
		if pending != nil {
			w.r.suspend(run, pending, w.now)
			return true
		}
		w.report(run)
		if !run.advance(w.now, w.r.opts.HookTimeout) {
			break
		}
		if on, free := w.invoke(run); !on {
			return free
		}
	}
	w.settle(run)
	return true
}

// invoke calls the run's hook and keeps what it ended with. on is false when the call was contained: then the chain
// went on elsewhere, and free says whether this goroutine is still wanted.
func (w *worker) invoke(run *Run) (on, free bool) {
	c := call{run: run, hook: run.hook, ctx: &run.laterCtx, since: w.now, deadline: run.laterBy}
	if run.hook == hookCollect {
		c.ctx, c.deadline = &run.collectCtx, run.collectBy
	}
	in := input{value: run.value, err: run.err}
	w.begin(c)
	value, err := run.invoke(c.hook, in)
	if w.end().contained {
		return false, w.returned(c, value, err)
	}
	run.value, run.err = value, err
	return true, true
}

func (w *worker) begin(c call) {
	w.mu.Lock()
	w.call = c
	w.mu.Unlock()
}

// end takes the call back from the watchdog and returns what became of it.
func (w *worker) end() call {
	w.now = w.r.clock()
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.call
	if c.run != nil {
		w.inHooks += w.now - c.since
	}
	w.call = call{}
	return c
}

// settle ends the run for the books, unless Drain did.
func (w *worker) settle(run *Run) {
	w.ended, w.settled = run, run.claimed.CompareAndSwap(false, true)
	if w.settled {
		run.conclude(w.now)
		w.r.tell(run)
	} else {
		w.discard(run, run.value)
	}
	run.endContexts()
}
