package python

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Pauses before a worker is started again.
const (
	maxBackoff = 30 * time.Second
	// steady is the life after which a death counts as the first again.
	steady = time.Minute
)

// seat is a place for one worker at a time. Its fields are the pool's, under its lock.
type seat struct {
	pool      *Pool
	key       seatKey
	worker    *Worker // nil while there is none
	tasks     map[uint64]struct{}
	retired   map[*Worker]struct{} // replaced, and finishing
	recycling bool                 // an order is on its way or being done
	orders    chan string          // reasons to replace the worker; room for the one that there can be
}

func newSeat(p *Pool, key seatKey) *seat {
	return &seat{pool: p, key: key, tasks: map[uint64]struct{}{}, retired: map[*Worker]struct{}{}, orders: make(chan string, 1)}
}

func (s *seat) name() string {
	if s.key.number == quarantine {
		return fmt.Sprintf("python-%s-quarantine", s.key.loop)
	}
	return fmt.Sprintf("python-%s-%d", s.key.loop, s.key.number)
}

// keep keeps a worker on the seat until the pool closes.
func (s *seat) keep() {
	failures := 0
	for s.pool.ctx.Err() == nil {
		w, err := s.start()
		if err == nil {
			born := time.Now()
			s.attend(s.install(w))
			if time.Since(born) >= steady {
				failures = 0
			}
		}
		pause := backoff(failures, s.pool.opts.Backoff)
		failures++
		s.failed(err, pause)
		select {
		case <-s.pool.ctx.Done():
		case <-time.After(pause):
		}
	}
}

// backoff is the pause after so many failures in a row; the first costs nothing.
func backoff(failures int, first time.Duration) time.Duration {
	if failures == 0 {
		return 0
	}
	const enough = 16 // doublings
	return min(first<<min(failures-1, enough), maxBackoff)
}

func (s *seat) start() (*Worker, error) {
	opts := s.pool.opts.Worker
	opts.Name, opts.Loop = s.name(), s.key.loop
	opts.Handlers.Exit = s.exited
	return Start(s.pool.ctx, opts)
}

// failed tells of a start that failed; a death has been told of by Lost.
func (s *seat) failed(err error, pause time.Duration) {
	if err == nil || s.pool.ctx.Err() != nil {
		return
	}
	s.pool.log.Error("python worker", "name", s.name(), "error", err, "again_in", pause)
	if s.pool.opts.Handlers.Failed != nil {
		s.pool.opts.Handlers.Failed(err, pause)
	}
}

// install makes w the seat's worker and has its tasks configured.
func (s *seat) install(w *Worker) *Worker {
	p := s.pool
	p.mu.Lock()
	s.worker = w
	if w.proc.gone() {
		s.worker = nil // exited has passed, or will and find nothing to do
	}
	tasks := slices.Sorted(maps.Keys(s.tasks))
	p.mu.Unlock()
	if p.opts.Handlers.Ready != nil {
		p.opts.Handlers.Ready(w, tasks)
	}
	return w
}

// attend stays with the seat's worker, and with those that replace it, until one dies or the pool closes.
func (s *seat) attend(w *Worker) {
	for {
		select {
		case <-w.Done():
			s.forgetOrder()
			return
		case <-s.pool.ctx.Done():
			w.Close(s.pool.closing)
			return
		case reason := <-s.orders:
			w = s.replace(w, reason)
		}
	}
}

// forgetOrder drops the order to replace a worker that has died: the next one has done nothing yet.
func (s *seat) forgetOrder() {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	s.recycling = false
	select {
	case <-s.orders:
	default:
	}
}

// replace puts a new worker in w's place and drains w. When none can be started w stays.
func (s *seat) replace(w *Worker, reason string) *Worker {
	p := s.pool
	p.log.Info("replacing a python worker", "name", s.name(), "pid", w.PID(), "reason", reason)
	if p.opts.Handlers.Recycled != nil {
		p.opts.Handlers.Recycled(w, reason)
	}
	fresh, err := s.start()
	s.forgetOrder()
	if err != nil {
		s.failed(err, p.opts.Check)
		return w
	}
	s.retire(w)
	s.install(fresh)
	p.keep.Go(func() { p.drain(w) })
	return fresh
}

// retire books that the tasks of w are no longer its own. One that has died meanwhile has lost them instead.
func (s *seat) retire(w *Worker) {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	if s.worker == w {
		s.retired[w] = struct{}{}
	}
}

// drain lets a replaced worker finish what runs, for a while.
func (p *Pool) drain(w *Worker) {
	limit, cancel := context.WithTimeout(context.Background(), p.opts.Draining)
	defer cancel()
	stop := context.AfterFunc(p.ctx, func() {
		select {
		case <-p.closing.Done():
		case <-limit.Done():
		}
		cancel()
	})
	defer stop()
	w.Close(limit)
}

// exited is told by every worker of the seat, on its own goroutine.
func (s *seat) exited(w *Worker, exit Exit) {
	p := s.pool
	p.mu.Lock()
	if s.worker == w {
		s.worker = nil
	}
	if _, retired := s.retired[w]; retired {
		delete(s.retired, w)
		exit.Tasks = nil
	}
	p.mu.Unlock()
	if p.opts.Handlers.Lost != nil && len(exit.Tasks)+len(exit.Started)+len(exit.Unstarted) > 0 {
		p.opts.Handlers.Lost(w, exit)
	}
}
