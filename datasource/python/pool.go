package python

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"
	hclog "github.com/hashicorp/go-hclog"
)

// PoolOptions say how many workers there are, what they may use and who is told of their lives.
type PoolOptions struct {
	// Worker is what all workers are started with; the pool sets Name and Loop, and takes Handlers.Exit for itself.
	Worker   Options
	Workers  int           // of each loop, started when they get their first task; default one a CPU
	MaxRSS   int64         // bytes of a worker and its descendants; 0 is no bound
	MaxFDs   int           // open file descriptors of a worker; 0 is no bound
	Check    time.Duration // how often the bounds are looked at; default 10 s
	Backoff  time.Duration // pause before a worker that died soon again is restarted, doubled to 30 s; default 1 s
	Draining time.Duration // how long a worker that is replaced may finish what runs; default 1 min
	Handlers PoolHandlers
}

// PoolHandlers are told of the lives of a pool's workers, in part at the same time: Lost of a worker may come while its
// Ready still runs, but Ready of the next one only after it.
type PoolHandlers struct {
	// Ready names the tasks that w is to be configured with: those of the worker before it, which died or is about to be
	// drained, and those assigned while there was none. Once it returns, a worker that is replaced gets no more runs.
	// Tasks that have been released meanwhile are to be passed over.
	Ready func(w *Worker, tasks []uint64)
	// Lost says that a worker ended under its runs or tasks. One that was replaced has no tasks; one that was replaced and
	// has finished its runs is not told of.
	Lost func(*Worker, Exit)
	// Failed says that a worker cannot be started, and after what pause it is tried again.
	Failed func(err error, again time.Duration)
	// Recycled says that a worker is being replaced, and why.
	Recycled func(w *Worker, reason string)
}

// Pool keeps workers alive and places tasks on them. A task stays on its seat, whichever process sits there: seats of one
// loop share the tasks out by a hash of their affinity, and one more seat a loop is the quarantine. A poisonous task thus
// takes one worker down again and again, never one after another.
type Pool struct {
	opts PoolOptions
	log  hclog.Logger

	ctx    context.Context // ends starts that are under way
	cancel context.CancelFunc
	keep   sync.WaitGroup

	mu     sync.Mutex
	seats  map[seatKey]*seat
	seatOf map[uint64]*seat // by task
	closed bool
	// closing ends the workers' time to finish; set before ctx ends.
	closing context.Context
}

type seatKey struct {
	loop   Loop
	number int // quarantine is 0
}

// quarantine is the number of the seat for tasks that may not sit with others.
const quarantine = 0

// NewPool returns a pool that has no process yet.
func NewPool(opts PoolOptions) *Pool {
	const check, backoff, draining = 10 * time.Second, time.Second, time.Minute
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	opts.Check = orDefault(opts.Check, check)
	opts.Backoff = orDefault(opts.Backoff, backoff)
	opts.Draining = orDefault(opts.Draining, draining)
	p := &Pool{opts: opts, log: opts.Worker.Logger, seats: map[seatKey]*seat{}, seatOf: map[uint64]*seat{}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	if opts.MaxRSS > 0 || opts.MaxFDs > 0 {
		p.keep.Go(p.watch)
	}
	return p
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

// Assign gives a task its seat and returns the worker there, to be configured now; nil while there is none: Ready will
// name the task. Tasks of one affinity (a device, as a rule) share a worker.
func (p *Pool) Assign(task uint64, affinity string, loop Loop) *Worker {
	return p.seatTask(task, p.keyOf(affinity, loop))
}

func (p *Pool) keyOf(affinity string, loop Loop) seatKey {
	number := xxhash.Sum64String(affinity) % uint64(p.opts.Workers)
	return seatKey{loop, 1 + int(number)}
}

// Quarantine moves an assigned task to the quarantine of its loop and returns the worker there, as Assign does. Dropping
// the task from its old worker is the caller's.
func (p *Pool) Quarantine(task uint64) *Worker {
	p.mu.Lock()
	s := p.seatOf[task]
	p.mu.Unlock()
	if s == nil {
		return nil
	}
	return p.seatTask(task, seatKey{s.key.loop, quarantine})
}

func (p *Pool) seatTask(task uint64, key seatKey) *Worker {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	s := p.seats[key]
	if s == nil {
		s = newSeat(p, key)
		p.seats[key] = s
		p.keep.Go(s.keep)
	}
	if before := p.seatOf[task]; before != nil {
		delete(before.tasks, task)
	}
	p.seatOf[task] = s
	s.tasks[task] = struct{}{}
	return s.worker
}

// Holds reports whether w is the worker of the task's seat at this moment; nil is nobody's.
func (p *Pool) Holds(w *Worker, task uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.seatOf[task]
	return w != nil && s != nil && s.worker == w
}

// Release forgets a task.
func (p *Pool) Release(task uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.seatOf[task]; s != nil {
		delete(s.tasks, task)
		delete(p.seatOf, task)
	}
}

// Recycle replaces a worker: a new one is started and made Ready, then the old one finishes what runs and exits. A worker
// that is no longer its seat's is left alone.
func (p *Pool) Recycle(w *Worker, reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.seats {
		if s.worker != w || s.recycling {
			continue
		}
		s.recycling = true
		s.orders <- reason
	}
}

// Workers returns the workers there are, quarantine included, by name.
func (p *Pool) Workers() []*Worker {
	p.mu.Lock()
	defer p.mu.Unlock()
	var workers []*Worker
	for _, s := range p.seats {
		if s.worker != nil {
			workers = append(workers, s.worker)
		}
	}
	slices.SortFunc(workers, func(a, b *Worker) int {
		switch {
		case a.Name() < b.Name():
			return -1
		case a.Name() > b.Name():
			return 1
		}
		return 0
	})
	return workers
}

// Close drains all workers, kills those that have not ended when ctx does, and returns when all are gone.
func (p *Pool) Close(ctx context.Context) {
	p.mu.Lock()
	if !p.closed {
		p.closed, p.closing = true, ctx
	}
	p.mu.Unlock()
	p.cancel()
	p.keep.Wait()
}

// watch recycles workers that have grown beyond their bounds.
func (p *Pool) watch() {
	tick := time.NewTicker(p.opts.Check)
	defer tick.Stop()
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-tick.C:
		}
		for _, w := range p.Workers() {
			p.checkUsage(w)
		}
	}
}

func (p *Pool) checkUsage(w *Worker) {
	usage, err := w.Usage()
	if err != nil {
		p.log.Warn("python workers cannot be held to their bounds", "error", err)
		return
	}
	switch reason, far := p.opts.excess(usage); {
	case far:
		w.Kill(reason)
	case reason != "":
		p.Recycle(w, reason)
	}
}

// excess says which bound is passed, and whether so far that there is no time to drain.
func (o *PoolOptions) excess(u Usage) (reason string, far bool) {
	const farTimes, mib = 2, 1 << 20
	if o.MaxRSS > 0 && u.RSS > o.MaxRSS {
		return fmt.Sprintf("its processes hold %d MiB of memory, %d are allowed", u.RSS/mib, o.MaxRSS/mib), u.RSS > farTimes*o.MaxRSS
	}
	if o.MaxFDs > 0 && u.FDs > o.MaxFDs {
		return fmt.Sprintf("it has %d file descriptors open, %d are allowed", u.FDs, o.MaxFDs), false
	}
	return "", false
}
