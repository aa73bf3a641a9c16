package runner

import (
	"errors"
	"time"

	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
)

// Task is what the runner knows of a task: one plugin instance and its config. Embed it where a task needs more, and
// name the outer struct in Owner. A replaced task and its successor share one Gate, so that they never run at once.
type Task struct {
	*scheduler.Gate
	Config *configs.TaskConfig
	Plugin datasource.Plugin
	// RunningTimeout bounds Collect (spec §4.11: the first data source's cycle time × --runningtimeout); 0 is no bound.
	RunningTimeout time.Duration
	// Owner is the caller's own record of the task; the runner only carries it.
	Owner any

	// The rest is guarded by Runner.mu.
	group   *group
	jobs    int32 // queued, running or not released
	cleanup cleanupState
}

type cleanupState uint8

const (
	cleanupUnasked cleanupState = iota
	cleanupWaits                // for the task's last job to be released
	cleanupQueued
)

// class returns the plugin class that logs blame and limits count.
func (t *Task) class() string {
	if sources := t.Config.Config.DataSources; len(sources) > 0 {
		return sources[0].PluginClassname
	}
	return ""
}

// device returns the id of the device that limits count.
func (t *Task) device() string { return t.Config.Device }

// Job is one slot of a task that has to be run. The task's gate must be Queued.
type Job struct {
	Task   *Task
	Slot   int64     // the slot's name, unix nanoseconds
	Due    time.Time // when it fell due
	Number int       // which run of the process it is for this task, from 1
}

// Outcome says how a run ended.
type Outcome uint8

// The outcomes.
const (
	OutcomeOK         Outcome = iota // OnError was never entered
	OutcomeHandled                   // OnError was entered, and no error was left at the end
	OutcomeError                     // an error was left at the end, or Collect itself returned one or panicked
	OutcomeTimeout                   // the running timeout passed, whatever the hooks made of it
	OutcomeWorkerDied                // the process that ran the plugin died during the run
	OutcomeDisabled                  // the plugin is disabled: no hook was called
	outcomeCount
)

var outcomeNames = [outcomeCount]string{"ok", "handled", "error", "timeout", "worker_died", "disabled"}

// String returns the outcome as run records, metrics and logs show it.
func (o Outcome) String() string { return outcomeNames[o] }

// Outcomes returns all outcomes, in the order of Stats.Outcomes.
func Outcomes() []Outcome {
	all := make([]Outcome, outcomeCount)
	for i := range all {
		all[i] = Outcome(i)
	}
	return all
}

// Reason says why a job was given up before it started.
type Reason string

// ReasonStopping is the one reason there is: the runner was draining.
const ReasonStopping Reason = "stopping"

// Errors of runs that did not come from their plugin.
var (
	// ErrDisabled is the error of a run whose plugin is disabled.
	ErrDisabled = errors.New("plugin is disabled")
	// ErrShutdown is the error of a run that had not ended when the time for draining was up.
	ErrShutdown = errors.New("cut short by shutdown")
)
