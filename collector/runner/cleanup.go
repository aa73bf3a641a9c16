package runner

import "time"

// Cleanup ends a task: its plugin's Cleanup is called once, when the last of its jobs has been released, with a
// context of Options.HookTimeout. No job of the task may be enqueued any more. Asking again, or after Close, does
// nothing.
func (r *Runner) Cleanup(t *Task) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t.cleanup != cleanupUnasked || r.closed {
		return
	}
	t.cleanup = cleanupWaits
	r.cleanups++
	r.cleanIfDue(t)
}

// cleanIfDue queues the cleanup of a task that waits for it and has no more jobs. The caller holds mu.
func (r *Runner) cleanIfDue(t *Task) {
	if t.cleanup != cleanupWaits || t.jobs > 0 {
		return
	}
	t.cleanup = cleanupQueued
	r.ready.pushBack(work{&Run{Job: Job{Task: t}, hook: hookCleanup}, actStart})
	r.signal()
}

// clean calls the plugin's Cleanup.
func (w *worker) clean(run *Run) bool {
	w.now = w.r.clock()
	limit := w.r.opts.HookTimeout
	run.laterCtx.setDeadline(time.Now().Add(limit))
	w.begin(call{run: run, hook: hookCleanup, ctx: &run.laterCtx, since: w.now, deadline: w.now + limit})
	_, err := run.invoke(hookCleanup, input{})
	if c := w.end(); c.contained {
		return w.returned(c, nil, err)
	}
	w.r.cleaned(run, err)
	return true
}

// cleaned books that a task's cleanup is over.
func (r *Runner) cleaned(run *Run, err error) {
	if panicked := panicOf(err); panicked != nil {
		r.blame(run, hookCleanup, panicked)
	} else if err != nil {
		r.log.Error("cleanup failed", append(run.labels(), "error", err)...)
	}
	run.endContexts()
	r.mu.Lock()
	r.cleanups--
	r.notifyIdle()
	r.mu.Unlock()
}
