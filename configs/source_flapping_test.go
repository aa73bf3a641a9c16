package configs

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestFlappingIsSlowed changes a task's config every few seconds: three changes are applied at once, each further one
// later than the one before, and the last state is reached in the end.
func TestFlappingIsSlowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, shop, nil)
		s.load()
		sets := s.watch()
		synctest.Wait()
		start := time.Now()
		applied := []time.Duration{}
		url := func(set *Set) string { return urls(set)[1] }
		last := "a page: r1/"
		note := func(set *Set) {
			if now := url(set); now != last {
				last = now
				applied = append(applied, time.Since(start).Round(time.Second))
			}
		}
		changes := 0
		for time.Since(start) < 20*time.Minute {
			changes++
			s.setRack("a", fmt.Sprint("f", changes))
			timer := time.After(5 * time.Second)
			for waiting := true; waiting; {
				select {
				case set := <-sets:
					note(set)
				case <-timer:
					waiting = false
				}
			}
		}
		if len(applied) < 6 || len(applied) > 9 {
			t.Fatalf("%d of %d changes were applied, at %v", len(applied), changes, applied)
		}
		for i := 4; i < len(applied); i++ {
			if now, before := applied[i]-applied[i-1], applied[i-1]-applied[i-2]; now < before && now < flappingMaxDelay {
				t.Errorf("change %d came %s after the one before, which came after %s: %v", i+1, now, before, applied)
			}
		}
		if now := s.present(); !slices.ContainsFunc(now.Problems, isFlapping) {
			t.Errorf("problems %q", problemTexts(now))
		}

		time.Sleep(time.Hour) // calm
		synctest.Wait()
		var set *Set
		for len(sets) > 0 {
			set = <-sets
		}
		if want := fmt.Sprintf("a page: f%d/", changes); url(set) != want {
			t.Errorf("in the end %s, want %s", url(set), want)
		}
		if slices.ContainsFunc(set.Problems, isFlapping) || len(s.flapping.tasks) > 0 {
			t.Errorf("the task is calm, and the problems are %q", problemTexts(set))
		}
	})
}

func isFlapping(p Problem) bool { return p.Unit == "task a 60 Web page datasource/http.HTTP" }

// TestFlappingRules goes through the rules step by step; what flaps costs other tasks nothing.
func TestFlappingRules(t *testing.T) {
	f := newFlapping()
	task := func(name string, hash uint64) *TaskConfig {
		return &TaskConfig{Identity: Identity{Device: name}, Hash: hash, Origin: "a.yaml:1"}
	}
	now := time.Unix(0, 0)
	set := &Set{Tasks: []*TaskConfig{task("a", 0), task("b", 0)}}
	step := func(after time.Duration, a, b uint64) (gotA, gotB uint64) {
		now = now.Add(after)
		set = f.slow(set, &Set{Tasks: []*TaskConfig{task("a", a), task("b", b)}}, now)
		return set.Tasks[0].Hash, set.Tasks[1].Hash
	}
	want := func(step string, a, b, wantA, wantB uint64) {
		t.Helper()
		if a != wantA || b != wantB {
			t.Errorf("%s: tasks have %d and %d, want %d and %d", step, a, b, wantA, wantB)
		}
	}
	for n := range uint64(3) {
		a, b := step(time.Second, n+1, 0)
		want("at first", a, b, n+1, 0)
	}
	a, b := step(time.Second, 4, 1)
	want("the fourth waits, the other task does not", a, b, 3, 1)
	a, b = step(59*time.Second, 5, 1)
	want("a minute is not over", a, b, 3, 1)
	a, b = step(time.Second, 5, 1)
	want("the delay is over", a, b, 5, 1)
	a, b = step(time.Second, 6, 1)
	want("the next waits for two minutes", a, b, 5, 1)
	a, b = step(time.Second, 5, 1)
	want("it comes back to what it was", a, b, 5, 1)
	if at := f.next(); !at.Equal(now.Add(flappingWindow - 2*time.Second)) {
		t.Errorf("to be looked at again at %s", at)
	}
	a, b = step(flappingWindow, 7, 1)
	want("after a calm time", a, b, 7, 1)
	if len(set.Problems) > 0 {
		t.Errorf("problems %v", set.Problems)
	}
	step(flappingWindow, 7, 1)
	if !f.next().IsZero() {
		t.Error("there is nothing to wait for, and a time for it")
	}
	if len(f.tasks) > 0 {
		t.Errorf("calm tasks are remembered: %v", f.tasks)
	}
	if set = f.slow(set, &Set{}, now); len(set.Tasks) > 0 {
		t.Error("a removed task is held back")
	}
}
