package collector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/zenpython/zenpython/collector/runner"
	"github.com/zenpython/zenpython/collector/scheduler"
)

// ErrRunsFailed is returned by Run when a run without --cycle had failures: outcomes error, timeout or worker_died, or
// a task that could not be built.
var ErrRunsFailed = errors.New("some runs failed")

// ErrNoTasks is returned by Run when a run without --cycle has nothing to run (upstream waits for ever there, spec §10
// defect 7).
var ErrNoTasks = errors.New("there is nothing to run")

// modelRounds bounds how often a round is followed by the tasks of components that its maps have just added.
const modelRounds = 3

// rounds are the runs of a collector without --cycle: every task once, --runs times.
type rounds struct {
	waiting sync.WaitGroup

	mtx    sync.Mutex // guards failed
	failed bool
}

func newRounds() *rounds { return &rounds{} }

// ended notes the end of one run.
func (r *rounds) ended(o runner.Outcome) {
	if o == runner.OutcomeError || o == runner.OutcomeTimeout || o == runner.OutcomeWorkerDied {
		r.mtx.Lock()
		r.failed = true
		r.mtx.Unlock()
	}
	r.waiting.Done()
}

func (r *rounds) hadFailures() bool {
	r.mtx.Lock()
	defer r.mtx.Unlock()
	return r.failed
}

// runRounds runs every task once a round. Maps are awaited at the end of each: the tasks of components that they add
// run in the same round, so that one run shows all there is.
func (c *Collector) runRounds(ctx context.Context) error {
	set, err := c.load(ctx)
	if err != nil {
		return err
	}
	added := c.apply(set)
	c.ready.Store(true)
	if len(added) == 0 {
		return c.nothingToRun()
	}
	for n := 1; n <= c.opts.Settings.Runs; n++ {
		if n > 1 && !pause(ctx, c.opts.Settings.Pause) {
			return ctx.Err()
		}
		if err := c.round(ctx, n); err != nil {
			return err
		}
	}
	if c.rounds.hadFailures() || c.unbuiltTasks() > 0 {
		return ErrRunsFailed
	}
	return nil
}

func (c *Collector) nothingToRun() error {
	if c.unbuiltTasks() > 0 {
		return fmt.Errorf("%w: no task could be built", ErrNoTasks)
	}
	return fmt.Errorf("%w: no data source is left after the inventory and the filters (-d, --datasource, --collect, --ignore)", ErrNoTasks)
}

// round runs all tasks for the nth time, and those that appear meanwhile.
func (c *Collector) round(ctx context.Context, n int) error {
	todo := c.snapshot()
	for range modelRounds {
		if err := c.runOnce(ctx, todo, n); err != nil {
			return err
		}
		if err := c.opts.Queue.Flush(ctx); err != nil {
			return fmt.Errorf("flushing the records of round %d: %w", n, err)
		}
		set, err := c.opts.Source.Refresh(ctx)
		if err != nil {
			return fmt.Errorf("building the configs again: %w", err)
		}
		if todo = c.apply(set); len(todo) == 0 {
			break
		}
	}
	return nil
}

// runOnce runs the tasks and waits for their ends. A plugin's start delay is honoured, as upstream does (spec §4.15).
func (c *Collector) runOnce(ctx context.Context, list []*task, n int) error {
	c.runner.AwaitReleased(ctx)
	c.opts.Progress.Expect(len(list))
	c.rounds.waiting.Add(len(list))
	for _, t := range list {
		delay, _ := t.startDelay()
		if n > 1 || delay <= 0 {
			c.enqueue(t, n)
			continue
		}
		timer := time.AfterFunc(delay, func() { c.enqueue(t, n) })
		defer timer.Stop() //nolint:gocritic // a round that is cut short starts none of its tasks any more
	}
	over := make(chan struct{})
	go func() { c.rounds.waiting.Wait(); close(over) }()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("round %d was cut short: %w", n, ctx.Err())
	}
}

// enqueue hands one run to the runner, for the slot of this moment. A task whose last run is not over yet (its code did
// not return) is missed, and the round is not held up by it.
func (c *Collector) enqueue(t *task, n int) {
	now := c.opts.Now()
	if !t.Enter() {
		c.log.Error("a task's last run has not returned: it misses this round", "task", t.Config.Name(), "state", t.State())
		c.rounds.ended(runner.OutcomeError)
		return
	}
	slot := scheduler.SlotAt(identityHash(t.Config.Identity), t.Config.Interval, now)
	c.runner.Enqueue([]runner.Job{{Task: &t.Task, Slot: slot.UnixNano(), Due: now, Number: n}})
}

// pause waits between two rounds and reports whether ctx still lives.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
