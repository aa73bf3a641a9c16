package python

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/datasource"
)

// runtimeRig is a Runtime on one worker, and what its tasks were told to tell.
type runtimeRig struct {
	*Runtime
	t        *testing.T
	log      *logBuffer
	switched chan string
}

// newRuntimeRig runs the echo worker; change may be nil.
func newRuntimeRig(t *testing.T, change func(*RuntimeOptions)) *runtimeRig {
	t.Helper()
	r := &runtimeRig{t: t, log: &logBuffer{}, switched: make(chan string, 10)}
	worker := echoOptions(t, r.log, "")
	worker.Env = append(worker.Env, "ECHO_FOLDER="+t.TempDir())
	opts := RuntimeOptions{
		Pool:       PoolOptions{Worker: worker, Workers: 1, Backoff: time.Millisecond},
		WorkerWait: patience, Logger: worker.Logger,
		Switch: func(class, _ string) { r.switched <- class },
	}
	if change != nil {
		change(&opts)
	}
	r.Runtime = NewRuntime(opts)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		r.Close(ctx)
		if t.Failed() {
			t.Log(r.log)
		}
	})
	return r
}

// hostRuntime runs the embedded host with the host's test plugins.
func hostRuntime(t *testing.T, change func(*RuntimeOptions)) *runtimeRig {
	t.Helper()
	folder, err := UnpackHost(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	plugins, err := filepath.Abs("host/tests/host/plugins")
	if err != nil {
		t.Fatal(err)
	}
	return newRuntimeRig(t, func(o *RuntimeOptions) {
		w := &o.Pool.Worker
		w.Args, w.HostPath, w.Welcome.SysPath, w.Welcome.Threads = nil, folder, []string{plugins}, 4
		if change != nil {
			change(o)
		}
	})
}

// testHandle notes what a plugin asks for between runs.
type testHandle struct {
	datasource.Handle
	published chan *datasource.Data
	intervals chan float64
}

func (h *testHandle) Publish(_ context.Context, data *datasource.Data) error {
	h.published <- data
	return nil
}

func (h *testHandle) ChangeInterval(seconds float64) error {
	h.intervals <- seconds
	return nil
}

func (h *testHandle) Logger() hclog.Logger { return hclog.NewNullLogger() }

func newTestHandle() *testHandle {
	return &testHandle{published: make(chan *datasource.Data, 100), intervals: make(chan float64, 100)}
}

// begin makes a task without waiting for its instance.
func (r *runtimeRig) begin(class string, params map[string]any, h datasource.Handle) *task {
	r.t.Helper()
	config := testConfig()
	source := config.DataSources[0]
	source.PluginClassname, source.Params = class, params
	p, err := r.Type().New(config, h)
	if err != nil {
		r.t.Fatal(err)
	}
	return p.(*task)
}

// make makes a task whose instance is there.
func (r *runtimeRig) make(class string, params map[string]any) *task {
	r.t.Helper()
	t := r.begin(class, params, newTestHandle())
	if _, err := r.made(t); err != nil {
		r.t.Fatalf("making %s: %v", class, err)
	}
	return t
}

func (r *runtimeRig) made(t *task) (*float64, error) {
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	return t.Made(ctx)
}

// testRun is a run and how often its Deferred has fired.
type testRun struct {
	*datasource.Deferred
	fired atomic.Int32
	ended chan any
}

func (r *runtimeRig) start(t *task) *testRun {
	r.t.Helper()
	value, err := t.Collect(r.t.Context(), t.config)
	if err != nil {
		r.t.Fatal(err)
	}
	run := &testRun{Deferred: value.(*datasource.Deferred), ended: make(chan any, 10)}
	run.Subscribe(func(value any, err error) {
		run.fired.Add(1)
		if err != nil {
			value = err
		}
		run.ended <- value
	})
	return run
}

// end waits for a run's end.
func (r *runtimeRig) end(run *testRun) *datasource.ChainEnd {
	r.t.Helper()
	end, ok := receive(r.t, run.ended).(*datasource.ChainEnd)
	if !ok {
		r.t.Fatal("the run was cancelled")
	}
	if n := run.fired.Load(); n != 1 {
		r.t.Errorf("fired %d times", n)
	}
	return end
}

func (r *runtimeRig) run(t *task) *datasource.ChainEnd {
	r.t.Helper()
	return r.end(r.start(t))
}

// where returns the worker of a task, once there is one.
func (r *runtimeRig) where(t *task) *Worker {
	r.t.Helper()
	var w *Worker
	eventually(r.t, "a worker has the task", func() bool {
		t.mu.Lock()
		defer t.mu.Unlock()
		w = t.worker
		return w != nil
	})
	return w
}

// idle reports whether no worker has a run.
func (r *runtimeRig) idle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.flights) == 0
}
