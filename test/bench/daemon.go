package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"

	"github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/collector"
	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/configs/options"
)

// daemon is a collector in this process as `zenpython run --cycle` has it, with nothing behind its queue.
type daemon struct {
	*collector.Collector
	dir   string
	stop  context.CancelFunc
	ended chan error
}

// startDaemon starts collecting a set with default options and the given ones, by name.
func startDaemon(ctx context.Context, set *configs.Set, changed map[string]string) (*daemon, error) {
	dir, err := os.MkdirTemp("", "bench-daemon")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the daemon: %w", err)
	}
	d := &daemon{dir: dir, ended: make(chan error, 1)}
	if d.Collector, err = newCollector(set, dir, changed); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	ctx, d.stop = context.WithCancel(ctx)
	go func() { d.ended <- d.Run(ctx) }()
	return d, nil
}

func newCollector(set *configs.Set, dir string, changed map[string]string) (*collector.Collector, error) {
	flags := map[string][]string{"cycle": {"true"}, "no-publish": {"true"}, "var-dir": {dir}, "inventory": {dir}}
	maps.Copy(flags, listed(changed))
	o, _, err := options.Load(options.Sources{Flags: flags})
	if err != nil {
		return nil, fmt.Errorf("the options: %w", err)
	}
	queue, err := publisher.New(publisher.Options{
		Publisher: publisher.Discard(), Collector: o.CollectorID(), EventFlush: o.EventFlushInterval,
		EventChunk: o.EventFlushChunk, MaxEvents: o.MaxQueueLen, HighWater: o.QueueHighWatermark,
		MaxValues: o.MetricBufferSize,
	})
	if err != nil {
		return nil, fmt.Errorf("the queue: %w", err)
	}
	state, err := scheduler.OpenState(filepath.Join(dir, "slots"))
	if err != nil {
		return nil, fmt.Errorf("the schedule's state: %w", err)
	}
	return collector.New(collector.Options{
		Settings: &o, Source: fixedSource{set}, Queue: queue, State: state,
		Logger: hclog.New(&hclog.LoggerOptions{Name: "zen.zenpython", Level: o.LogSeverity, Output: io.Discard}),
	})
}

func listed(values map[string]string) map[string][]string {
	lists := make(map[string][]string, len(values))
	for name, value := range values {
		lists[name] = []string{value}
	}
	return lists
}

// close stops the daemon as a signal would.
func (d *daemon) close() error {
	d.stop()
	return errors.Join(<-d.ended, os.RemoveAll(d.dir))
}

// fixedSource is a ConfigSource whose set never changes.
type fixedSource struct{ set *configs.Set }

// Load implements collector.ConfigSource.
func (s fixedSource) Load(context.Context) (*configs.Set, error) { return s.set, nil }

// Refresh implements collector.ConfigSource.
func (s fixedSource) Refresh(context.Context) (*configs.Set, error) { return s.set, nil }

// Watch implements collector.ConfigSource.
func (s fixedSource) Watch(ctx context.Context, _ func(*configs.Set)) error {
	<-ctx.Done()
	return nil
}
