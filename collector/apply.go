package collector

import (
	"context"
	"errors"

	"github.com/zenpython/zenpython/collector/runner"
	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
)

// apply makes the running tasks those of the set: new ones are constructed and scheduled, changed ones replaced, others
// ended and cleaned up; an unchanged one keeps instance, state and phase. It returns the tasks that are new.
func (c *Collector) apply(set *configs.Set) []*task {
	c.mtx.Lock()
	old := c.set
	c.set = set
	c.reloads++
	c.mtx.Unlock()
	changes := configs.Diff(old, set)
	for _, config := range changes.Removed {
		c.remove(config)
		if set.First(config.Device) == nil {
			c.processor.Forget(config.Device)
		}
	}
	for _, pair := range changes.Replaced {
		c.replace(pair.Old, pair.New)
	}
	// Only what was there before a restart can have missed slots meanwhile.
	added := c.add(changes.Added, old == nil)
	c.tellProblems(set)
	c.tellDisabled(set, changes)
	if old != nil && !changes.Empty() {
		c.log.Info("configs changed", "added", len(changes.Added), "replaced", len(changes.Replaced),
			"removed", len(changes.Removed), "unchanged", changes.Unchanged)
	}
	return added
}

// add constructs and schedules new tasks; resume says that they may have run before a restart.
func (c *Collector) add(list []*configs.TaskConfig, resume bool) []*task {
	asked := make([]*task, 0, len(list))
	for _, config := range list {
		t, err := c.newTask(config, new(scheduler.Gate))
		if err != nil {
			c.tellUnbuilt(config, err)
			continue
		}
		asked = append(asked, t)
	}
	added := c.awaitMade(asked)
	c.mtx.Lock()
	for _, t := range added {
		c.tasks[t.Config.Identity] = t
	}
	c.mtx.Unlock()
	if c.rounds == nil {
		c.schedule(added, resume)
	}
	return added
}

// awaitMade returns the tasks whose instances could be made. One that could not is told, cleaned up and left out.
func (c *Collector) awaitMade(asked []*task) []*task {
	ctx, cancel := context.WithTimeout(context.Background(), makeLimit)
	defer cancel()
	made := asked[:0]
	for _, t := range asked {
		if err := t.made(ctx); err != nil {
			c.tellUnbuilt(t.Config, err)
			c.end(t)
			continue
		}
		c.clearUnbuilt(t.Config)
		made = append(made, t)
	}
	return made
}

func (c *Collector) schedule(added []*task, resume bool) {
	entries := make([]scheduler.Entry, 0, len(added))
	for _, t := range added {
		entries = append(entries, t.entry(resume))
	}
	if err := c.scheduler.Add(entries...); err != nil {
		// Config building has checked every interval.
		c.log.Error("BUG: the scheduler refuses tasks", "error", err)
	}
}

// replace puts a new instance in a task's place: it keeps the due time and never runs its current slot again. What
// cannot be constructed leaves the old instance at work.
func (c *Collector) replace(was, config *configs.TaskConfig) {
	c.mtx.Lock()
	old := c.tasks[was.Identity]
	c.mtx.Unlock()
	if old == nil {
		c.add([]*configs.TaskConfig{config}, false)
		return
	}
	t, err := c.newTask(config, old.Gate)
	if err != nil {
		c.tellUnbuilt(config, err)
		return
	}
	if len(c.awaitMade([]*task{t})) == 0 {
		return
	}
	old.mtx.Lock()
	t.last, t.runs, t.miss = old.last, old.runs, old.miss
	old.mtx.Unlock()
	c.mtx.Lock()
	c.tasks[config.Identity] = t
	c.mtx.Unlock()
	if c.rounds == nil {
		if err := c.scheduler.Replace(&old.Task, t.entry(false)); err != nil {
			c.log.Error("BUG: the scheduler refuses a task", "task", config.Name(), "error", err)
		}
	}
	c.end(old)
}

func (c *Collector) remove(config *configs.TaskConfig) {
	c.mtx.Lock()
	old := c.tasks[config.Identity]
	delete(c.tasks, config.Identity)
	c.mtx.Unlock()
	c.clearUnbuilt(config)
	if old == nil {
		return
	}
	if c.rounds == nil {
		c.scheduler.Remove(&old.Task)
	}
	c.end(old)
}

// end takes a task's Handle away and has it cleaned up, once its run is over.
func (c *Collector) end(t *task) {
	if t.retire() {
		c.tellRunsAgain(t)
	}
	c.runner.Cleanup(&t.Task)
}

// logPanic keeps the stack of a panic for the log; events and status show only its value.
func (c *Collector) logPanic(err error, config *configs.TaskConfig) {
	if panicked, ok := errors.AsType[*datasource.PanicError](err); ok {
		c.log.Error("a plugin's constructor panicked", "task", config.Name(), "panic", panicked.Value, "stack", string(panicked.Stack))
	}
}

// snapshot returns the tasks of this moment.
func (c *Collector) snapshot() []*task {
	c.mtx.Lock()
	defer c.mtx.Unlock()
	list := make([]*task, 0, len(c.tasks))
	for _, t := range c.tasks {
		list = append(list, t)
	}
	return list
}

// owner returns the collector's own record of a runner's task.
func owner(t *runner.Task) *task { return t.Owner.(*task) }
