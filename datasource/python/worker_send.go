package python

import (
	"fmt"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// Task is what a worker makes a plugin instance of.
type Task struct {
	ID              uint64 // chosen by the caller, unique in the worker
	PluginClassname string
	Name            string
	Config          *datasource.Config
	Interval        float64 // seconds
	RunningTimeout  float64 // seconds, 0 for none
}

// Run asks for one run of a task's hook chain.
type Run struct {
	ID     uint64 // chosen by the caller, never used twice in a worker
	Task   uint64
	Slot   time.Time
	Number uint64 // which run of the task this is
}

// Configure makes the task's plugin instance; Handlers.Configured has the answer. The error says that the config has no
// form in Python, or that the worker is gone.
func (w *Worker) Configure(t Task) error {
	frame, err := encodeFrame(frameConfigure, t.ID, map[string]any{
		"plugin_classname": t.PluginClassname, "name": t.Name, "config": configMap(t.Config),
		"interval": t.Interval, "running_timeout": t.RunningTimeout,
	})
	if err != nil {
		return fmt.Errorf("configuring task %s: %w", t.Name, err)
	}
	w.ledger.configure(t.ID)
	if err := w.writer.put(frame); err != nil {
		w.ledger.drop(t.ID)
		return err
	}
	return nil
}

// Collect starts a run; Handlers.Started and Handlers.Result follow, or Exit names the run.
func (w *Worker) Collect(r Run) error {
	w.ledger.collect(r.ID)
	const perSecond = 1e9
	err := w.send(frameCollect, r.Task, r.ID, float64(r.Slot.UnixNano())/perSecond, r.Number)
	if err != nil {
		w.ledger.end(r.ID)
	}
	return err
}

// CancelReason is why a run is cancelled.
type CancelReason string

// The reasons.
const (
	CancelTimeout  CancelReason = "timeout"
	CancelShutdown CancelReason = "shutdown"
)

// Cancel cancels a run as the running timeout does; its Result still comes.
func (w *Worker) Cancel(run uint64, reason CancelReason) error {
	return w.send(frameCancel, run, string(reason))
}

// Drop calls the task's cleanup and forgets it; Handlers.Cleaned has the answer.
func (w *Worker) Drop(task uint64) error {
	w.ledger.drop(task)
	return w.send(frameDrop, task)
}

// Answer answers a Call with a value, or with an error in place of it.
func (w *Worker) Answer(call uint64, value any, err error) error {
	if err != nil {
		return w.send(frameAnswer, call, false, []any{"RemoteException", err.Error(), ""})
	}
	return w.send(frameAnswer, call, true, value)
}

// Build asks a builder; Handlers.Built has the answer.
func (w *Worker) Build(request uint64, method string, args map[string]any) error {
	return w.send(frameBuild, request, method, args)
}

// Drain lets the worker finish what runs, clean its tasks up and exit.
func (w *Worker) Drain() error { return w.send(frameDrain) }

func (w *Worker) send(kind uint64, elements ...any) error {
	frame, err := encodeFrame(kind, elements...)
	if err != nil {
		return err
	}
	return w.writer.put(frame)
}
