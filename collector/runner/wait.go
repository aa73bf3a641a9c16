package runner

import (
	"context"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// suspend lets the run wait for a Deferred without a pool slot, until its time is up. After it the run belongs to
// whoever brings the result.
func (r *Runner) suspend(run *Run, d *datasource.Deferred, now time.Duration) {
	r.mu.Lock()
	run.wait++
	wait := run.wait
	run.pending = d
	r.tally.Waiting++
	if run.claimed.Load() {
		// Drain has settled it meanwhile, and did not see this Deferred.
		r.pushCancel(run)
	} else if until := run.until(now); until > 0 {
		run.timer = time.AfterFunc(until-now, func() { r.expire(run, wait) })
	}
	r.mu.Unlock()
	d.Subscribe(func(value any, err error) { r.resume(run, wait, value, err) })
}

// until is when the Deferred of the run's hook is cancelled; 0 is never. Collect's time counts from its return, also
// when its Deferred fires with another one.
func (run *Run) until(now time.Duration) time.Duration {
	if run.hook != hookCollect {
		return run.laterBy
	}
	if limit := run.Task.RunningTimeout; limit > 0 && run.waitBy == 0 {
		run.waitBy = now + limit
		if run.expired {
			run.waitBy = now
		}
		run.collectCtx.setDeadline(run.at(run.waitBy))
	}
	return run.waitBy
}

// resume queues the continuation of a run whose Deferred has fired. It is called on the goroutine that fires.
func (r *Runner) resume(run *Run, wait uint64, value any, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if run.pending == nil || run.wait != wait {
		return // its canceller was contained, and the run went on
	}
	r.holdLocked(run, run.pending)
	r.passOn(run, value, err)
}

// passOn queues the chain with what its hook or Deferred ended with. The caller holds mu.
func (r *Runner) passOn(run *Run, value any, err error) {
	if run.pending != nil {
		run.pending = nil
		r.tally.Waiting--
	}
	if run.timer != nil {
		run.timer.Stop()
		run.timer = nil
	}
	run.value, run.err = value, err
	r.ready.pushBack(work{run, actProceed})
	r.signal()
}

// expire is called when the time for a Deferred is up. The canceller is plugin code, so it has to wait for a slot too.
func (r *Runner) expire(run *Run, wait uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if run.pending == nil || run.wait != wait {
		return
	}
	run.expired = run.expired || run.hook == hookCollect
	r.pushCancel(run)
}

func (r *Runner) pushCancel(run *Run) {
	r.ready.pushBack(work{run, actCancel})
	r.signal()
}

// cancelling is the Deferred that a worker is to cancel, as it was when the worker took the run.
type cancelling struct {
	d    *datasource.Deferred // nil: the result has come meanwhile
	ctx  *hookContext         // to be ended after the canceller
	wait uint64
}

// toCancel looks what there is to cancel, and holds the run for the time of the call. The caller holds mu.
func (r *Runner) toCancel(run *Run) cancelling {
	if run.pending == nil {
		return cancelling{}
	}
	run.holders++
	ctx := &run.laterCtx
	if run.hook == hookCollect {
		ctx = &run.collectCtx
	}
	return cancelling{run.pending, ctx, run.wait}
}

// cancel cancels a Deferred; that fires it, and so the chain goes on as always. The context ends only after that, so
// that an error of the canceller's own comes first.
func (w *worker) cancel(run *Run) bool {
	target := w.cancelling
	if target.d == nil {
		return true
	}
	w.now = w.r.clock()
	w.begin(call{
		run: run, hook: hookCancel, ctx: target.ctx, wait: target.wait,
		since: w.now, deadline: w.now + w.r.opts.HookTimeout,
	})
	_, err := run.invoke(hookCancel, input{pending: target.d})
	c := w.end()
	if c.contained {
		return w.returned(c, nil, err)
	}
	w.cancelled(c, err)
	return true
}

// cancelled does what is left when a canceller has returned, or has panicked and left its Deferred unfired.
func (w *worker) cancelled(c call, err error) {
	if err != nil {
		w.cancelling.d.Fire(nil, err)
	}
	c.ctx.end(context.DeadlineExceeded)
	w.cancelling = cancelling{}
	w.r.letGo(c.run)
}
