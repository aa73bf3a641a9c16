package processor

import (
	"maps"
	"slices"
	"strings"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

// pointKey is one key of Data.Values.
type pointKey struct {
	component datasource.Component
	key       string
}

// target is a datapoint that a value was matched to.
type target struct {
	source *datasource.DataSourceConfig
	point  *datasource.DataPointConfig
	metric string
	traced bool
}

// addValues stores the values of every datapoint of the task that was given one, then books those that no datapoint
// took.
func (r *result) addValues(values datasource.Values) {
	if len(values) == 0 {
		return
	}
	for _, ds := range r.task.Config.DataSources {
		points := values[ds.Component]
		if len(points) == 0 {
			continue
		}
		for _, point := range ds.Points {
			r.addPoint(ds, point, points)
		}
	}
	r.addUnknown(values)
}

// addPoint stores what stands under the keys of a datapoint. Several of them are several values, as upstream has it.
func (r *result) addPoint(ds *datasource.DataSourceConfig, point *datasource.DataPointConfig, points map[string]any) {
	var t target
	for _, key := range keysOf(ds, point) {
		raw, given := points[key]
		if !given || key == "" {
			continue
		}
		r.matched[pointKey{ds.Component, key}] = struct{}{}
		if t.point == nil {
			t = r.target(ds, point)
		}
		eachSample(raw, r.now, func(value any, second int64) bool {
			return r.addSample(&t, value, second)
		})
	}
}

// keysOf returns the keys that name a datapoint: its id, its name, which begins with the data source's id, and the same
// with the data source's title, where that is another one (spec §10, stance 16). Unused places are "".
func keysOf(ds *datasource.DataSourceConfig, point *datasource.DataPointConfig) [3]string {
	keys := [3]string{point.ID, point.Name}
	if point.Name == point.ID {
		keys[1] = ""
	}
	rest, hasID := strings.CutPrefix(point.Name, ds.DataSource)
	if !hasID || len(rest) != len(point.ID)+1 || rest[0] != '_' || rest[1:] != point.ID {
		keys[2] = ds.DataSource + "_" + point.ID
	}
	return keys
}

func (r *result) target(ds *datasource.DataSourceConfig, point *datasource.DataPointConfig) target {
	t := target{source: ds, point: point, metric: metricName(ds, point)}
	t.traced = r.p.trace.selects(t.metric, ds.Context.Key)
	return t
}

// addSample processes one value of a datapoint. It returns false when the result holds no more values.
func (r *result) addSample(t *target, raw any, second int64) bool {
	r.tally.returned[wire.Values]++
	r.samples++
	stored, reason := wire.Number{}, wire.Limit
	full := isBeyond(r.samples, r.p.limits.Values)
	if !full {
		stored, reason = r.storeSample(t, raw, second)
	}
	if t.traced {
		r.traceSample(t, raw, stored, reason, second)
	}
	if r.p.observer != nil {
		r.showSample(t, raw, stored, reason, second)
	}
	if reason != wire.Accepted {
		r.tally.reject(wire.Values, reason, t.point.Name, raw)
		return !full
	}
	r.tally.produced[wire.Values]++
	r.checkThresholds(t, stored)
	return true
}

// storeSample returns what it stored, or why it stored nothing.
func (r *result) storeSample(t *target, raw any, second int64) (wire.Number, wire.Reason) {
	isRate := t.point.RRDType == datasource.Counter || t.point.RRDType == datasource.Derive
	n, reason := textReader{maxBytes: r.p.limits.TextBytes, lenient: !isRate}.number(raw)
	if reason == wire.Accepted {
		reason = r.timely(second)
	}
	if reason == wire.Accepted && isRate {
		n, reason = r.rate(t, n, second)
	}
	if reason != wire.Accepted {
		return n, reason
	}
	setValueTags(r.tags, t)
	return n, r.store(t.metric, r.tags, n, second, wire.BadValue)
}

// rate returns the rate that a COUNTER's or DERIVE's value gives. One that is not finite would spoil the next one too.
func (r *result) rate(t *target, n wire.Number, second int64) (wire.Number, wire.Reason) {
	if !isFinite(n) {
		return n, wire.BadValue
	}
	rate, reason := r.p.rates.rate(r.device, newSeriesKey(t.source.Context.UUID, t.metric), n, second, r.now)
	if reason == wire.Accepted && !withinBounds(rate, t.point) {
		reason = wire.RateOutOfBounds
	}
	return fraction(rate), reason
}

func (r *result) showSample(t *target, raw any, stored wire.Number, reason wire.Reason, second int64) {
	setValueTags(r.tags, t)
	row := ValueRow{
		RunRef: r.ref, Source: t.source, Point: t.point, Raw: raw, Reason: reason, Time: second, Metric: t.metric,
		Tags: maps.Clone(r.tags),
	}
	if reason == wire.Accepted {
		row.Stored = &stored
	}
	r.p.observer.Value(row)
}

func (r *result) traceSample(t *target, raw any, stored wire.Number, reason wire.Reason, second int64) {
	fields := []any{
		"metric", t.metric, "key", t.source.Context.Key, "task", r.taskName(), "rrdtype", string(t.point.RRDType),
		"raw", describe(raw), "time", second,
	}
	if reason != wire.Accepted {
		r.p.log.Info("traced value rejected", append(fields, "reason", string(reason))...)
		return
	}
	r.p.log.Info("traced value stored", append(fields, "value", asFloat(stored))...)
}

// addUnknown books the values that no datapoint took, in a fixed order.
func (r *result) addUnknown(values datasource.Values) {
	given := 0
	for _, points := range values {
		given += len(points)
	}
	if given == len(r.matched) {
		return
	}
	for _, component := range slices.Sorted(maps.Keys(values)) {
		reason := wire.UnknownDatapoint
		if !r.collects(component) {
			reason = wire.UnknownComponent
		}
		points := values[component]
		for _, key := range slices.Sorted(maps.Keys(points)) {
			if _, taken := r.matched[pointKey{component, key}]; !taken {
				r.tally.returned[wire.Values]++
				r.dropValue(component, key, points[key], reason)
			}
		}
	}
}

// collects reports whether the task has a data source of the component.
func (r *result) collects(component datasource.Component) bool {
	for _, ds := range r.task.Config.DataSources {
		if ds.Component == component {
			return true
		}
	}
	return false
}

func (r *result) dropValue(component datasource.Component, key string, raw any, reason wire.Reason) {
	r.tally.reject(wire.Values, reason, key, raw)
	if r.p.observer == nil {
		return
	}
	item := map[string]any{"component": nil, "datapoint": key, "value": raw}
	if !component.IsDevice() {
		item["component"] = string(component)
	}
	r.p.observer.Dropped(DroppedRow{r.ref, reason, item})
}
