package python

import (
	"context"
	"errors"
	"sync"

	"github.com/zenpython/zenpython/datasource"
)

// task is one task of a Python plugin as the daemon sees it: where its instance is, and how it was made.
type task struct {
	datasource.Base

	runtime *Runtime
	id      uint64
	class   string
	config  *datasource.Config
	handle  datasource.Handle

	// mu guards what follows. It is held while the pool is asked for a seat, so that the worker it names is configured
	// before the one that may follow on that seat.
	mu          sync.Mutex
	worker      *Worker // that it is configured on, nil while there is none
	loop        Loop
	making      bool  // the worker has not yet answered the configuring
	err         error // why there is no instance on the worker
	delay       *float64
	asked       chan struct{} // closed and nil once it is known how the first making went
	waiting     []*flight     // runs for the next worker
	runs        uint64
	quarantined bool
	gone        bool
}

var _ datasource.Elsewhere = (*task)(nil)

// errNoClass is the error of a data source that names no plugin class.
var errNoClass = errors.New("a data source of type Python needs a plugin_classname")

func (r *Runtime) newTask(c *datasource.Config, h datasource.Handle) (datasource.Plugin, error) {
	class := c.DataSources[0].PluginClassname
	if class == "" {
		return nil, errNoClass
	}
	t := &task{runtime: r, class: class, config: c, handle: h, loop: LoopEpoll, asked: make(chan struct{})}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := r.enrol(t); err != nil {
		return nil, err
	}
	t.place()
	return t, nil
}

// name is the task's name. It is long and seldom asked for.
func (t *task) name() string { return t.config.DataSources[0].ConfigKey.Name() }

// place takes a seat and makes the instance there, now or when a worker sits on it. The caller holds mu.
func (t *task) place() {
	pool := t.runtime.present()
	w := pool.Assign(t.id, t.config.ID, t.loop)
	if t.quarantined {
		w = pool.Quarantine(t.id)
	}
	if w != nil {
		t.configure(w)
	}
}

// settle makes the instance on the new worker of the task's seat. A worker that is not that, because the task has moved
// or the worker has died meanwhile, is passed over: the right one is on its way.
func (t *task) settle(w *Worker) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.gone || t.worker == w {
		return
	}
	pool := t.runtime.present()
	if pool.Holds(w, t.id) {
		t.configure(w)
	} else if !pool.Holds(t.worker, t.id) {
		t.worker = nil
	}
}

// configure makes the instance on a worker and starts the runs that wait for one. The caller holds mu.
func (t *task) configure(w *Worker) {
	first := t.config.DataSources[0]
	err := w.Configure(Task{
		ID: t.id, PluginClassname: t.class, Name: t.name(), Config: t.config, Interval: first.CycleTime.Seconds(),
		RunningTimeout: first.CycleTime.Seconds() * t.runtime.opts.RunningTimeout,
	})
	if errors.Is(err, errGone) {
		t.worker = nil // the pool names the next one
		return
	}
	t.worker, t.making, t.err = w, err == nil, nil
	if err != nil {
		t.tell(nil, err)
	}
	waiting := t.waiting
	t.waiting = nil
	for _, f := range waiting {
		f.timer.Stop()
		f.send()
	}
}

// made takes the answer to configure.
func (t *task) made(w *Worker, c Configured) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.worker != w || t.gone {
		return
	}
	t.making = false
	switch {
	case c.Err != nil:
		t.tell(nil, c.Err)
	case c.Loop != "" && c.Loop != w.Loop():
		t.leave()
		t.loop = c.Loop
		t.place()
	default:
		t.tell(c.StartDelay, nil)
	}
}

// leave has the instance cleaned up where it is. The caller holds mu.
func (t *task) leave() {
	if t.worker != nil {
		_ = t.worker.Drop(t.id) // a worker that is gone has lost it
	}
	t.worker, t.making, t.err = nil, false, nil
}

// tell notes how the making of the instance went, and tells who waits for the first. The caller holds mu.
func (t *task) tell(delay *float64, err error) {
	t.err = err
	if t.asked != nil {
		t.delay = delay
		close(t.asked)
		t.asked = nil
		return
	}
	if err != nil {
		t.runtime.log.Error("a plugin could not be made again", "task", t.name(), "error", err)
	}
}

// Made implements datasource.Elsewhere. When the worker dies meanwhile the next one is waited for.
func (t *task) Made(ctx context.Context) (*float64, error) {
	t.mu.Lock()
	asked := t.asked
	t.mu.Unlock()
	if asked != nil {
		select {
		case <-asked:
		case <-ctx.Done():
			return nil, t.runtime.noWorker()
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.gone {
		return nil, datasource.ErrTaskGone
	}
	return t.delay, t.err
}

// Collect hands the run to the worker, or to the next one. The chain's end fires the Deferred.
func (t *task) Collect(context.Context, *datasource.Config) (any, error) {
	f := newFlight(t)
	f.start()
	return f.end, nil
}

// Cleanup has the instance cleaned up where it is. How that went is in the log.
func (t *task) Cleanup(context.Context, *datasource.Config) error {
	t.mu.Lock()
	already := t.gone
	t.gone = true
	t.mu.Unlock()
	if already {
		return nil
	}
	t.giveUp(datasource.ErrTaskGone)
	t.runtime.present().Release(t.id)
	t.mu.Lock()
	t.leave()
	t.mu.Unlock()
	t.runtime.dismiss(t.id)
	return nil
}

// giveUp ends what waits for a worker: the task's first making, and runs.
func (t *task) giveUp(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.asked != nil {
		t.tell(nil, err)
	}
	waiting := t.waiting
	t.waiting = nil
	for _, f := range waiting {
		f.timer.Stop()
		f.end.Fire(&datasource.ChainEnd{Err: err}, nil)
	}
}

// quarantine moves the instance to the quarantine worker. A run in progress ends where it is: a worker drops a task
// after its run.
func (t *task) quarantine() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.quarantined || t.gone {
		return
	}
	t.quarantined = true
	t.leave()
	if w := t.runtime.present().Quarantine(t.id); w != nil {
		t.configure(w)
	}
}
