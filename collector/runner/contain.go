package runner

import (
	"runtime/debug"

	"github.com/zenpython/zenpython/datasource"
)

// contain lets the chain go on without a call that does not return. Its goroutine no longer counts as active, so that
// another takes its place; its hold on the run stays until it returns. last says that no goroutine is left now.
func (r *Runner) contain(c call) (last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active--
	r.stuck++
	r.tally.Containments++
	switch run := c.run; c.hook {
	case hookCollect:
		run.holders++
		run.expired = true
		r.passOn(run, nil, datasource.ErrRunningTimeout)
	case hookCancel:
		if run.pending != nil && run.wait == c.wait {
			r.passOn(run, nil, datasource.ErrCancelled)
		}
	case hookCleanup:
		r.cleanups--
	default:
		run.holders++
		r.passOn(run, nil, datasource.ErrHookTimeout)
	}
	r.notifyIdle()
	r.signal()
	return r.stuck == containFactor*r.threads
}

func (r *Runner) logContained(c call) {
	r.log.Error("hook does not return although its time is up: its run goes on without it, its task waits for it",
		append(c.run.labels(), "hook", c.hook)...)
	if c.last {
		r.log.Error("every pool slot is held by a hook that does not return: nothing is collected until one does")
	}
}

// returned deals with a call that comes back after the chain went on without it: what it brings is dropped, and its
// hold on the run with it. It reports whether the goroutine is wanted again.
func (w *worker) returned(c call, value any, err error) bool {
	if panicked := panicOf(err); panicked != nil {
		w.r.blame(c.run, c.hook, panicked)
	}
	w.discard(c.run, value)
	w.r.log.Info("hook has returned after all", append(c.run.labels(), "hook", c.hook, "after", w.now-c.since)...)
	return w.rejoin(c)
}

// discard drops what a hook gave when nobody wants it any more. A Deferred is cancelled, and holds the run until its
// goroutine has returned.
func (w *worker) discard(run *Run, value any) {
	d, ok := value.(*datasource.Deferred)
	if !ok || d == nil {
		return
	}
	defer func() {
		if r := recover(); r != nil {
			w.r.log.Error("panic in the canceller of a late result",
				append(run.labels(), "panic", r, "stack", string(debug.Stack()))...)
		}
	}()
	w.r.hold(run, d)
	d.Cancel()
}

// rejoin takes the goroutine back from containment and reports whether it is within the limit.
func (w *worker) rejoin(c call) bool {
	wanted := w.r.freed(c)
	if wanted {
		w.watchdog.Reset(watchInterval)
	}
	return wanted
}

// freed books that a contained call has returned and reports whether its goroutine may go on; then it is active.
func (r *Runner) freed(c call) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stuck--
	if c.hook != hookCleanup {
		r.drop(c.run)
	}
	wanted := r.active < r.threads && !r.closed
	if wanted {
		r.active++
	}
	r.notifyIdle()
	r.signal()
	return wanted
}

// goexit carries on the run whose hook called runtime.Goexit: that ends the pool's goroutine, and nothing can stop it.
func (w *worker) goexit() {
	c := w.end()
	w.r.mu.Lock()
	w.r.settleUp(w)
	if !c.contained {
		w.r.active--
	}
	w.r.mu.Unlock()
	switch {
	case c.run == nil: // no hook: a bug of ours, which the pool reports
	case c.contained:
		if w.r.freed(c) {
			w.r.mu.Lock()
			w.r.active--
			w.r.mu.Unlock()
		}
	case c.hook == hookCancel:
		w.cancelled(c, datasource.ErrGoexit)
	case c.hook == hookCleanup:
		w.r.cleaned(c.run, datasource.ErrGoexit)
	default:
		w.r.mu.Lock()
		w.r.passOn(c.run, nil, datasource.ErrGoexit)
		w.r.mu.Unlock()
	}
	w.r.poke()
}
