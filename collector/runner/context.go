package runner

import (
	"context"
	"sync"
	"time"
)

// hookContext is the context of a run's hooks. It lives inside its run and makes its channel when first asked, so that
// a hook which does not look at its context costs nothing. It is ended by the runner, not by a timer of its own:
// nothing has to be armed for a hook that returns at once.
//
// The AfterFunc method is the one by which package context ends child contexts without a goroutine for each.
type hookContext struct {
	mu       sync.Mutex
	deadline time.Time // zero is none
	done     chan struct{}
	err      error
	after    map[*func()]struct{}
}

var _ context.Context = (*hookContext)(nil)

// Deadline says when the context will end.
func (c *hookContext) Deadline() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.deadline, !c.deadline.IsZero()
}

// Done returns the channel that is closed when the context ends.
func (c *hookContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		if c.err != nil {
			close(c.done)
		}
	}
	return c.done
}

// Err returns nil, then DeadlineExceeded when the time was up or Canceled when the run ended before.
func (c *hookContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Value returns nil: a run carries no values.
func (c *hookContext) Value(any) any { return nil }

// AfterFunc has f called on a goroutine of its own once the context has ended. The returned stop reports whether it
// kept f from being called.
func (c *hookContext) AfterFunc(f func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		go f()
		return func() bool { return false }
	}
	if c.after == nil {
		c.after = map[*func()]struct{}{}
	}
	key := &f
	c.after[key] = struct{}{}
	return func() bool { return c.forget(key) }
}

func (c *hookContext) forget(key *func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, waiting := c.after[key]
	delete(c.after, key)
	return waiting
}

// setDeadline changes what Deadline says.
func (c *hookContext) setDeadline(t time.Time) {
	c.mu.Lock()
	c.deadline = t
	c.mu.Unlock()
}

// end ends the context with err; only the first call counts.
func (c *hookContext) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	c.err = err
	if c.done != nil {
		close(c.done)
	}
	for f := range c.after {
		go (*f)()
	}
	c.after = nil
}
