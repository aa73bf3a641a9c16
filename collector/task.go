package collector

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/zenpython/zenpython/collector/monitor"
	"github.com/zenpython/zenpython/collector/processor"
	"github.com/zenpython/zenpython/collector/runner"
	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
)

// task is one task of this collector: its config, its plugin instance, and how its runs went. There are many, and each
// field counts: what is seldom wanted is worked out when it is.
type task struct {
	runner.Task
	collector *Collector
	// timeoutKey is the clear key of its timeout event, where it has a running timeout.
	timeoutKey events.ClearKey
	delay      *float64 // the plugin's own delay of its first run (spec §2.2), seconds; nil for none

	mtx  sync.Mutex // guards the fields below
	gone bool       // removed or replaced: its Handle does nothing any more
	last lastRun
	runs uint32 // enough for 13 years at the shortest interval
	miss uint32
	// lateAt is when the last slot was missed since an event has said so, counted from the collector's start; 0 when
	// none has, or when all is well again.
	lateAt time.Duration
}

// lastRun is how the last run of a task ended.
type lastRun struct {
	slot    int64 // unix nanoseconds; 0 before the first run
	took    time.Duration
	outcome runner.Outcome
	err     error
}

// newTask constructs the plugin instance of a task. The gate is its own, or that of the task it replaces, so that the
// two never run at once. Whatever the constructor does, panic included, costs this task alone.
func (c *Collector) newTask(config *configs.TaskConfig, gate *scheduler.Gate) (t *task, err error) {
	t = &task{collector: c}
	t.Task = runner.Task{Gate: gate, Config: config, RunningTimeout: c.runningTimeout(config)}
	t.Owner = t
	if t.RunningTimeout > 0 {
		t.timeoutKey = processor.NewTimeoutKey(config)
	}
	typ := c.opts.Types(config)
	if typ == nil {
		return nil, fmt.Errorf("this binary has no data source type %q", config.Type())
	}
	defer func() {
		if r := recover(); r != nil {
			t, err = nil, &datasource.PanicError{Value: r, Stack: debug.Stack()}
		}
	}()
	if t.Plugin, err = typ.New(config.Config, (*handle)(t)); err != nil {
		return nil, fmt.Errorf("constructing %s: %w", config.PluginClass(), err)
	}
	t.delay = typ.StartDelay
	if _, elsewhere := t.Plugin.(datasource.Elsewhere); elsewhere {
		t.RunningTimeout = 0 // it is kept where the chain runs
	}
	return t, nil
}

// makeLimit bounds how long the instances of a change may take to be made in other processes.
const makeLimit = 2 * time.Minute

// made waits until a task's instance is there. Instances elsewhere are asked for together and waited for one after
// another, so that thousands of them take no longer than their processes need.
func (t *task) made(ctx context.Context) error {
	p, elsewhere := t.Plugin.(datasource.Elsewhere)
	if !elsewhere {
		return nil
	}
	delay, err := p.Made(ctx)
	if err != nil {
		return fmt.Errorf("constructing %s: %w", t.Config.PluginClass(), err)
	}
	if delay != nil {
		t.delay = delay
	}
	return nil
}

// clearKey returns the clear key of the task's timeout event, nil when it has no running timeout.
func (t *task) clearKey() *events.ClearKey {
	if t.RunningTimeout == 0 {
		return nil
	}
	return &t.timeoutKey
}

// runningTimeout returns how long Collect may run: the first data source's cycle time × --runningtimeout (spec §4.11).
func (c *Collector) runningTimeout(config *configs.TaskConfig) time.Duration {
	return time.Duration(float64(config.Config.DataSources[0].CycleTime) * c.opts.Settings.RunningTimeout)
}

// identityHash hashes what names a task for good; collectors that agree on it agree on the task's slots.
func identityHash(id configs.Identity) uint64 {
	return scheduler.Hash([]byte(id.Device + "\x00" + id.Key.Encoded()))
}

// entry asks the scheduler for the task. Resume is for tasks that may have been scheduled before a restart.
func (t *task) entry(resume bool) scheduler.Entry {
	e := scheduler.Entry{Task: &t.Task, Hash: identityHash(t.Config.Identity), Interval: t.Config.Interval, Resume: resume}
	if delay, ok := t.startDelay(); ok {
		e.StartDelay = &delay
	}
	return e
}

// startDelay returns the plugin's own delay of its first run (spec §2.2).
func (t *task) startDelay() (time.Duration, bool) {
	if t.delay == nil {
		return 0, false
	}
	return time.Duration(*t.delay * float64(time.Second)), true
}

// calmTime is how long no slot may have been missed before a task counts as running again; two intervals where that is
// longer. A task that misses every other slot is late all the time, and says so once.
const calmTime = time.Minute

// ended notes how a run ended, and reports whether it ends a time of missed slots.
func (t *task) ended(run *runner.Run) (runsAgain bool) {
	t.mtx.Lock()
	defer t.mtx.Unlock()
	t.last = lastRun{slot: run.Slot, took: run.Ended.Sub(run.Started), outcome: run.Outcome, err: run.Err}
	t.runs++
	if t.lateAt == 0 || run.Started.Sub(t.collector.started)-t.lateAt < max(calmTime, 2*t.Config.Interval) {
		return false
	}
	t.lateAt = 0
	return true
}

// missed notes missed slots, and reports whether a time of missed slots begins that is worth telling.
func (t *task) missed(m scheduler.Missed) (begins bool) {
	t.mtx.Lock()
	defer t.mtx.Unlock()
	t.miss += uint32(m.Count)
	if !worthTelling(m.Reason) {
		return false
	}
	begins = t.lateAt == 0
	t.lateAt = time.Since(t.collector.started)
	return begins
}

// retire makes the task's Handle do nothing from now on. It reports whether slots were being missed.
func (t *task) retire() (wasLate bool) {
	t.mtx.Lock()
	defer t.mtx.Unlock()
	t.gone = true
	return t.lateAt != 0
}

func (t *task) retired() bool {
	t.mtx.Lock()
	defer t.mtx.Unlock()
	return t.gone
}

// status returns where the task stands; next comes from the scheduler.
func (t *task) status(next scheduler.Status) monitor.TaskStatus {
	t.mtx.Lock()
	defer t.mtx.Unlock()
	s := monitor.TaskStatus{
		Task: t.Config.Name(), Device: t.Config.Device, DataSources: t.Config.DataSourceNames(),
		Interval: t.Config.Interval.Seconds(), State: t.State().String(), Runs: uint64(t.runs), Missed: uint64(t.miss),
		Plugin: t.Config.PluginClass(), Origin: t.Config.Origin,
	}
	if next.Scheduled {
		s.NextDue, s.Interval = next.Next, next.Interval.Seconds()
	}
	if t.last.slot != 0 {
		s.LastSlot, s.LastOutcome, s.LastSeconds = time.Unix(0, t.last.slot), t.last.outcome.String(), t.last.took.Seconds()
	}
	if t.last.err != nil {
		s.LastError = t.last.err.Error()
	}
	return s
}
