package hub

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/hub/wire"
)

func value(tb testing.TB, metric string, at int64, number int64) wire.Value {
	tb.Helper()
	series, err := wire.AppendSeries(nil, metric, map[string]string{"device": "dev1"})
	if err != nil {
		tb.Fatal(err)
	}
	return wire.Value{Device: "dev1", Series: series, Time: at, Number: wire.Number{Int: number}}
}

func TestLastValues(t *testing.T) {
	h := newHub(t, Options{})
	s := newSender(t, h)
	b := s.batch(wire.Values)
	b.Values = []wire.Value{value(t, "b", 100, 1), value(t, "a", 200, 5), value(t, "b", 300, 3), value(t, "b", 200, 2), value(t, "a", 200, 6)}
	s.send(b)
	last := func(metric string, at, number int64, count uint64) LastValue {
		return LastValue{Metric: metric, Tags: map[string]string{"device": "dev1"}, Time: time.UnixMilli(at), Number: wire.Number{Int: number}, Count: count}
	}
	want := []LastValue{last("a", 200, 6, 2), last("b", 300, 3, 3)} // an older value counts and does not replace
	if diff := cmp.Diff(want, h.LastValues("dev1")); diff != "" {
		t.Errorf("LastValues (-want +got):\n%s", diff)
	}
	if got := h.LastValues("dev2"); len(got) != 0 {
		t.Errorf("values of another device: %+v", got)
	}
}

func TestSeriesAreBounded(t *testing.T) {
	h := newHub(t, Options{MaxSeries: 3})
	s := newSender(t, h)
	b := s.batch(wire.Values)
	for i := range 5 {
		b.Values = append(b.Values, value(t, fmt.Sprint("m", i), 100, 1))
	}
	b.Values = append(b.Values, value(t, "m0", 200, 2))
	s.send(b)
	stats := h.Stats()
	if stats.Series != 3 || stats.SeriesRefused != 2 {
		t.Errorf("%d series kept, %d values refused, want 3 and 2", stats.Series, stats.SeriesRefused)
	}
	if got := h.LastValues("dev1"); got[0].Number.Int != 2 {
		t.Errorf("a known series is not updated: %+v", got[0])
	}
}

func TestSilentSeriesAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(t, Options{ValueRetention: time.Hour})
		go func() { _ = h.Run(t.Context()) }()
		s := newSender(t, h)
		send := func(metric string) {
			b := s.batch(wire.Values)
			b.Values = []wire.Value{value(t, metric, time.Now().UnixMilli(), 1)}
			s.send(b)
		}
		send("silent")
		time.Sleep(40 * time.Minute)
		send("busy")
		time.Sleep(22 * time.Minute)
		synctest.Wait()
		if got := h.LastValues("dev1"); len(got) != 1 || got[0].Metric != "busy" {
			t.Errorf("kept: %+v", got)
		}
		time.Sleep(40 * time.Minute)
		synctest.Wait()
		if n := h.Stats().Series; n != 0 || len(h.values.byDevice) != 0 {
			t.Errorf("%d series, %d devices kept", n, len(h.values.byDevice))
		}
	})
}

func TestTakingKnownSeriesAllocatesNothing(t *testing.T) {
	l := newLastValues(10)
	records := []wire.Value{value(t, "a", 1, 1), value(t, "b", 1, 1)}
	now := time.Now()
	if n := testing.AllocsPerRun(100, func() { l.put(records, now, 10) }); n != 0 {
		t.Errorf("%v allocations a batch", n)
	}
}
