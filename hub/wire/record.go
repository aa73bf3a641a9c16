// Package wire is what collector and hub say to each other: records, lanes, batches, reasons and the stream codec.
package wire

import (
	"math"

	"strconv"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/maps"
)

// Class is the kind of a record; each class has streams of its own.
type Class uint8

// The classes, in the order in which the hub is asked to take them.
const (
	Events Class = iota
	Values
	Maps
)

// String returns the class's name in stream keys, metrics and docs.
func (c Class) String() string { return [...]string{"events", "values", "maps"}[c] }

// Lane is one ordered sequence of records: sequence numbers count within (collector, incarnation, lane).
type Lane struct {
	Class Class
	Shard uint8 // see ShardOf
}

// String returns "values:3", as the stream's key ends.
func (l Lane) String() string { return l.Class.String() + ":" + strconv.Itoa(int(l.Shard)) }

// Event is an event record.
type Event struct {
	Device string // decides the shard; the task's device, whatever the event's own field says
	Event  events.Event
}

// Value is a stored value: a sample of one series.
type Value struct {
	Device string // decides the shard, and is not sent: tag "device" of the series says it, where there is one
	Series []byte // see AppendSeries: the same bytes for the same series, so that the hub need not decode them twice
	Time   int64  // milliseconds since 1970
	Number Number
}

// Number is a stored number; integers stay exact.
type Number struct {
	Int     int64
	Float   float64
	IsFloat bool
}

// Map is a change to the model.
type Map struct {
	Device string
	Task   string // name of the task that found it
	Slot   int64  // due time of the run, milliseconds since 1970; 0 when published outside a run
	Map    maps.Map
}

// Plain returns the number as JSON can hold it: an int64, a float64, or text for what JSON has no number for: "NaN",
// "Infinity", "-Infinity".
func (n Number) Plain() any {
	switch {
	case !n.IsFloat:
		return n.Int
	case math.IsNaN(n.Float):
		return "NaN"
	case math.IsInf(n.Float, 1):
		return "Infinity"
	case math.IsInf(n.Float, -1):
		return "-Infinity"
	}
	return n.Float
}
