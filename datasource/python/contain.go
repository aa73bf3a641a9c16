package python

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Containment: what a plugin that blocks its worker costs, and whom.
const (
	// lookEvery is how often heartbeats are looked at: as often as they come.
	lookEvery = 250 * time.Millisecond
	// leastBlocked is the shortest blocking that heartbeats tell from a busy machine.
	leastBlocked = time.Second
	// silence is how long a worker may send no beat before the log tells of that: native code holds the interpreter, or
	// the process is stopped.
	silence = 5 * time.Second
	// quarantineAfter and switchOffAfter count how often a class blocked a worker.
	quarantineAfter = 2
	switchOffAfter  = 3
)

// watch kills workers that a hook has blocked for longer than the blocking timeout.
func (r *Runtime) watch(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var killed []*Worker // and not yet gone: each is killed, and blamed on a class, once
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := time.Now()
		// A daemon that was stopped itself has beats to read before it may judge by them.
		late := now.Sub(last) > leastBlocked
		last = now
		pool := r.present()
		if pool == nil || late {
			continue
		}
		workers := pool.Workers()
		killed = slices.DeleteFunc(killed, func(w *Worker) bool { return !slices.Contains(workers, w) })
		for _, w := range workers {
			if !slices.Contains(killed, w) && r.look(w, now) {
				killed = append(killed, w)
			}
		}
	}
}

// look kills w when it is blocked for too long. A worker that sends no beats is blocked too: its last turn grows old.
func (r *Runtime) look(w *Worker, now time.Time) (kill bool) {
	beat := w.Beat()
	blocked := beat.Blocked(now)
	if blocked < max(r.opts.BlockingTimeout, leastBlocked) {
		return false
	}
	blocked = blocked.Round(time.Millisecond)
	class := r.blocker(w, beat)
	about := []any{"pid", w.PID(), "class", orUnknown(class), "for", blocked}
	if age := beat.Age(now); age > silence {
		about = append(about, "silent_for", age.Round(time.Millisecond))
	}
	r.log.Error("a python worker is blocked: it is killed", about...)
	why := fmt.Sprintf("%s blocked the reactor for %v", orUnknown(class), blocked)
	w.Kill(why)
	if class != "" {
		r.offence(class, why)
	}
	return true
}

func orUnknown(class string) string {
	if class == "" {
		return "code of no run"
	}
	return class
}

// blocker returns the class whose code holds the reactor: that of the run in the heartbeat or, for a hook of no run, that
// of the instance being made, which is the first that the worker has not answered for. "" is unknown.
func (r *Runtime) blocker(w *Worker, beat Beat) string {
	if beat.Run != 0 {
		return r.classOf(beat.Run)
	}
	if beat.HookSince.IsZero() {
		return ""
	}
	for _, t := range r.allTasks() {
		if t.isMadeOn(w) {
			return t.class
		}
	}
	return ""
}

func (r *Runtime) classOf(run uint64) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.flights[run]; f != nil {
		return f.task.class
	}
	return ""
}

// isMadeOn reports whether w has still to answer for the making of the instance.
func (t *task) isMadeOn(w *Worker) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.worker == w && t.making
}

// offence counts that a class blocked a worker: the second time its tasks move to the quarantine, where they hurt only
// each other; after one more it is switched off.
func (r *Runtime) offence(class, why string) {
	r.mu.Lock()
	r.offences[class]++
	times := r.offences[class]
	r.mu.Unlock()
	switch {
	case times == quarantineAfter:
		r.log.Warn("a plugin class that blocks goes to the quarantine worker", "class", class)
		for _, t := range r.allTasks() {
			if t.class == class {
				t.quarantine()
			}
		}
	case times >= switchOffAfter && r.opts.Switch != nil: // again, where a person let it run meanwhile
		r.opts.Switch(class, why)
	}
}
