package runner

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// idleWait is somebody who waits for the runner to come to rest.
type idleWait struct {
	reached func(*Runner) bool
	signal  chan struct{}
}

// Drain starts no more jobs: those that wait are abandoned with ReasonStopping. It waits until the runs in flight are
// over, their code has returned, and the cleanups asked for are done. When ctx ends before, what is still in flight is
// settled with ErrShutdown, its contexts are ended and its Deferreds cancelled, and the code has one second more to
// return. The error says how many runs were cut short and what was left behind: goroutines in plugin code cannot be
// stopped from outside.
func (r *Runner) Drain(ctx context.Context) error {
	for _, job := range r.stopStarts() {
		r.opts.Abandoned(job, ReasonStopping)
	}
	if r.await(ctx, (*Runner).atRest) {
		return nil
	}
	var errs []error
	if n := r.cutShort(); n > 0 {
		errs = append(errs, fmt.Errorf("%d runs had not ended in time and were cut short", n))
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), returnGrace)
	defer cancel()
	if !r.await(grace, (*Runner).atRest) {
		errs = append(errs, r.leftBehind())
	}
	return errors.Join(errs...)
}

// atRest reports whether nothing is under way any more. The caller holds mu.
func (r *Runner) atRest() bool {
	return r.inFlight.size+r.unreleased+r.cleanups+r.active+r.stuck == 0
}

func (r *Runner) leftBehind() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Errorf("left behind: %d goroutines in plugin code, %d runs not released, %d cleanups not done",
		r.active+r.stuck, r.unreleased, r.cleanups)
}

// stopStarts empties the queue and releases the tasks of its jobs.
func (r *Runner) stopStarts() []Job {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.draining = true
	jobs := r.queue.takeAll()
	r.tally.Abandoned += uint64(len(jobs))
	for _, job := range jobs {
		job.Task.jobs--
		job.Task.Release()
		r.cleanIfDue(job.Task)
	}
	return jobs
}

// cutShort settles all runs in flight and returns how many.
func (r *Runner) cutShort() int {
	now := r.clock()
	var cut []*Run
	r.mu.Lock()
	r.inFlight.each(func(run *Run) {
		if run.claimed.CompareAndSwap(false, true) {
			cut = append(cut, run)
		}
	})
	r.mu.Unlock()
	for _, run := range cut {
		run.cutShort(now)
		r.tell(run)
	}
	r.mu.Lock()
	for _, run := range cut {
		r.book(run)
		if run.pending != nil {
			r.pushCancel(run)
		}
	}
	r.mu.Unlock()
	for _, run := range cut {
		run.endContexts()
	}
	return len(cut)
}

// Close stops the pool. A runner that is not drained is drained first, without waiting for its runs. Goroutines that
// are still in plugin code end when it returns.
func (r *Runner) Close() {
	if !r.isDrained() {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		if err := r.Drain(ended); err != nil {
			r.log.Warn("closed while runs were in flight", "error", err)
		}
	}
	r.mu.Lock()
	first, clean := !r.closed, r.atRest()
	r.closed = true
	r.mu.Unlock()
	if first {
		r.stopPool(clean)
	}
}

// AwaitReleased waits until no run is left whose code has not returned: a run is told as ended a moment before its task
// is free for the next. It gives up when a stuck one had the time that others need to notice, or ctx ends, and reports
// whether all are released.
func (r *Runner) AwaitReleased(ctx context.Context) bool {
	grace, cancel := context.WithTimeout(ctx, returnGrace)
	defer cancel()
	return r.await(grace, func(r *Runner) bool { return r.unreleased == 0 })
}

func (r *Runner) isDrained() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.draining
}

// poolExit is how long the pool's idle goroutines have to end; they only have to notice.
const poolExit = 5 * time.Second

func (r *Runner) stopPool(clean bool) {
	r.poke()
	<-r.done
	if !clean {
		r.pool.Release()
		return
	}
	if err := r.pool.ReleaseTimeout(poolExit); err != nil {
		r.log.Warn("pool goroutines did not end", "error", err)
	}
}

// await waits until reached holds, which is asked under the lock; false when ctx ended before.
func (r *Runner) await(ctx context.Context, reached func(*Runner) bool) bool {
	r.mu.Lock()
	if reached(r) {
		r.mu.Unlock()
		return true
	}
	wait := idleWait{reached, make(chan struct{})}
	r.idle = append(r.idle, wait)
	r.mu.Unlock()
	select {
	case <-wait.signal:
		return true
	case <-ctx.Done():
		return false
	}
}

// notifyIdle wakes those whose state of rest is reached. The caller holds mu.
func (r *Runner) notifyIdle() {
	waiting := r.idle[:0]
	for _, wait := range r.idle {
		if wait.reached(r) {
			close(wait.signal)
		} else {
			waiting = append(waiting, wait)
		}
	}
	r.idle = waiting
}
