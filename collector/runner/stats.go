package runner

import (
	"errors"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// Stats is the runner's state and what it has counted since it was made.
type Stats struct {
	Queued     int // jobs that wait for their start
	Running    int // runs in flight: started and not settled
	Waiting    int // of these, waiting for a Deferred
	Active     int // goroutines at work
	Contained  int // goroutines in calls whose time is up and that have not returned
	Unreleased int // runs whose code has not returned, settled or not

	Outcomes  [outcomeCount]uint64 // settled runs
	Abandoned uint64               // jobs that were not started
	// FailedRuns counts as upstream's: runs of a disabled plugin, and runs whose Collect itself returned an error or
	// panicked. An error that came through a Deferred, a timeout or a later hook does not count there.
	FailedRuns uint64
	// TimedOutTasks counts as upstream's: runs that the running timeout's error was left of at the end. When OnError
	// made a value of it, or a canceller another error, it does not count.
	TimedOutTasks uint64
	Panics        uint64
	Containments  uint64 // hook calls that were ever contained
	// InHooks is the time spent in hooks, counted when a call ends. In centiseconds it is upstream's percentBlocked.
	InHooks time.Duration
}

// Stats returns the present figures.
func (r *Runner) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.tally
	s.Queued, s.Running, s.Unreleased = r.queue.size, r.inFlight.size, r.unreleased
	s.Active, s.Contained = r.active, r.stuck
	return s
}

// count adds a settled run.
func (s *Stats) count(run *Run) {
	s.Outcomes[run.Outcome]++
	if run.failed() {
		s.FailedRuns++
	}
	if errors.Is(run.Err, datasource.ErrRunningTimeout) {
		s.TimedOutTasks++
	}
}
