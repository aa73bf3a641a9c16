package datasource

import (
	"errors"
	"time"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/maps"
)

// Data is what a run gives (spec §2.7). The zero value is a legal, empty result.
type Data struct {
	Events   []events.Event
	Values   Values
	Metrics  []Metric
	Maps     []maps.Map
	Interval float64 // new interval in seconds; 0 leaves it as it is
	// Rejected are items that the plugin returned and that have no form here, such as an event that is not a
	// dictionary; each is booked with its reason and costs nothing else.
	Rejected []RejectedItem
}

// RejectedItem is one returned item that cannot be processed.
type RejectedItem struct {
	Reason string // a reason of wire.Reason
	Item   any    // as returned, for the log and for `dropped` rows
}

// Values are component → datapoint ("dp" or "ds_dp") → value. A value may be any form of spec §4.13.2: a number, a
// bool, text, Decimal, nil, a Sample, a Tuple (value, time), or a []any of those.
type Values map[Component]map[string]any

// Set stores a value; several of one datapoint are given as []any of Samples.
func (v Values) Set(c Component, datapoint string, value any) {
	points := v[c]
	if points == nil {
		points = map[string]any{}
		v[c] = points
	}
	points[datapoint] = value
}

// Sample is a value with its time.
type Sample struct {
	Value any
	Time  time.Time
}

// Tuple is a Python tuple or list pair as it came: (value, time), with all forms of time of spec §4.13.2.
type Tuple []any

// Decimal is an exact decimal number in text, as Python's Decimal.
type Decimal string

// Metric is an ad hoc metric (spec §2.6, §4.13.3): stored under its own name, with no prefix, threshold or rate.
type Metric struct {
	Name  string
	Value any
	Time  time.Time // zero is now
	Tags  map[string]string
}

// DataError is an error that has something to tell: the run ends as its error says, and the data is processed all the
// same. A collection that failed has at least an event to send.
type DataError struct {
	Data *Data
	Err  error
}

// Error is the error's own text.
func (e *DataError) Error() string { return e.Err.Error() }

// Unwrap returns the error.
func (e *DataError) Unwrap() error { return e.Err }

// DataOf returns the data that an error carries, nil for other errors.
func DataOf(err error) *Data {
	var told *DataError
	if !errors.As(err, &told) {
		return nil
	}
	return told.Data
}

// NewData returns an empty result whose Values can be set.
func NewData() *Data { return &Data{Values: Values{}} }
