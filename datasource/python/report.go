package python

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// What the workers and their pool tell the Runtime.

// ready configures a new worker with the tasks of its seat, and gives it the runs that the one before did not begin.
func (r *Runtime) ready(w *Worker, ids []uint64) {
	r.mu.Lock()
	r.failure = nil
	r.mu.Unlock()
	for _, id := range ids {
		if t := r.task(id); t != nil {
			t.settle(w)
		}
	}
}

// lost ends the runs that a worker died under. Those that had not begun wait for the next one.
func (r *Runtime) lost(_ *Worker, exit Exit) {
	r.mu.Lock()
	r.stateLost += uint64(len(exit.Tasks))
	r.mu.Unlock()
	cause := fmt.Errorf("%w: %s", datasource.ErrWorkerDied, exitText(exit))
	for _, id := range exit.Started {
		r.finish(id, &datasource.ChainEnd{Err: cause})
	}
	for _, id := range exit.Unstarted {
		if f := r.take(id); f != nil {
			f.start()
		}
	}
}

func exitText(exit Exit) string {
	if exit.Reason != "" {
		return exit.Reason
	}
	return exit.Status.String()
}

func (r *Runtime) failed(err error, _ time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failure = err
}

func (r *Runtime) configured(w *Worker, c Configured) {
	if t := r.task(c.Task); t != nil {
		t.made(w, c)
	}
}

func (r *Runtime) result(_ *Worker, res Result) { r.finish(res.Run, chainEnd(res)) }

// chainEnd tells of a chain what the runner wants to know.
func chainEnd(res Result) *datasource.ChainEnd {
	end := &datasource.ChainEnd{Data: res.Data, TimedOut: res.TimedOut, Handled: res.Outcome != OutcomeOK}
	if res.Err != nil {
		end.Err = res.Err
		if isRunningTimeout(res.Err) {
			end.Err = datasource.ErrRunningTimeout
		}
	}
	if res.Raised {
		end.Raised = errRaised
		if res.Err != nil {
			end.Raised = res.Err
		}
	}
	return end
}

// errRaised stands for an exception of collect itself that a hook has handled.
var errRaised = errors.New("collect raised")

func isRunningTimeout(err *Error) bool {
	const name = "RunningTimeoutError"
	return err.Type == name || strings.HasSuffix(err.Type, "."+name)
}

func (r *Runtime) publish(_ *Worker, id uint64, data *datasource.Data) {
	t := r.task(id)
	if t == nil {
		r.log.Debug("published by code of no task, or of one that has ended: dropped")
		return
	}
	if err := t.handle.Publish(context.Background(), data); err != nil {
		r.log.Debug("published in vain", "task", t.name(), "error", err)
	}
}

func (r *Runtime) interval(_ *Worker, id uint64, seconds float64) {
	if t := r.task(id); t != nil {
		if err := t.handle.ChangeInterval(seconds); err != nil {
			r.log.Warn("an interval was refused", "task", t.name(), "error", err)
		}
	}
}

// cleaned tells of a cleanup that failed: the task is gone, and nobody else hears of it.
func (r *Runtime) cleaned(_ *Worker, id uint64, err *Error) {
	if err != nil {
		r.log.Error("cleanup of a plugin failed", append(r.describe(id, 0), "error", err, "traceback", err.Traceback)...)
	}
}

// call answers getService(...).callRemote: the hub's services come with the hub.
func (r *Runtime) call(w *Worker, c Call) {
	err := fmt.Errorf("service %q has no method %q here", c.Service, c.Method)
	if err := w.Answer(c.ID, nil, err); err != nil {
		r.log.Debug("a call could not be answered", "service", c.Service, "error", err)
	}
}
