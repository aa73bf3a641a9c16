package runner

import (
	"runtime/debug"

	"github.com/zenpython/zenpython/datasource"
)

// hook names a call into plugin code.
type hook uint8

const (
	hookCollect hook = iota
	hookOnResult
	hookOnSuccess
	hookOnError
	hookOnComplete
	hookCleanup
	hookCancel // the canceller of a Deferred
)

// String returns the name by which logs blame the hook.
func (h hook) String() string {
	return [...]string{"collect", "onResult", "onSuccess", "onError", "onComplete", "cleanup", "canceller"}[h]
}

// input is what a call is given. It is copied before the call begins: should the call be contained, the run's own
// state moves on while the call still looks at it.
type input struct {
	value   any
	err     error
	pending *datasource.Deferred // for a canceller
}

// invoke calls the hook. A panic comes back as a *datasource.PanicError.
func (run *Run) invoke(h hook, in input) (value any, err error) {
	defer func() {
		if r := recover(); r != nil {
			value, err = nil, &datasource.PanicError{Value: r, Stack: debug.Stack()}
		} else if err != nil {
			err = legible(err)
		}
	}()
	plugin, config := run.Task.Plugin, run.Task.Config.Config
	switch h {
	case hookCollect:
		return plugin.Collect(&run.collectCtx, config)
	case hookOnResult:
		return plugin.OnResult(&run.laterCtx, in.value, in.err, config)
	case hookOnSuccess:
		return plugin.OnSuccess(&run.laterCtx, in.value, config)
	case hookOnError:
		return plugin.OnError(&run.laterCtx, in.err, config)
	case hookOnComplete:
		return plugin.OnComplete(&run.laterCtx, in.value, in.err, config)
	case hookCleanup:
		return nil, plugin.Cleanup(&run.laterCtx, config)
	case hookCancel:
		in.pending.Cancel()
	}
	return nil, nil
}
