package runner

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// Run is one execution of a task's hooks. Its exported fields are set when Options.Ended gets it.
type Run struct {
	Job
	Started, Ended time.Time
	Outcome        Outcome
	// Err is the error left at the end. It is datasource.ErrRunningTimeout when no hook made something else of the
	// running timeout: then upstream sends the timeout event and counts timedOutTasks (spec §4.11).
	Err error
	// Raised is the error with which Collect itself ended, before any Deferred: such a run counts as failed
	// (failedRuns), also when a later hook handled the error.
	Raised error
	// Data is what the hooks left at the end; nil when there is an error or nothing.
	Data *datasource.Data
	// TimedOut says that the running timeout passed.
	TimedOut bool

	collectCtx, laterCtx hookContext

	// claimed is taken by who settles the run: the end of its chain, or Drain.
	claimed atomic.Bool

	// The state of the chain belongs to whoever carries the run on: one worker at a time, and between two workers the
	// ready queue. value and err are what hook ended with.
	hook      hook
	value     any
	err       error
	raised    error
	caught    bool                   // OnError was entered
	expired   bool                   // the running timeout passed
	reported  *datasource.PanicError // the one that was logged last
	began     time.Duration
	collectBy time.Duration // when collectCtx ends; 0 is never
	waitBy    time.Duration // when Collect's Deferred is cancelled, counted from Collect's return; 0 is never or unset
	laterBy   time.Duration // when the later hooks' time is up

	// The rest is guarded by Runner.mu.
	place   node[Run] // among the runs in flight
	device  *device
	pending *datasource.Deferred
	wait    uint64 // counts the waits, so that a late timer or Deferred is known as such
	timer   *time.Timer
	holders int32 // the chain, calls that were contained, goroutines of cancelled Deferreds
}

// begin makes the run ready for Collect. now is started on the runner's clock.
func (run *Run) begin(started time.Time, now time.Duration) {
	run.Started, run.began = started, now
	if limit := run.Task.RunningTimeout; limit > 0 {
		run.collectBy = now + limit
		run.collectCtx.deadline = run.Started.Add(limit)
	}
}

// at converts an instant of the runner's clock.
func (run *Run) at(t time.Duration) time.Time { return run.Started.Add(t - run.began) }

// errCircular is the error of a Deferred whose results lead back to itself.
var errCircular = errors.New("deferred fired with itself: its results go round in a circle")

// unwrap follows Deferreds that have fired until it has a plain value or error, or returns the one that has to be
// waited for. seen is left behind at growing distances (Brent), so that a circle is noticed.
func (run *Run) unwrap(hold func(*Run, *datasource.Deferred)) *datasource.Deferred {
	var seen *datasource.Deferred
	for steps, lap := 0, 1; ; steps++ {
		d, ok := run.value.(*datasource.Deferred)
		if run.err != nil || !ok {
			run.normalise()
			return nil
		}
		if d == nil {
			run.value = nil
			return nil
		}
		if d == seen {
			run.value, run.err = nil, errCircular
			return nil
		}
		if steps == lap {
			seen, steps, lap = d, 0, 2*lap
		}
		value, fired, err := d.Result()
		if !fired {
			return d
		}
		hold(run, d)
		run.value, run.err = value, err
	}
}

// normalise makes an error of a value that is one: what upstream calls returning the Failure.
func (run *Run) normalise() {
	if err, ok := run.value.(error); ok && run.err == nil {
		run.err = err
	}
	if run.err != nil {
		run.value, run.err = nil, legible(run.err)
	}
}

// legible returns err, or another error in place of one whose methods panic, such as a nil pointer in the guise of an
// error: what follows has to be able to look at it.
func legible(err error) (readable error) {
	defer func() {
		if r := recover(); r != nil {
			readable = fmt.Errorf("an error of type %T that panics when read: %v", err, r)
		}
	}()
	_, _ = err.Error(), errors.Is(err, ErrShutdown)
	return err
}

// advance chooses the next hook by how the last one ended; false means the chain is over.
func (run *Run) advance(now, laterLimit time.Duration) bool {
	switch _, elsewhere := run.value.(*datasource.ChainEnd); {
	case run.hook == hookCollect && elsewhere:
		return false
	case run.hook == hookCollect:
		run.judgeCollect(now)
		run.laterBy = now + laterLimit
		run.laterCtx.setDeadline(run.at(run.laterBy))
	case now >= run.laterBy:
		run.value, run.err = nil, datasource.ErrHookTimeout
		return false
	}
	switch run.hook {
	case hookCollect:
		run.hook = hookOnResult
	case hookOnResult, hookOnSuccess:
		run.hook = run.afterResult()
	case hookOnError:
		run.hook = hookOnComplete
	default:
		return false
	}
	return true
}

func (run *Run) afterResult() hook {
	switch {
	case run.err != nil:
		run.caught = true
		return hookOnError
	case run.hook == hookOnResult:
		return hookOnSuccess
	}
	return hookOnComplete
}

// judgeCollect gives an error that only says "I was cancelled" or "my context ended" its name, when it was the running
// timeout that did it. Any other error or value of a canceller stays (spec §4.11).
func (run *Run) judgeCollect(now time.Duration) {
	late := run.expired || run.collectBy > 0 && now >= run.collectBy
	if !late || run.err == nil {
		return
	}
	if errors.Is(run.err, datasource.ErrCancelled) || errors.Is(run.err, context.Canceled) ||
		errors.Is(run.err, context.DeadlineExceeded) {
		run.err, run.expired = datasource.ErrRunningTimeout, true
	}
}

// conclude fills in what is told of a run whose chain is over.
func (run *Run) conclude(now time.Duration) {
	if end, ok := run.value.(*datasource.ChainEnd); ok {
		run.value, run.err, run.raised = nil, end.Err, end.Raised
		run.caught, run.expired = end.Handled, end.TimedOut
		if end.Data != nil {
			run.value = end.Data
		}
	}
	run.Ended, run.TimedOut, run.Err = run.at(now), run.expired, run.err
	if run.Err == nil {
		run.Data, run.Err = resultData(run.value)
	} else {
		run.Data = datasource.DataOf(run.Err)
	}
	if !run.expired {
		run.Raised = run.raised
	}
	switch {
	case errors.Is(run.Err, ErrDisabled):
		run.Outcome = OutcomeDisabled
	case errors.Is(run.Err, datasource.ErrWorkerDied):
		run.Outcome = OutcomeWorkerDied
	case run.expired:
		run.Outcome = OutcomeTimeout
	case run.Err != nil || run.Raised != nil:
		run.Outcome = OutcomeError
	case run.caught:
		run.Outcome = OutcomeHandled
	}
}

func resultData(value any) (*datasource.Data, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case *datasource.Data:
		return v, nil
	}
	return nil, fmt.Errorf("hooks left a %T as the result: want *datasource.Data or nil", value)
}

// cutShort fills in what is told of a run that Drain could not wait for. It leaves the chain's state alone, which may
// be in use.
func (run *Run) cutShort(now time.Duration) {
	run.Ended, run.Outcome, run.Err = run.at(now), OutcomeError, ErrShutdown
}

// endContexts tells whatever still works for the run that nobody waits for it.
func (run *Run) endContexts() {
	run.collectCtx.end(context.Canceled)
	run.laterCtx.end(context.Canceled)
}

// labels says whose run it is, for the log.
func (run *Run) labels() []any {
	t := run.Task
	return []any{"task", t.Config.Name(), "device", t.device(), "plugin", t.class()}
}

// failed reports whether upstream's executor would count the run in failedRuns: no hook was called, or Collect itself
// raised. Errors that went through a Deferred are swallowed there and do not count (spec §4.9, §4.10).
func (run *Run) failed() bool { return run.Outcome == OutcomeDisabled || run.Raised != nil }
