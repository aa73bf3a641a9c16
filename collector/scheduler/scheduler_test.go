package scheduler

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// Spec check 22: an interval of 60 s on a 300 s task runs every 60 s on the
// original grid; a rebuilt config returns to 300.
func TestCheck22IntervalChangeKeepsTheGrid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{})
		defer func() { r.stop() }()
		task := r.add(300*time.Second, 7*time.Second, 7*time.Second)
		r.sleep(8 * time.Second)
		r.want("7 run 7")
		r.must(r.SetInterval(task, time.Minute))
		r.sleep(300 * time.Second)
		r.want("67 run 67", "127 run 127", "187 run 187", "247 run 247", "307 run 307")
		rebuilt := &testTask{}
		r.must(r.Replace(task, Entry{Task: rebuilt, Hash: uint64(7 * time.Second), Interval: 300 * time.Second}))
		r.sleep(600 * time.Second)
		r.want("607 run 607", "907 run 907")
	})
}

// Spec check 23: a run of 2.5 s every second takes every third slot.
func TestCheck23BusyTaskMissesSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{AtOnce: true})
		defer func() { r.stop() }()
		task, running := &testTask{}, 0
		r.onDue = func(Due) {
			running++
			if running > 1 {
				t.Error("two runs at once")
			}
			task.Start()
			time.AfterFunc(2500*time.Millisecond, func() { running--; task.Release() })
		}
		r.must(r.Add(Entry{Task: task, Interval: time.Second}))
		r.sleep(6900 * time.Millisecond)
		r.want("0 run 0", "1 miss 1 x1 running", "2 miss 2 x1 running", "3 run 3",
			"4 miss 4 x1 running", "5 miss 5 x1 running", "6 run 6")
		if st := r.Stats(); st.Due != 7 || st.Handed != 3 || st.Missed[ReasonRunning] != 4 {
			t.Errorf("%+v", st)
		}
		r.sleep(2 * time.Second)
		r.want("7 miss 7 x1 running", "8 miss 8 x1 running")
	})
}

// Spec check 25, with the spread of ours: by hash within
// min(StartSpread, interval/2, 1 ms a task); a start delay rules; run mode
// starts at once.
func TestCheck25FirstRun(t *testing.T) {
	delay := func(d time.Duration) *time.Duration { return &d }
	const hash = uint64(123456789)
	tests := []struct {
		name     string
		opts     Options
		interval time.Duration
		delay    *time.Duration
		tasks    int
		want     time.Duration
	}{
		{"spread by number of tasks", Options{}, 300 * time.Second, nil, 50, time.Duration(hash % uint64(50*time.Millisecond))},
		{"spread bounded by start spread", Options{StartSpread: 7 * time.Millisecond}, 300 * time.Second, nil, 50, time.Duration(hash % uint64(7*time.Millisecond))},
		{"spread bounded by interval", Options{}, 100 * time.Millisecond, nil, 70, time.Duration(hash % uint64(50*time.Millisecond))},
		{"start delay 0", Options{}, 300 * time.Second, delay(0), 50, 0},
		{"start delay below 0", Options{}, 300 * time.Second, delay(-time.Second), 50, 0},
		{"start delay 90 s", Options{}, 300 * time.Second, delay(90 * time.Second), 50, 90 * time.Second},
		{"run mode", Options{AtOnce: true}, 300 * time.Second, nil, 50, 0},
		{"run mode with start delay", Options{AtOnce: true}, 300 * time.Second, delay(2 * time.Second), 1, 2 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := startRig(t, tt.opts)
				defer func() { r.stop() }()
				began, started := time.Now(), time.Duration(-1)
				r.onDue = func(d Due) {
					if started < 0 {
						started = d.At.Sub(began)
					}
					d.Task.gate().Release()
				}
				entries := make([]Entry, tt.tasks)
				for i := range entries {
					entries[i] = Entry{Task: &testTask{}, Hash: hash, Interval: tt.interval, StartDelay: tt.delay}
				}
				r.must(r.Add(entries...))
				r.sleep(150 * time.Second)
				if started != tt.want {
					t.Errorf("first run after %v, want %v", started, tt.want)
				}
			})
		})
	}
}

func TestFirstRunCountsForTheSlotItStartsIn(t *testing.T) {
	tests := []struct {
		name  string
		phase time.Duration
		delay time.Duration
		want  []string
	}{
		{"on the grid", 0, 0, []string{"0 run 0", "10 run 10", "20 run 20"}},
		{"early in the slot", 8 * time.Second, 0, []string{"0 run -2", "8 run 8", "18 run 18"}},
		{"half an interval before the grid", 5 * time.Second, 0, []string{"0 run -5", "5 run 5", "15 run 15"}},
		{"late in the slot", 3 * time.Second, 0, []string{"0 run -7", "13 run 13", "23 run 23"}},
		{"delay over a grid point", 3 * time.Second, 4 * time.Second, []string{"4 run 3", "13 run 13", "23 run 23"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := startRig(t, Options{})
				defer func() { r.stop() }()
				r.add(10*time.Second, tt.phase, tt.delay)
				r.sleep(24 * time.Second)
				r.want(tt.want...)
				if st := r.Stats(); st.Due != 3 {
					t.Errorf("%d slots due: a grid point passed over is not due", st.Due)
				}
			})
		})
	}
}

func TestMissedReasonFollowsTheGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{})
		defer func() { r.stop() }()
		r.onDue = func(Due) {} // leaves it queued
		task := r.add(time.Second, 0, 0)
		r.sleep(1500 * time.Millisecond)
		task.Start()
		r.sleep(time.Second)
		task.Settle()
		r.sleep(time.Second)
		task.Release()
		r.sleep(time.Second)
		r.want("0 run 0", "1 miss 1 x1 queued", "2 miss 2 x1 running", "3 miss 3 x1 contained", "4 run 4")
	})
}

func TestReplaceKeepsDueTimeAndNeverRepeatsASlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{})
		defer func() { r.stop() }()
		old := r.add(10*time.Second, 0, 0)
		next := Entry{Task: &testTask{}, Interval: 10 * time.Second}
		r.sleep(time.Second)
		r.must(r.Replace(old, next))
		r.sleep(19 * time.Second)
		r.want("0 run 0", "10 run 10", "20 run 20")

		// The old generation is out: what it still asks for is ignored.
		r.must(r.SetInterval(old, time.Second))
		r.Remove(old)
		r.sleep(10 * time.Second)
		r.want("30 run 30")
		if st := r.Stats(); st.Tasks != 1 {
			t.Errorf("%d tasks", st.Tasks)
		}
	})
}

func TestReplaceKeepsTheDistanceToTheOldStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{})
		defer func() { r.stop() }()
		old := r.add(10*time.Second, 3*time.Second, time.Second)
		r.sleep(2 * time.Second)
		// 3 is on the new grid, but less than half an interval after 1.
		r.must(r.Replace(old, Entry{Task: &testTask{}, Hash: uint64(3 * time.Second), Interval: 5 * time.Second}))
		r.sleep(12 * time.Second)
		r.want("1 run -7", "8 run 8", "13 run 13")
	})
}

// generation is a task that shares its gate with the generation before it.
type generation struct{ *Gate }

func TestReplaceWithTheSameGateWaitsForTheOldRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{AtOnce: true})
		defer func() { r.stop() }()
		gate := &Gate{}
		first, second := &generation{gate}, &generation{gate}
		var ran []Task
		r.onDue = func(d Due) { ran = append(ran, d.Task) }
		r.must(r.Add(Entry{Task: first, Interval: time.Second}))
		r.sleep(500 * time.Millisecond)
		r.must(r.Replace(first, Entry{Task: second, Interval: time.Second}))
		r.sleep(time.Second)
		gate.Release()
		r.sleep(time.Second)
		r.want("0 run 0", "1 miss 1 x1 queued", "2 run 2")
		if len(ran) != 2 || ran[0] != Task(first) || ran[1] != Task(second) {
			t.Errorf("ran %v", ran)
		}
	})
}

func TestReplaceOfAnUnknownTaskAddsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{AtOnce: true})
		defer func() { r.stop() }()
		r.must(r.Replace(&testTask{}, Entry{Task: &testTask{}, Interval: time.Second}))
		r.sleep(1500 * time.Millisecond)
		r.want("0 run 0", "1 run 1")
	})
}

func TestRemoveStopsATask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{})
		defer func() { r.stop() }()
		task := r.add(time.Second, 0, 0)
		r.sleep(1500 * time.Millisecond)
		r.Remove(task, &testTask{})
		r.sleep(10 * time.Second)
		r.want("0 run 0", "1 run 1")
		delay := time.Duration(0)
		r.must(r.Add(Entry{Task: task, Interval: time.Second, StartDelay: &delay}))
		r.sleep(time.Second)
		r.want("11.5 run 11", "12 run 12")
	})
}

func TestSetIntervalLeavesAFirstRunAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{})
		defer func() { r.stop() }()
		task := r.add(300*time.Second, 0, 90*time.Second)
		r.sleep(time.Second)
		r.must(r.SetInterval(task, time.Minute))
		r.sleep(121 * time.Second)
		r.want("90 run 60", "120 run 120")
	})
}

func TestAddTwiceIsIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{AtOnce: true})
		defer func() { r.stop() }()
		e := Entry{Task: &testTask{}, Interval: time.Second}
		r.must(r.Add(e))
		r.must(r.Add(e))
		r.must(r.Replace(&testTask{}, e))
		r.sleep(500 * time.Millisecond)
		r.want("0 run 0")
	})
}

func TestIntervalOutOfRangeIsRefused(t *testing.T) {
	s := New(Options{Due: func([]Due) {}})
	for _, d := range []time.Duration{-time.Second, 0, MinInterval - 1, MaxInterval + 1} {
		e := Entry{Task: &testTask{}, Interval: d}
		for name, err := range map[string]error{
			"Add":         s.Add(Entry{Task: &testTask{}, Interval: time.Minute}, e),
			"Replace":     s.Replace(&testTask{}, e),
			"SetInterval": s.SetInterval(&testTask{}, d),
		} {
			if err == nil {
				t.Errorf("%s took interval %v", name, d)
			}
		}
	}
	if st := s.Stats(); st.Commands != 0 {
		t.Errorf("%d commands from refused calls", st.Commands)
	}
}

func TestStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startRig(t, Options{})
		task, gone := r.add(10*time.Second, 4*time.Second, 0), &testTask{}
		r.sleep(5 * time.Second)
		got, err := r.Status(context.Background(), task, gone)
		r.must(err)
		want := Status{true, 10 * time.Second, epoch.Add(14 * time.Second), epoch.Add(-6 * time.Second)}
		// The first run at 0 counts for slot -6; 4 is less than half an
		// interval after it.
		if g := got[0]; g.Scheduled != want.Scheduled || g.Interval != want.Interval || !g.Next.Equal(want.Next) || !g.LastSlot.Equal(want.LastSlot) {
			t.Errorf("got %+v, want %+v", g, want)
		}
		if got[1] != (Status{}) {
			t.Errorf("unknown task: %+v", got[1])
		}
		r.stop()
		if _, err := r.Status(context.Background(), task); !errors.Is(err, ErrStopped) {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestStatusEndsWithItsContext(t *testing.T) {
	s := New(Options{Due: func([]Due) {}}) // nobody runs it
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Status(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestManyDueAtOnceComeInBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sizes []int
		s := New(Options{AtOnce: true, Due: func(batch []Due) { sizes = append(sizes, len(batch)) }})
		entries := make([]Entry, 2*batchSize+5)
		for i := range entries {
			entries[i] = Entry{Task: &testTask{}, Interval: time.Second}
		}
		if err := s.Add(entries...); err != nil {
			t.Fatal(err)
		}
		s.look()
		if want := fmt.Sprint([]int{batchSize, batchSize, 5}); fmt.Sprint(sizes) != want {
			t.Errorf("batches of %v, want %v", sizes, want)
		}
	})
}

func TestReasonNames(t *testing.T) {
	want := []string{"running", "queued", "contained", "down", "clock_step"}
	for i, reason := range Reasons() {
		if reason.String() != want[i] {
			t.Errorf("reason %d is %q, want %q", i, reason, want[i])
		}
	}
}
