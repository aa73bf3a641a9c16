package python

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// poolRig is a pool of echo workers whose owner configures every task that Ready names.
type poolRig struct {
	*Pool
	log    *logBuffer
	ready  chan readyCall
	lost   chan Exit
	failed chan error
	// taken are the tasks that workers have been configured with.
	taken chan uint64
	ended chan Result
}

type readyCall struct {
	w     *Worker
	tasks []uint64
}

func newPoolRig(t *testing.T, change func(*PoolOptions)) *poolRig {
	t.Helper()
	r := &poolRig{
		log: &logBuffer{}, ready: make(chan readyCall, 100), lost: make(chan Exit, 100), failed: make(chan error, 100),
		taken: make(chan uint64, 100), ended: make(chan Result, 100),
	}
	opts := PoolOptions{
		Worker: echoOptions(t, r.log, ""), Workers: 2, Backoff: time.Millisecond,
		Handlers: PoolHandlers{
			Ready:  func(w *Worker, tasks []uint64) { r.ready <- readyCall{w, tasks} },
			Lost:   func(_ *Worker, e Exit) { r.lost <- e },
			Failed: func(err error, _ time.Duration) { r.failed <- err },
		},
	}
	opts.Worker.Handlers = Handlers{
		Configured: func(_ *Worker, c Configured) { r.taken <- c.Task },
		Result:     func(_ *Worker, result Result) { r.ended <- result },
	}
	if change != nil {
		change(&opts)
	}
	r.Pool = NewPool(opts)
	t.Cleanup(func() {
		r.Close(t.Context())
		if t.Failed() {
			t.Log(r.log)
		}
	})
	return r
}

func (r *poolRig) configure(t *testing.T, w *Worker, task uint64, class string) {
	t.Helper()
	if err := w.Configure(testTask(task, class)); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, r.taken); got != task {
		t.Fatalf("configured %d, want %d", got, task)
	}
}

// other gives an affinity that sits elsewhere than the device "a".
func (r *poolRig) other() string {
	for i := 0; ; i++ {
		if name := fmt.Sprint("b", i); r.keyOf(name, LoopEpoll) != r.keyOf("a", LoopEpoll) {
			return name
		}
	}
}

func TestPoolPlacesByAffinity(t *testing.T) {
	r := newPoolRig(t, nil)
	if len(r.Workers()) > 0 {
		t.Error("there are workers without tasks")
	}
	if w := r.Assign(1, "a", LoopEpoll); w != nil {
		t.Error("a worker at once")
	}
	first := receive(t, r.ready)
	if !slices.Equal(first.tasks, []uint64{1}) {
		t.Errorf("ready with %v", first.tasks)
	}
	if w := r.Assign(2, "a", LoopEpoll); w != first.w {
		t.Error("tasks of one device do not share a worker")
	}
	if w := r.Assign(3, r.other(), LoopEpoll); w != nil {
		t.Error("the other seat has a worker already")
	}
	second := receive(t, r.ready)
	if !slices.Equal(second.tasks, []uint64{3}) || second.w == first.w {
		t.Errorf("ready with %v", second.tasks)
	}
	r.Assign(4, "a", LoopAsyncio)
	if third := receive(t, r.ready); third.w.Loop() != LoopAsyncio || !slices.Equal(third.tasks, []uint64{4}) {
		t.Errorf("ready with %v on %s", third.tasks, third.w.Loop())
	}
	if n := len(r.Workers()); n != 3 {
		t.Errorf("%d workers", n)
	}
}

func TestPoolRestartsWhatDies(t *testing.T) {
	r := newPoolRig(t, nil)
	r.Assign(1, "a", LoopEpoll)
	w := receive(t, r.ready).w
	r.Assign(2, "a", LoopEpoll)
	r.Assign(3, "a", LoopEpoll)
	r.Release(3)
	r.configure(t, w, 1, "crash")
	r.configure(t, w, 2, "ok")
	if err := w.Collect(Run{ID: 7, Task: 1}); err != nil {
		t.Fatal(err)
	}
	if exit := receive(t, r.lost); !slices.Equal(exit.Started, []uint64{7}) || !slices.Equal(exit.Tasks, []uint64{1, 2}) {
		t.Errorf("lost %+v", exit)
	}
	again := receive(t, r.ready)
	if again.w == w || !slices.Equal(again.tasks, []uint64{1, 2}) || again.w.Name() != w.Name() {
		t.Errorf("ready %s with %v", again.w.Name(), again.tasks)
	}
	r.configure(t, again.w, 2, "ok")
	if err := again.w.Collect(Run{ID: 8, Task: 2}); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, r.ended); got.Run != 8 {
		t.Errorf("result %+v", got)
	}
}

func TestPoolReplacesAndDrains(t *testing.T) {
	r := newPoolRig(t, nil)
	r.Assign(1, "a", LoopEpoll)
	old := receive(t, r.ready).w
	r.configure(t, old, 1, "never")
	if err := old.Collect(Run{ID: 5, Task: 1}); err != nil {
		t.Fatal(err)
	}
	r.Recycle(old, "test")
	r.Recycle(old, "a second order while the first is done")
	fresh := receive(t, r.ready)
	if fresh.w == old || !slices.Equal(fresh.tasks, []uint64{1}) {
		t.Errorf("ready with %v", fresh.tasks)
	}
	// The echo worker does not wait for its runs when it is drained.
	exit := receive(t, r.lost)
	if !exit.Status.Clean() || exit.Reason != "drained" || exit.Tasks != nil || len(exit.Started)+len(exit.Unstarted) != 1 {
		t.Errorf("lost %+v", exit)
	}
	r.Recycle(old, "a worker that has been replaced")
	if w := r.Assign(2, "a", LoopEpoll); w != fresh.w {
		t.Error("the new worker is not its seat's")
	}
}

func TestPoolQuarantine(t *testing.T) {
	r := newPoolRig(t, nil)
	r.Assign(1, "a", LoopEpoll)
	r.Assign(2, "a", LoopEpoll)
	home := receive(t, r.ready).w
	if w := r.Quarantine(1); w != nil {
		t.Error("a quarantine without a task")
	}
	q := receive(t, r.ready)
	if q.w == home || !strings.HasSuffix(q.w.Name(), "quarantine") || !slices.Equal(q.tasks, []uint64{1}) {
		t.Errorf("ready %s with %v", q.w.Name(), q.tasks)
	}
	if w := r.Quarantine(1); w != q.w {
		t.Error("a task in quarantine leaves it")
	}
	if w := r.Quarantine(9); w != nil {
		t.Error("an unknown task is quarantined")
	}
	home.Kill("test")
	if again := receive(t, r.ready); !slices.Contains(again.tasks, 2) || slices.Contains(again.tasks, 1) {
		t.Errorf("ready with %v", again.tasks)
	}
}

func TestPoolTellsOfStartsThatFail(t *testing.T) {
	r := newPoolRig(t, func(o *PoolOptions) { o.Worker.Python = "/nonexistent/python" })
	r.Assign(1, "a", LoopEpoll)
	for range 3 {
		if err := receive(t, r.failed); !strings.Contains(err.Error(), "/nonexistent/python") {
			t.Errorf("error %v", err)
		}
	}
}

func TestPoolHoldsWorkersToTheirBounds(t *testing.T) {
	r := newPoolRig(t, func(o *PoolOptions) { o.MaxFDs, o.Check = 1, time.Millisecond })
	r.Assign(1, "a", LoopEpoll)
	first := receive(t, r.ready)
	second := receive(t, r.ready)
	if first.w == second.w || !slices.Equal(second.tasks, []uint64{1}) {
		t.Errorf("ready with %v", second.tasks)
	}
}

func TestPoolCloses(t *testing.T) {
	r := newPoolRig(t, nil)
	r.Assign(1, "a", LoopEpoll)
	w := receive(t, r.ready).w
	r.configure(t, w, 1, "stuck")
	if err := w.Collect(Run{ID: 5, Task: 1}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the worker is stuck", func() bool { return w.Beat().Run == 5 })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.Close(ctx)
	if exit := receive(t, r.lost); !slices.Equal(exit.Started, []uint64{5}) {
		t.Errorf("lost %+v", exit)
	}
	if r.Assign(2, "a", LoopEpoll) != nil || len(r.Workers()) > 0 {
		t.Error("a closed pool has workers")
	}
}

func TestExcess(t *testing.T) {
	tests := []struct {
		use  Usage
		want string
		far  bool
	}{
		{Usage{RSS: 100 << 20, FDs: 50}, "", false},
		{Usage{RSS: 101 << 20}, "its processes hold 101 MiB of memory, 100 are allowed", false},
		{Usage{RSS: 201 << 20, FDs: 51}, "its processes hold 201 MiB of memory, 100 are allowed", true},
		{Usage{FDs: 51}, "it has 51 file descriptors open, 50 are allowed", false},
	}
	bounds := PoolOptions{MaxRSS: 100 << 20, MaxFDs: 50}
	for _, tt := range tests {
		if reason, far := bounds.excess(tt.use); reason != tt.want || far != tt.far {
			t.Errorf("%+v: %q, far %v", tt.use, reason, far)
		}
		if reason, _ := (&PoolOptions{}).excess(tt.use); reason != "" {
			t.Errorf("%+v passes no bounds: %q", tt.use, reason)
		}
	}
}

func TestBackoff(t *testing.T) {
	want := []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, maxBackoff, maxBackoff}
	for failures, pause := range want {
		if got := backoff(failures, time.Second); got != pause {
			t.Errorf("after %d failures %s, want %s", failures, got, pause)
		}
	}
	if got := backoff(1<<20, time.Second); got != maxBackoff {
		t.Errorf("after many failures %s", got)
	}
}
