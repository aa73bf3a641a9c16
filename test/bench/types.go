package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/datasource"
)

// The data source types that are measured, by the names that inventories give them.
const (
	typeTimed = "BenchTimed" // notes when its runs start, and gives both its values
	typeIdle  = "BenchIdle"  // does nothing
)

// observer is what the plugins of this process tell.
type observer struct {
	active    atomic.Bool // whether starts are counted
	late      latencies   // from slot to start, of the counted starts
	instances atomic.Int64
	first     atomic.Int64 // instances that have run at least once
	firstAt   atomic.Int64 // unix nanoseconds of the first start of any instance
	lastAt    atomic.Int64 // and of the first start of the last instance
}

// register makes the types known. What their plugins see goes to o.
func (o *observer) register() {
	// One result for all runs: it must not be changed, and making it is no part of what is measured.
	both := &datasource.Data{Values: datasource.Values{datasource.DeviceLevel: {"first": 1.5, "second": 2.5}}}
	datasource.Register(&datasource.Type{
		Name: typeTimed, Class: "datasource/bench.Timed", Doc: "Notes when it is run.", AnyPoint: true,
		New: func(c *datasource.Config, _ datasource.Handle) (datasource.Plugin, error) {
			o.instances.Add(1)
			return &timedPlugin{observer: o, result: both, phase: phaseOf(c)}, nil
		},
	})
	datasource.Register(&datasource.Type{
		Name: typeIdle, Class: "datasource/bench.Idle", Doc: "Does nothing.", AnyPoint: true,
		New: func(*datasource.Config, datasource.Handle) (datasource.Plugin, error) { return idlePlugin{}, nil },
	})
}

// phaseOf returns where in its interval the slots of a task lie, as docs and scheduler define it. That the plugins work
// it out for themselves makes them witnesses: a start is late by what lies between it and the slot of absolute time.
func phaseOf(c *datasource.Config) time.Duration {
	source := c.DataSources[0]
	return scheduler.Phase(scheduler.Hash([]byte(c.ID+"\x00"+source.ConfigKey.Encoded())), source.CycleTime)
}

type timedPlugin struct {
	datasource.Base
	observer *observer
	result   *datasource.Data
	phase    time.Duration
	hasRun   bool
}

// Collect notes its start, and gives both values.
func (p *timedPlugin) Collect(_ context.Context, c *datasource.Config) (any, error) {
	now := time.Now().UnixNano()
	switch {
	case !p.hasRun:
		// It is spread, and not on the grid.
		p.hasRun = true
		p.observer.sawFirst(now)
	case p.observer.active.Load():
		p.observer.late.add(time.Duration(now-int64(p.phase)) % c.DataSources[0].CycleTime)
	}
	return p.result, nil
}

func (o *observer) sawFirst(now int64) {
	o.firstAt.CompareAndSwap(0, now)
	o.first.Add(1)
	for {
		last := o.lastAt.Load()
		if now <= last || o.lastAt.CompareAndSwap(last, now) {
			return
		}
	}
}

type idlePlugin struct{ datasource.Base }

// Collect does nothing.
func (idlePlugin) Collect(context.Context, *datasource.Config) (any, error) { return nil, nil }
