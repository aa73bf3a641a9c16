package runner

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/datasource"
)

const limit = 30 * time.Second

// bubble runs a test on virtual time.
func bubble(t *testing.T, opts Options, test func(f *fixture)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := setUp(t, opts)
		test(f)
		f.takeDown()
	})
}

func limited(p datasource.Plugin) *Task {
	task := newTask("dev1", "ds1", "example.Slow", p)
	task.RunningTimeout = limit
	return task
}

// never hands back a Deferred that nobody fires.
func never(canceller func(*datasource.Deferred)) func(context.Context) (any, error) {
	return func(context.Context) (any, error) { return datasource.NewDeferred(canceller), nil }
}

// TestCheck14RunningTimeout: what of it concerns the run; the event is the processor's.
func TestCheck14RunningTimeout(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		p := &plugin{collect: never(nil)}
		begun := time.Now()
		run := f.run(limited(p))
		wantEqual(t, "ended after", time.Since(begun), limit)
		wantEqual(t, "duration", run.Ended.Sub(run.Started), limit)
		wantEqual(t, "hooks", p.called(), errorPath)
		wantEqual(t, "outcome", run.Outcome, OutcomeTimeout)
		wantEqual(t, "timed out", run.TimedOut, true)
		wantEqual(t, "error", run.Err, datasource.ErrRunningTimeout)
		synctest.Wait()
		wantEqual(t, "timedOutTasks", f.Stats().TimedOutTasks, 1)
		wantEqual(t, "failedRuns", f.Stats().FailedRuns, 0)
	})
}

// TestCheck15TimeoutSwallowed: the counter does not count, the outcome tells.
func TestCheck15TimeoutSwallowed(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		run := f.run(limited(&plugin{
			collect: never(nil),
			onError: func(context.Context, error) (any, error) { return datasource.NewData(), nil },
		}))
		wantEqual(t, "outcome", run.Outcome, OutcomeTimeout)
		wantEqual(t, "error", run.Err, nil)
		synctest.Wait()
		wantEqual(t, "timedOutTasks", f.Stats().TimedOutTasks, 0)
	})
}

// TestCheck16CancellersOwn: an error or value of the canceller's own is kept.
func TestCheck16CancellersOwn(t *testing.T) {
	errKey := errors.New("key error")
	data := datasource.NewData()
	tests := []struct {
		name      string
		canceller func(*datasource.Deferred)
		path      string
		err       error
		data      *datasource.Data
	}{
		{"error", func(d *datasource.Deferred) { d.Fire(nil, errKey) }, errorPath, errKey, nil},
		{"value", func(d *datasource.Deferred) { d.Fire(data, nil) }, successPath, nil, data},
		{"its context's end", func(d *datasource.Deferred) { d.Fire(nil, context.Canceled) },
			errorPath, datasource.ErrRunningTimeout, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, Options{}, func(f *fixture) {
				t := f.t
				p := &plugin{collect: never(tt.canceller)}
				run := f.run(limited(p))
				wantEqual(t, "hooks", p.called(), tt.path)
				wantEqual(t, "error", run.Err, tt.err)
				wantEqual(t, "data", run.Data, tt.data)
				wantEqual(t, "outcome", run.Outcome, OutcomeTimeout)
			})
		})
	}
}

func TestCancellerThatPanics(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		run := f.run(limited(&plugin{collect: never(func(*datasource.Deferred) { panic("oops") })}))
		if panicOf(run.Err) == nil {
			t.Errorf("error %v, want the panic", run.Err)
		}
		f.log.wantCount(t, "panic in plugin code", 1)
	})
}

func TestCancellerThatBlocks(t *testing.T) {
	bubble(t, Options{Threads: 1, HookTimeout: 5 * time.Second}, func(f *fixture) {
		t := f.t
		gate := make(chan struct{})
		task := limited(&plugin{collect: never(func(*datasource.Deferred) { <-gate })})
		run := f.run(task)
		wantEqual(t, "duration", run.Ended.Sub(run.Started), limit+5*time.Second+returnGrace)
		wantEqual(t, "error", run.Err, datasource.ErrRunningTimeout)
		synctest.Wait()
		wantEqual(t, "gate", task.State(), scheduler.Settled)
		close(gate)
		synctest.Wait()
		wantEqual(t, "gate", task.State(), scheduler.Idle)
	})
}

// TestTimeoutCountsFromReturn: for a Deferred the limit begins when Collect hands it back (spec §4.11), and a Deferred
// in place of it does not begin it anew.
func TestTimeoutCountsFromReturn(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		run := f.run(limited(&plugin{collect: func(context.Context) (any, error) {
			time.Sleep(10 * time.Second)
			d := datasource.NewDeferred(nil)
			time.AfterFunc(20*time.Second, func() { d.Fire(datasource.NewDeferred(nil), nil) })
			return d, nil
		}}))
		wantEqual(t, "duration", run.Ended.Sub(run.Started), 10*time.Second+limit)
		wantEqual(t, "outcome", run.Outcome, OutcomeTimeout)
	})
}

// TestLateDeferred: Collect that has used up its time before it hands back a Deferred gets no more.
func TestLateDeferred(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		run := f.run(limited(&plugin{collect: func(context.Context) (any, error) {
			time.Sleep(limit + returnGrace/2)
			return datasource.NewDeferred(nil), nil
		}}))
		wantEqual(t, "duration", run.Ended.Sub(run.Started), limit+returnGrace/2)
		wantEqual(t, "error", run.Err, datasource.ErrRunningTimeout)
	})
}

func TestFiredInTime(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		run := f.run(limited(&plugin{collect: func(context.Context) (any, error) {
			d := datasource.NewDeferred(nil)
			time.AfterFunc(limit-time.Nanosecond, func() { d.Fire(nil, nil) })
			return d, nil
		}}))
		wantEqual(t, "outcome", run.Outcome, OutcomeOK)
		wantEqual(t, "timed out", run.TimedOut, false)
	})
}

func TestNoRunningTimeout(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		run := f.run(newTask("dev1", "ds1", "C", &plugin{collect: func(ctx context.Context) (any, error) {
			if _, limited := ctx.Deadline(); limited {
				t.Error("the context has a deadline")
			}
			d := datasource.NewDeferred(nil)
			time.AfterFunc(240*time.Hour, func() { d.Fire(nil, nil) })
			return d, nil
		}}))
		wantEqual(t, "outcome", run.Outcome, OutcomeOK)
	})
}

// TestContextEndsAtTimeout: Collect that blocks and heeds its context is a timeout, and nothing is contained.
func TestContextEndsAtTimeout(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		p := &plugin{collect: func(ctx context.Context) (any, error) {
			if deadline, _ := ctx.Deadline(); time.Until(deadline) != limit {
				t.Errorf("deadline in %v, want %v", time.Until(deadline), limit)
			}
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		run := f.run(limited(p))
		wantEqual(t, "duration", run.Ended.Sub(run.Started), limit)
		wantEqual(t, "error", run.Err, datasource.ErrRunningTimeout)
		wantEqual(t, "outcome", run.Outcome, OutcomeTimeout)
		synctest.Wait()
		wantEqual(t, "failedRuns", f.Stats().FailedRuns, 0)
		wantEqual(t, "containments", f.Stats().Containments, 0)
	})
}

// TestLateValueIsKept: Collect that returns a value within the grace has timed out, and its value stays.
func TestLateValueIsKept(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		data := datasource.NewData()
		run := f.run(limited(&plugin{collect: func(context.Context) (any, error) {
			time.Sleep(limit + returnGrace/2)
			return data, nil
		}}))
		wantEqual(t, "data", run.Data, data)
		wantEqual(t, "outcome", run.Outcome, OutcomeTimeout)
	})
}

// TestContainedCollect: the run ends twice.
func TestContainedCollect(t *testing.T) {
	bubble(t, Options{Threads: 1}, func(f *fixture) {
		t := f.t
		p := &plugin{}
		unblock := make(chan struct{})
		p.collect = func(context.Context) (any, error) { <-unblock; return datasource.NewData(), nil }
		task := limited(p)
		run := f.run(task)
		wantEqual(t, "duration", run.Ended.Sub(run.Started), limit+returnGrace)
		wantEqual(t, "hooks", p.called(), errorPath)
		wantEqual(t, "outcome", run.Outcome, OutcomeTimeout)
		wantEqual(t, "error", run.Err, datasource.ErrRunningTimeout)
		synctest.Wait()
		wantEqual(t, "gate", task.State(), scheduler.Settled)
		s := f.Stats()
		wantEqual(t, "contained", s.Contained, 1)
		wantEqual(t, "unreleased", s.Unreleased, 1)
		wantEqual(t, "running", s.Running, 0)

		wantEqual(t, "another task's outcome", f.run(newTask("dev1", "b", "C", &plugin{})).Outcome, OutcomeOK)
		close(unblock)
		synctest.Wait()
		wantEqual(t, "gate", task.State(), scheduler.Idle)
		wantEqual(t, "contained", f.Stats().Contained, 0)
		wantEqual(t, "runs ended", f.endedSoFar(), 2)
	})
}

// TestContainedLateDeferred: a Deferred that a contained Collect brings at last is cancelled, and its goroutine counts.
func TestContainedLateDeferred(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		unblock, stubborn := make(chan struct{}), make(chan struct{})
		cancelled := false
		task := limited(&plugin{collect: func(context.Context) (any, error) {
			<-unblock
			return datasource.Go(context.Background(), func(ctx context.Context) (any, error) {
				<-ctx.Done()
				cancelled = true
				<-stubborn
				return nil, nil
			}), nil
		}})
		f.run(task)
		close(unblock)
		synctest.Wait()
		wantEqual(t, "cancelled", cancelled, true)
		wantEqual(t, "gate", task.State(), scheduler.Settled)
		close(stubborn)
		synctest.Wait()
		wantEqual(t, "gate", task.State(), scheduler.Idle)
	})
}

// TestGoThatIgnoresItsContext: the goroutine holds no pool slot, but its task.
func TestGoThatIgnoresItsContext(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		unblock := make(chan struct{})
		task := limited(&plugin{collect: func(ctx context.Context) (any, error) {
			return datasource.Go(ctx, func(context.Context) (any, error) { <-unblock; return nil, nil }), nil
		}})
		run := f.run(task)
		wantEqual(t, "duration", run.Ended.Sub(run.Started), limit)
		wantEqual(t, "error", run.Err, datasource.ErrRunningTimeout)
		synctest.Wait()
		wantEqual(t, "gate", task.State(), scheduler.Settled)
		wantEqual(t, "unreleased", f.Stats().Unreleased, 1)
		close(unblock)
		synctest.Wait()
		wantEqual(t, "gate", task.State(), scheduler.Idle)
	})
}

// TestGoTimeoutIsATimeout: whichever comes first, the Deferred's cancellation or f's own "context ended".
func TestGoTimeoutIsATimeout(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		for range 100 {
			run := f.run(limited(&plugin{collect: func(ctx context.Context) (any, error) {
				return datasource.Go(ctx, func(ctx context.Context) (any, error) {
					<-ctx.Done()
					return nil, context.Cause(ctx)
				}), nil
			}}))
			if !errors.Is(run.Err, datasource.ErrRunningTimeout) {
				t.Fatalf("error %v, want the running timeout", run.Err)
			}
			synctest.Wait()
		}
	})
}

// TestContainmentIsBounded: four times the threads, then nothing starts until something returns.
func TestContainmentIsBounded(t *testing.T) {
	bubble(t, Options{Threads: 2}, func(f *fixture) {
		t := f.t
		unblock := make(chan struct{})
		var tasks []*Task
		for i := range 9 {
			task := newTask("dev", string(rune('a'+i)), "C", &plugin{collect: func(context.Context) (any, error) {
				<-unblock
				return nil, nil
			}})
			task.RunningTimeout = limit
			tasks = append(tasks, task)
		}
		f.start(tasks...)
		time.Sleep(time.Hour)
		synctest.Wait()
		s := f.Stats()
		wantEqual(t, "contained", s.Contained, 8)
		wantEqual(t, "queued", s.Queued, 1)
		f.log.wantCount(t, "every pool slot is held", 1)
		close(unblock)
		f.wait(9)
		synctest.Wait()
		wantEqual(t, "contained", f.Stats().Contained, 0)
		wantEqual(t, "active", f.Stats().Active, 0)
	})
}

// TestHookTimeout: the later hooks share one budget; beyond it the run is over.
func TestHookTimeout(t *testing.T) {
	pause := func(ctx context.Context, d time.Duration) {
		select {
		case <-time.After(d):
		case <-ctx.Done():
		}
	}
	tests := []struct {
		name      string
		onResult  time.Duration
		onSuccess func(ctx context.Context, result any) (any, error)
		calls     string
		took      time.Duration
		err       error
	}{
		{"within", 4 * time.Second, func(ctx context.Context, r any) (any, error) { pause(ctx, 5*time.Second); return r, nil },
			successPath, 9 * time.Second, nil},
		{"together beyond", 6 * time.Second,
			func(ctx context.Context, r any) (any, error) { pause(ctx, 5*time.Second); return r, nil },
			"collect onResult onSuccess", 10 * time.Second, datasource.ErrHookTimeout},
		{"waiting for a Deferred", 0,
			func(context.Context, any) (any, error) { return datasource.NewDeferred(nil), nil },
			"collect onResult onSuccess", 10 * time.Second, datasource.ErrHookTimeout},
		{"ignoring the context", 0,
			func(context.Context, any) (any, error) { time.Sleep(time.Minute); return nil, nil },
			"collect onResult onSuccess", 11 * time.Second, datasource.ErrHookTimeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, Options{HookTimeout: 10 * time.Second}, func(f *fixture) {
				t := f.t
				p := &plugin{onSuccess: tt.onSuccess}
				p.onResult = func(ctx context.Context, r any, err error) (any, error) { pause(ctx, tt.onResult); return r, err }
				run := f.run(limited(p))
				wantEqual(t, "hooks", p.called(), tt.calls)
				wantEqual(t, "duration", run.Ended.Sub(run.Started), tt.took)
				wantEqual(t, "error", run.Err, tt.err)
				wantEqual(t, "timed out", run.TimedOut, false)
				if tt.err != nil {
					wantEqual(t, "outcome", run.Outcome, OutcomeError)
				}
			})
		})
	}
}

// TestLaterHooksHaveTime: a fresh context after the running timeout has ended Collect's.
func TestLaterHooksHaveTime(t *testing.T) {
	bubble(t, Options{HookTimeout: 10 * time.Second}, func(f *fixture) {
		t := f.t
		p := &plugin{collect: never(nil)}
		p.onError = func(ctx context.Context, err error) (any, error) {
			if deadline, _ := ctx.Deadline(); ctx.Err() != nil || time.Until(deadline) != 10*time.Second {
				t.Errorf("context of onError: %v, %v left; want 10 s", ctx.Err(), time.Until(deadline))
			}
			return nil, err
		}
		f.run(limited(p))
	})
}

// TestCheck31BlockingWarning: one warning per call, while it blocks, and the time is counted.
func TestCheck31BlockingWarning(t *testing.T) {
	bubble(t, Options{BlockingWarning: 3 * time.Second}, func(f *fixture) {
		t := f.t
		p := &plugin{onSuccess: func(_ context.Context, r any) (any, error) { time.Sleep(4 * time.Second); return r, nil }}
		f.start(limited(p))
		time.Sleep(3*time.Second - time.Millisecond)
		f.log.wantCount(t, "hook blocks", 0)
		time.Sleep(2 * time.Millisecond)
		f.log.wantCount(t, "hook blocks", 1)
		f.wait(1)
		synctest.Wait()
		f.log.wantCount(t, "hook blocks", 1)
		if log := f.log.String(); !strings.Contains(log, "dev1 300 ds1") || !strings.Contains(log, "hook=onSuccess") {
			t.Errorf("the warning names not the task and hook: %s", log)
		}
		wantEqual(t, "time in hooks", f.Stats().InHooks, 4*time.Second)
	})
}
