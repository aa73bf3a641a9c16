package runner

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

func TestHookContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &hookContext{}
		before := c.Done()
		child, cancel := context.WithCancel(c)
		defer cancel()
		called := 0
		context.AfterFunc(c, func() { called++ })
		stop := context.AfterFunc(c, func() { called += 100 })
		if !stop() {
			t.Error("stop = false before the end")
		}
		if c.Err() != nil || child.Err() != nil {
			t.Fatal("ended before its time")
		}
		c.end(context.DeadlineExceeded)
		c.end(context.Canceled) // comes second
		synctest.Wait()
		<-before
		<-c.Done()
		<-child.Done()
		wantEqual(t, "AfterFunc calls", called, 1)
		for _, err := range []error{c.Err(), child.Err(), context.Cause(child)} {
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v, want the deadline", err)
			}
		}
		late := context.AfterFunc(c, func() { called++ })
		synctest.Wait()
		wantEqual(t, "AfterFunc calls after the end", called, 2)
		if late() {
			t.Error("stop = true after the call")
		}
	})
}

// TestHookContextDoneAfterEnd: a channel that is first asked for after the end is closed.
func TestHookContextDoneAfterEnd(*testing.T) {
	c := &hookContext{}
	c.end(context.Canceled)
	<-c.Done()
}

func TestHookContextDeadline(t *testing.T) {
	c := &hookContext{}
	if _, ok := c.Deadline(); ok {
		t.Error("a deadline without one set")
	}
	want := time.Unix(100, 0)
	c.setDeadline(want)
	if got, ok := c.Deadline(); !ok || !got.Equal(want) {
		t.Errorf("deadline %v %v, want %v", got, ok, want)
	}
}

// TestHookContextChildren costs no goroutine for a child.
func TestHookContextChildren(t *testing.T) {
	c := &hookContext{}
	before := runtime.NumGoroutine()
	for range 1000 {
		_, cancel := context.WithCancel(c)
		t.Cleanup(cancel)
	}
	if more := runtime.NumGoroutine() - before; more > 100 {
		t.Errorf("1000 child contexts brought %d goroutines", more)
	}
}
