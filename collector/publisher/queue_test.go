package publisher

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

// TestCheck35EventsFoldAndClearsAreSuppressed is acceptance check 35 of spec §11.
func TestCheck35EventsFoldAndClearsAreSuppressed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{})
		put := func(e events.Event, want wire.Reason) {
			t.Helper()
			if got := q.PutEvent("dev1", e); got != want {
				t.Errorf("%v: %q, want %q", e["summary"], got, want)
			}
		}
		put(problem("equal"), wire.Accepted)
		put(problem("equal"), wire.Repeat)
		if err := q.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := r.events(); len(got) != 1 || got[0]["count"] != int64(2) {
			t.Errorf("two equal events became %v", got)
		}
		put(cleared("first"), wire.Accepted)
		put(cleared("second"), wire.ClearRepeat)
		put(problem("between"), wire.Accepted)
		put(cleared("third"), wire.Accepted)
		closeQueue(t, q)
		if got, want := summaries(r.events()), []string{"equal", "first", "between", "third"}; !slices.Equal(got, want) {
			t.Errorf("sent %q, want %q", got, want)
		}
	})
}

func TestFoldKeepsTheNewestAndTheFirstTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{})
		for i, rcvtime := range []float64{100, 90, 110} {
			e := problem("same")
			e["rcvtime"], e["lastTime"] = rcvtime, i
			q.PutEvent("dev1", e)
		}
		q.PutEvent("dev1", problem("another"))
		closeQueue(t, q)
		want := problem("same")
		want["rcvtime"], want["lastTime"], want["count"], want["firstTime"] = 110.0, 2, int64(3), 90.0
		if diff := cmp.Diff(want, r.events()[0]); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRcvTimeIsNowUnlessGiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{})
		given := problem("given")
		given["rcvtime"] = 5
		q.PutEvent("dev1", problem("not given"))
		q.PutEvent("dev1", given)
		now := float64(time.Now().UnixMicro()) / 1e6
		closeQueue(t, q)
		sent := r.events()
		if sent[0]["rcvtime"] != now || sent[1]["rcvtime"] != 5 {
			t.Errorf("rcvtime %v and %v, want %v and 5", sent[0]["rcvtime"], sent[1]["rcvtime"], now)
		}
	})
}

func TestClearOptions(t *testing.T) {
	for _, tt := range []struct {
		name     string
		allow    bool
		interval int
		want     string // which of seven clears are sent
	}{
		{"default", false, 0, "0"},
		{"an interval alone has no effect", false, 3, "0"},
		{"allowed", true, 0, "0123456"},
		{"every third", true, 3, "036"},
		{"every first", true, 1, "0123456"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q, r := newQueue(t, Options{AllowDuplicateClears: tt.allow, DuplicateClearInterval: tt.interval})
				for i := range 7 {
					q.PutEvent("dev1", cleared(strconv.Itoa(i)))
				}
				closeQueue(t, q)
				if got := strings.Join(summaries(r.events()), ""); got != tt.want {
					t.Errorf("sent %s, want %s", got, tt.want)
				}
			})
		})
	}
}

// TestSuppressesClearSeesWhatPutEventDid: asking is as good as putting, for a clear that would not be sent.
func TestSuppressesClearSeesWhatPutEventDid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, _ := newQueue(t, Options{})
		key := cleared("").ClearKey()
		ask := func(when string, want bool) {
			t.Helper()
			if got := q.SuppressesClear(key); got != want {
				t.Errorf("%s: %v", when, got)
			}
		}
		ask("before any clear", false)
		q.PutEvent("dev1", cleared("a"))
		ask("after a clear", true)
		ask("and again", true)
		q.PutEvent("dev1", problem("b"))
		ask("after a problem", false)
		closeQueue(t, q)
		if counts := q.Ledger().Class(wire.Events); counts.Suppressed[wire.ClearRepeat] != 2 || counts.Returned() != 4 {
			t.Errorf("%+v", counts)
		}
	})
}

func TestLostClearMayBeSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{MaxEvents: 2, HighWater: 1})
		q.PutEvent("dev1", cleared("lost"))
		q.PutEvent("dev1", events.Event{"summary": "x"})
		q.PutEvent("dev1", events.Event{"summary": "y"}) // the clear gives way
		if got := q.PutEvent("dev1", cleared("again")); got != wire.Accepted {
			t.Errorf("the next clear: %q", got)
		}
		closeQueue(t, q)
		if got, want := summaries(r.events()), []string{"y", "again"}; !slices.Equal(got, want) {
			t.Errorf("sent %q, want %q", got, want)
		}
		if dropped := q.Ledger().Class(wire.Events).Dropped[wire.QueueFull]; dropped != 2 {
			t.Errorf("%d dropped", dropped)
		}
	})
}

func TestDeduplicationCanBeSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{KeepDuplicateEvents: true})
		q.PutEvent("dev1", problem("same"))
		q.PutEvent("dev1", problem("same"))
		closeQueue(t, q)
		if got := r.events(); len(got) != 2 {
			t.Errorf("%d events", len(got))
		}
	})
}

func TestOnlyTheNewestHeartbeatIsSentAndFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{})
		q.PutEvent("dev1", problem("problem"))
		for i := range 3 {
			beat := events.Event{"eventClass": events.ClassHeartbeat, "summary": fmt.Sprint("beat ", i), "severity": 0}
			if got := q.PutEvent("dev1", beat); (got == wire.Heartbeat) != (i > 0) {
				t.Errorf("heartbeat %d: %q", i, got)
			}
		}
		closeQueue(t, q)
		if got, want := summaries(r.events()), []string{"beat 2", "problem"}; !slices.Equal(got, want) {
			t.Errorf("sent %q, want %q", got, want)
		}
	})
}

func TestEventsWaitForTheFlushAndGoInChunks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{})
		for i := range 120 {
			q.PutEvent("dev1", events.Event{"summary": strconv.Itoa(i)})
		}
		time.Sleep(5*time.Second - time.Nanosecond)
		synctest.Wait()
		if got := r.batches(); len(got) != 0 {
			t.Errorf("%d batches before the flush", len(got))
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		var sizes []int
		for _, b := range r.batches() {
			sizes = append(sizes, b.Len())
		}
		if !slices.Equal(sizes, []int{50, 50, 20}) {
			t.Errorf("batches of %v", sizes)
		}
		checkLanes(t, r.batches())
		closeQueue(t, q)
	})
}

func TestAboveHighWaterEventsGoAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{MaxEvents: 20})
		for i := range 15 {
			q.PutEvent("dev1", events.Event{"summary": strconv.Itoa(i)})
		}
		synctest.Wait()
		if got := r.events(); len(got) != 0 {
			t.Errorf("%d events sent at the mark", len(got))
		}
		q.PutEvent("dev1", events.Event{"summary": "one more"})
		synctest.Wait()
		if got := r.events(); len(got) != 16 {
			t.Errorf("%d events sent above the mark", len(got))
		}
		closeQueue(t, q)
	})
}

func TestFullValueBatchGoesAtOnceTheRestWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{ValueBatch: 100})
		q.PutValues(someValues("dev1", 0, 250))
		synctest.Wait()
		if got := len(r.values()); got != 200 {
			t.Errorf("%d values at once", got)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if got := len(r.values()); got != 250 {
			t.Errorf("%d values after a second", got)
		}
		closeQueue(t, q)
	})
}

func TestMapsDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{})
		q.PutMap(wire.Map{Device: "dev1", Map: &maps.ObjectMap{ID: "a"}})
		synctest.Wait()
		if got := r.batches(); len(got) != 1 || got[0].Maps[0].Map.(*maps.ObjectMap).ID != "a" {
			t.Errorf("%v", got)
		}
		closeQueue(t, q)
	})
}

func TestWhatCannotBeSentIsRejectedAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{})
		big := strings.Repeat("x", wire.MaxRecordBytes)
		for _, tt := range []struct{ got, want wire.Reason }{
			{q.PutEvent("d", events.Event{"f": make(chan int)}), wire.BadEvent},
			{q.PutEvent("d", events.Event{"f": big}), wire.TooLarge},
			{q.PutMap(wire.Map{}), wire.BadMap},
			{q.PutMap(wire.Map{Map: &maps.ObjectMap{ID: big}}), wire.TooLarge},
			{q.PutEvent("d", events.Event{"f": "good"}), wire.Accepted},
		} {
			if tt.got != tt.want {
				t.Errorf("%q, want %q", tt.got, tt.want)
			}
		}
		values := someValues("d", 0, 3)
		values[0].Series, values[2].Series = nil, []byte(big)
		q.PutValues(values)
		q.Reject(wire.Values, wire.Future, 4)
		closeQueue(t, q)
		l := q.Ledger()
		for class, want := range map[wire.Class]map[wire.Reason]uint64{
			wire.Events: {wire.BadEvent: 1, wire.TooLarge: 1},
			wire.Values: {wire.TooLarge: 2, wire.Future: 4},
			wire.Maps:   {wire.BadMap: 1, wire.TooLarge: 1},
		} {
			if diff := cmp.Diff(want, l.Class(class).Rejected); diff != "" {
				t.Errorf("%v: %s", class, diff)
			}
		}
		if len(r.events()) != 1 || len(r.values()) != 1 {
			t.Errorf("sent %d events, %d values", len(r.events()), len(r.values()))
		}
	})
}

// TestFlushIsNotHeldUpByWhatFolds: an event that a Flush waits for may become part of a later one, with nothing sent.
func TestFlushIsNotHeldUpByWhatFolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, r := newQueue(t, Options{ValueBatch: 1, RetryBase: time.Hour, RetryMax: time.Hour})
		r.failWith(func(attempt int, _ []*wire.Batch) error {
			if attempt == 1 {
				return errDown
			}
			return nil
		})
		q.PutValues(someValues("dev1", 0, 1)) // keeps the sender busy for long
		synctest.Wait()
		q.PutEvent("dev1", problem("awaited"))
		q.flushing.Add(1)
		returned := make(chan error, 1)
		go func() { returned <- q.shard("dev1").await(t.Context(), mark{events: q.events.makeDue()}) }()
		synctest.Wait()
		q.PutEvent("dev1", problem("awaited"))
		synctest.Wait()
		select {
		case err := <-returned:
			if err != nil {
				t.Error(err)
			}
		default:
			t.Error("still waiting for an event that has folded")
		}
		q.flushing.Add(-1)
		closeQueue(t, q)
	})
}

func TestFoldSumsCounts(t *testing.T) {
	for _, tt := range []struct {
		older, newer any
		want         int64
	}{
		{nil, nil, 2}, {3, 3, 6}, {int64(5), nil, 6}, {2.0, uint64(4), 6}, {"many", -3, 2}, {nil, 0, 2},
	} {
		older, newer := events.Event{"count": tt.older}, events.Event{"count": tt.newer}
		fold(older, newer)
		if newer["count"] != tt.want {
			t.Errorf("%v and %v: %v, want %d", tt.older, tt.newer, newer["count"], tt.want)
		}
	}
}

func TestManyAtOnceAreAllAccountedFor(t *testing.T) {
	var attempts sync.Map
	q, r := newQueue(t, Options{ValueBatch: 50, RetryBase: time.Microsecond, RetryMax: time.Microsecond, MaxEvents: 100_000, MaxValues: 1 << 20})
	r.failWith(func(attempt int, batches []*wire.Batch) error {
		if attempt%3 == 0 {
			attempts.Store(batches[0].Lane, true)
			return errors.New("every third fails")
		}
		return nil
	})
	const workers, rounds = 4, 200
	var working sync.WaitGroup
	for w := range workers {
		working.Go(func() {
			for i := range rounds {
				device := fmt.Sprint("dev", (w*rounds+i)%20)
				q.PutValues(someValues(device, int64(i), 7))
				q.PutEvent(device, events.Event{"device": device, "summary": fmt.Sprint(w, i)})
				q.PutMap(wire.Map{Device: device, Map: &maps.ObjectMap{ID: strconv.Itoa(i)}})
				if i%50 == 0 {
					if err := q.Flush(t.Context()); err != nil {
						t.Error(err)
					}
				}
				if err := q.Ledger().Check(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	working.Wait()
	closeQueue(t, q)
	checkLanes(t, r.batches())
	l := q.Ledger()
	if l.Class(wire.Values).Published != workers*rounds*7 || l.Class(wire.Events).Published != workers*rounds || l.Class(wire.Maps).Published != workers*rounds {
		t.Errorf("%+v", l)
	}
	if len(r.values()) != workers*rounds*7 {
		t.Errorf("%d values arrived", len(r.values()))
	}
}

func TestSuppressesClearAllocatesNothing(t *testing.T) {
	q, _ := newQueue(t, Options{})
	q.PutEvent("dev1", cleared("a"))
	key := cleared("").ClearKey()
	if n := testing.AllocsPerRun(100, func() { q.SuppressesClear(key) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	closeQueue(t, q)
}

// TestClearMemoryIsSmall: a fleet of 300,000 tasks has as many keys, for weeks.
func TestClearMemoryIsSmall(t *testing.T) {
	const keys = 300_000
	before := heap()
	m := newClearMemory(false, 0)
	for i := range keys {
		m.sent(events.MakeClearKey("dev", "", strconv.Itoa(i), ""))
	}
	if perKey := (heap() - before) / keys; perKey > 40 {
		t.Errorf("%d bytes a key", perKey)
	}
	runtime.KeepAlive(m)
}

func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func TestOptionsAreChecked(t *testing.T) {
	for name, opts := range map[string]Options{
		"no publisher":            {Collector: "c"},
		"no collector":            {Publisher: &recorder{}},
		"--maxqueuelen":           {Publisher: &recorder{}, Collector: "c", MaxEvents: -1},
		"--eventflushchunksize":   {Publisher: &recorder{}, Collector: "c", EventChunk: wire.MaxRecords + 1},
		"--queuehighwatermark":    {Publisher: &recorder{}, Collector: "c", HighWater: 75},
		"--metricBufferSize":      {Publisher: &recorder{}, Collector: "c", MaxValues: -5},
		"--eventflushseconds":     {Publisher: &recorder{}, Collector: "c", EventFlush: -1},
		"number of shards is 256": {Publisher: &recorder{}, Collector: "c", Shards: 256},
	} {
		if q, err := New(opts); err == nil {
			t.Errorf("%s: accepted", name)
			closeQueue(t, q)
		} else if strings.HasPrefix(name, "--") && !strings.Contains(err.Error(), name) {
			t.Errorf("the error does not name %s: %v", name, err)
		}
	}
}

func TestIncarnationsDiffer(t *testing.T) {
	if a, b := NewIncarnation(), NewIncarnation(); a == b || len(a) != 32 {
		t.Errorf("%q, %q", a, b)
	}
}

func BenchmarkSuppressesClear(b *testing.B) {
	q, err := New(Options{Publisher: Discard(), Collector: "c"})
	if err != nil {
		b.Fatal(err)
	}
	q.PutEvent("dev1", cleared("a"))
	key := cleared("").ClearKey()
	for b.Loop() {
		q.SuppressesClear(key)
	}
	if err := q.Close(context.Background()); err != nil {
		b.Error(err)
	}
}

func BenchmarkPutValues(b *testing.B) {
	q, err := New(Options{Publisher: Discard(), Collector: "c", MaxValues: 1 << 20})
	if err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		values := someValues(NewIncarnation(), 0, 2)
		for pb.Next() {
			q.PutValues(values)
		}
	})
	b.ReportMetric(2*float64(b.N)/b.Elapsed().Seconds(), "values/s")
	if err := q.Close(context.Background()); err != nil {
		b.Error(err)
	}
	b.ReportMetric(float64(q.Ledger().Class(wire.Values).Lost())/float64(2*b.N), "lost/value")
}
