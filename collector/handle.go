package collector

import (
	"context"
	"fmt"
	"time"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/maps"
)

// handle is a task as its plugin sees it. It is the task itself under another type, so that it costs no memory.
type handle task

var _ datasource.Handle = (*handle)(nil)

func (h *handle) task() *task { return (*task)(h) }

// Publish implements datasource.Handle. It goes the way of a run's result, but never touches the schedule: upstream
// stops a task for good there (spec §10, defect 1).
func (h *handle) Publish(ctx context.Context, data *datasource.Data) error {
	t := h.task()
	if t.retired() {
		return datasource.ErrTaskGone
	}
	if data == nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("publishing: %w", err)
	}
	t.collector.processor.Publish(t.Config, data)
	if data.Interval != 0 {
		return h.ChangeInterval(data.Interval)
	}
	return nil
}

// PublishEvents implements datasource.Handle.
func (h *handle) PublishEvents(ctx context.Context, list ...events.Event) error {
	return h.Publish(ctx, &datasource.Data{Events: list})
}

// PublishValues implements datasource.Handle.
func (h *handle) PublishValues(ctx context.Context, values datasource.Values) error {
	return h.Publish(ctx, &datasource.Data{Values: values})
}

// PublishMetrics implements datasource.Handle.
func (h *handle) PublishMetrics(ctx context.Context, list ...datasource.Metric) error {
	return h.Publish(ctx, &datasource.Data{Metrics: list})
}

// PublishMaps implements datasource.Handle.
func (h *handle) PublishMaps(ctx context.Context, list ...maps.Map) error {
	return h.Publish(ctx, &datasource.Data{Maps: list})
}

// ChangeInterval implements datasource.Handle.
func (h *handle) ChangeInterval(seconds float64) error {
	t := h.task()
	if t.retired() {
		return datasource.ErrTaskGone
	}
	if t.collector.rounds != nil {
		return nil // a run without --cycle has no schedule
	}
	interval := time.Duration(seconds * float64(time.Second))
	if err := t.collector.scheduler.SetInterval(&t.Task, interval); err != nil {
		return fmt.Errorf("changing the interval of task %s: %w", t.Config.Name(), err)
	}
	return nil
}

// Logger implements datasource.Handle.
func (h *handle) Logger() hclog.Logger {
	t := h.task()
	return t.collector.log.ResetNamed("zen.python").With("plugin", t.Config.PluginClass(), "device", t.Config.Device)
}
