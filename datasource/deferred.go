package datasource

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// Deferred is a result that comes later: what a hook hands back so that its run waits without holding a pool slot.
// It fires once, with a value or an error; whoever fires it is never blocked and never runs the rest of the chain.
type Deferred struct {
	mu       sync.Mutex
	fired    bool
	value    any
	err      error
	notify   func(value any, err error)
	cancel   func(*Deferred)
	holders  int
	released func()
}

// NewDeferred returns an unfired Deferred. The canceller, which may be nil, is called once when the run no longer
// wants the result; it may fire the Deferred with an error or a value of its own, else it fires with ErrCancelled.
func NewDeferred(canceller func(*Deferred)) *Deferred { return &Deferred{cancel: canceller} }

// Succeed returns a Deferred that has fired with value.
func Succeed(value any) *Deferred { return &Deferred{fired: true, value: value} }

// Fail returns a Deferred that has fired with err.
func Fail(err error) *Deferred { return &Deferred{fired: true, err: err} }

// Go runs f on a goroutine of its own and returns the Deferred that fires with what f returns. The goroutine counts
// against the run, not against the thread pool: use it for waiting on the network. f must return when ctx ends; until
// it does, the run counts as not released. A panic in f fires the Deferred with a *PanicError.
func Go(ctx context.Context, f func(ctx context.Context) (any, error)) *Deferred {
	ctx, cancel := context.WithCancel(ctx)
	d := NewDeferred(func(*Deferred) { cancel() })
	d.hold()
	go func() {
		defer d.release()
		defer cancel()
		value, err := call(ctx, f)
		d.Fire(value, err)
	}()
	return d
}

func call(ctx context.Context, f func(ctx context.Context) (any, error)) (value any, err error) {
	defer func() {
		if r := recover(); r != nil {
			value, err = nil, &PanicError{Value: r, Stack: debug.Stack()}
		}
	}()
	return f(ctx)
}

// PanicError is a panic in plugin code, caught and blamed on it.
type PanicError struct {
	Value any
	Stack []byte
}

// Error names the panic's value; the stack is for the log.
func (e *PanicError) Error() string { return fmt.Sprintf("panic in plugin code: %v", e.Value) }

// Fire gives the Deferred its value or error. It reports false, and does nothing, when it has fired before.
func (d *Deferred) Fire(value any, err error) bool {
	d.mu.Lock()
	if d.fired {
		d.mu.Unlock()
		return false
	}
	d.fired, d.value, d.err = true, value, err
	notify := d.notify
	d.mu.Unlock()
	if notify != nil {
		notify(value, err)
	}
	return true
}

// Cancel calls the canceller and then, if nothing has fired the Deferred, fires it with ErrCancelled.
func (d *Deferred) Cancel() {
	d.mu.Lock()
	fired, cancel := d.fired, d.cancel
	d.cancel = nil
	d.mu.Unlock()
	if fired {
		return
	}
	if cancel != nil {
		cancel(d)
	}
	d.Fire(nil, ErrCancelled)
}

// Subscribe sets the one receiver of the result and calls it, at once when the Deferred has fired already. It is
// called on the goroutine that fires, so it must only queue. The daemon subscribes; plugins do not.
func (d *Deferred) Subscribe(notify func(value any, err error)) {
	d.mu.Lock()
	d.notify = notify
	fired, value, err := d.fired, d.value, d.err
	d.mu.Unlock()
	if fired {
		notify(value, err)
	}
}

// WhenReleased calls f once no goroutine started by Go works for this Deferred any more, at once if that is so now.
func (d *Deferred) WhenReleased(f func()) {
	d.mu.Lock()
	if d.holders > 0 {
		d.released = f
		d.mu.Unlock()
		return
	}
	d.mu.Unlock()
	f()
}

func (d *Deferred) hold() {
	d.mu.Lock()
	d.holders++
	d.mu.Unlock()
}

func (d *Deferred) release() {
	d.mu.Lock()
	d.holders--
	f := d.released
	if d.holders > 0 {
		f = nil
	}
	d.mu.Unlock()
	if f != nil {
		f()
	}
}
