package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/zenpython/zenpython/collector/processor"
	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
)

// measureGoroutines runs the same tasks the way that comes to mind first, a goroutine and a ticker for each. Its runs
// do what the collector's do with a result, and none of what the runner does: no limits, no timeouts, no later hooks.
func measureGoroutines(ctx context.Context, j job) (measurement, error) {
	o := &observer{}
	o.register()
	b := &built{}
	if err := b.ofInventory(ctx, j.inventory(typeTimed)); err != nil {
		return nil, err
	}
	loops, queue, err := newLoops(b.set)
	if err != nil {
		return nil, err
	}
	before := memory()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var running sync.WaitGroup
	for _, l := range loops {
		running.Go(func() { l.run(ctx) })
	}
	if err := o.warmUp(ctx, j); err != nil {
		return nil, err
	}
	m, err := o.watch(ctx, j)
	if err != nil {
		return nil, err
	}
	m["memory"] = memory() - before
	stop()
	running.Wait()
	return m, queue.Close(context.WithoutCancel(ctx))
}

// loop is one task with a goroutine of its own.
type loop struct {
	processor  *processor.Processor
	plugin     datasource.Plugin
	config     *configs.TaskConfig
	timeoutKey events.ClearKey
}

func newLoops(set *configs.Set) ([]*loop, *publisher.Queue, error) {
	queue, err := publisher.New(publisher.Options{Publisher: publisher.Discard(), Collector: "bench"})
	if err != nil {
		return nil, nil, fmt.Errorf("the queue: %w", err)
	}
	p, err := processor.New(processor.Options{Outlet: queue})
	if err != nil {
		return nil, nil, fmt.Errorf("the processor: %w", err)
	}
	loops := make([]*loop, len(set.Tasks))
	for i, task := range set.Tasks {
		plugin, err := datasource.Lookup(task.Type()).New(task.Config, nil)
		if err != nil {
			return nil, nil, fmt.Errorf("constructing a plugin: %w", err)
		}
		loops[i] = &loop{p, plugin, task, processor.NewTimeoutKey(task)}
	}
	return loops, queue, nil
}

// run starts at once, which stands for the spread first start, and then on the task's slots.
func (l *loop) run(ctx context.Context) {
	interval := l.config.Interval
	wait := interval - time.Duration(time.Now().UnixNano()-int64(phaseOf(l.config.Config)))%interval
	l.collect(ctx)
	if sleep(ctx, wait) != nil {
		return
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		l.collect(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (l *loop) collect(ctx context.Context) {
	began := time.Now()
	value, err := l.plugin.Collect(ctx, l.config.Config)
	data, _ := value.(*datasource.Data)
	ended := time.Now()
	l.processor.Run(&processor.Run{
		Config: l.config, Slot: began.UnixNano(), Data: data, Err: err, Up: err == nil, TimeoutKey: &l.timeoutKey,
		Duration: ended.Sub(began), Ended: ended,
	})
}
