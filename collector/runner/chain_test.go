package runner

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/zenpython/zenpython/datasource"
)

var (
	errCollect  = errors.New("collect failed")
	errResult   = errors.New("onResult failed")
	errSuccess  = errors.New("onSuccess failed")
	errOnError  = errors.New("onError failed")
	errComplete = errors.New("onComplete failed")
)

const (
	successPath = "collect onResult onSuccess onComplete"
	errorPath   = "collect onResult onError onComplete"
)

// TestFailureMatrix is spec §4.10 with the stances 2 (a synchronous raise goes through the hooks) and 3 (plain values
// are results) of §10. What the processing of results makes of a value is not the runner's.
func TestFailureMatrix(t *testing.T) {
	data, other := datasource.NewData(), datasource.NewData()
	gives := func(value any, err error) func(context.Context) (any, error) {
		return func(context.Context) (any, error) { return value, err }
	}
	fails := gives(datasource.Fail(errCollect), nil)
	tests := []struct {
		name    string
		plugin  *plugin
		calls   string
		outcome Outcome
		err     error
		data    *datasource.Data
		failed  uint64
	}{
		{"collect raises synchronously", &plugin{collect: gives(nil, errCollect)},
			errorPath, OutcomeError, errCollect, nil, 1},
		{"collect raises synchronously, onError handles it",
			&plugin{collect: gives(nil, errCollect), onError: func(context.Context, error) (any, error) { return data, nil }},
			errorPath, OutcomeError, nil, data, 1},
		{"collect panics", &plugin{collect: func(context.Context) (any, error) { panic(errCollect) }},
			errorPath, OutcomeError, &datasource.PanicError{}, nil, 1},
		{"check 19: collect's Deferred fails", &plugin{collect: fails},
			errorPath, OutcomeError, errCollect, nil, 0},
		{"collect's Deferred fails, onError's value is the result",
			&plugin{collect: fails, onError: func(context.Context, error) (any, error) { return data, nil }},
			errorPath, OutcomeHandled, nil, data, 0},
		{"collect's Deferred fails, onComplete's value is the result",
			&plugin{collect: fails, onComplete: func(context.Context, any, error) (any, error) { return data, nil }},
			errorPath, OutcomeHandled, nil, data, 0},
		{"collect returns a plain value", &plugin{collect: gives(data, nil)}, successPath, OutcomeOK, nil, data, 0},
		{"collect returns nothing", &plugin{}, successPath, OutcomeOK, nil, nil, 0},
		{"check 21: collect fires nothing", &plugin{collect: gives(datasource.Succeed(nil), nil)},
			successPath, OutcomeOK, nil, nil, 0},
		{"check 18: onResult raises",
			&plugin{collect: gives(data, nil), onResult: func(context.Context, any, error) (any, error) { return nil, errResult }},
			errorPath, OutcomeError, errResult, nil, 0},
		{"onResult turns a failure into a value",
			&plugin{collect: fails, onResult: func(context.Context, any, error) (any, error) { return data, nil }},
			successPath, OutcomeOK, nil, data, 0},
		{"check 17: onSuccess raises, onError's value is the result",
			&plugin{
				onSuccess: func(context.Context, any) (any, error) { return nil, errSuccess },
				onError: func(_ context.Context, err error) (any, error) {
					if !errors.Is(err, errSuccess) {
						return nil, err
					}
					return other, nil
				},
			},
			"collect onResult onSuccess onError onComplete", OutcomeHandled, nil, other, 0},
		{"onError raises",
			&plugin{collect: fails, onError: func(context.Context, error) (any, error) { return nil, errOnError }},
			errorPath, OutcomeError, errOnError, nil, 0},
		{"onError returns the failure as a value",
			&plugin{collect: fails, onError: func(_ context.Context, err error) (any, error) { return err, nil }},
			errorPath, OutcomeError, errCollect, nil, 0},
		{"onComplete raises, the data is lost",
			&plugin{collect: gives(data, nil), onComplete: func(context.Context, any, error) (any, error) { return nil, errComplete }},
			successPath, OutcomeError, errComplete, nil, 0},
		{"onComplete panics",
			&plugin{collect: gives(data, nil), onComplete: func(context.Context, any, error) (any, error) { panic("no") }},
			successPath, OutcomeError, &datasource.PanicError{}, nil, 0},
		{"a value beside an error is dropped",
			&plugin{collect: gives(data, errCollect), onError: func(context.Context, error) (any, error) { return nil, nil }},
			errorPath, OutcomeError, nil, nil, 1},
		{"a hook returns a Deferred that fires with a Deferred",
			&plugin{onSuccess: func(context.Context, any) (any, error) {
				return datasource.Succeed(datasource.Succeed(data)), nil
			}},
			successPath, OutcomeOK, nil, data, 0},
		{"a nil Deferred is no value", &plugin{collect: gives((*datasource.Deferred)(nil), nil)},
			successPath, OutcomeOK, nil, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := setUp(t, Options{})
			defer f.takeDown()
			run := f.run(newTask("dev1", "ds1", "C", tt.plugin))
			wantEqual(t, "hooks", tt.plugin.called(), tt.calls)
			wantEqual(t, "outcome", run.Outcome, tt.outcome)
			wantEqual(t, "data", run.Data, tt.data)
			wantEqual(t, "failedRuns", f.statsAfter(run).FailedRuns, tt.failed)
			if panicOf(tt.err) != nil {
				if panicOf(run.Err) == nil {
					t.Errorf("error = %v, want a panic", run.Err)
				}
			} else if !errors.Is(run.Err, tt.err) {
				t.Errorf("error = %v, want %v", run.Err, tt.err)
			}
		})
	}
}

// statsAfter returns the figures once the run is booked.
func (f *fixture) statsAfter(run *Run) Stats {
	f.t.Helper()
	for run.Task.State() != 0 {
		runtime.Gosched()
	}
	return f.Stats()
}

// TestErrorWithData: an error that carries data keeps its outcome, and the data is there to be processed.
func TestErrorWithData(t *testing.T) {
	data := &datasource.Data{Interval: 60}
	f := setUp(t, Options{})
	defer f.takeDown()
	run := f.run(newTask("dev1", "ds1", "C", &plugin{collect: func(context.Context) (any, error) {
		return datasource.Fail(&datasource.DataError{Data: data, Err: errors.New("refused")}), nil
	}}))
	if run.Outcome != OutcomeError || run.Data != data || run.Err.Error() != "refused" {
		t.Errorf("outcome %v, data %v, error %v", run.Outcome, run.Data, run.Err)
	}
}

// TestWrongResult: what is truthy and no result is an error that names it (spec §4.10).
func TestWrongResult(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  string
	}{
		{[]int{}, "[]int"},
		{"text", "string"},
		{true, "bool"},
		{datasource.Data{}, "a datasource.Data "},
	} {
		f := setUp(t, Options{})
		run := f.run(newTask("dev1", "ds1", "C", &plugin{
			collect: func(context.Context) (any, error) { return tt.value, nil },
		}))
		if run.Outcome != OutcomeError || run.Err == nil || !strings.Contains(run.Err.Error(), tt.want) {
			t.Errorf("a result %#v: outcome %v, error %v; want an error naming %q", tt.value, run.Outcome, run.Err, tt.want)
		}
		f.takeDown()
	}
}

// TestCheck20SynchronousRaise: the run fails, the task runs again, the daemon lives.
func TestCheck20SynchronousRaise(t *testing.T) {
	f := setUp(t, Options{})
	defer f.takeDown()
	broken := true
	task := newTask("dev1", "ds1", "C", &plugin{collect: func(context.Context) (any, error) {
		if broken {
			panic("first time")
		}
		return nil, nil
	}})
	first := f.run(task)
	if f.statsAfter(first).FailedRuns != 1 || first.Raised == nil {
		t.Errorf("first run: raised %v, failedRuns %d; want a failed run", first.Raised, f.Stats().FailedRuns)
	}
	broken = false
	wantEqual(t, "second outcome", f.run(task).Outcome, OutcomeOK)
}

// TestPanicIsBlamedOnce: also when all later hooks hand the error on.
func TestPanicIsBlamedOnce(t *testing.T) {
	f := setUp(t, Options{})
	defer f.takeDown()
	run := f.run(newTask("dev1", "ds1", "example.Broken", &plugin{
		collect: func(context.Context) (any, error) { panic("oops") },
	}))
	wantEqual(t, "panics", f.statsAfter(run).Panics, 1)
	f.log.wantCount(t, "panic in plugin code", 1)
	for _, part := range []string{"example.Broken", "hook=collect", "dev1 300 ds1", "chain_test.go"} {
		if !strings.Contains(f.log.String(), part) {
			t.Errorf("the log does not say %q:\n%s", part, &f.log)
		}
	}
}

// TestPanicInGo: a goroutine of datasource.Go is plugin code too.
func TestPanicInGo(t *testing.T) {
	f := setUp(t, Options{})
	defer f.takeDown()
	run := f.run(newTask("dev1", "ds1", "C", &plugin{collect: func(ctx context.Context) (any, error) {
		return datasource.Go(ctx, func(context.Context) (any, error) { panic("oops") }), nil
	}}))
	wantEqual(t, "outcome", run.Outcome, OutcomeError)
	wantEqual(t, "failedRuns", f.statsAfter(run).FailedRuns, 0)
	f.log.wantCount(t, "panic in plugin code", 1)
}

// TestGoexit: a hook that ends its goroutine costs the pool nothing and its run an error.
func TestGoexit(t *testing.T) {
	for _, where := range []string{"collect", "onComplete"} {
		f := setUp(t, Options{Threads: 1})
		p := &plugin{}
		if where == "collect" {
			p.collect = func(context.Context) (any, error) { runtime.Goexit(); return nil, nil }
		} else {
			p.onComplete = func(context.Context, any, error) (any, error) { runtime.Goexit(); return nil, nil }
		}
		for range 3 { // the one thread has to be there again
			run := f.run(newTask("dev1", "ds1", "C", p))
			if !errors.Is(run.Err, datasource.ErrGoexit) {
				t.Errorf("%s: error %v, want ErrGoexit", where, run.Err)
			}
		}
		f.takeDown()
	}
}

// brokenError cannot be read when nil, as errors of many libraries.
type brokenError struct{ text string }

func (e *brokenError) Error() string { return e.text }

func TestErrorThatPanics(t *testing.T) {
	f := setUp(t, Options{})
	defer f.takeDown()
	run := f.run(newTask("dev1", "ds1", "C", &plugin{collect: func(context.Context) (any, error) {
		return nil, (*brokenError)(nil)
	}}))
	if run.Err == nil || !strings.Contains(run.Err.Error(), "brokenError that panics when read") {
		t.Errorf("error %v, want one that names the broken type", run.Err)
	}
}

// TestLongDeferredChain: 100,000 Deferreds in each other, fired or not, use neither stack nor pool.
func TestLongDeferredChain(t *testing.T) {
	const length = 100_000
	data := datasource.NewData()
	fired := datasource.Succeed(data)
	for range length {
		fired = datasource.Succeed(fired)
	}
	f := setUp(t, Options{Threads: 1})
	defer f.takeDown()
	run := f.run(newTask("dev1", "ds1", "C", &plugin{
		collect: func(context.Context) (any, error) { return fired, nil },
		onSuccess: func(_ context.Context, result any) (any, error) {
			next := datasource.NewDeferred(nil)
			first := next
			go func() {
				for range length {
					d := datasource.NewDeferred(nil)
					next.Fire(d, nil)
					next = d
				}
				next.Fire(result, nil)
			}()
			return first, nil
		},
	}))
	wantEqual(t, "data", run.Data, data)
}

func TestCircularDeferred(t *testing.T) {
	one, two := datasource.NewDeferred(nil), datasource.NewDeferred(nil)
	one.Fire(two, nil)
	two.Fire(one, nil)
	self := datasource.NewDeferred(nil)
	self.Fire(self, nil)
	f := setUp(t, Options{})
	defer f.takeDown()
	for _, d := range []*datasource.Deferred{one, self} {
		run := f.run(newTask("dev1", "ds1", "C", &plugin{collect: func(context.Context) (any, error) { return d, nil }}))
		if !errors.Is(run.Err, errCircular) {
			t.Errorf("error %v, want %v", run.Err, errCircular)
		}
	}
}

// TestDisabled: no hook is called, the run counts as failed (spec §4.9, step 1).
func TestDisabled(t *testing.T) {
	p := &plugin{}
	f := setUp(t, Options{Disabled: func(*Task) bool { return true }})
	defer f.takeDown()
	run := f.run(newTask("dev1", "ds1", "C", p))
	wantEqual(t, "outcome", run.Outcome, OutcomeDisabled)
	wantEqual(t, "failedRuns", f.statsAfter(run).FailedRuns, 1)
	wantEqual(t, "hooks", p.called(), "")
}

// TestEndedMayPanic: a bug in the processing of one run costs that run alone.
func TestEndedMayPanic(t *testing.T) {
	f := setUp(t, Options{Threads: 1})
	defer f.takeDown()
	keep := f.opts.Ended
	f.opts.Ended = func(run *Run) {
		keep(run)
		if run.Slot == 0 {
			panic("processor")
		}
	}
	f.start(newTask("dev1", "a", "C", &plugin{}), newTask("dev1", "b", "C", &plugin{}))
	f.wait(2)
	f.log.wantCount(t, "BUG: panic while a run was processed", 1)
}

// TestChainElsewhere: what a worker process says of a chain that ran there is how the run ends, and no hook is called.
func TestChainElsewhere(t *testing.T) {
	data := &datasource.Data{Interval: 60}
	boom := errors.New("boom")
	for name, tt := range map[string]struct {
		end     datasource.ChainEnd
		outcome Outcome
		failed  uint64
	}{
		"ok":      {datasource.ChainEnd{Data: data}, OutcomeOK, 0},
		"nothing": {datasource.ChainEnd{}, OutcomeOK, 0},
		"handled": {datasource.ChainEnd{Data: data, Handled: true}, OutcomeHandled, 0},
		"error":   {datasource.ChainEnd{Err: boom, Handled: true}, OutcomeError, 0},
		"raised":  {datasource.ChainEnd{Data: data, Raised: boom, Handled: true}, OutcomeError, 1},
		"timeout": {datasource.ChainEnd{Err: datasource.ErrRunningTimeout, Handled: true, TimedOut: true}, OutcomeTimeout, 0},
		"died":    {datasource.ChainEnd{Err: fmt.Errorf("worker 3: %w", datasource.ErrWorkerDied)}, OutcomeWorkerDied, 0},
	} {
		t.Run(name, func(t *testing.T) {
			f := setUp(t, Options{})
			defer f.takeDown()
			p := &plugin{collect: func(context.Context) (any, error) { return datasource.Succeed(&tt.end), nil }}
			run := f.run(newTask("dev1", "ds1", "C", p))
			wantEqual(t, "hooks", p.called(), hookCollect.String())
			wantEqual(t, "outcome", run.Outcome, tt.outcome)
			wantEqual(t, "data", run.Data, tt.end.Data)
			wantEqual(t, "failedRuns", f.statsAfter(run).FailedRuns, tt.failed)
			if !errors.Is(run.Err, tt.end.Err) {
				t.Errorf("error %v, want %v", run.Err, tt.end.Err)
			}
		})
	}
}
