package configs

import (
	"fmt"
	"slices"
	"time"
)

// A task that is replaced more than flappingReplacements times within flappingWindow is slowed: each further change
// waits, at first for flappingFirstDelay and then for twice as long each time, up to flappingMaxDelay.
const (
	flappingReplacements = 3
	flappingWindow       = 10 * time.Minute
	flappingFirstDelay   = time.Minute
	flappingMaxDelay     = 10 * time.Minute
)

// flapping remembers which tasks are replaced over and over again: each time a plugin loses what it knows.
type flapping struct {
	tasks map[Identity]*replacements
}

// replacements are those of one task.
type replacements struct {
	times []time.Time // within the window, the latest last
	delay time.Duration
	until time.Time // a change waits until then; zero when none waits
}

func newFlapping() flapping { return flapping{tasks: map[Identity]*replacements{}} }

// slow returns next with the tasks that flap as they are in old, which may be nil, and a Problem for each.
func (f *flapping) slow(old, next *Set, now time.Time) *Set {
	if old == nil {
		return next
	}
	replaced := map[Identity]*TaskConfig{}
	for _, r := range Diff(old, next).Replaced {
		if f.hold(r.Old.Identity, now) {
			replaced[r.Old.Identity] = r.Old
		} else {
			replaced[r.Old.Identity] = nil
		}
	}
	f.forget(replaced, now)
	if len(f.tasks) == 0 {
		return next
	}
	slowed := *next
	slowed.Tasks, slowed.Problems = slices.Clone(next.Tasks), slices.Clone(next.Problems)
	for i, t := range slowed.Tasks {
		if held := replaced[t.Identity]; held != nil {
			slowed.Tasks[i] = held
		}
		if r := f.tasks[t.Identity]; r != nil && r.flaps() {
			slowed.Problems = append(slowed.Problems, flappingProblem(t))
		}
	}
	return &slowed
}

// flaps reports whether the task has been replaced as often as may be. Who was slowed is so until it was calm for a
// whole window: slowing alone makes replacements rare.
func (r *replacements) flaps() bool { return r.delay > 0 || len(r.times) >= flappingReplacements }

// calm returns when the task no longer flaps unless it is replaced before. It is for one that does and waits for nothing.
func (r *replacements) calm() time.Time {
	if r.delay > 0 {
		return r.times[len(r.times)-1].Add(flappingWindow)
	}
	return r.times[0].Add(flappingWindow)
}

// hold notes that a task is to be replaced, and reports whether that has to wait.
func (f *flapping) hold(id Identity, now time.Time) bool {
	r := f.tasks[id]
	if r == nil {
		r = &replacements{}
		f.tasks[id] = r
	}
	r.prune(now)
	switch {
	case r.until.After(now):
		return true
	case r.until.IsZero() && r.flaps():
		r.delay = min(max(2*r.delay, flappingFirstDelay), flappingMaxDelay)
		r.until = now.Add(r.delay)
		return true
	}
	r.until = time.Time{}
	r.times = append(r.times, now)
	return false
}

// prune drops what is out of the window. Who was calm for so long begins anew.
func (r *replacements) prune(now time.Time) {
	r.times = slices.DeleteFunc(r.times, func(t time.Time) bool { return now.Sub(t) >= flappingWindow })
	if len(r.times) == 0 && r.until.IsZero() {
		r.delay = 0
	}
}

// forget drops the tasks that are calm, and the waiting of those whose config came back to what it was.
func (f *flapping) forget(replaced map[Identity]*TaskConfig, now time.Time) {
	for id, r := range f.tasks {
		if _, wanted := replaced[id]; !wanted {
			r.until = time.Time{}
		}
		r.prune(now)
		if len(r.times) == 0 && r.until.IsZero() {
			delete(f.tasks, id)
		}
	}
}

// next returns when a waiting change is due or a task may be calm again; zero when there is nothing to wait for.
func (f *flapping) next() time.Time {
	var next time.Time
	earlier := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	for _, r := range f.tasks {
		switch {
		case !r.until.IsZero():
			earlier(r.until)
		case r.flaps():
			earlier(r.calm())
		}
	}
	return next
}

func flappingProblem(t *TaskConfig) Problem {
	return Problem{
		Position: t.position(), Severity: ProblemError, Unit: "task " + t.Name(),
		Message: fmt.Sprintf("config flapping: it was replaced %d times within %s; further changes are applied late",
			flappingReplacements, flappingWindow),
		Suggestion: "find what in its config changes so often: an attribute, a zProperty or `now` in TALES",
	}
}
