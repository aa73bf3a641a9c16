package python

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/maps"
)

// The reasons of items that have no form here; they stand in the table of reasons.
const (
	reasonBadEvent         = "bad_event"
	reasonBadMetric        = "bad_metric"
	reasonBadMap           = "bad_map"
	reasonBadResult        = "bad_result"
	reasonUnknownComponent = "unknown_component"
	reasonUnknownDatapoint = "unknown_datapoint"
)

// readData reads the data of a `result` or `publish` frame; nil is none. What a plugin got wrong costs the item and is
// booked with its reason; an error is the worker's fault.
func readData(v any) (*datasource.Data, error) {
	if v == nil {
		return nil, nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("data is a %T, want a map", v)
	}
	r := dataReader{data: datasource.NewData()}
	r.events(listOf(m["events"]))
	r.values(m["values"])
	for _, metric := range listOf(m["metrics"]) {
		r.metric(metric)
	}
	for _, item := range listOf(m["maps"]) {
		r.addMap(item)
	}
	r.interval(m["interval"])
	for _, item := range listOf(m["rejected"]) {
		pair := fields(listOf(item))
		r.reject(pair.text(0), pair.at(1))
	}
	return r.data, nil
}

type dataReader struct{ data *datasource.Data }

func (r dataReader) reject(reason string, item any) {
	r.data.Rejected = append(r.data.Rejected, datasource.RejectedItem{Reason: reason, Item: item})
}

func (r dataReader) events(list []any) {
	for _, item := range list {
		if event, ok := item.(map[string]any); ok {
			r.data.Events = append(r.data.Events, events.Event(event))
		} else {
			r.reject(reasonBadEvent, item)
		}
	}
}

func (r dataReader) values(v any) {
	eachPair(v, func(key, points any) {
		component, ok := componentOf(key)
		switch {
		case !ok:
			r.reject(reasonUnknownComponent, fmt.Sprintf("values of %v, which is no text and not None", key))
		case !isMapping(points):
			r.reject(reasonBadResult, fmt.Sprintf("values of component %q: a %T, want a dictionary", component.String(), points))
		default:
			r.points(component, points)
		}
	})
}

func (r dataReader) points(component datasource.Component, points any) {
	if named, ok := points.(map[string]any); ok && r.data.Values[component] == nil {
		r.data.Values[component] = named
		return
	}
	eachPair(points, func(key, value any) {
		if name, ok := key.(string); ok {
			r.data.Values.Set(component, name, value)
		} else {
			r.reject(reasonUnknownDatapoint, fmt.Sprintf("datapoint %v, which is no text", key))
		}
	})
}

// componentOf reads a key of `values`: None is the device.
func componentOf(key any) (datasource.Component, bool) {
	switch key := key.(type) {
	case nil:
		return datasource.DeviceLevel, true
	case string:
		return datasource.Component(key), true
	}
	return "", false
}

func isMapping(v any) bool {
	switch v.(type) {
	case map[string]any, Mapping:
		return true
	}
	return false
}

// eachPair goes through a dictionary in either of its forms.
func eachPair(v any, yield func(key, value any)) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			yield(key, value)
		}
	case Mapping:
		for i := 0; i+1 < len(v); i += 2 {
			yield(v[i], v[i+1])
		}
	}
}

func (r dataReader) metric(item any) {
	m, _ := item.(map[string]any)
	name, isText := m["name"].(string)
	when, isTime := metricTime(m["timestamp"])
	if !isText || name == "" || !isTime {
		r.reject(reasonBadMetric, item)
		return
	}
	metric := datasource.Metric{Name: name, Value: m["value"], Time: when}
	if tags, ok := m["tags"].(map[string]any); ok && len(tags) > 0 {
		metric.Tags = make(map[string]string, len(tags))
		for tag, value := range tags {
			metric.Tags[tag] = fmt.Sprint(value)
		}
	}
	r.data.Metrics = append(r.data.Metrics, metric)
}

// metricTime reads a timestamp: none and "N" are now, which is the zero time.
func metricTime(v any) (time.Time, bool) {
	if text, ok := v.(string); ok {
		if strings.EqualFold(text, "N") {
			return time.Time{}, true
		}
		parsed, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil {
			return time.Time{}, false
		}
		v = parsed
	}
	if v == nil {
		return time.Time{}, true
	}
	s, ok := seconds(v)
	// Beyond this no time of day can be made of it.
	const farthest = 1 << 53
	if !ok || math.Abs(s) > farthest {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(s)
	return time.Unix(int64(whole), int64(fraction*1e9)), true
}

// addMap reads an ObjectMap or a RelationshipMap.
func (r dataReader) addMap(item any) {
	m, ok := item.(map[string]any)
	if !ok {
		r.reject(reasonBadMap, item)
		return
	}
	parsed, err := parseMap(m)
	if err != nil {
		r.reject(reasonBadMap, err.Error())
		return
	}
	r.data.Maps = append(r.data.Maps, parsed)
}

func parseMap(m map[string]any) (maps.Map, error) {
	switch m["type"] {
	case "ObjectMap", nil:
		return parseObjectMap(m)
	case "RelationshipMap":
	default:
		return nil, fmt.Errorf("a map of type %v", m["type"])
	}
	var members []any
	for i, item := range listOf(m["maps"]) {
		member, ok := item.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("RelationshipMap %v: maps[%d] is a %T", m["relname"], i, item)
		}
		parsed, err := parseObjectMap(member)
		if err != nil {
			return nil, fmt.Errorf("RelationshipMap %v: maps[%d]: %w", m["relname"], i, err)
		}
		members = append(members, parsed)
	}
	relation := named(m)
	relation["maps"] = members
	return maps.ParseRelationshipMap(relation)
}

func parseObjectMap(m map[string]any) (*maps.ObjectMap, error) {
	object := named(m)
	attributes, _ := m["attributes"].(map[string]any)
	for name, value := range attributes {
		if object[name] == nil {
			object[name] = value
		}
	}
	// The wire's names are those of the attributes; the parser's are the flags that plugins write.
	for flag, name := range map[string]string{"_directive": "directive", "_add": "add", "_remove": "remove"} {
		if value := m[name]; value != nil && value != "" {
			object[flag] = value
		}
	}
	return maps.ParseObjectMap(object)
}

// named returns the fields that say where a map belongs, as the parser of package maps wants them.
func named(m map[string]any) map[string]any {
	out := map[string]any{}
	for _, name := range []string{"id", "relname", "compname", "modname", "classname", "parentId", "plugin_name"} {
		if value, ok := m[name]; ok && value != nil {
			out[name] = value
		}
	}
	return out
}

func (r dataReader) interval(v any) {
	if v == nil {
		return
	}
	if text, ok := v.(string); ok {
		if parsed, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
			v = parsed
		}
	}
	s, ok := seconds(v)
	if !ok {
		r.reject(reasonBadResult, fmt.Sprintf("interval %v is no number of seconds", v))
		return
	}
	r.data.Interval = s
}
