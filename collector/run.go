package collector

import (
	"github.com/zenpython/zenpython/collector/processor"
	"github.com/zenpython/zenpython/collector/report"
	"github.com/zenpython/zenpython/collector/runner"
	"github.com/zenpython/zenpython/collector/scheduler"
)

// due takes slots from the scheduler to the runner. It runs on the scheduler's goroutine.
func (c *Collector) due(list []scheduler.Due) {
	jobs := make([]runner.Job, len(list))
	for i, d := range list {
		jobs[i] = runner.Job{Task: d.Task.(*runner.Task), Slot: d.Slot, Due: d.At}
	}
	c.runner.Enqueue(jobs)
}

// runEnded processes what a run gave. It runs on the run's pool goroutine, once per run.
func (c *Collector) runEnded(run *runner.Run) {
	t := owner(run.Task)
	if t.ended(run) {
		c.tellRunsAgain(t)
	}
	c.processor.Run(&processor.Run{
		Config: t.Config, Slot: run.Slot, Number: run.Number, Data: run.Data, Err: run.Err,
		Up: run.Outcome == runner.OutcomeOK || run.Outcome == runner.OutcomeHandled, TimeoutKey: t.clearKey(),
		Late: run.Started.Sub(run.Due), Duration: run.Ended.Sub(run.Started), Ended: run.Ended,
		Schedule: (*handle)(t),
	})
	if run.Err != nil {
		c.logFailure(t, run)
	}
	if c.opts.Report != nil {
		c.opts.Report.Run(report.RunRow{
			RunRef: processor.RunRef{Task: t.Config.Name(), Slot: run.Slot, Number: run.Number},
			Config: t.Config, Outcome: run.Outcome.String(), Duration: run.Ended.Sub(run.Started), Err: run.Err,
		})
	}
	if c.rounds != nil {
		c.rounds.ended(run.Outcome)
	}
}

// runAbandoned books a run that the order to stop came before.
func (c *Collector) runAbandoned(runner.Job, runner.Reason) {
	if c.rounds != nil {
		c.rounds.waiting.Done()
	}
}

// logFailure writes the one line of spec §4.9 step 7.
func (c *Collector) logFailure(t *task, run *runner.Run) {
	c.log.ResetNamed("zen.python").Error("run failed", "task", t.Config.Name(), "outcome", run.Outcome, "error", run.Err)
}
