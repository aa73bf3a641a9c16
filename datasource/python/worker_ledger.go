package python

import (
	"maps"
	"slices"
	"sync"
)

// ledger knows what a worker has been given and not yet given back, so that its death says what was lost.
type ledger struct {
	mu    sync.Mutex
	tasks map[uint64]struct{}
	runs  map[uint64]bool // run → its chain has begun
}

func (l *ledger) configure(task uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tasks == nil {
		l.tasks = map[uint64]struct{}{}
	}
	l.tasks[task] = struct{}{}
}

func (l *ledger) drop(task uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.tasks, task)
}

func (l *ledger) collect(run uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.runs == nil {
		l.runs = map[uint64]bool{}
	}
	l.runs[run] = false
}

// start books that a chain has begun; false when the run is not known.
func (l *ledger) start(run uint64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.runs[run]; !known {
		return false
	}
	l.runs[run] = true
	return true
}

// end books that a run is over; false when it is not known.
func (l *ledger) end(run uint64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, known := l.runs[run]
	delete(l.runs, run)
	return known
}

// rest returns all that is open, sorted.
func (l *ledger) rest() (tasks, started, unstarted []uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for run, begun := range l.runs {
		if begun {
			started = append(started, run)
		} else {
			unstarted = append(unstarted, run)
		}
	}
	slices.Sort(started)
	slices.Sort(unstarted)
	return slices.Sorted(maps.Keys(l.tasks)), started, unstarted
}
