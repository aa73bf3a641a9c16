package python

import (
	"context"
	"fmt"
	"time"
)

// Containment: what a plugin that blocks its worker costs, and whom.
const (
	// lookEvery is how often heartbeats are looked at: as often as they come.
	lookEvery = 250 * time.Millisecond
	// silence is how long a worker may send no beat: native code holds the interpreter, or the process is stopped.
	silence = 5 * time.Second
	// quarantineAfter and switchOffAfter count how often a class blocked a worker.
	quarantineAfter = 2
	switchOffAfter  = 3
)

// watch kills workers that a hook has blocked for longer than the blocking timeout.
func (r *Runtime) watch(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			if pool := r.present(); pool != nil {
				for _, w := range pool.Workers() {
					r.look(w, now)
				}
			}
		}
	}
}

func (r *Runtime) look(w *Worker, now time.Time) {
	beat := w.Beat()
	blocked := beat.Blocked(now)
	if blocked < r.opts.BlockingTimeout && beat.Age(now) < max(silence, r.opts.BlockingTimeout) {
		return
	}
	class := r.classOf(beat.Run)
	why := fmt.Sprintf("%s blocked the reactor for %v", orUnknown(class), blocked.Round(time.Millisecond))
	r.log.Error("a python worker is blocked: it is killed", "pid", w.PID(), "class", orUnknown(class), "for", blocked.Round(time.Millisecond))
	w.Kill(why)
	if class != "" {
		r.offence(class, why)
	}
}

func orUnknown(class string) string {
	if class == "" {
		return "code of no run"
	}
	return class
}

func (r *Runtime) classOf(run uint64) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.runs[run]; f != nil {
		return f.task.class
	}
	return ""
}

// offence counts that a class blocked a worker: the second time its tasks move to the quarantine, where they hurt only
// each other; after one more it is switched off.
func (r *Runtime) offence(class, why string) {
	r.mu.Lock()
	r.offences[class]++
	times := r.offences[class]
	var tasks []*task
	for _, t := range r.tasks {
		if t.class == class {
			tasks = append(tasks, t)
		}
	}
	r.mu.Unlock()
	switch {
	case times == quarantineAfter:
		r.log.Warn("a plugin class that blocks goes to the quarantine worker", "class", class, "tasks", len(tasks))
		for _, t := range tasks {
			t.quarantine()
		}
	case times >= switchOffAfter && r.opts.Switch != nil:
		r.opts.Switch(class, why)
	}
}

// quarantine moves the instance to the quarantine worker.
func (t *task) quarantine() {
	t.mu.Lock()
	if old := t.worker; old != nil {
		_ = old.Drop(t.id) // a worker that is gone has dropped it
	}
	t.worker = nil
	t.mu.Unlock()
	if w := t.runtime.workers().Quarantine(t.id); w != nil {
		t.settle(w)
	}
}
