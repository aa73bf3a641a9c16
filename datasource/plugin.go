// Package datasource says HOW to collect: the contract that plugins fulfil, the config that they see, the results that
// they give, and the registry of data source types written in Go. The types themselves live in packages below it.
package datasource

import (
	"context"
	"errors"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/maps"
)

// Plugin is one task's collection code. One instance lives as long as its task and keeps state from run to run; its
// hooks are never called by two runs at once; but when Collect does not return although its context has ended, the
// run's other hooks are called while it still works. A hook may return a plain value, a *Deferred that fires later, or
// an error; an error is what upstream calls a Failure. Order of one run (spec §4.9, §4.10):
//
//	Collect → OnResult → OnSuccess | OnError → OnComplete
//
// The value left at the end must be a *Data or nil.
type Plugin interface {
	// Collect starts or does the collection. Its context ends at the running timeout. Code that waits for the network
	// hands back a Deferred (see Go), which frees the pool slot for the time of the wait.
	Collect(ctx context.Context, c *Config) (any, error)
	// OnResult is always called, with Collect's value or error; what it returns takes their place.
	OnResult(ctx context.Context, result any, err error, c *Config) (any, error)
	// OnSuccess is called when OnResult ended without an error.
	OnSuccess(ctx context.Context, result any, c *Config) (any, error)
	// OnError is called when Collect, OnResult or OnSuccess ended in an error; returning a value handles it.
	OnError(ctx context.Context, err error, c *Config) (any, error)
	// OnComplete is always called, last.
	OnComplete(ctx context.Context, result any, err error, c *Config) (any, error)
	// Cleanup is called once when the task ends: removed, replaced, or the daemon stops.
	Cleanup(ctx context.Context, c *Config) error
}

// Base gives the hooks their defaults: each passes on what it got. Embed it and write Collect.
type Base struct{}

// OnResult returns what it was given.
func (Base) OnResult(_ context.Context, result any, err error, _ *Config) (any, error) {
	return result, err
}

// OnSuccess returns the result.
func (Base) OnSuccess(_ context.Context, result any, _ *Config) (any, error) { return result, nil }

// OnError returns the error.
func (Base) OnError(_ context.Context, err error, _ *Config) (any, error) { return nil, err }

// OnComplete returns what it was given.
func (Base) OnComplete(_ context.Context, result any, err error, _ *Config) (any, error) {
	return result, err
}

// Cleanup does nothing.
func (Base) Cleanup(context.Context, *Config) error { return nil }

// ChainEnd is what Collect's Deferred fires with when the whole hook chain has run elsewhere, as that of a Python plugin
// does in its worker process: the run ends as it says, and no further hook is called here.
type ChainEnd struct {
	Data     *Data
	Err      error // the error left at the end, nil for none
	Raised   error // the error with which collect itself ended, before any Deferred
	Handled  bool  // onError was entered
	TimedOut bool  // the running timeout passed
}

// Elsewhere is a plugin whose whole chain runs in another process, which keeps the running timeout too. Its Collect hands
// back a Deferred that fires with a *ChainEnd.
type Elsewhere interface {
	Plugin
	// Made waits until the instance is made there. The error tells why it could not be; delay is the instance's own
	// delay of its first run in seconds, nil for none.
	Made(ctx context.Context) (delay *float64, err error)
}

// Handle is what the daemon lends a plugin instance for its life (spec §2.3: the injected functions). Once the task is
// gone every method does nothing and returns ErrTaskGone. Publishing outside Collect never disturbs the schedule.
type Handle interface {
	// Publish takes events, values, metrics and maps as if a run had returned them.
	Publish(ctx context.Context, data *Data) error
	PublishEvents(ctx context.Context, list ...events.Event) error
	PublishValues(ctx context.Context, values Values) error
	PublishMetrics(ctx context.Context, list ...Metric) error
	PublishMaps(ctx context.Context, list ...maps.Map) error
	// ChangeInterval makes the task run every seconds from its next slot on (spec §4.7).
	ChangeInterval(seconds float64) error
	// Logger names the plugin and the device.
	Logger() hclog.Logger
}

// Errors that the chain and its hooks meet.
var (
	// ErrTaskGone is what a Handle returns when its task has ended.
	ErrTaskGone = errors.New("the task of this plugin has ended")
	// ErrCancelled is what a Deferred fires with when it was cancelled and its canceller gave nothing of its own.
	ErrCancelled = errors.New("cancelled")
	// ErrRunningTimeout is what OnResult and OnError see when Collect overran its running timeout (spec §4.11).
	ErrRunningTimeout = errors.New("running timeout")
	// ErrGoexit is the error of a hook, or of a function given to Go, that ended its goroutine instead of returning.
	ErrGoexit = errors.New("plugin code ended its goroutine (runtime.Goexit) instead of returning")
	// ErrWorkerDied is the error of a run whose worker process ended under it.
	ErrWorkerDied = errors.New("the worker process died during the run")
	// ErrHookTimeout is the error of a run whose later hooks did not end within --hooktimeout.
	ErrHookTimeout = errors.New("hook timeout")
)
