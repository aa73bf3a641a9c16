package runner

import (
	"errors"
	"runtime/debug"

	"github.com/zenpython/zenpython/datasource"
)

// tell hands a settled run to Options.Ended, whose own panics must not cost the daemon.
func (r *Runner) tell(run *Run) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("BUG: panic while a run was processed",
				append(run.labels(), "panic", p, "stack", string(debug.Stack()))...)
		}
	}()
	r.opts.Ended(run)
}

// report logs a panic that the chain has not reported yet.
func (w *worker) report(run *Run) {
	if panicked := panicOf(run.err); panicked != nil && panicked != run.reported {
		run.reported = panicked
		w.r.blame(run, run.hook, panicked)
	}
}

// blame logs a panic with its stack, naming whose code it was.
func (r *Runner) blame(run *Run, h hook, panicked *datasource.PanicError) {
	r.mu.Lock()
	r.tally.Panics++
	r.mu.Unlock()
	r.log.Error("panic in plugin code",
		append(run.labels(), "hook", h, "panic", panicked.Value, "stack", string(panicked.Stack))...)
}

// panicOf returns the panic that err comes from, or nil.
func panicOf(err error) *datasource.PanicError {
	if err == nil {
		return nil
	}
	var panicked *datasource.PanicError
	errors.As(err, &panicked)
	return panicked
}
