package publisher

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"pgregory.net/rapid"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

var errDown = errors.New("hub is down")

func TestRetryKeepsOrderAndNumbers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{ValueBatch: 10})
		var attempts [][]uint64
		r.failWith(func(attempt int, batches []*wire.Batch) error {
			var firsts []uint64
			for _, b := range batches {
				firsts = append(firsts, b.First)
			}
			attempts = append(attempts, firsts)
			if attempt < 5 {
				return errDown
			}
			return nil
		})
		q.PutValues(someValues("dev1", 0, 10))
		synctest.Wait()
		q.PutValues(someValues("dev1", 10, 25)) // these must not overtake
		time.Sleep(time.Minute)
		synctest.Wait()
		closeQueue(t, q)
		checkLanes(t, r.batches())
		for i, v := range r.values() {
			if v.Time != int64(i) {
				t.Fatalf("value %d came as number %d", v.Time, i)
			}
		}
		if len(r.values()) != 35 {
			t.Errorf("%d values", len(r.values()))
		}
		for _, firsts := range attempts[:5] {
			if !slices.Equal(firsts, []uint64{1}) {
				t.Errorf("a retry sent batches %v", firsts)
			}
		}
	})
}

func TestRetryWaitsLongerUpToTheLimitAndIsJittered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{ValueBatch: 1, RetryBase: 100 * time.Millisecond, RetryMax: time.Second})
		var times []time.Time
		r.failWith(func(attempt int, _ []*wire.Batch) error {
			times = append(times, time.Now())
			if attempt <= 40 {
				return errDown
			}
			return nil
		})
		q.PutValues(someValues("dev1", 0, 1))
		time.Sleep(time.Minute)
		synctest.Wait()
		closeQueue(t, q)
		bound := 100 * time.Millisecond
		waits := map[time.Duration]bool{}
		longest := time.Duration(0)
		for i := 1; i < len(times); i++ {
			wait := times[i].Sub(times[i-1])
			if wait <= 0 || wait > bound {
				t.Errorf("wait %d took %v, bound %v", i, wait, bound)
			}
			waits[wait] = true
			longest = max(longest, wait)
			bound = min(2*bound, time.Second)
		}
		if longest <= 300*time.Millisecond {
			t.Errorf("the longest of 40 waits is %v", longest)
		}
		if len(waits) < 20 {
			t.Errorf("only %d different waits of 40", len(waits))
		}
	})
}

func TestFullBufferDropsTheOldestValuesAndTellsByTheFloor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const shards, held = 2, 160
		q, r := newQueue(t, Options{Shards: shards, MaxValues: held, ValueBatch: 10})
		r.failWith(func(int, []*wire.Batch) error { return errDown })
		devices := []string{"dev1", "dev2"}
		if wire.ShardOf(devices[0], shards) == wire.ShardOf(devices[1], shards) {
			devices[1] = "dev3"
		}
		for i := range 100 { // the first of each shard go in flight
			q.PutValues(someValues(devices[i%2], int64(i*10), 10))
			synctest.Wait()
		}
		counts := q.Ledger().Class(wire.Values)
		if counts.Queued+counts.InFlight != held || counts.Dropped[wire.BufferFull] != 1000-held || counts.InFlight == 0 {
			t.Errorf("%+v", counts)
		}
		r.failWith(nil)
		time.Sleep(time.Minute)
		closeQueue(t, q)
		checkLanes(t, r.batches())
		// What was in flight, and then the newest of both shards: the oldest gave way wherever they were.
		var times []int64
		for _, v := range r.values() {
			times = append(times, v.Time)
		}
		slices.Sort(times)
		newest := times[counts.InFlight:]
		if len(times) != held || newest[0] != 1000-int64(len(newest)) {
			t.Errorf("%d values arrived, the first after the flight is %d of %d", len(times), newest[0], len(newest))
		}
	})
}

func TestRefusedBatchIsDroppedAndTheNextGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{ValueBatch: 5})
		r.failWith(func(attempt int, _ []*wire.Batch) error {
			if attempt == 1 {
				return fmt.Errorf("unknown form: %w", wire.ErrRefused)
			}
			return nil
		})
		q.PutValues(someValues("dev1", 0, 5))
		synctest.Wait()
		q.PutValues(someValues("dev1", 5, 5))
		closeQueue(t, q)
		checkLanes(t, r.batches())
		if got := r.batches(); len(got) != 1 || got[0].First != 6 || got[0].Floor != 6 {
			t.Errorf("%+v", got)
		}
		if dropped := q.Ledger().Class(wire.Values).Dropped[wire.HubRejected]; dropped != 5 {
			t.Errorf("%d dropped", dropped)
		}
	})
}

func TestCloseSendsWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{})
		q.PutValues(someValues("dev1", 0, 3))
		q.PutEvent("dev1", problem("last"))
		began := time.Now()
		closeQueue(t, q)
		if took := time.Since(began); took != 0 {
			t.Errorf("waited %v for a timer", took)
		}
		if len(r.values()) != 3 || len(r.events()) != 1 || !r.closed {
			t.Errorf("%d values, %d events, closed %v", len(r.values()), len(r.events()), r.closed)
		}
	})
}

func TestCloseTriesAtOnceThoughTheNextRetryIsFar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{ValueBatch: 1, RetryBase: time.Hour, RetryMax: time.Hour})
		r.failWith(func(attempt int, _ []*wire.Batch) error {
			if attempt == 1 {
				return errDown
			}
			return nil
		})
		q.PutValues(someValues("dev1", 0, 1))
		synctest.Wait()
		began := time.Now()
		closeQueue(t, q)
		if took := time.Since(began); took != 0 || len(r.values()) != 1 {
			t.Errorf("took %v, %d values", took, len(r.values()))
		}
	})
}

func TestCloseGivesUpInTimeAndBooksWhatIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{ValueBatch: 5})
		r.failWith(func(int, []*wire.Batch) error { return errDown })
		q.PutValues(someValues("dev1", 0, 12))
		q.PutEvent("dev1", problem("lost"))
		q.PutEvent("dev2", events.Event{"eventClass": events.ClassHeartbeat})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		began := time.Now()
		err := q.Close(ctx)
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("took %v", took)
		}
		if err == nil || !strings.Contains(err.Error(), "14 records") || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		q.PutValues(someValues("dev1", 12, 1))
		q.PutEvent("dev1", problem("late"))
		checkLedger(t, q)
		l := q.Ledger()
		if v, e := l.Class(wire.Values), l.Class(wire.Events); v.Dropped[wire.Shutdown] != 13 || e.Dropped[wire.Shutdown] != 3 {
			t.Errorf("%+v, %+v", v, e)
		}
	})
}

// TestLongOutageIsToldOnceAMinute: the log of a night without a hub is short, and says when it began and ended.
func TestLongOutageIsToldOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		r := &recorder{fail: func(int, []*wire.Batch) error { return errDown }}
		q, err := New(Options{Publisher: r, Collector: "c", Logger: hclog.New(&hclog.LoggerOptions{Output: &log}), RetryMax: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			q.PutValues(someValues(fmt.Sprint("dev", i), 0, 1))
		}
		time.Sleep(10*time.Minute + 30*time.Second)
		synctest.Wait()
		r.failWith(nil)
		time.Sleep(time.Second)
		closeQueue(t, q)
		for text, want := range map[string]int{"takes no records: keeping": 1, "still takes no records": 10, "takes records again": 1} {
			if got := strings.Count(log.String(), text); got != want {
				t.Errorf("%q stands %d times, want %d, in\n%s", text, got, want, log.String())
			}
		}
	})
}

// TestNothingIsLostBelowTheLimits: whatever fails in between, all arrives once its repeats are left out, in order.
func TestNothingIsLostBelowTheLimits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		failures := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 30).Draw(rt, "failures")
		puts := rapid.SliceOfN(rapid.IntRange(1, 40), 1, 20).Draw(rt, "puts")
		batch := rapid.IntRange(1, 20).Draw(rt, "batch")
		synctest.Test(t, func(t *testing.T) {
			r := &recorder{}
			r.fail = func(attempt int, batches []*wire.Batch) error {
				if attempt > len(failures) || failures[attempt-1] == 0 {
					return nil
				}
				if failures[attempt-1] == 1 { // taken, but the answer was lost
					r.take(batches)
				}
				return errDown
			}
			q, err := New(Options{Publisher: r, Collector: "c", ValueBatch: batch})
			if err != nil {
				t.Fatal(err)
			}
			want := 0
			for i, n := range puts {
				q.PutValues(someValues("dev1", int64(want), n))
				want += n
				if i%3 == 0 {
					time.Sleep(time.Second)
				}
			}
			closeQueue(t, q)
			var applied []*wire.Batch // as a reader who keeps the last number does
			next := uint64(1)
			for _, b := range r.batches() {
				if b.First >= next {
					applied = append(applied, b)
					next = b.Next()
				}
			}
			checkLanes(t, applied)
			if int(next-1) != want {
				t.Errorf("%d of %d values arrived", next-1, want)
			}
		})
	})
}
