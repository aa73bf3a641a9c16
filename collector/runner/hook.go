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

// invoke calls the hook with what the run has at this moment. A panic comes back as a *datasource.PanicError.
func (run *Run) invoke(h hook, pending *datasource.Deferred) (value any, err error) {
	defer func() {
		if r := recover(); r != nil {
			value, err = nil, &datasource.PanicError{Value: r, Stack: debug.Stack()}
		}
	}()
	plugin, config := run.Task.Plugin, run.Task.Config.Config
	switch h {
	case hookCollect:
		return plugin.Collect(&run.collectCtx, config)
	case hookOnResult:
		return plugin.OnResult(&run.laterCtx, run.value, run.err, config)
	case hookOnSuccess:
		return plugin.OnSuccess(&run.laterCtx, run.value, config)
	case hookOnError:
		return plugin.OnError(&run.laterCtx, run.err, config)
	case hookOnComplete:
		return plugin.OnComplete(&run.laterCtx, run.value, run.err, config)
	case hookCleanup:
		return nil, plugin.Cleanup(&run.laterCtx, config)
	case hookCancel:
		pending.Cancel()
	}
	return nil, nil
}
