package main

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// measureSchedule runs tasks in a collector and looks how late they start and what they cost.
func measureSchedule(ctx context.Context, j job) (measurement, error) {
	o := &observer{}
	o.register()
	before := memory()
	var inventoried float64
	b := &built{between: func() { inventoried = memory() }}
	if err := b.ofInventory(ctx, j.inventory(typeTimed)); err != nil {
		return nil, err
	}
	d, err := startDaemon(ctx, b.set, nil)
	if err != nil {
		return nil, err
	}
	if err := o.warmUp(ctx, j); err != nil {
		return nil, err
	}
	m, err := o.watch(ctx, j)
	if err != nil {
		return nil, err
	}
	m["missed"] = float64(missed(d))
	// Between runs: what runs in flight hold is little, and theirs.
	m["memory"] = memory() - before
	m["inventory"] = inventoried - before
	runtime.KeepAlive(b)
	return m, d.close()
}

func (j job) inventory(sourceType string) inventory {
	return inventory{devices: j.Tasks, sources: 1, sourceType: sourceType, interval: j.Interval}
}

// warmUp waits until every task has run once, and as long as the first slot after that may be passed over.
func (o *observer) warmUp(ctx context.Context, j job) error {
	for o.first.Load() < int64(j.Tasks) {
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			return fmt.Errorf("%d of %d tasks have run: %w", o.first.Load(), j.Tasks, err)
		}
	}
	// Constructing and first runs have left garbage; the pace of a young heap is not what is measured.
	runtime.GC()
	return sleep(ctx, j.Interval/2)
}

// watch counts starts for a while.
func (o *observer) watch(ctx context.Context, j job) (measurement, error) {
	stopProfile, err := startProfile(j.Profile)
	if err != nil {
		return nil, err
	}
	defer stopProfile()
	usedBefore, err := cpuTime()
	if err != nil {
		return nil, err
	}
	o.active.Store(true)
	if err := sleep(ctx, j.Measure); err != nil {
		return nil, err
	}
	o.active.Store(false)
	used, err := cpuTime()
	if err != nil {
		return nil, err
	}
	runs := float64(o.late.count())
	if runs == 0 {
		return nil, fmt.Errorf("no task was run in %v", j.Measure)
	}
	return measurement{
		"runs": runs, "cpu": (used - usedBefore).Seconds(),
		"p50": milliseconds(o.late.quantile(0.5)), "p99": milliseconds(o.late.quantile(0.99)), "max": milliseconds(o.late.longest()),
	}, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func missed(d *daemon) (n uint64) {
	for _, count := range d.Statistics().Missed {
		n += count
	}
	return n
}
