package runner

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/datasource"
)

// exclusive is a plugin whose hooks notice when two runs of it are in them at once.
type exclusive struct {
	datasource.Base
	t      *testing.T
	inside atomic.Int32
	ended  atomic.Bool // cleaned up
}

func (e *exclusive) Collect(ctx context.Context, _ *datasource.Config) (any, error) {
	if e.inside.Add(1) != 1 || e.ended.Load() {
		e.t.Error("two runs of a task at once, or a run after its cleanup")
	}
	switch rand.IntN(5) {
	case 0:
		d := datasource.NewDeferred(nil)
		go d.Fire(nil, nil)
		return d, nil
	case 1:
		return datasource.Go(ctx, func(context.Context) (any, error) { runtime.Gosched(); return nil, nil }), nil
	case 2:
		return nil, ErrShutdown
	case 3:
		return datasource.NewDeferred(nil), nil // for the running timeout
	}
	return nil, nil
}

func (e *exclusive) OnComplete(_ context.Context, result any, err error, _ *datasource.Config) (any, error) {
	e.inside.Add(-1)
	return result, err
}

func (e *exclusive) Cleanup(context.Context, *datasource.Config) error {
	if e.inside.Load() != 0 || e.ended.Swap(true) {
		e.t.Error("cleanup during a run, or for the second time")
	}
	return nil
}

// TestLedger: under load, while limits change and tasks end, every job ends once or is abandoned, no task runs twice
// at once, each cleanup comes once, and at the end all is at rest.
func TestLedger(t *testing.T) {
	f := setUp(t, Options{Threads: 4, MaxParallel: 50})
	tasks := make([]*Task, 200)
	for i := range tasks {
		tasks[i] = newTask(fmt.Sprint("dev", i%7), strconv.Itoa(i), fmt.Sprint("class", i%3), &exclusive{t: t})
		tasks[i].RunningTimeout = time.Millisecond
	}
	enqueued := 0
	for round := range 100 {
		for _, task := range tasks {
			if task.Enter() {
				enqueued++
				f.Enqueue([]Job{{Task: task, Slot: int64(enqueued)}})
			}
		}
		f.SetThreads(1 + rand.IntN(8))
		f.SetMaxParallel(1 + rand.IntN(80))
		if round == 70 {
			for _, task := range tasks[150:] {
				f.Cleanup(task)
			}
			tasks = tasks[:150]
		}
		runtime.Gosched()
	}
	for _, task := range tasks {
		f.Cleanup(task)
	}
	if err := f.Drain(within(time.Minute)); err != nil {
		t.Error(err)
	}
	s := f.Stats()
	f.Close()
	wantEqual(t, "ended + abandoned", len(f.ended)+len(f.abandoned), enqueued)
	seen := map[int64]bool{}
	var outcomes uint64
	for _, run := range f.ended {
		if seen[run.Slot] {
			t.Errorf("job %d ended twice", run.Slot)
		}
		seen[run.Slot] = true
	}
	for _, n := range s.Outcomes {
		outcomes += n
	}
	wantEqual(t, "outcomes", outcomes, uint64(len(f.ended)))
	wantEqual(t, "abandoned", s.Abandoned, uint64(len(f.abandoned)))
	wantEqual(t, "at rest", s.Queued+s.Running+s.Waiting+s.Active+s.Contained+s.Unreleased, 0)
	for _, task := range tasks {
		wantEqual(t, "gate", task.State(), scheduler.Idle)
		wantEqual(t, "cleaned up", task.Plugin.(*exclusive).ended.Load(), true)
	}
}

// TestDrainRace: runs that end on their own while Drain cuts them short end once.
func TestDrainRace(t *testing.T) {
	for range 50 {
		f := setUp(t, Options{Threads: 4})
		for i := range 60 {
			f.start(newTask(fmt.Sprint("dev", i), "a", "C", &plugin{collect: func(ctx context.Context) (any, error) {
				return datasource.Go(ctx, func(context.Context) (any, error) {
					time.Sleep(time.Duration(rand.IntN(200)) * time.Microsecond)
					return nil, nil
				}), nil
			}}))
		}
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		_ = f.Drain(ended) // how many it had to cut short is chance
		f.takeDown()
		wantEqual(t, "ended + abandoned", len(f.ended)+len(f.abandoned), 60)
	}
}

// TestTaskIsSmall: a collector holds 100,000 of them.
func TestTaskIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(Task{}); size > 100 {
		t.Errorf("a Task takes %d bytes, want at most 100", size)
	}
}

// TestIdleRunnerDoesNothing: no loop, no timer is left once the last run is over.
func TestIdleRunnerDoesNothing(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		f.run(newTask("dev1", "a", "C", &plugin{}))
		synctest.Wait()
		wantEqual(t, "active", f.Stats().Active, 0)
		wantEqual(t, "unreleased", f.Stats().Unreleased, 0)
	})
}

// TestRunsWithoutGarbage holds what doc.go promises of hooks that return at once.
func TestRunsWithoutGarbage(t *testing.T) {
	r, err := New(Options{Threads: 1, Ended: func(*Run) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	jobs := []Job{{Task: newTask("dev1", "a", "C", idlePlugin{})}}
	perRun := testing.AllocsPerRun(1000, func() {
		for !jobs[0].Task.Enter() {
			runtime.Gosched()
		}
		r.Enqueue(jobs)
	})
	if perRun > 4 {
		t.Errorf("%v allocations a run, want at most 4", perRun)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, opts := range []Options{
		{},
		{Ended: func(*Run) {}, Threads: -1},
		{Ended: func(*Run) {}, MaxParallel: -1},
		{Ended: func(*Run) {}, HookTimeout: -1},
		{Ended: func(*Run) {}, BlockingWarning: -1},
	} {
		if r, err := New(opts); err == nil {
			r.Close()
			t.Errorf("New(%+v) gave no error", opts)
		}
	}
}

func TestOutcomeNames(t *testing.T) {
	names := make([]string, 0, outcomeCount)
	for _, o := range Outcomes() {
		names = append(names, o.String())
	}
	wantEqual(t, "names", strings.Join(names, " "), "ok handled error timeout worker_died disabled")
}
