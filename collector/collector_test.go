package collector_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zenpython/zenpython/collector"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/maps"
)

type collect = func(ctx context.Context, s *script) (any, error)

func never(context.Context, *script) (any, error) { return datasource.NewDeferred(nil), nil }

func TestCheck14ACollectThatNeverEndsTimesOut(t *testing.T) {
	w := &world{collect: map[string]collect{"ds1": never}}
	run(t, nil, []*configs.TaskConfig{task("dev1", "ds1", 10*time.Second)}, w, func(t *testing.T, w *world) {
		time.Sleep(41 * time.Second) // a start within the spread, and three cycles
		if got := w.seen.outcomes(); !slices.Equal(got, []string{"timeout"}) {
			t.Fatalf("outcomes %v, want one timeout", got)
		}
		if got := w.seen.matching("event timeout 3 timeout collecting ds1 datasource"); len(got) != 1 {
			t.Errorf("timeout events: %v", got)
		}
		if n := w.c.Statistics().TimedOutTasks; n != 1 {
			t.Errorf("timedOutTasks %d, want 1", n)
		}
	})
}

func TestTheTimeoutEventIsClearedByTheNextGoodRun(t *testing.T) {
	var again atomic.Bool
	w := &world{collect: map[string]collect{"ds1": func(ctx context.Context, s *script) (any, error) {
		if !again.Swap(true) {
			return never(ctx, s)
		}
		return nil, nil
	}}}
	run(t, nil, []*configs.TaskConfig{task("dev1", "ds1", 10*time.Second)}, w, func(t *testing.T, w *world) {
		time.Sleep(30*time.Second + 100*time.Millisecond) // the first run starts within a millisecond
		if got := w.openEvents(); !slices.ContainsFunc(got, func(e string) bool { return strings.Contains(e, "timeout collecting") }) {
			t.Fatalf("open events %v, want the timeout", got)
		}
		time.Sleep(20 * time.Second)
		if got := w.openEvents(); slices.ContainsFunc(got, func(e string) bool { return strings.Contains(e, "timeout collecting") }) {
			t.Errorf("open events %v: a good run clears the timeout", got)
		}
		time.Sleep(time.Minute)
		if got := w.openEvents(); len(got) != 0 {
			t.Errorf("open events %v, want none: no run was missed for a while", got)
		}
	})
}

func TestCheck19AFailureIsLoggedAndTheTaskRunsAgain(t *testing.T) {
	w := &world{collect: map[string]collect{"ds1": func(context.Context, *script) (any, error) {
		return datasource.Fail(errors.New("no route")), nil
	}}}
	run(t, nil, []*configs.TaskConfig{task("dev1", "ds1", 10*time.Second)}, w, func(t *testing.T, w *world) {
		time.Sleep(35 * time.Second)
		got := w.seen.outcomes()
		if len(got) < 3 || slices.ContainsFunc(got, func(o string) bool { return o != "error" }) {
			t.Errorf("outcomes %v, want an error each cycle", got)
		}
		if e := w.seen.matching("event plugin"); len(e) != 0 {
			t.Errorf("events %v, want none", e)
		}
		if n := w.c.Statistics().FailedRuns; n != 0 {
			t.Errorf("failedRuns %d, want 0", n)
		}
	})
}

func TestCheck20APanicCostsTheRunAlone(t *testing.T) {
	w := &world{collect: map[string]collect{"ds1": func(context.Context, *script) (any, error) { panic("boom") }}}
	run(t, nil, []*configs.TaskConfig{task("dev1", "ds1", 10*time.Second), task("dev2", "ds2", 10*time.Second)}, w, func(t *testing.T, w *world) {
		time.Sleep(25 * time.Second)
		if n := len(w.instances("ds1")[0].started()); n < 2 {
			t.Errorf("%d runs of the panicking task, want it run again", n)
		}
		if n := len(w.instances("ds2")[0].started()); n < 2 {
			t.Errorf("%d runs of the other task", n)
		}
		if n := w.c.Statistics().FailedRuns; n < 2 {
			t.Errorf("failedRuns %d, want one a run", n)
		}
	})
}

func TestCheck22AResultChangesTheInterval(t *testing.T) {
	w := &world{collect: map[string]collect{"ds1": func(context.Context, *script) (any, error) {
		return &datasource.Data{Interval: 60}, nil
	}}}
	run(t, nil, []*configs.TaskConfig{task("dev1", "ds1", 300*time.Second)}, w, func(t *testing.T, w *world) {
		time.Sleep(20 * time.Minute)
		runs := w.instances("ds1")[0].started()
		if len(runs) < 15 {
			t.Fatalf("%d runs in 20 minutes, want one a minute", len(runs))
		}
		for i := 2; i < len(runs); i++ {
			if d := runs[i].Sub(runs[i-1]); d != time.Minute {
				t.Errorf("run %d came %v after the one before", i, d)
			}
		}
		before := len(runs)
		w.collect = nil
		w.change(changed(task("dev1", "ds1", 300*time.Second)))
		time.Sleep(15*time.Minute + time.Second)
		if n := len(w.instances("ds1")[1].started()); n != 3 {
			t.Errorf("%d runs in 15 minutes after a rebuild (%d before), want 300 s again", n, before)
		}
	})
}

func TestCheck28AnUpdateReplacesTheInstanceAndKeepsThePhase(t *testing.T) {
	w := &world{}
	config := task("dev1", "ds1", 10*time.Second)
	run(t, nil, []*configs.TaskConfig{config}, w, func(t *testing.T, w *world) {
		time.Sleep(25 * time.Second)
		old := w.instances("ds1")[0]
		last := old.started()[len(old.started())-1]
		w.change(changed(config))
		if n := old.cleanups(); n != 1 {
			t.Fatalf("the old instance was cleaned up %d times, want once", n)
		}
		time.Sleep(21 * time.Second)
		runs := w.instances("ds1")[1].started()
		if len(runs) < 2 || runs[0].Sub(last)%(10*time.Second) != 0 || runs[0].Equal(last) {
			t.Errorf("last run of the old at %v, runs of the new at %v: want the same phase", last, runs)
		}
		if n := old.cleanups(); n != 1 {
			t.Errorf("the old instance was cleaned up %d times", n)
		}
		if err := old.handle.PublishEvents(t.Context(), events.Event{"summary": "late"}); !errors.Is(err, datasource.ErrTaskGone) {
			t.Errorf("publishing by the old handle: %v, want ErrTaskGone", err)
		}
	})
}

func TestAnUnchangedTaskKeepsItsInstance(t *testing.T) {
	w := &world{}
	kept, gone := task("dev1", "ds1", 10*time.Second), task("dev1", "ds2", 10*time.Second)
	run(t, nil, []*configs.TaskConfig{kept, gone}, w, func(t *testing.T, w *world) {
		time.Sleep(15 * time.Second)
		w.change(kept, task("dev2", "ds3", 10*time.Second))
		time.Sleep(15 * time.Second)
		if n := len(w.instances("ds1")); n != 1 {
			t.Errorf("%d instances of an unchanged task", n)
		}
		if n := w.instances("ds2")[0].cleanups(); n != 1 {
			t.Errorf("a removed task was cleaned up %d times, want once", n)
		}
		ran := len(w.instances("ds2")[0].started())
		time.Sleep(30 * time.Second)
		if n := len(w.instances("ds2")[0].started()); n != ran {
			t.Errorf("a removed task still runs")
		}
		if n := len(w.instances("ds3")[0].started()); n == 0 {
			t.Error("an added task does not run")
		}
	})
}

func TestAConstructorThatFailsCostsItsTaskAlone(t *testing.T) {
	w := &world{refuse: map[string]error{"ds1": errors.New("no licence")}}
	bad := task("dev1", "ds1", 10*time.Second)
	run(t, nil, []*configs.TaskConfig{bad, task("dev2", "ds2", 10*time.Second)}, w, func(t *testing.T, w *world) {
		time.Sleep(15 * time.Second)
		if n := len(w.instances("ds2")[0].started()); n == 0 {
			t.Error("the other device's task does not run")
		}
		if got := w.openEvents(); len(got) != 1 || !strings.Contains(got[0], "no licence") {
			t.Fatalf("open events %v, want one that says why", got)
		}
		w.refuse = nil
		w.change(changed(bad), task("dev2", "ds2", 10*time.Second))
		time.Sleep(15 * time.Second)
		if got := w.openEvents(); len(got) != 0 {
			t.Errorf("open events %v after the fault was mended", got)
		}
	})
}

func TestMissedRunsAreToldOnceAndCleared(t *testing.T) {
	var fast atomic.Bool
	w := &world{collect: map[string]collect{"ds1": func(ctx context.Context, _ *script) (any, error) {
		if fast.Load() {
			return nil, nil
		}
		return datasource.Go(ctx, func(context.Context) (any, error) {
			time.Sleep(25 * time.Second)
			return nil, nil
		}), nil
	}}}
	run(t, nil, []*configs.TaskConfig{task("dev1", "ds1", 10*time.Second)}, w, func(t *testing.T, w *world) {
		time.Sleep(29 * time.Second)
		if got := w.seen.matching("event daemon 3 task dev1"); len(got) != 1 || !strings.Contains(got[0], "missed a run (running)") {
			t.Fatalf("events of missed runs: %v, want one", got)
		}
		time.Sleep(5 * time.Minute)
		got := slices.Concat(w.seen.matching("event daemon 3 task dev1"), w.seen.matching("event daemon 0 task dev1"))
		if len(got) != 1 {
			t.Fatalf("a task that takes too long all the time says so once, and not that it runs again: %v", got)
		}
		fast.Store(true)
		time.Sleep(30*time.Second + time.Minute)
		if got := w.openEvents(); len(got) != 0 {
			t.Errorf("open events %v, want the missed runs cleared", got)
		}
		if n := w.c.Statistics().Missed["running"]; n == 0 {
			t.Error("no slot was booked as missed")
		}
	})
}

func TestCheck40PublishingBetweenRunsLeavesTheScheduleAlone(t *testing.T) {
	w := &world{}
	run(t, nil, []*configs.TaskConfig{task("dev1", "ds1", 10*time.Second)}, w, func(t *testing.T, w *world) {
		time.Sleep(15 * time.Second)
		s := w.instances("ds1")[0]
		before := len(s.started())
		if err := s.handle.PublishEvents(t.Context(), events.Event{"summary": "between runs", "severity": 4}); err != nil {
			t.Fatal(err)
		}
		if err := s.handle.PublishValues(t.Context(), datasource.Values{datasource.DeviceLevel: {"dp1": 1}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		if n := len(s.started()); n != before+2 {
			t.Errorf("%d runs in 20 s after publishing, want 2", n-before)
		}
		if got := w.openEvents(); !slices.Equal(got, []string{"Error between runs"}) {
			t.Errorf("open events %v", got)
		}
		if v := w.hub.LastValues("dev1"); len(v) != 1 || v[0].Metric != "dev1/ds1_dp1" {
			t.Errorf("last values %v", v)
		}
	})
}

// once runs a collector without --cycle to its end.
func once(t *testing.T, w *world, runs int, tasks []*configs.TaskConfig, then func(t *testing.T, err error)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w.start(t, func(o *options.Options) { o.Cycle, o.Runs = false, runs })
		first := w.set(tasks...)
		if w.refresh == nil {
			w.refresh = func() *configs.Set { return first }
		}
		w.sets <- first
		err := w.c.Run(t.Context())
		w.checkLedgers()
		then(t, err)
	})
}

func TestCheck34ARunCollectsEverythingOnceAndEnds(t *testing.T) {
	w := &world{collect: map[string]collect{
		"ds1": func(context.Context, *script) (any, error) {
			return &datasource.Data{
				Events: []events.Event{{"summary": "hello", "severity": 3}},
				Maps:   []maps.Map{&maps.ObjectMap{ID: "c1", RelName: "comps", ModName: "M"}},
			}, nil
		},
	}}
	first := []*configs.TaskConfig{task("dev1", "ds1", 300*time.Second), task("dev2", "ds2", 300*time.Second)}
	component := task("dev1", "ds3", 300*time.Second)
	w.refresh = func() *configs.Set {
		if w.model.Device("dev1").Member("comps", "c1") == nil {
			t.Error("the maps were not awaited")
		}
		return w.set(append(slices.Clone(first), component)...)
	}
	once(t, w, 1, first, func(t *testing.T, err error) {
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"ds1", "ds2", "ds3"} {
			list := w.instances(name)
			if len(list) != 1 || len(list[0].started()) != 1 || list[0].cleanups() != 1 {
				t.Errorf("%s: want one instance, one run, one cleanup", name)
			}
		}
		if got := w.hub.OpenEvents(events.Filter{}); len(got) != 1 || got[0].Summary != "hello" {
			t.Errorf("open events %v, want the flushed one", got)
		}
	})
}

func TestRoundsUseTheSameInstances(t *testing.T) {
	w := &world{}
	once(t, w, 3, []*configs.TaskConfig{task("dev1", "ds1", 300*time.Second)}, func(t *testing.T, err error) {
		if err != nil {
			t.Fatal(err)
		}
		if list := w.instances("ds1"); len(list) != 1 || len(list[0].started()) != 3 {
			t.Errorf("want three runs of one instance")
		}
	})
}

func TestARunThatFailsSaysSo(t *testing.T) {
	for name, fails := range map[string]collect{
		"error":   func(context.Context, *script) (any, error) { return nil, errors.New("no") },
		"timeout": never,
		"result":  func(context.Context, *script) (any, error) { return []any{1}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			once(t, &world{collect: map[string]collect{"ds1": fails}}, 1, []*configs.TaskConfig{task("dev1", "ds1", time.Minute)},
				func(t *testing.T, err error) {
					if !errors.Is(err, collector.ErrRunsFailed) {
						t.Errorf("Run = %v, want ErrRunsFailed", err)
					}
				})
		})
	}
}

func TestNothingToRunIsAnError(t *testing.T) {
	once(t, &world{}, 1, nil, func(t *testing.T, err error) {
		if !errors.Is(err, collector.ErrNoTasks) {
			t.Errorf("Run = %v, want ErrNoTasks", err)
		}
	})
	w := &world{refuse: map[string]error{"ds1": errors.New("no licence")}}
	once(t, w, 1, []*configs.TaskConfig{task("dev1", "ds1", time.Minute)}, func(t *testing.T, err error) {
		if !errors.Is(err, collector.ErrNoTasks) {
			t.Errorf("Run = %v, want ErrNoTasks", err)
		}
	})
}

func TestStartAndStopAreTold(t *testing.T) {
	w := &world{}
	run(t, nil, []*configs.TaskConfig{task("dev1", "ds1", 10*time.Second)}, w, func(*testing.T, *world) { time.Sleep(time.Second) })
	for _, text := range []string{"event daemon 0 started", "event daemon 3 stopped"} {
		if n := len(w.seen.matching(text)); n != 1 {
			t.Errorf("%q was told %d times", text, n)
		}
	}
	if n := w.instances("ds1")[0].cleanups(); n != 1 {
		t.Errorf("cleaned up %d times at the stop", n)
	}
}

func TestStatusSaysWhereTasksStand(t *testing.T) {
	w := &world{}
	run(t, nil, []*configs.TaskConfig{task("dev1", "ds1", 10*time.Second)}, w, func(t *testing.T, w *world) {
		time.Sleep(15 * time.Second)
		st, err := w.c.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(st.Tasks) != 1 {
			t.Fatalf("%d tasks", len(st.Tasks))
		}
		got := st.Tasks[0]
		if got.LastOutcome != "ok" || got.Runs == 0 || got.State != "idle" || got.Interval != 10 || !got.NextDue.After(time.Now()) {
			t.Errorf("task status %+v", got)
		}
		if err := w.c.Ready(); err != nil {
			t.Errorf("Ready: %v", err)
		}
		if err := w.c.Alive(); err != nil {
			t.Errorf("Alive: %v", err)
		}
	})
	if err := w.c.Ready(); err == nil {
		t.Error("a stopped collector is ready")
	}
}

func TestBlockedClassesAreNotRunAndAnEventSaysSo(t *testing.T) {
	varDir := t.TempDir()
	list := filepath.Join(varDir, "zenpython.blocked")
	if err := os.WriteFile(list, []byte("# switched off\nother.Class\ndatasource/scripted.Scripted\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		timeout  time.Duration
		outcome  string
		disabled int
	}{{30 * time.Second, "disabled", 1}, {0, "ok", 0}} {
		w := &world{}
		change := func(o *options.Options) { o.VarDir, o.BlockingTimeout = varDir, tc.timeout }
		run(t, change, []*configs.TaskConfig{task("dev1", "ds1", 10*time.Second)}, w, func(t *testing.T, w *world) {
			time.Sleep(time.Second)
			if got := w.seen.outcomes(); !slices.Equal(got, []string{tc.outcome}) {
				t.Errorf("blockingtimeout %v: outcomes %v, want %s", tc.timeout, got, tc.outcome)
			}
			if got := w.seen.matching("T/ds1 datasource has been disabled"); len(got) != tc.disabled {
				t.Errorf("blockingtimeout %v: events %v", tc.timeout, got)
			}
			w.change(task("dev1", "ds1", 10*time.Second), task("dev2", "ds2", 10*time.Second))
			if got := w.seen.matching("T/ds1 datasource has been disabled"); len(got) != tc.disabled {
				t.Errorf("blockingtimeout %v: events after a change of another device %v", tc.timeout, got)
			}
			if got := w.seen.matching("T/ds2 datasource has been disabled"); len(got) != tc.disabled {
				t.Errorf("blockingtimeout %v: events of the new device %v", tc.timeout, got)
			}
		})
	}
}

func TestAClassIsSwitchedOffWhileItRuns(t *testing.T) {
	varDir := t.TempDir()
	w := &world{}
	run(t, func(o *options.Options) { o.VarDir = varDir }, []*configs.TaskConfig{task("dev1", "ds1", 10*time.Second)}, w,
		func(t *testing.T, w *world) {
			time.Sleep(time.Second)
			w.c.SwitchOff("datasource/scripted.Scripted", "it blocked\nthe reactor")
			w.c.SwitchOff("datasource/scripted.Scripted", "it blocked once more before it ended")
			time.Sleep(15 * time.Second)
			if got := w.seen.outcomes(); got[0] != "ok" || got[len(got)-1] != "disabled" {
				t.Errorf("outcomes %v, want ok before and disabled after", got)
			}
			if got := w.seen.matching("T/ds1 datasource has been disabled"); len(got) != 1 {
				t.Errorf("events %v, want one", got)
			}
			list, err := os.ReadFile(filepath.Join(varDir, "zenpython.blocked"))
			if err != nil || string(list) != "datasource/scripted.Scripted # it blocked the reactor\n" {
				t.Errorf("the list holds %q (%v)", list, err)
			}
		})
}

func TestTheListOfBlockedClassesIsReadAgain(t *testing.T) {
	varDir := t.TempDir()
	list := filepath.Join(varDir, "zenpython.blocked")
	write := func(text string) {
		if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("datasource/scripted.Scripted # it blocked\n")
	w := &world{}
	tasks := []*configs.TaskConfig{task("dev1", "ds1", 10*time.Second)}
	run(t, func(o *options.Options) { o.VarDir = varDir }, tasks, w, func(t *testing.T, w *world) {
		disabled := func() int { return len(w.seen.matching("T/ds1 datasource has been disabled")) }
		last := func() string {
			time.Sleep(10 * time.Second)
			outcomes := w.seen.outcomes()
			return outcomes[len(outcomes)-1]
		}
		open := func() bool {
			return slices.ContainsFunc(w.openEvents(), func(e string) bool { return strings.Contains(e, "has been disabled") })
		}
		if got := last(); got != "disabled" || !open() {
			t.Fatalf("before: outcome %s, open events %q", got, w.openEvents())
		}
		w.c.RereadBlocked()
		if disabled() != 1 {
			t.Error("an unchanged list is told again")
		}
		write("# nothing any more\n")
		w.c.RereadBlocked()
		if got := last(); got != "ok" || open() {
			t.Errorf("unblocked: outcome %s, open events %q", got, w.openEvents())
		}
		w.c.SwitchOff("datasource/scripted.Scripted", "again")
		if got := last(); got != "disabled" || disabled() != 2 {
			t.Errorf("switched off again: outcome %s, told %d times", got, disabled())
		}
		write("")
		w.c.RereadBlocked()
		write("datasource/scripted.Scripted\n")
		w.c.RereadBlocked()
		if got := last(); got != "disabled" || disabled() != 3 {
			t.Errorf("blocked by a person: outcome %s, told %d times", got, disabled())
		}
		if err := os.Remove(list); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(list, 0o700); err != nil {
			t.Fatal(err)
		}
		w.c.RereadBlocked()
		if got := last(); got != "disabled" {
			t.Errorf("a list that cannot be read: outcome %s", got)
		}
	})
}
