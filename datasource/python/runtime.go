package python

import (
	"context"
	"errors"
	"fmt"
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
	// Switch is called when a class has blocked workers so often that it is to be run no more.
	Switch func(class, why string)
	Logger hclog.Logger // required
}

// Runtime runs the tasks of Python plugins on a pool of workers. It survives its workers: their tasks are made again on
// the next one, without the state that they had.
type Runtime struct {
	opts RuntimeOptions
	log  hclog.Logger

	stop context.CancelFunc
	over sync.WaitGroup

	mu        sync.Mutex // guards what follows
	pool      *Pool      // nil until the first task
	packs     []Pack
	tasks     map[uint64]*task
	runs      map[uint64]*flight
	lastTask  uint64
	lastRun   uint64
	offences  map[string]int // by class: how often it blocked a worker
	stateLost uint64
}

// flight is a run on its way.
type flight struct {
	task *task
	end  *datasource.Deferred
}

// NewRuntime returns a runtime that has no process yet.
func NewRuntime(opts RuntimeOptions) *Runtime {
	r := &Runtime{
		opts: opts, log: opts.Logger,
		tasks: map[uint64]*task{}, runs: map[uint64]*flight{}, offences: map[string]int{},
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

// workers returns the pool, made when it is first needed.
func (r *Runtime) workers() *Pool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pool != nil {
		return r.pool
	}
	opts := r.opts.Pool
	opts.Worker.Logger = r.opts.Logger
	opts.Worker.Welcome.Packs = r.packs
	opts.Worker.Describe = r.describe
	opts.Worker.Handlers = Handlers{
		Configured: r.configured, Result: r.result, Publish: r.publish, Interval: r.interval, Call: r.call,
	}
	opts.Handlers = PoolHandlers{Ready: r.ready, Lost: r.lost}
	r.pool = NewPool(opts)
	return r.pool
}

// Type is the data source type of every data source whose plugin is Python code.
func (r *Runtime) Type() *datasource.Type {
	return &datasource.Type{
		Name: pythonSource, Class: "datasource/python.Python", Doc: "Runs a plugin class of a ZenPack.",
		New: func(c *datasource.Config, h datasource.Handle) (datasource.Plugin, error) { return r.newTask(c, h) },
	}
}

// Close drains the workers: runs may end, every instance is cleaned up, and what is left when ctx ends is killed.
func (r *Runtime) Close(ctx context.Context) {
	r.stop()
	r.over.Wait()
	if pool := r.present(); pool != nil {
		pool.Close(ctx)
	}
}

// StateLost returns how many times instances had to be made again because their worker died.
func (r *Runtime) StateLost() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stateLost
}

// task returns a task that is still there, nil for others.
func (r *Runtime) task(id uint64) *task {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tasks[id]
}

// ready configures a new worker with the tasks of its seat, and gives it the runs that the one before did not begin.
func (r *Runtime) ready(w *Worker, ids []uint64) {
	for _, id := range ids {
		if t := r.task(id); t != nil {
			t.settle(w)
		}
	}
}

// lost ends the runs that a worker died under. Those that had not begun wait for the next one.
func (r *Runtime) lost(_ *Worker, exit Exit) {
	cause := fmt.Errorf("%w: %s", datasource.ErrWorkerDied, exitText(exit))
	for _, id := range exit.Started {
		r.finish(id, &datasource.ChainEnd{Err: cause})
	}
	r.mu.Lock()
	r.stateLost += uint64(len(exit.Tasks))
	r.mu.Unlock()
	for _, id := range exit.Unstarted {
		r.again(id)
	}
}

func exitText(exit Exit) string {
	if exit.Reason != "" {
		return exit.Reason
	}
	return exit.Status.String()
}

// again puts a run back on its task's list for the next worker.
func (r *Runtime) again(id uint64) {
	r.mu.Lock()
	f := r.runs[id]
	delete(r.runs, id)
	r.mu.Unlock()
	if f != nil {
		f.task.start(f.end)
	}
}

// begin gives a run its number.
func (r *Runtime) begin(f *flight) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lastRun++
	r.runs[r.lastRun] = f
	return r.lastRun
}

// finish fires the end of a run.
func (r *Runtime) finish(id uint64, end *datasource.ChainEnd) {
	r.mu.Lock()
	f := r.runs[id]
	delete(r.runs, id)
	r.mu.Unlock()
	if f != nil {
		f.end.Fire(end, nil)
	}
}

func (r *Runtime) configured(w *Worker, c Configured) {
	if t := r.task(c.Task); t != nil {
		t.made(w, c)
	}
}

func (r *Runtime) result(_ *Worker, res Result) {
	end := &datasource.ChainEnd{Data: res.Data, TimedOut: res.TimedOut, Handled: res.Outcome != OutcomeOK}
	if res.Err != nil {
		end.Err = res.Err
		if isRunningTimeout(res.Err) {
			end.Err = fmt.Errorf("%w", datasource.ErrRunningTimeout)
		}
	}
	if res.Raised {
		end.Raised = errRaised
		if res.Err != nil {
			end.Raised = res.Err
		}
	}
	r.finish(res.Run, end)
}

// errRaised stands for an exception of collect itself that a hook has handled.
var errRaised = errors.New("collect raised")

func isRunningTimeout(err *Error) bool {
	const name = "RunningTimeoutError"
	return err.Type == name || len(err.Type) > len(name) && err.Type[len(err.Type)-len(name)-1:] == "."+name
}

func (r *Runtime) publish(_ *Worker, id uint64, data *datasource.Data) {
	if t := r.task(id); t != nil {
		if err := t.handle.Publish(context.Background(), data); err != nil {
			r.log.Debug("published in vain", "task", t.name, "error", err)
		}
	}
}

func (r *Runtime) interval(_ *Worker, id uint64, seconds float64) {
	if t := r.task(id); t != nil {
		if err := t.handle.ChangeInterval(seconds); err != nil {
			r.log.Warn("an interval was refused", "task", t.name, "error", err)
		}
	}
}

// call answers getService(...).callRemote: the hub's services come with the hub.
func (r *Runtime) call(w *Worker, c Call) {
	err := fmt.Errorf("service %q has no method %q here", c.Service, c.Method)
	if err := w.Answer(c.ID, nil, err); err != nil {
		r.log.Debug("a call could not be answered", "service", c.Service, "error", err)
	}
}

// describe says whose line of the log it is.
func (r *Runtime) describe(id, run uint64) []any {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.tasks[id]
	if f := r.runs[run]; t == nil && f != nil {
		t = f.task
	}
	if t == nil {
		return nil
	}
	return []any{"plugin", t.class, "device", t.config.ID}
}
