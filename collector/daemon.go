package collector

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/zenpython/zenpython/configs"
)

// drainGrace is how long runs may go on after the order to stop; flushGrace is how long records may then still be
// brought to the hub.
const (
	drainGrace = 15 * time.Second
	flushGrace = 10 * time.Second
)

// heartbeatEvery is upstream's time between heartbeats (spec §4.18).
const heartbeatEvery = 300 * time.Second

// Run collects until ctx ends and then stops in order: no new runs, running ones drained, plugins cleaned up, records
// flushed. Without --cycle it ends by itself after its rounds. Its error is nil when nothing failed; ErrRunsFailed
// when runs did.
func (c *Collector) Run(ctx context.Context) error {
	var err error
	if c.rounds != nil {
		err = c.runRounds(ctx)
	} else {
		err = c.cycle(ctx)
	}
	// The order to stop has been given: what is left to do has its own deadlines.
	return errors.Join(err, c.stop(context.WithoutCancel(ctx)))
}

// cycle runs on the schedule until ctx ends.
func (c *Collector) cycle(ctx context.Context) error {
	set, err := c.load(ctx)
	if err != nil {
		return err
	}
	c.tellStarted()
	c.apply(set)
	c.ready.Store(true)
	c.log.Info("collecting", "devices", set.DeviceCount(), "tasks", len(set.Tasks), "problems", len(set.Problems))
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return c.scheduler.Run(ctx) })
	g.Go(func() error {
		return ignoreEnd(ctx, c.opts.Source.Watch(ctx, func(set *configs.Set) { c.apply(set) }))
	})
	g.Go(func() error { return every(ctx, heartbeatEvery, c.heartbeat) })
	g.Go(func() error { return every(ctx, c.opts.Settings.WriteStatistics, c.postStatistics) })
	g.Go(func() error { return every(ctx, c.summaryEvery(), c.logSummary) })
	g.Go(func() error { return every(ctx, c.opts.Settings.LogTaskStats, c.LogTasks) })
	err = g.Wait()
	c.ready.Store(false)
	return err
}

// load gets the first set.
func (c *Collector) load(ctx context.Context) (*configs.Set, error) {
	set, err := c.opts.Source.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("loading the configs: %w", err)
	}
	if c.opts.Loaded != nil {
		c.opts.Loaded(set)
	}
	return set, nil
}

// every calls f at once and then each d until ctx ends; never with d 0.
func every(ctx context.Context, d time.Duration, f func()) error {
	if d <= 0 {
		return nil
	}
	tick := time.NewTicker(d)
	defer tick.Stop()
	f()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			f()
		}
	}
}

// ignoreEnd makes nothing of an error that is only the end of ctx.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}

// stop drains the runs, cleans every plugin up, and flushes what they gave.
func (c *Collector) stop(ctx context.Context) error {
	drain, cancel := context.WithTimeout(ctx, drainGrace)
	defer cancel()
	var errs []error
	for _, t := range c.snapshot() {
		c.end(t)
	}
	if err := c.runner.Drain(drain); err != nil {
		// They are accounted for, each with its outcome: stopping has not failed.
		c.log.Warn("not every run ended in time", "error", err)
	}
	c.runner.Close()
	if c.rounds == nil {
		c.tellStopped()
	}
	flush, cancel := context.WithTimeout(ctx, flushGrace)
	defer cancel()
	if err := c.opts.Queue.Close(flush); err != nil {
		errs = append(errs, fmt.Errorf("flushing the records: %w", err))
	}
	return errors.Join(errs...)
}
