package collector

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/zenpython/zenpython/collector/monitor"
	"github.com/zenpython/zenpython/collector/scheduler"
)

var _ monitor.Source = (*Collector)(nil)

// Status implements monitor.Source.
func (c *Collector) Status(ctx context.Context) (*monitor.Status, error) {
	o := c.opts.Settings
	st := &monitor.Status{
		Pid: os.Getpid(), Version: c.opts.Version, Monitor: o.Monitor, Collector: o.CollectorID(),
		Incarnation: c.opts.Queue.Incarnation(), Started: c.started, Summary: c.summary(),
	}
	if c.opts.Listen != nil {
		st.Listen = c.opts.Listen()
	}
	if c.opts.Hub != nil {
		st.Hub, st.Values, st.Events = c.opts.Hub.Describe(), c.opts.Hub.Values(), c.opts.Hub.Events()
	}
	c.mtx.Lock()
	set := c.set
	c.mtx.Unlock()
	if set != nil {
		for _, p := range set.Problems {
			st.Problems = append(st.Problems, p.String())
		}
	}
	return st, c.taskStatus(ctx, st)
}

func (c *Collector) taskStatus(ctx context.Context, st *monitor.Status) error {
	list := c.snapshot()
	slices.SortFunc(list, func(a, b *task) int { return strings.Compare(a.Config.Name(), b.Config.Name()) })
	next := make([]scheduler.Status, len(list))
	if c.scheduler != nil {
		asked := make([]scheduler.Task, len(list))
		for i, t := range list {
			asked[i] = &t.Task
		}
		var err error
		if next, err = c.scheduler.Status(ctx, asked...); err != nil {
			return fmt.Errorf("asking for the tasks' next runs: %w", err)
		}
	}
	for i, t := range list {
		st.Tasks = append(st.Tasks, t.status(next[i]))
	}
	return nil
}

// stuckAfter is how long the scheduler's owner may take to answer before the daemon counts as stuck.
const stuckAfter = 5 * time.Second

// Alive implements monitor.Source: it asks the scheduler's owner, never a worker, so that slow plugins do not get the
// daemon killed.
func (c *Collector) Alive() error {
	if c.scheduler == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stuckAfter)
	defer cancel()
	if _, err := c.scheduler.Status(ctx); err != nil {
		return fmt.Errorf("the scheduler does not answer: %w", err)
	}
	return nil
}

// Ready implements monitor.Source.
func (c *Collector) Ready() error {
	switch {
	case !c.ready.Load():
		return errors.New("configs are not loaded, or the daemon is stopping")
	case !c.opts.Queue.Up():
		return errors.New("the hub does not take records; they are kept")
	}
	return nil
}
