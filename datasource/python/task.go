package python

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// task is one task of a Python plugin as the daemon sees it: where its instance is, and how it was made.
type task struct {
	datasource.Base

	runtime *Runtime
	id      uint64
	class   string
	name    string
	config  *datasource.Config
	handle  datasource.Handle

	mu      sync.Mutex // guards what follows
	worker  *Worker    // that it is configured on, nil while there is none
	loop    Loop
	waiting []*datasource.Deferred // runs for the next worker
	known   bool                   // whether made has told
	delay   *float64
	err     error
	asked   chan struct{} // closed when known
	gone    bool
}

var _ datasource.Elsewhere = (*task)(nil)

// errNoClass is the error of a data source that names no plugin class.
var errNoClass = errors.New("a data source of type Python needs a plugin_classname")

func (r *Runtime) newTask(c *datasource.Config, h datasource.Handle) (datasource.Plugin, error) {
	first := c.DataSources[0]
	if first.PluginClassname == "" {
		return nil, errNoClass
	}
	t := &task{
		runtime: r, class: first.PluginClassname, name: first.ConfigKey.Name(), config: c, handle: h,
		loop: LoopEpoll, asked: make(chan struct{}),
	}
	r.mu.Lock()
	r.lastTask++
	t.id = r.lastTask
	r.tasks[t.id] = t
	r.mu.Unlock()
	if w := r.workers().Assign(t.id, c.ID, t.loop); w != nil {
		t.settle(w)
	}
	return t, nil
}

// settle makes the instance on a worker and starts the runs that wait for one.
func (t *task) settle(w *Worker) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.gone || t.worker == w {
		return
	}
	first := t.config.DataSources[0]
	err := w.Configure(Task{
		ID: t.id, PluginClassname: t.class, Name: t.name, Config: t.config, Interval: first.CycleTime.Seconds(),
		RunningTimeout: first.CycleTime.Seconds() * t.runtime.opts.RunningTimeout,
	})
	if err != nil {
		t.tell(nil, err)
		return
	}
	t.worker = w
	waiting := t.waiting
	t.waiting = nil
	for _, end := range waiting {
		t.send(end)
	}
}

// made takes the answer to settle.
func (t *task) made(w *Worker, c Configured) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.worker != w {
		return
	}
	if c.Err == nil && c.Loop != "" && c.Loop != t.loop {
		t.moveTo(c.Loop)
		return
	}
	var err error
	if c.Err != nil {
		err = c.Err
	}
	t.tell(c.StartDelay, err)
}

// moveTo makes the instance again where the loop that its class asks for runs. The caller holds mu.
func (t *task) moveTo(loop Loop) {
	_ = t.worker.Drop(t.id) // a worker that is gone has dropped it
	t.worker, t.loop = nil, loop
	if next := t.runtime.workers().Assign(t.id, t.config.ID, loop); next != nil {
		go t.settle(next)
	}
}

// tell says once how the making of the instance went. The caller holds mu.
func (t *task) tell(delay *float64, err error) {
	if t.known {
		if err != nil {
			t.runtime.log.Error("an instance could not be made again", "task", t.name, "error", err)
		}
		return
	}
	t.known, t.delay, t.err = true, delay, err
	close(t.asked)
}

// Made implements datasource.Elsewhere.
func (t *task) Made(ctx context.Context) (*float64, error) {
	select {
	case <-t.asked:
		return t.delay, t.err
	case <-ctx.Done():
		return nil, errNoWorker
	}
}

// errNoWorker is the error of an instance that no worker came up for.
var errNoWorker = errors.New("no python worker came up in time: see the log, and `zenpython python setup`")

// Collect hands the run to the worker, or to the next one. The chain's end fires the Deferred.
func (t *task) Collect(context.Context, *datasource.Config) (any, error) {
	end := datasource.NewDeferred(t.cancel)
	t.start(end)
	return end, nil
}

func (t *task) start(end *datasource.Deferred) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.send(end)
}

// send gives the run to the worker, or keeps it for the next. The caller holds mu.
func (t *task) send(end *datasource.Deferred) {
	if t.worker == nil || isDone(t.worker) {
		t.worker = nil
		t.waiting = append(t.waiting, end)
		return
	}
	id := t.runtime.begin(&flight{t, end})
	if err := t.worker.Collect(Run{ID: id, Task: t.id, Slot: time.Now(), Number: id}); err != nil {
		t.runtime.forget(id)
		t.worker = nil
		t.waiting = append(t.waiting, end)
	}
}

func isDone(w *Worker) bool {
	select {
	case <-w.Done():
		return true
	default:
		return false
	}
}

func (r *Runtime) forget(run uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.runs, run)
}

// cancel tells the worker that nobody waits for the run any more.
func (t *task) cancel(end *datasource.Deferred) {
	t.runtime.mu.Lock()
	var id uint64
	for run, f := range t.runtime.runs {
		if f.end == end {
			id = run
		}
	}
	t.runtime.mu.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if id != 0 && t.worker != nil {
		_ = t.worker.Cancel(id, CancelShutdown) // a worker that is gone has ended it
	}
}

// Cleanup has the instance cleaned up where it is.
func (t *task) Cleanup(context.Context, *datasource.Config) error {
	t.mu.Lock()
	w := t.worker
	t.gone, t.worker = true, nil
	t.mu.Unlock()
	t.runtime.workers().Release(t.id)
	t.runtime.mu.Lock()
	delete(t.runtime.tasks, t.id)
	t.runtime.mu.Unlock()
	if w == nil {
		return nil
	}
	return w.Drop(t.id)
}
