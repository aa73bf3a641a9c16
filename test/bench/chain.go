package main

import (
	"context"
	"fmt"
	"time"

	"github.com/zenpython/zenpython/collector/scheduler"
)

// The promise of figure chain, and what is offered to see whether it holds: tasks at the shortest interval there is.
const (
	chainTarget = 300_000 // runs a second
	chainTasks  = 34_000
)

// measureChain runs tasks that do nothing, more often than is asked for, and counts the runs.
func measureChain(ctx context.Context, j job) (measurement, error) {
	o := &observer{}
	o.register()
	b := &built{}
	if err := b.ofInventory(ctx, j.inventory(typeIdle)); err != nil {
		return nil, err
	}
	d, err := startDaemon(ctx, b.set, nil)
	if err != nil {
		return nil, err
	}
	for ran(d) < uint64(10*j.Tasks) { // past the start, and what it allocates
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			return nil, err
		}
	}
	stopProfile, err := startProfile(j.Profile)
	if err != nil {
		return nil, err
	}
	defer stopProfile()
	usedBefore, err := cpuTime()
	if err != nil {
		return nil, err
	}
	began, runs, lost, allocated := time.Now(), ran(d), missed(d), allocations()
	if err := sleep(ctx, j.Measure); err != nil {
		return nil, err
	}
	took, after, allocatedAfter := time.Since(began), ran(d), allocations()
	used, err := cpuTime()
	if err != nil {
		return nil, err
	}
	done := float64(after - runs)
	return measurement{
		"rate": done / took.Seconds(), "offered": float64(j.Tasks) / j.Interval.Seconds(),
		"missed": float64(missed(d) - lost), "allocations": (allocatedAfter - allocated) / done,
		"cores": (used - usedBefore).Seconds() / took.Seconds(),
	}, d.close()
}

func ran(d *daemon) (n uint64) {
	for _, count := range d.Statistics().Runs {
		n += count
	}
	return n
}

func chainFigure(ctx context.Context, s *session) ([]string, []row, error) {
	j := job{What: "chain", Tasks: s.scale.chain, Interval: scheduler.MinInterval, Measure: s.scale.Measure}
	opts := []string{
		fmt.Sprintf("%d tasks every %s, a device each, whose plugin returns at once with nothing: %.0f slots a second are offered",
			j.Tasks, seconds(j.Interval), float64(j.Tasks)/j.Interval.Seconds()),
		"default options; run metrics off; scheduler → runner → processor → queue with a publisher that discards",
	}
	measured, err := s.rounds(ctx, j)
	if err != nil {
		return opts, nil, err
	}
	m := measured[0]
	return opts, []row{
		newRow("runs a second", "runs/s", m["rate"]).atLeast(chainTarget),
		newRow("slots missed, a second", "", m["missed"].by(s.scale.Measure.Seconds())),
		newRow("allocations a run", "", m["allocations"]),
		newRow("cores busy", "", m["cores"]),
	}, nil
}
