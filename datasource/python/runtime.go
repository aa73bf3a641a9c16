package python

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/datasource"
)

// RuntimeOptions say how the tasks of Python plugins are run.
type RuntimeOptions struct {
	Pool            PoolOptions   // its Worker.Handlers and Handlers are the Runtime's own
	RunningTimeout  float64       // --runningtimeout: times a task's cycle time; 0 is none
	BlockingTimeout time.Duration // --blockingtimeout: a worker that a hook blocks for longer is killed; 0 or less never
	WorkerWait      time.Duration // how long a run waits for a worker before it ends as no_worker; default 1 min
	// Switch is called when a class has blocked workers so often that it is to be run no more.
	Switch func(class, why string)
	Logger hclog.Logger // required
}

// Runtime runs the tasks of Python plugins on a pool of workers. It survives its workers: their tasks are made again on
// the next one, without the state that they had.
//
// Locks are taken in this order: a task's, the Runtime's, the Pool's.
type Runtime struct {
	opts RuntimeOptions
	log  hclog.Logger

	stop context.CancelFunc
	over sync.WaitGroup

	mu        sync.Mutex // guards what follows
	pool      *Pool      // nil until the first task
	packs     []Pack
	tasks     map[uint64]*task
	flights   map[uint64]*flight // runs that a worker has, by their number
	lastTask  uint64
	lastRun   uint64
	offences  map[string]int // by class: how often it blocked a worker
	stateLost uint64
	failure   error // why no worker could be started the last time; nil once one could
	closed    bool
}

// NewRuntime returns a runtime that has no process yet.
func NewRuntime(opts RuntimeOptions) *Runtime {
	const workerWait = time.Minute
	opts.WorkerWait = orDefault(opts.WorkerWait, workerWait)
	r := &Runtime{
		opts: opts, log: opts.Logger,
		tasks: map[uint64]*task{}, flights: map[uint64]*flight{}, offences: map[string]int{},
	}
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	if opts.BlockingTimeout > 0 {
		r.over.Go(func() { r.watch(ctx) })
	}
	return r
}

// SetPacks says which packs the workers are to have. Those that run keep the packs that they were started with.
func (r *Runtime) SetPacks(packs []Pack) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pool != nil && !slices.Equal(packs, r.packs) {
		r.log.Warn("other ZenPacks are named now: python workers have them after a restart of the daemon")
	}
	r.packs = packs
}

// present returns the pool, nil before the first task.
func (r *Runtime) present() *Pool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pool
}

// newPool returns the pool of this runtime's workers. The caller holds mu.
func (r *Runtime) newPool() *Pool {
	opts := r.opts.Pool
	opts.Worker.Logger = r.opts.Logger
	opts.Worker.Welcome.Packs = r.packs
	opts.Worker.Describe = r.describe
	opts.Worker.Handlers = Handlers{
		Configured: r.configured, Result: r.result, Publish: r.publish, Interval: r.interval, Cleaned: r.cleaned, Call: r.call,
	}
	opts.Handlers = PoolHandlers{Ready: r.ready, Lost: r.lost, Failed: r.failed}
	return NewPool(opts)
}

// Type is the data source type of every data source whose plugin is Python code.
func (r *Runtime) Type() *datasource.Type {
	return &datasource.Type{
		Name: pythonSource, Class: "datasource/python.Python", Doc: "Runs a plugin class of a ZenPack.",
		New: func(c *datasource.Config, h datasource.Handle) (datasource.Plugin, error) { return r.newTask(c, h) },
	}
}

// Close drains the workers: runs may end, every instance is cleaned up, and what is left when ctx ends is killed. Runs
// that no worker has end at once. No task can be made from then on.
func (r *Runtime) Close(ctx context.Context) {
	r.stop()
	r.over.Wait()
	r.mu.Lock()
	r.closed = true
	pool := r.pool
	r.mu.Unlock()
	for _, t := range r.allTasks() {
		t.giveUp(errClosed)
	}
	if pool != nil {
		pool.Close(ctx)
	}
}

var errClosed = errors.New("no_worker: the daemon ends, its python workers are drained")

func (r *Runtime) isClosed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closed
}

// StateLost returns how many times instances had to be made again because their worker died.
func (r *Runtime) StateLost() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stateLost
}

// enrol gives a task its number.
func (r *Runtime) enrol(t *task) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return errClosed
	}
	if r.pool == nil {
		r.pool = r.newPool()
	}
	r.lastTask++
	t.id = r.lastTask
	// Whichever comes second, this or the offence that sends the class there, sees the first.
	t.quarantined = r.offences[t.class] >= quarantineAfter
	r.tasks[t.id] = t
	return nil
}

func (r *Runtime) dismiss(task uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.tasks, task)
}

// task returns a task that is still there, nil for others.
func (r *Runtime) task(id uint64) *task {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tasks[id]
}

// allTasks returns the tasks there are, oldest first.
func (r *Runtime) allTasks() []*task {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]*task, 0, len(r.tasks))
	for _, id := range slices.Sorted(maps.Keys(r.tasks)) {
		list = append(list, r.tasks[id])
	}
	return list
}

// describe says whose line of the log it is.
func (r *Runtime) describe(id, run uint64) []any {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tasks[id]
	if f := r.flights[run]; t == nil && f != nil {
		t = f.task
	}
	if t == nil {
		return nil
	}
	return []any{"plugin", t.class, "device", t.config.ID}
}

// noWorker is the error of what waited for a worker in vain.
func (r *Runtime) noWorker() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure != nil {
		return fmt.Errorf("%w: %w", errNoWorker, r.failure)
	}
	return errNoWorker
}

// errNoWorker is the error of an instance or a run that no worker came up for.
var errNoWorker = errors.New("no_worker: no python worker came up in time: see the log, and `zenpython python setup`")
