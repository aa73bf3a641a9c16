package scheduler

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestLedgerUnderConcurrentCommands lets many goroutines command one scheduler
// while runs come and go, and counts what it says against what it counts.
func TestLedgerUnderConcurrentCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var handed, missed uint64 // the owner's
		var runs sync.WaitGroup
		s := New(Options{
			Due: func(batch []Due) {
				handed += uint64(len(batch))
				for _, d := range batch {
					g := d.Task.gate()
					runs.Go(func() {
						if !g.Start() {
							t.Error("handed over with its gate not queued")
						}
						time.Sleep(rand.N(2500 * time.Millisecond))
						g.Settle()
						g.Release()
					})
				}
			},
			Missed: func(batch []Missed) {
				for _, m := range batch {
					missed += uint64(m.Count)
				}
			},
		})
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		var commanders sync.WaitGroup
		for range 4 {
			commanders.Go(func() { commandAtRandom(t, s) })
		}
		commanders.Wait()
		synctest.Wait()
		st := s.Stats()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		runs.Wait()
		if st.Due != handed+missed || st.Handed != handed || st.MissedTotal() != missed || handed == 0 || missed == 0 {
			t.Errorf("%d handed, %d missed, but %+v", handed, missed, st)
		}
		if st.Tasks != 0 {
			t.Errorf("%d tasks are left", st.Tasks)
		}
	})
}

// commandAtRandom adds tasks, changes and replaces them, and removes them all.
func commandAtRandom(t *testing.T, s *Scheduler) {
	t.Helper()
	random := func() Entry {
		return Entry{Task: &testTask{}, Hash: rand.Uint64(), Interval: time.Second + rand.N(5*time.Second)}
	}
	for range 50 {
		entries := []Entry{random(), random(), random()}
		changed := random()
		steps := []error{
			s.Add(entries...),
			s.SetInterval(entries[0].Task, changed.Interval),
			s.Replace(entries[1].Task, changed),
		}
		for _, err := range steps {
			if err != nil {
				t.Error(err)
			}
		}
		time.Sleep(rand.N(10 * time.Second))
		all, err := s.Status(context.Background(), entries[0].Task, entries[1].Task, entries[2].Task, changed.Task)
		if err != nil || !all[0].Scheduled || all[1].Scheduled || !all[2].Scheduled || !all[3].Scheduled {
			t.Errorf("%+v, %v", all, err)
		}
		s.Remove(entries[0].Task, entries[2].Task, changed.Task)
	}
}
