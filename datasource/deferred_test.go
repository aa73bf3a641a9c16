package datasource

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var errTest = errors.New("test")

// receiver notes what a Deferred told it.
type receiver struct {
	calls int
	value any
	err   error
}

func (r *receiver) take(value any, err error) { r.calls, r.value, r.err = r.calls+1, value, err }

func (r *receiver) want(t *testing.T, value any, err error) {
	t.Helper()
	if r.calls != 1 || r.value != value || !errors.Is(r.err, err) {
		t.Errorf("told %d times, last %v, %v; want once %v, %v", r.calls, r.value, r.err, value, err)
	}
}

func TestDeferredFiresOnce(t *testing.T) {
	d := NewDeferred(nil)
	if _, fired, _ := d.Result(); fired {
		t.Error("fired before Fire")
	}
	var before, after receiver
	d.Subscribe(before.take)
	if !d.Fire(1, nil) {
		t.Error("the first Fire = false")
	}
	if d.Fire(2, errTest) {
		t.Error("the second Fire = true")
	}
	d.Cancel()
	d.Subscribe(after.take)
	before.want(t, 1, nil)
	after.want(t, 1, nil)
	if value, fired, err := d.Result(); value != 1 || !fired || err != nil {
		t.Errorf("Result = %v, %v, %v; want 1, true, nil", value, fired, err)
	}
}

func TestDeferredMadeFired(t *testing.T) {
	var good, bad receiver
	Succeed("x").Subscribe(good.take)
	Fail(errTest).Subscribe(bad.take)
	good.want(t, "x", nil)
	bad.want(t, nil, errTest)
}

// TestDeferredTellsEachReceiver: a plugin may hand one Deferred to the runs of several tasks.
func TestDeferredTellsEachReceiver(t *testing.T) {
	d := NewDeferred(nil)
	receivers := make([]receiver, 3)
	for i := range receivers {
		d.Subscribe(receivers[i].take)
	}
	d.Fire(nil, errTest)
	for i := range receivers {
		receivers[i].want(t, nil, errTest)
	}
}

func TestDeferredCancel(t *testing.T) {
	tests := []struct {
		name      string
		canceller func(*Deferred)
		value     any
		err       error
	}{
		{"no canceller", nil, nil, ErrCancelled},
		{"canceller without a result", func(*Deferred) {}, nil, ErrCancelled},
		{"canceller's error", func(d *Deferred) { d.Fire(nil, errTest) }, nil, errTest},
		{"canceller's value", func(d *Deferred) { d.Fire(7, nil) }, 7, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			calls := 0
			canceller := tt.canceller
			if canceller != nil {
				canceller = func(d *Deferred) { calls++; tt.canceller(d) }
			}
			d := NewDeferred(canceller)
			var got receiver
			d.Subscribe(got.take)
			d.Cancel()
			d.Cancel()
			got.want(t, tt.value, tt.err)
			if tt.canceller != nil && calls != 1 {
				t.Errorf("the canceller was called %d times, want once", calls)
			}
		})
	}
}

// TestDeferredCancelAfterFire: who has the result is not cancelled.
func TestDeferredCancelAfterFire(t *testing.T) {
	d := NewDeferred(func(*Deferred) { t.Error("the canceller was called") })
	d.Fire(nil, nil)
	d.Cancel()
}

// TestDeferredRace: whoever comes first, each receiver is told once.
func TestDeferredRace(t *testing.T) {
	for range 200 {
		d := NewDeferred(func(d *Deferred) { d.Fire("canceller", nil) })
		var told, won atomic.Int32
		var group sync.WaitGroup
		for _, act := range []func(){
			func() { d.Subscribe(func(any, error) { told.Add(1) }) },
			func() { d.Subscribe(func(any, error) { told.Add(1) }) },
			func() {
				if d.Fire(1, nil) {
					won.Add(1)
				}
			},
			func() {
				if d.Fire(2, nil) {
					won.Add(1)
				}
			},
			d.Cancel,
		} {
			group.Go(act)
		}
		group.Wait()
		if told.Load() != 2 || won.Load() > 1 {
			t.Fatalf("two receivers were told %d times, %d of two Fires won", told.Load(), won.Load())
		}
	}
}

func TestGo(t *testing.T) {
	tests := []struct {
		name  string
		f     func(context.Context) (any, error)
		value any
		err   error
	}{
		{"value", func(context.Context) (any, error) { return 1, nil }, 1, nil},
		{"error", func(context.Context) (any, error) { return nil, errTest }, nil, errTest},
		{"Goexit", func(context.Context) (any, error) { runtime.Goexit(); return 1, nil }, nil, ErrGoexit},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got receiver
				d := Go(t.Context(), tt.f)
				d.Subscribe(func(value any, err error) {
					got.take(value, err)
					if d.WhenReleased(func() {}) {
						t.Error("the goroutine still counts when the result is told")
					}
				})
				synctest.Wait()
				got.want(t, tt.value, tt.err)
			})
		})
	}
}

func TestGoPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := Go(t.Context(), func(context.Context) (any, error) { panic("oops") })
		synctest.Wait()
		_, _, err := d.Result()
		var panicked *PanicError
		if !errors.As(err, &panicked) || panicked.Value != "oops" || len(panicked.Stack) == 0 {
			t.Errorf("error %v, want the panic with its stack", err)
		}
	})
}

// TestGoContext: it ends when the Deferred is cancelled, when the given one ends, and when f has returned.
func TestGoContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait := func(ctx context.Context) (any, error) { <-ctx.Done(); return nil, ctx.Err() }

		cancelled := Go(t.Context(), wait)
		cancelled.Cancel()
		if _, _, err := cancelled.Result(); !errors.Is(err, ErrCancelled) && !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		limited := Go(ctx, wait)
		time.Sleep(time.Minute)
		synctest.Wait()
		if _, _, err := limited.Result(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("limited: %v, want the deadline", err)
		}

		kept := make(chan context.Context, 1)
		Go(t.Context(), func(ctx context.Context) (any, error) { kept <- ctx; return nil, nil })
		synctest.Wait()
		if ctx := <-kept; ctx.Err() == nil {
			t.Error("the context outlives f")
		}
	})
}

// TestWhenReleased: a cancelled Deferred has fired, and its goroutine may still be at work.
func TestWhenReleased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stubborn := make(chan struct{})
		d := Go(t.Context(), func(context.Context) (any, error) { <-stubborn; return nil, nil })
		d.Cancel()
		released := 0
		for range 2 {
			if !d.WhenReleased(func() { released++ }) {
				t.Error("WhenReleased = false while the goroutine works")
			}
		}
		synctest.Wait()
		if released != 0 {
			t.Error("released before the goroutine has returned")
		}
		close(stubborn)
		synctest.Wait()
		if released != 2 {
			t.Errorf("released %d times, want both to be called", released)
		}
		if d.WhenReleased(func() { t.Error("called in spite of false") }) {
			t.Error("WhenReleased = true after the goroutine has returned")
		}
	})
}

// TestWhenReleasedWithoutGo: no goroutine of ours, nothing to wait for.
func TestWhenReleasedWithoutGo(t *testing.T) {
	if NewDeferred(nil).WhenReleased(func() { t.Error("called") }) {
		t.Error("WhenReleased = true for a Deferred without a goroutine")
	}
}
