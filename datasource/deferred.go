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
	held     bool     // a goroutine started by Go works for it
	released []func() // to be called when that goroutine is gone
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
	d.held = true
	go func() {
		// What stays if f leaves by runtime.Goexit, which nothing recovers.
		value, err := any(nil), ErrGoexit
		defer func() {
			cancel()
			// Before Fire, so that who is told of the result finds the goroutine gone.
			d.release()
			d.Fire(value, err)
		}()
		value, err = call(ctx, f)
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
	d.notify, d.cancel = nil, nil
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

// Result returns the value or error that the Deferred has fired with; fired is false as long as it has not.
func (d *Deferred) Result() (value any, fired bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.value, d.fired, d.err
}

// Subscribe adds a receiver of the result and calls it, at once when the Deferred has fired already. It is called on
// the goroutine that fires, so it must only queue. The daemon subscribes; plugins do not. There is one receiver as a
// rule; a plugin that hands one Deferred to several runs makes more, and each is told.
func (d *Deferred) Subscribe(notify func(value any, err error)) {
	d.mu.Lock()
	fired, value, err := d.fired, d.value, d.err
	if !fired {
		d.notify = both(d.notify, notify)
	}
	d.mu.Unlock()
	if fired {
		notify(value, err)
	}
}

func both(first, second func(any, error)) func(any, error) {
	if first == nil {
		return second
	}
	return func(value any, err error) {
		first(value, err)
		second(value, err)
	}
}

// WhenReleased reports whether a goroutine started by Go still works for this Deferred, and has f called once it no
// longer does. When it returns false it has not kept f and does not call it.
func (d *Deferred) WhenReleased(f func()) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.held {
		return false
	}
	d.released = append(d.released, f)
	return true
}

func (d *Deferred) release() {
	d.mu.Lock()
	d.held = false
	waiting := d.released
	d.released = nil
	d.mu.Unlock()
	for _, f := range waiting {
		f()
	}
}
