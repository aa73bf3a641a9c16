package datasource

import (
	"errors"

	"github.com/zenpython/zenpython/events"
)

// FallbackEventClass is the class of a data source's events where the template gives none: without one, an event
// cannot be cleared.
const FallbackEventClass = "/Status"

// Severities of the events made here (spec §5.4).
const (
	severityClear   = 0
	severityWarning = 3
)

// fieldFailureKind is the detail of an event that tells the kind of the failure.
const fieldFailureKind = "failureKind"

// Failure is why a data source could not be collected, in words for the person who has to act. It must not hold
// secrets.
type Failure struct { //nolint:errname // named after the event that it becomes
	Kind    string // a short name to count and filter by, e.g. "refused", "timeout"
	Summary string // what failed, and where
	Advice  string // what to do about it
	Err     error  // the cause, for errors.Is; its text is not shown
}

// Error returns summary and advice.
func (f *Failure) Error() string {
	if f.Advice == "" {
		return f.Summary
	}
	return f.Summary + ": " + f.Advice
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// FailureEvent returns the event that tells of err: class, key and severity as the data source's template gives them.
// It and ClearEvent share class and key, whatever the kind of failure, so that one success clears them all.
func FailureEvent(ds *DataSourceConfig, err error) events.Event {
	e := sourceEvent(ds)
	e[events.FieldSeverity] = severityWarning
	if ds.Severity > severityClear {
		e[events.FieldSeverity] = ds.Severity
	}
	e[events.FieldSummary] = err.Error()
	if failure, ok := errors.AsType[*Failure](err); ok {
		e[fieldFailureKind] = failure.Kind
	}
	return e
}

// ClearEvent returns the event that clears what FailureEvent told.
func ClearEvent(ds *DataSourceConfig) events.Event {
	e := sourceEvent(ds)
	e[events.FieldSeverity] = severityClear
	e[events.FieldSummary] = ds.Template + "/" + ds.DataSource + " is collected"
	return e
}

// sourceEvent names the data source. Without a key of its own the source's name is the key, since an empty key would
// make a clear close the events of its neighbours too.
func sourceEvent(ds *DataSourceConfig) events.Event {
	e := events.Event{
		events.FieldDevice:     ds.Device,
		events.FieldEventClass: ds.EventClass,
		events.FieldEventKey:   ds.EventKey,
	}
	if ds.EventClass == "" {
		e[events.FieldEventClass] = FallbackEventClass
	}
	if ds.EventKey == "" {
		e[events.FieldEventKey] = ds.Template + "/" + ds.DataSource
	}
	if !ds.Component.IsDevice() {
		e[events.FieldComponent] = ds.Component.String()
	}
	return e
}
