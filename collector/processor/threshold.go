package processor

import (
	"fmt"
	"math"
	"slices"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

// minMaxThreshold is the one type that is evaluated here.
const minMaxThreshold = "MinMaxThreshold"

// How a value can violate a threshold, as upstream's events say it.
const (
	howBelow   = "not met"
	howAbove   = "exceeded"
	howBetween = "violated"
)

// checkThresholds sends, for each threshold on the datapoint, an event that says whether the stored value violates it
// (spec §4.13.2). NaN says nothing about a threshold.
func (r *result) checkThresholds(t *target, stored wire.Number) {
	if math.IsNaN(asFloat(stored)) {
		return
	}
	for _, threshold := range r.thresholdsOf(t.source.Context) {
		if !slices.Contains(threshold.DataPoints, t.point.Name) {
			continue
		}
		if how := violation(threshold, asFloat(stored)); how != "" {
			r.addViolation(t, threshold, stored, how)
		} else {
			r.addRestored(t, threshold, stored)
		}
	}
}

// thresholdsOf returns the thresholds of a context. A device may have thousands, of which a task's data sources, one
// after the other, mostly need the same few.
func (r *result) thresholdsOf(context *datasource.Context) []*datasource.ThresholdConfig {
	if r.context == context {
		return r.thresholds
	}
	r.context, r.thresholds = context, r.thresholds[:0]
	for _, threshold := range r.task.Config.Thresholds {
		if threshold.Enabled && threshold.ContextUUID == context.UUID && threshold.Type == minMaxThreshold {
			r.thresholds = append(r.thresholds, threshold)
		}
	}
	return r.thresholds
}

// violation returns how a value violates a threshold, "" when it does not. A minimum above the maximum means that what
// lies between them is the violation.
func violation(threshold *datasource.ThresholdConfig, value float64) string {
	low, high := threshold.Min, threshold.Max
	switch {
	case low != nil && high != nil && *low > *high:
		if *high < value && value < *low {
			return howBetween
		}
	case low != nil && value < *low:
		return howBelow
	case high != nil && value > *high:
		return howAbove
	}
	return ""
}

func (r *result) addViolation(t *target, threshold *datasource.ThresholdConfig, value wire.Number, how string) {
	severity := min(threshold.Severity, int(events.Critical))
	if threshold.EscalateCount > 0 {
		key := r.thresholdClearKey(t, threshold)
		if r.p.escalations.violated(r.device, key) >= threshold.EscalateCount {
			severity = min(severity+1, int(events.Critical))
		}
	}
	e := thresholdEvent(t, threshold, value)
	e[events.FieldSeverity] = int64(severity)
	e[events.FieldSummary] = fmt.Sprintf("threshold of %s %s: current value %f", threshold.ID, how, asFloat(value))
	e["how"] = how
	r.addEvent(OriginThreshold, e)
}

// addRestored sends the clear of a threshold's event, or leaves it out where the outlet would.
func (r *result) addRestored(t *target, threshold *datasource.ThresholdConfig, value wire.Number) {
	key := r.thresholdClearKey(t, threshold)
	if threshold.EscalateCount > 0 {
		r.p.escalations.restored(key)
	}
	if r.p.observer == nil && r.p.outlet.SuppressesClear(key) {
		r.p.book.unbuilt.Add(1)
		return
	}
	e := thresholdEvent(t, threshold, value)
	e[events.FieldSeverity] = int64(events.Clear)
	e[events.FieldSummary] = fmt.Sprintf("threshold of %s restored: current value %f", threshold.ID, asFloat(value))
	r.addEvent(OriginThreshold, e)
}

func (r *result) thresholdClearKey(t *target, threshold *datasource.ThresholdConfig) events.ClearKey {
	return events.MakeClearKey(r.device, threshold.Component.String(), thresholdEventKey(t, threshold), threshold.EventClass)
}

func thresholdEventKey(t *target, threshold *datasource.ThresholdConfig) string {
	return t.source.EventKey + "|" + t.point.Name + "|" + threshold.ID
}

// thresholdEvent returns what violations and clears have in common.
func thresholdEvent(t *target, threshold *datasource.ThresholdConfig, value wire.Number) events.Event {
	e := events.Event{
		events.FieldEventClass: threshold.EventClass, events.FieldEventKey: thresholdEventKey(t, threshold),
		"min": boundField(threshold.Min), "max": boundField(threshold.Max), "current": numberField(value),
	}
	if !threshold.Component.IsDevice() {
		e[events.FieldComponent] = string(threshold.Component)
		e[events.FieldComponentGUID] = threshold.ContextUUID
	}
	return e
}

func boundField(bound *float64) any {
	if bound == nil {
		return nil
	}
	return *bound
}

func numberField(n wire.Number) any {
	if n.IsFloat {
		return n.Float
	}
	return n.Int
}
