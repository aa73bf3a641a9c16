// Package collector says WHEN a task runs and WHITHER what it gives goes: it turns task configs into plugin instances,
// has the scheduler name their slots, the runner run them, the processor make records of their results, and the
// publisher bring those to the hub.
package collector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/collector/monitor"
	"github.com/zenpython/zenpython/collector/processor"
	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/collector/report"
	"github.com/zenpython/zenpython/collector/runner"
	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
)

// ConfigSource gives the configs of the devices that this collector collects.
type ConfigSource interface {
	// Load returns the first set.
	Load(ctx context.Context) (*configs.Set, error)
	// Refresh builds what has changed by now and returns the present set: a run without --cycle asks for it when maps
	// may have changed the model.
	Refresh(ctx context.Context) (*configs.Set, error)
	// Watch calls changed with every later set until ctx ends. Sets come one after another, never two at once.
	Watch(ctx context.Context, changed func(*configs.Set)) error
}

// Hub is what the collector can say of the hub in its status; a hub behind Redis knows no values here.
type Hub interface {
	// Describe names the hub without credentials: "embedded", or the address of its streams.
	Describe() string
	// Values and Events return what is known here of the last values and the open events.
	Values() []monitor.ValueStatus
	Events() []monitor.EventStatus
}

// Options configure a Collector.
type Options struct {
	Settings *options.Options // required
	Source   ConfigSource     // required
	Queue    *publisher.Queue // required; Run closes it
	Hub      Hub              // for the status; may be nil
	Report   report.Report    // what shows the results of a run without --cycle; may be nil
	Progress *report.Progress // told how many runs there will be; may be nil
	State    *scheduler.State // carries slots over a restart; may be nil
	Version  string           // for the status
	Manager  string           // this host's full name, which events carry
	Listen   func() string    // address of the listener, for the status; may be nil
	// Types finds the type of a task's data sources, nil when this binary cannot collect them; default the registry.
	Types  func(*configs.TaskConfig) *datasource.Type
	Loaded func(*configs.Set) // told the first set, before anything runs; may be nil
	Now    func() time.Time   // default time.Now
	Logger hclog.Logger       // required
}

// Collector is one collector daemon: the tasks of its devices, from their configs to their records.
type Collector struct {
	opts      Options
	log       hclog.Logger
	started   time.Time
	scheduler *scheduler.Scheduler
	runner    *runner.Runner
	processor *processor.Processor

	mtx      sync.Mutex // guards the fields below
	set      *configs.Set
	tasks    map[configs.Identity]*task
	problems map[string]events.Event // told and not cleared, by event key
	unbuilt  map[configs.Identity]bool
	reloads  uint64

	threads, maxParallel int // as Resize set them last

	blocked atomic.Pointer[map[string]bool] // plugin classes that are switched off; nil for none
	listing sync.Mutex                      // held while they and their list are changed
	ready   atomic.Bool
	rounds  *rounds // nil with --cycle
}

// New returns a collector that does nothing yet.
func New(opts Options) (*Collector, error) {
	if opts.Settings == nil || opts.Source == nil || opts.Queue == nil || opts.Logger == nil {
		return nil, errors.New("collector: settings, source, queue and logger are required")
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Types == nil {
		opts.Types = func(t *configs.TaskConfig) *datasource.Type { return datasource.Lookup(t.Type()) }
	}
	c := &Collector{
		threads: opts.Settings.ThreadPoolSize, maxParallel: opts.Settings.MaxParallel,
		opts: opts, log: opts.Logger, started: opts.Now(),
		tasks: map[configs.Identity]*task{}, problems: map[string]events.Event{}, unbuilt: map[configs.Identity]bool{},
	}
	c.readBlocked()
	if err := c.build(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Collector) processorOptions() processor.Options {
	o := c.opts.Settings
	opts := processor.Options{
		Outlet: c.opts.Queue, RunMetrics: o.RunMetrics, Now: c.opts.Now, Logger: c.log.ResetNamed("zen.python"),
		Stamp:           events.Stamp{Agent: daemonName, Monitor: o.Monitor, Manager: c.opts.Manager, DeviceGUID: c.deviceGUID},
		TraceMetricName: o.TraceMetricName, TraceMetricKey: o.TraceMetricKey,
	}
	if c.opts.Report != nil {
		opts.Observer = c.opts.Report
	}
	return opts
}

// deviceGUID returns the UUID of a device that is collected here, else "".
func (c *Collector) deviceGUID(device string) string {
	c.mtx.Lock()
	set := c.set
	c.mtx.Unlock()
	if set == nil {
		return ""
	}
	if t := set.First(device); t != nil {
		return t.Config.DeviceGUID
	}
	return ""
}

// build joins the parts: scheduler → runner → processor → queue.
func (c *Collector) build() error {
	o := c.opts.Settings
	var err error
	c.processor, err = processor.New(c.processorOptions())
	if err != nil {
		return fmt.Errorf("making the processor: %w", err)
	}
	c.runner, err = runner.New(runner.Options{
		Threads: o.ThreadPoolSize, MaxParallel: o.MaxParallel, HookTimeout: o.HookTimeout,
		BlockingWarning: o.BlockingWarning, Logger: c.log.ResetNamed("zen.python"), Ended: c.runEnded, Abandoned: c.runAbandoned, Disabled: c.disabled,
	})
	if err != nil {
		return fmt.Errorf("making the runner: %w", err)
	}
	if !o.Cycle {
		c.rounds = newRounds()
		return nil
	}
	c.scheduler = scheduler.New(scheduler.Options{
		Due: c.due, Missed: c.slotsMissed, StartSpread: o.StartSpread, State: c.opts.State, Now: c.opts.Now,
		Logger: c.log.Named("scheduler"),
	})
	return nil
}

// Resize changes how many goroutines may be in plugin code and how many runs in flight, while runs go on.
func (c *Collector) Resize(threads, maxParallel int) {
	c.mtx.Lock()
	same := c.threads == threads && c.maxParallel == maxParallel
	c.threads, c.maxParallel = threads, maxParallel
	c.mtx.Unlock()
	if same {
		return
	}
	c.runner.SetThreads(threads)
	c.runner.SetMaxParallel(maxParallel)
	c.log.Info("resized", "twistedthreadpoolsize", threads, "maxparallel", maxParallel)
}
