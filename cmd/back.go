package cmd

import (
	"context"
	"errors"
	"fmt"
	"sync"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/collector/monitor"
	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/collector/publisher/redis"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub"
	"github.com/zenpython/zenpython/maps"
)

// back is what stands behind a collector: the model and the configs made of it, the hub in this process, and the queue
// that brings records to it, to Redis, or nowhere.
type back struct {
	o      *options.Options
	hub    *hub.Hub
	python *pythonParts
	source *configs.LocalSource
	queue  *publisher.Queue

	stop    context.CancelFunc
	running sync.WaitGroup
}

func newBack(ctx context.Context, o *options.Options, switchOff func(class, why string), log hclog.Logger) (*back, error) {
	if len(o.Inventory) == 0 {
		return nil, errors.New("nothing says what to collect: configs from the hub are not served yet; give --inventory PATH")
	}
	model := maps.NewMemory()
	b := &back{o: o, hub: hub.New(hub.Options{Logger: log, Model: model}), python: newPython(o, switchOff, log)}
	var err error
	if b.source, err = b.newSource(model, log); err != nil {
		return nil, err
	}
	b.hub.OnModelChange(b.source.DeviceChanged)
	if b.queue, err = b.newQueue(ctx, log); err != nil {
		return nil, err
	}
	// It serves the collector until that has stopped, which is after the order to stop.
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	b.stop = stop
	b.running.Go(func() { _ = b.hub.Run(run) })
	return b, nil
}

func (b *back) newSource(model *maps.Memory, log hclog.Logger) (*configs.LocalSource, error) {
	opts := configs.LocalSourceOptions{
		Paths: b.o.Inventory, Strict: b.o.Strict, Model: model, Options: b.o,
		Builder:     datasource.Builders{datasource.GoBuilder{}, packTeller{b.python.builder, b.python.runtime}},
		ZProperties: map[string]any{configs.ZListen: b.o.Listen}, Logger: log.Named("configs"),
	}
	if b.o.Cycle {
		opts.StateDir = b.o.StateDir()
	}
	source, err := configs.NewLocalSource(opts)
	if err != nil {
		return nil, fmt.Errorf("opening the inventory: %w", err)
	}
	return source, nil
}

func (b *back) newQueue(ctx context.Context, log hclog.Logger) (*publisher.Queue, error) {
	incarnation := publisher.NewIncarnation()
	to, err := b.newPublisher(ctx, incarnation, log)
	if err != nil {
		return nil, err
	}
	queue, err := publisher.New(publisher.Options{
		Publisher: to, Collector: b.o.CollectorID(), Incarnation: incarnation, Logger: log.Named("publisher"),
		EventFlush: b.o.EventFlushInterval, EventChunk: b.o.EventFlushChunk, MaxEvents: b.o.MaxQueueLen,
		HighWater: b.o.QueueHighWatermark, AllowDuplicateClears: b.o.AllowDuplicateClears,
		DuplicateClearInterval: b.o.DuplicateClearInterval, KeepDuplicateEvents: b.o.DisableEventDeduplication,
		MaxValues: b.o.MetricBufferSize,
	})
	if err != nil {
		return nil, errors.Join(err, to.Close())
	}
	return queue, nil
}

func (b *back) newPublisher(ctx context.Context, incarnation string, log hclog.Logger) (publisher.Publisher, error) {
	switch {
	case b.o.NoPublish:
		return publisher.Discard(), nil
	case b.o.RedisURL == "":
		return publisher.Direct(b.hub), nil
	}
	p, err := redis.New(redis.Options{
		URL: b.o.RedisURL.Reveal(), Monitor: b.o.Monitor, Collector: b.o.CollectorID(), Incarnation: incarnation,
		Logger: log.Named("redis"),
	})
	if err != nil {
		return nil, err
	}
	connect, cancel := context.WithTimeout(ctx, b.o.InitialHubTimeout)
	defer cancel()
	switch err := p.Connect(connect); {
	case errors.Is(err, redis.ErrUnusable), err != nil && !b.o.Cycle:
		return nil, errors.Join(err, p.Close())
	case err != nil:
		log.Warn("starting without Redis: records are kept until it answers", "error", err)
	}
	return publisher.WithLocalModel(p, b.hub), nil
}

// close ends what served the collector. The queue is the collector's to close.
func (b *back) close() error {
	b.stop()
	b.running.Wait()
	b.python.close(context.Background())
	if err := b.source.Close(); err != nil {
		return fmt.Errorf("closing the inventory: %w", err)
	}
	return nil
}

// typeOf finds the type of a task: one written in Go, or the one for plugin classes in Python.
func (b *back) typeOf(t *configs.TaskConfig) *datasource.Type {
	if typ := datasource.Lookup(t.Type()); typ != nil {
		return typ
	}
	return b.python.runtime.Type()
}

// Describe implements collector.Hub.
func (b *back) Describe() string {
	switch {
	case b.o.NoPublish:
		return "none (--no-publish)"
	case b.o.RedisURL == "":
		return "embedded"
	}
	return b.o.RedisURL.String()
}

// Values implements collector.Hub.
func (b *back) Values() []monitor.ValueStatus {
	var list []monitor.ValueStatus
	for _, device := range b.hub.Model().DeviceIDs() {
		for _, v := range b.hub.LastValues(device) {
			list = append(list, monitor.ValueStatus{
				Device: device, Metric: v.Metric, Value: v.Number.Plain(), Time: v.Time, Tags: v.Tags,
			})
		}
	}
	return list
}

// Events implements collector.Hub.
func (b *back) Events() []monitor.EventStatus {
	var list []monitor.EventStatus
	for _, e := range b.hub.OpenEvents(events.Filter{}) {
		list = append(list, monitor.EventStatus{
			Device: e.Device, Component: e.Component, EventClass: e.EventClass, Severity: e.Severity.String(),
			Summary: e.Summary, Count: int(e.Count), LastTime: e.LastSeen(),
		})
	}
	return list
}
