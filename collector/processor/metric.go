package processor

import (
	"maps"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

// addMetric stores an ad hoc metric under its own name and tags, with no prefix, rate or threshold (spec §4.13.3).
func (r *result) addMetric(m *datasource.Metric, overLimit bool) {
	r.tally.returned[wire.Values]++
	second := r.now
	if !m.Time.IsZero() {
		second = m.Time.Unix()
	}
	n, reason := wire.Number{}, wire.Limit
	if !overLimit {
		n, reason = r.storeMetric(m, second)
	}
	if reason == wire.Accepted {
		r.tally.produced[wire.Values]++
		r.showMetric(m.Name, n, second, m.Tags)
		return
	}
	r.tally.reject(wire.Values, reason, m.Name, m.Value)
	if r.p.observer != nil {
		r.showDropped(reason, map[string]any{"name": m.Name, "value": m.Value, "time": second, "tags": m.Tags})
	}
}

func (r *result) storeMetric(m *datasource.Metric, second int64) (wire.Number, wire.Reason) {
	n, reason := textReader{maxBytes: r.p.limits.TextBytes, lenient: true}.number(m.Value)
	if reason == wire.NoValue || reason == wire.BadValue {
		reason = wire.BadMetric
	}
	if reason == wire.Accepted {
		reason = r.timely(second)
	}
	if reason == wire.Accepted {
		reason = r.store(m.Name, m.Tags, n, second, wire.BadMetric)
	}
	return n, reason
}

func (r *result) showMetric(name string, n wire.Number, second int64, tags map[string]string) {
	if r.p.observer != nil {
		r.p.observer.Metric(MetricRow{r.ref, name, n, second, maps.Clone(tags)})
	}
}
