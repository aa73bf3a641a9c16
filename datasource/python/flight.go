package python

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// flight is a run on its way: it waits for a worker, or is with one. Its Deferred fires once, whatever becomes of the
// workers.
type flight struct {
	task *task
	end  *datasource.Deferred

	// The task's mu guards what follows.
	worker    *Worker // that has it, nil while it waits
	id        uint64  // its number there
	waitBy    time.Time
	timer     *time.Timer // while it waits
	cancelled bool
}

func newFlight(t *task) *flight {
	f := &flight{task: t}
	f.end = datasource.NewDeferred(func(*datasource.Deferred) { f.cancel() })
	return f
}

// start gives the run to its task's worker, or lets it wait for the next.
func (f *flight) start() {
	f.task.mu.Lock()
	defer f.task.mu.Unlock()
	f.send()
}

// send is start for callers that hold the task's mu. Firing under it is safe: receivers of a Deferred only queue.
func (f *flight) send() {
	t := f.task
	switch {
	case f.cancelled:
		return
	case t.worker == nil:
		f.wait()
		return
	case t.err != nil:
		f.end.Fire(&datasource.ChainEnd{Err: fmt.Errorf("making the plugin again: %w", t.err)}, nil)
		return
	}
	t.runs++
	f.worker, f.id = t.worker, t.runtime.depart(f)
	err := f.worker.Collect(Run{ID: f.id, Task: t.id, Slot: time.Now(), Number: t.runs})
	if err == nil {
		return
	}
	gone := errors.Is(err, errGone)
	if gone {
		t.worker = nil
	}
	switch taken := t.runtime.take(f.id); {
	case taken == nil: // the worker ended meanwhile, and lost has the run
	case gone:
		f.wait()
	default:
		f.end.Fire(&datasource.ChainEnd{Err: fmt.Errorf("starting the run: %w", err)}, nil)
	}
}

// wait keeps the run for the next worker, for a time that is counted from its first wait: workers that die one after
// another do not prolong it. The caller holds the task's mu.
func (f *flight) wait() {
	t := f.task
	f.worker = nil
	if f.waitBy.IsZero() {
		f.waitBy = time.Now().Add(t.runtime.opts.WorkerWait)
	}
	left := time.Until(f.waitBy)
	switch {
	case t.gone:
		f.end.Fire(&datasource.ChainEnd{Err: datasource.ErrTaskGone}, nil)
	case t.runtime.isClosed():
		f.end.Fire(&datasource.ChainEnd{Err: errClosed}, nil)
	case left <= 0:
		f.end.Fire(&datasource.ChainEnd{Err: t.runtime.noWorker()}, nil)
	default:
		t.waiting = append(t.waiting, f)
		f.timer = time.AfterFunc(left, f.expire)
	}
}

// expire ends a run that has waited long enough.
func (f *flight) expire() {
	f.task.mu.Lock()
	defer f.task.mu.Unlock()
	if f.leave() {
		f.end.Fire(&datasource.ChainEnd{Err: f.task.runtime.noWorker()}, nil)
	}
}

// leave takes the run from those that wait and reports whether it was among them. The caller holds the task's mu.
func (f *flight) leave() bool {
	i := slices.Index(f.task.waiting, f)
	if i < 0 {
		return false
	}
	f.timer.Stop()
	f.task.waiting = slices.Delete(f.task.waiting, i, i+1)
	return true
}

// cancel is the Deferred's canceller: nobody waits for the run any more, and the Deferred fires by itself.
func (f *flight) cancel() {
	f.task.mu.Lock()
	defer f.task.mu.Unlock()
	f.cancelled = true
	if !f.leave() && f.worker != nil {
		_ = f.worker.Cancel(f.id, CancelShutdown) // a worker that is gone has ended it
	}
}

// depart gives a run its number.
func (r *Runtime) depart(f *flight) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lastRun++
	r.flights[r.lastRun] = f
	return r.lastRun
}

// take returns the run of a number and forgets it, so that of all who learn of its end one deals with it; nil for the
// others.
func (r *Runtime) take(id uint64) *flight {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.flights[id]
	delete(r.flights, id)
	return f
}

// finish ends the run of a number.
func (r *Runtime) finish(id uint64, end *datasource.ChainEnd) {
	if f := r.take(id); f != nil {
		f.end.Fire(end, nil)
	}
}
