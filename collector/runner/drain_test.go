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

func within(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	context.AfterFunc(ctx, cancel)
	return ctx
}

func TestDrainWaits(t *testing.T) {
	bubble(t, Options{MaxParallel: 2}, func(f *fixture) {
		t := f.t
		p := &plugin{collect: func(context.Context) (any, error) {
			d := datasource.NewDeferred(nil)
			time.AfterFunc(5*time.Second, func() { d.Fire(nil, nil) })
			return d, nil
		}}
		var tasks []*Task
		for _, name := range []string{"a", "b", "c", "d"} {
			tasks = append(tasks, newTask("dev1", name, "C", p))
		}
		f.start(tasks...)
		synctest.Wait()
		begun := time.Now()
		if err := f.Drain(within(time.Minute)); err != nil {
			t.Error(err)
		}
		wantEqual(t, "waited", time.Since(begun), 5*time.Second)
		wantEqual(t, "ended", len(f.ended), 2)
		wantEqual(t, "abandoned", len(f.abandoned), 2)
		wantEqual(t, "abandoned in figures", f.Stats().Abandoned, 2)
		for _, task := range tasks {
			wantEqual(t, "gate", task.State(), scheduler.Idle)
		}
		// What comes after is abandoned at once.
		f.start(tasks[0])
		wantEqual(t, "abandoned", len(f.abandoned), 3)
		wantEqual(t, "gate", tasks[0].State(), scheduler.Idle)
	})
}

// TestDrainCutsShort: each run ends once, whatever it is in the middle of.
func TestDrainCutsShort(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		cancelled := false
		waits := &plugin{collect: never(func(*datasource.Deferred) { cancelled = true })}
		heeds := &plugin{collect: func(ctx context.Context) (any, error) { <-ctx.Done(); return nil, ctx.Err() }}
		f.start(newTask("dev1", "waits", "C", waits), newTask("dev1", "heeds", "C", heeds))
		synctest.Wait()
		err := f.Drain(within(10 * time.Second))
		if err == nil || !strings.Contains(err.Error(), "2 runs had not ended in time") {
			t.Errorf("Drain: %v, want two runs cut short", err)
		}
		if err != nil && strings.Contains(err.Error(), "left behind") {
			t.Errorf("Drain: %v, but all code has returned", err)
		}
		wantEqual(t, "ended", len(f.ended), 2)
		for _, run := range f.ended {
			wantEqual(t, "outcome", run.Outcome, OutcomeError)
			wantEqual(t, "error", run.Err, ErrShutdown)
			wantEqual(t, "gate", run.Task.State(), scheduler.Idle)
		}
		wantEqual(t, "canceller called", cancelled, true)
		wantEqual(t, "hooks of the waiting run", waits.called(), "collect")
		wantEqual(t, "hooks of the blocking run", heeds.called(), "collect")
	})
}

// TestDrainLeavesBehind: code that never returns is counted and nothing waits for it.
func TestDrainLeavesBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := setUp(t, Options{})
		unblock := make(chan struct{})
		stuck := &plugin{collect: func(context.Context) (any, error) { <-unblock; return nil, nil }}
		task := newTask("dev1", "stuck", "C", stuck)
		f.start(task)
		synctest.Wait()
		f.Cleanup(task)
		begun := time.Now()
		err := f.Drain(within(10 * time.Second))
		wantEqual(t, "waited", time.Since(begun), 10*time.Second+returnGrace)
		if err == nil || !strings.Contains(err.Error(),
			"left behind: 1 goroutines in plugin code, 1 runs not released, 1 cleanups not done") {
			t.Errorf("Drain: %v, want to be told what was left behind", err)
		}
		f.Close()
		close(unblock)
		synctest.Wait()
		wantEqual(t, "ended", len(f.ended), 1)
		wantEqual(t, "gate", task.State(), scheduler.Idle)
		wantEqual(t, "hooks", stuck.called(), "collect")
	})
}

// TestCutShortDiscardsDeferred: what a hook hands back after its run was cut short is cancelled and waited for.
func TestCutShortDiscardsDeferred(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		unblock, stubborn := make(chan struct{}), make(chan struct{})
		task := newTask("dev1", "a", "C", &plugin{collect: func(context.Context) (any, error) {
			<-unblock
			return datasource.Go(context.Background(), func(ctx context.Context) (any, error) {
				<-ctx.Done()
				<-stubborn
				return nil, nil
			}), nil
		}})
		f.start(task)
		synctest.Wait()
		if err := f.Drain(within(time.Second)); err == nil {
			t.Error("Drain gave no error although a run was cut short")
		}
		close(unblock)
		synctest.Wait()
		wantEqual(t, "unreleased", f.Stats().Unreleased, 1)
		close(stubborn)
		synctest.Wait()
		wantEqual(t, "unreleased", f.Stats().Unreleased, 0)
		wantEqual(t, "ended", len(f.ended), 1)
	})
}

// TestCloseWithoutDrain: nobody waits, nothing is lost from the books.
func TestCloseWithoutDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := setUp(t, Options{MaxParallel: 1})
		f.start(newTask("dev1", "a", "C", &plugin{collect: never(nil)}), newTask("dev1", "b", "C", &plugin{}))
		synctest.Wait()
		f.Close()
		f.Close() // is harmless
		wantEqual(t, "ended", len(f.ended), 1)
		wantEqual(t, "abandoned", len(f.abandoned), 1)
	})
}

// TestCleanup is called once, after the last run was released, whatever waits.
func TestCleanup(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		p := &plugin{}
		unblock := make(chan struct{})
		p.collect = func(context.Context) (any, error) { <-unblock; return nil, nil }
		task := limited(p)
		f.start(task)
		synctest.Wait()
		f.Cleanup(task)
		f.Cleanup(task)
		f.wait(1) // settled, not released
		time.Sleep(time.Hour)
		wantEqual(t, "hooks before the release", p.called(), errorPath)
		close(unblock)
		synctest.Wait()
		wantEqual(t, "hooks", p.called(), errorPath+" cleanup")
		f.Cleanup(task)
		synctest.Wait()
		wantEqual(t, "hooks", p.called(), errorPath+" cleanup")
	})
}

// TestCleanupAfterQueuedRun: a job that was queued before is run before.
func TestCleanupAfterQueuedRun(t *testing.T) {
	bubble(t, Options{MaxParallel: 1}, func(f *fixture) {
		t := f.t
		c, p := &crowd{}, &plugin{}
		task := newTask("dev1", "a", "C", p)
		f.start(c.tasks(1, "C", "")...)
		synctest.Wait()
		f.start(task)
		f.Cleanup(task)
		synctest.Wait()
		wantEqual(t, "hooks while queued", p.called(), "")
		c.letGo(1)
		wantEqual(t, "hooks", p.called(), successPath+" cleanup")
	})
}

func TestCleanupFailures(t *testing.T) {
	tests := []struct {
		name    string
		cleanup func(ctx context.Context) error
		log     string
	}{
		{"error", func(context.Context) error { return errors.New("no") }, "cleanup failed"},
		{"panic", func(context.Context) error { panic("no") }, "panic in plugin code"},
		{"overrun", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, "cleanup failed"},
		{"stuck for a while", func(context.Context) error { time.Sleep(time.Minute); return nil }, "hook does not return"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, Options{HookTimeout: 10 * time.Second}, func(f *fixture) {
				t := f.t
				f.Cleanup(newTask("dev1", "a", "C", &plugin{cleanup: tt.cleanup}))
				if err := f.Drain(within(time.Hour)); err != nil {
					t.Error(err)
				}
				f.log.wantCount(t, tt.log, 1)
			})
		})
	}
}

func TestDrainWaitsForCleanups(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		p := &plugin{cleanup: func(context.Context) error { time.Sleep(3 * time.Second); return nil }}
		task := newTask("dev1", "a", "C", p)
		f.run(task)
		f.Cleanup(task)
		if err := f.Drain(within(time.Minute)); err != nil {
			t.Error(err)
		}
		wantEqual(t, "hooks", p.called(), successPath+" cleanup")
	})
}
