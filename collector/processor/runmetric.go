package processor

import (
	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/hub/wire"
)

// The values that a task gives about its own runs (--run-metrics), each with the tags device, task and plugin.
const (
	MetricUp       = "zenpython_run_up"               // 1 when the outcome was ok or handled, else 0
	MetricDuration = "zenpython_run_duration_seconds" // from start to settlement

	// With full only.
	MetricLate   = "zenpython_run_late_seconds" // from the slot to the start
	MetricEvents = "zenpython_run_events"       // event records that the run made
	MetricValues = "zenpython_run_values"       // value records, ad hoc metrics among them, these here not
	MetricMaps   = "zenpython_run_maps"         // map records
)

// The tags of run metrics besides TagDevice.
const (
	TagTask   = "task"
	TagPlugin = "plugin"
)

// addRunMetrics stores what --run-metrics asks for, at the time of the run's end.
func (r *result) addRunMetrics(run *Run) {
	if r.p.runMetrics == options.RunMetricsOff {
		return
	}
	produced := r.tally.produced
	up := wire.Number{}
	if run.Up {
		up.Int = 1
	}
	tags := map[string]string{
		TagDevice: r.device, TagTask: r.taskName(), TagPlugin: r.task.Config.DataSources[0].PluginClassname,
	}
	second := run.Ended.Unix()
	r.addRunMetric(MetricUp, tags, up, second)
	r.addRunMetric(MetricDuration, tags, fraction(run.Duration.Seconds()), second)
	if r.p.runMetrics != options.RunMetricsFull {
		return
	}
	r.addRunMetric(MetricLate, tags, fraction(run.Late.Seconds()), second)
	r.addRunMetric(MetricEvents, tags, whole(int64(produced[wire.Events])), second)
	r.addRunMetric(MetricValues, tags, whole(int64(produced[wire.Values])), second)
	r.addRunMetric(MetricMaps, tags, whole(int64(produced[wire.Maps])), second)
}

func (r *result) addRunMetric(name string, tags map[string]string, n wire.Number, second int64) {
	r.tally.returned[wire.Values]++
	if reason := r.store(name, tags, n, second, wire.BadMetric); reason != wire.Accepted {
		r.tally.reject(wire.Values, reason, name, nil)
		return
	}
	r.tally.produced[wire.Values]++
	r.showMetric(name, n, second, tags)
}
