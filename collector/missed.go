package collector

import (
	"fmt"

	"github.com/zenpython/zenpython/collector/runner"
	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/events"
)

// slotsMissed books the slots that no run was started for, and tells of tasks that begin to miss runs (spec §4.7;
// upstream meant to and never did, §10 defect 9). It runs on the scheduler's goroutine.
func (c *Collector) slotsMissed(list []scheduler.Missed) {
	for _, m := range list {
		t := owner(m.Task.(*runner.Task))
		if t.missed(m) {
			c.tell(missedEvent(t, events.Warning, fmt.Sprintf("missed a run (%s)", m.Reason)))
		}
	}
}

// worthTelling picks the reasons that lie in the task's own runs: after a down time or a clock step every task has
// missed slots, and one line of the log says so.
func worthTelling(r scheduler.Reason) bool {
	return r == scheduler.ReasonRunning || r == scheduler.ReasonQueued || r == scheduler.ReasonContained
}

// tellRunsAgain clears what slotsMissed has told.
func (c *Collector) tellRunsAgain(t *task) {
	c.tell(missedEvent(t, events.Clear, "runs again"))
}

func missedEvent(t *task, severity events.Severity, what string) events.Event {
	return events.Event{
		events.FieldDevice:     t.Config.Device,
		events.FieldComponent:  daemonName,
		events.FieldEventClass: "/Perf/MissedRuns",
		events.FieldEventKey:   t.Config.Name(),
		events.FieldSeverity:   int(severity),
		events.FieldSummary:    fmt.Sprintf("task %s %s", t.Config.Name(), what),
	}
}
