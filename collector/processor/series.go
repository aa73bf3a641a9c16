package processor

import (
	"bytes"
	"maps"
	"regexp"
	"unicode/utf8"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

// The tags that values of datapoints have (spec §4.13.2); the datapoint's own are laid over them.
const (
	TagContextUUID = "contextUUID"
	TagContextKey  = "key"
	TagDevice      = "device"
	TagTrace       = "mtrace"     // on traced values only
	TagNoStore     = "no-store"   // the datapoint says not to store it
	TagNoForward   = "no-forward" // the datapoint says not to forward it
)

// metricName returns the name that a datapoint's values are stored under.
func metricName(ds *datasource.DataSourceConfig, point *datasource.DataPointConfig) string {
	prefix := ds.Context.MetricPrefix
	if prefix == "" {
		prefix = ds.Device
	}
	return prefix + "/" + point.Name
}

// setValueTags replaces what is in tags by the tags of a datapoint's values.
func setValueTags(tags map[string]string, t *target) {
	clear(tags)
	tags[TagContextUUID] = t.source.Context.UUID
	tags[TagContextKey] = t.source.Context.Key
	tags[TagDevice] = t.source.Device
	if t.traced {
		tags[TagTrace] = "true"
	}
	if t.point.NoStore {
		tags[TagNoStore] = "true"
	}
	if t.point.NoForward {
		tags[TagNoForward] = "true"
	}
	maps.Copy(tags, t.point.Tags)
}

// store adds a value record. invalid is the reason when metric or tags cannot be sent for what they hold.
func (r *result) store(metric string, tags map[string]string, n wire.Number, second int64, invalid wire.Reason) wire.Reason {
	series, err := wire.AppendSeries(r.series[:0], metric, tags)
	if err != nil {
		return seriesFault(metric, tags, invalid)
	}
	r.series = series[:0]
	r.values = append(r.values, wire.Value{
		Device: r.device, Series: bytes.Clone(series), Time: second * 1000, Number: n,
	})
	if len(r.values) >= valuesAtOnce {
		r.putValues()
	}
	return wire.Accepted
}

// valuesAtOnce is how many values the outlet is given in one call, at most.
const valuesAtOnce = 1024

func (r *result) putValues() {
	if len(r.values) == 0 {
		return
	}
	r.p.outlet.PutValues(r.values)
	clear(r.values)
	r.values = r.values[:0]
}

// seriesFault tells names that cannot be sent at all from too many or too long ones.
func seriesFault(metric string, tags map[string]string, invalid wire.Reason) wire.Reason {
	if metric == "" || !utf8.ValidString(metric) {
		return invalid
	}
	for name, value := range tags {
		if name == "" || !utf8.ValidString(name) || !utf8.ValidString(value) {
			return invalid
		}
	}
	return wire.TooLarge
}

// tracer selects the values whose way is logged (--traceMetricName, --traceMetricKey).
type tracer struct {
	name, key *regexp.Regexp // nil selects by the other alone; both nil select nothing
}

func (t tracer) selects(metric, contextKey string) bool {
	if t.name == nil && t.key == nil {
		return false
	}
	return (t.name == nil || t.name.MatchString(metric)) && (t.key == nil || t.key.MatchString(contextKey))
}
