package collector

import (
	"fmt"
	"slices"
	"time"

	"github.com/zenpython/zenpython/collector/monitor"
	"github.com/zenpython/zenpython/collector/runner"
	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

// foregroundSummary and backgroundSummary are the times between summary lines: a person who watches wants to see life,
// a log file does not.
const (
	foregroundSummary = 5 * time.Second
	backgroundSummary = time.Minute
)

func (c *Collector) summaryEvery() time.Duration {
	if c.opts.Settings.Daemon {
		return backgroundSummary
	}
	return foregroundSummary
}

// Statistics implements monitor.Source.
func (c *Collector) Statistics() *monitor.Statistics {
	s := &monitor.Statistics{Missed: map[string]uint64{}, Runs: map[string]uint64{}}
	c.countTasks(s)
	c.countSlots(s)
	c.countRuns(s)
	c.countRecords(s)
	return s
}

func (c *Collector) countTasks(s *monitor.Statistics) {
	c.mtx.Lock()
	defer c.mtx.Unlock()
	s.Tasks, s.Reloads = len(c.tasks), c.reloads
	s.Threads, s.MaxParallel = c.threads, c.maxParallel
	if c.set != nil {
		s.Devices, s.Problems = c.set.DeviceCount(), len(c.set.Problems)
	}
	s.ReloadGood = c.set != nil && !slices.ContainsFunc(c.set.Problems, func(p configs.Problem) bool {
		return p.Severity == configs.ProblemError
	})
}

func (c *Collector) countSlots(s *monitor.Statistics) {
	if c.scheduler == nil {
		return
	}
	st := c.scheduler.Stats()
	s.Due = st.Due
	for _, r := range scheduler.Reasons() {
		s.Missed[r.String()] = st.Missed[r]
	}
}

func (c *Collector) countRuns(s *monitor.Statistics) {
	st := c.runner.Stats()
	s.Running, s.Queued, s.Contained = st.Running, st.Queued, st.Contained
	s.FailedRuns, s.TimedOutTasks = st.FailedRuns, st.TimedOutTasks
	s.HookSeconds = st.InHooks.Seconds()
	for _, o := range runner.Outcomes() {
		s.Runs[o.String()] = st.Outcomes[o]
	}
	s.Missed[string(runner.ReasonStopping)] += st.Abandoned
}

func (c *Collector) countRecords(s *monitor.Statistics) {
	items, records := c.processor.Ledger(), c.opts.Queue.Ledger()
	s.Returned, s.Produced, s.Published = map[string]uint64{}, map[string]uint64{}, map[string]uint64{}
	s.RecordsQueued, s.RecordsInFlight = map[string]uint64{}, map[string]uint64{}
	s.Rejected, s.Merged = map[string]uint64{}, map[string]uint64{}
	s.Suppressed, s.Dropped = map[string]uint64{}, map[string]uint64{}
	for _, class := range wire.Classes() {
		name := class.String()
		item, record := items.Class(class), records.Class(class)
		s.Returned[name], s.Produced[name] = item.Returned, record.Produced
		s.Published[name], s.RecordsQueued[name], s.RecordsInFlight[name] = record.Published, record.Queued, record.InFlight
		addReasons(s.Rejected, item.Rejected)
		addReasons(s.Merged, item.Merged)
		addReasons(s.Suppressed, item.Suppressed)
		addReasons(s.Dropped, record.Dropped)
	}
	s.EventQueueLength = int(records.Class(wire.Events).Queued)
	s.HubUp = c.opts.Queue.Up()
}

func addReasons(to map[string]uint64, from map[wire.Reason]uint64) {
	for reason, n := range from {
		to[string(reason)] += n
	}
}

// postStatistics publishes upstream's statistics as ad hoc metrics (spec §4.16).
func (c *Collector) postStatistics() {
	o := c.opts.Settings
	tags := map[string]string{"daemon": daemonName, "monitor": o.Monitor}
	var list []datasource.Metric
	for name, value := range monitor.Upstream(c.Statistics()) {
		list = append(list, datasource.Metric{Name: name, Value: value, Time: c.opts.Now(), Tags: tags})
	}
	c.processor.DaemonMetrics(o.Monitor, list)
}

// logSummary writes the line that says at a glance how the daemon does.
func (c *Collector) logSummary() { c.log.Info(c.summary()) }

func (c *Collector) summary() string {
	s := c.Statistics()
	var runs, failed, missed uint64
	for outcome, n := range s.Runs {
		runs += n
		if outcome != runner.OutcomeOK.String() && outcome != runner.OutcomeHandled.String() {
			failed += n
		}
	}
	for _, n := range s.Missed {
		missed += n
	}
	return fmt.Sprintf("%d devices, %d tasks: %d runs, %d failed, %d missed, %d running, %d queued; "+
		"%d values, %d events, %d maps published", s.Devices, s.Tasks, runs, failed, missed, s.Running, s.Queued,
		s.Published["values"], s.Published["events"], s.Published["maps"])
}

// LogTasks writes a line for every task, as upstream's SIGUSR2 does.
func (c *Collector) LogTasks() {
	c.log.Info(c.summary())
	for _, t := range c.snapshot() {
		s := t.status(scheduler.Status{})
		c.log.Info("task", "task", s.Task, "state", s.State, "runs", s.Runs, "missed", s.Missed,
			"outcome", s.LastOutcome, "seconds", s.LastSeconds)
	}
}
