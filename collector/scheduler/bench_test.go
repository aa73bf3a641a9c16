package scheduler

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"
)

// newBenchScheduler has the given tasks at 10 s, spread over the interval. The
// caller drives it by instants of its own, so that only the owner's work is
// measured.
func newBenchScheduler(b *testing.B, tasks int, interval time.Duration, state *State) (*Scheduler, instant) {
	b.Helper()
	s := New(Options{State: state, AtOnce: true, Due: func(batch []Due) {
		for _, d := range batch {
			d.Task.gate().Release()
		}
	}})
	entries := make([]Entry, tasks)
	for i := range entries {
		entries[i] = Entry{Task: &testTask{}, Hash: rand.Uint64(), Interval: interval}
	}
	if err := s.Add(entries...); err != nil {
		b.Fatal(err)
	}
	s.look()
	now, _ := s.clock.read()
	for range 20 { // past the first runs, onto the grid
		now = later(now, interval/10)
		s.fire(now, 0)
	}
	return s, now
}

func later(now instant, d time.Duration) instant {
	return instant{now.mono + int64(d), now.wall + int64(d)}
}

// benchmarkDue reports the due slots a second one core can hand out when the
// owner wakes each 10 ms.
func benchmarkDue(b *testing.B, tasks int, interval time.Duration, state *State) {
	b.Helper()
	s, now := newBenchScheduler(b, tasks, interval, state)
	before := s.Stats().Handed
	b.ReportAllocs()
	b.ResetTimer()
	for s.Stats().Handed-before < uint64(b.N) {
		now = later(now, 10*time.Millisecond)
		s.fire(now, 0)
	}
	b.ReportMetric(float64(s.Stats().Handed-before)/b.Elapsed().Seconds(), "slots/s")
}

func BenchmarkDue1k(b *testing.B)   { benchmarkDue(b, 1_000, 10*time.Second, nil) }
func BenchmarkDue100k(b *testing.B) { benchmarkDue(b, 100_000, 10*time.Second, nil) }
func BenchmarkDue1M(b *testing.B)   { benchmarkDue(b, 1_000_000, 10*time.Second, nil) }

func BenchmarkDueWithState(b *testing.B) {
	state, err := OpenState(filepath.Join(b.TempDir(), "slots"))
	if err != nil {
		b.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); state.write() }()
	benchmarkDue(b, 100_000, time.Minute, state)
	state.close()
	<-ended
}

func BenchmarkSetInterval(b *testing.B) {
	s, now := newBenchScheduler(b, 100_000, 10*time.Second, nil)
	tasks := make([]Task, len(s.heap))
	for i, it := range s.heap {
		tasks[i] = it.gate.task
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		d := time.Duration(10+i/len(tasks)%2) * time.Second
		if err := s.SetInterval(tasks[i%len(tasks)], d); err != nil {
			b.Fatal(err)
		}
		if i%batchSize == 0 {
			s.apply(now)
		}
	}
}
