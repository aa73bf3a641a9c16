package processor

import (
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

// Observer sees every item of every result before the queue folds or drops anything: what `run --format json` prints.
// It is called on pool goroutines, by several at once. A daemon that shows nothing has none, at no cost.
type Observer interface {
	Value(ValueRow)
	Metric(MetricRow)
	Event(EventRow)
	Map(MapRow)
	Dropped(DroppedRow)
}

// RunRef names the run that an item came from. Slot and Number are 0 for what was published outside a run.
type RunRef struct {
	Task   string // the task's name
	Slot   int64  // unix nanoseconds
	Number int    // 1…N in run mode
}

// Origin says who made an event.
type Origin string

// The origins of an event.
const (
	OriginPlugin    Origin = "plugin"
	OriginTimeout   Origin = "timeout"
	OriginThreshold Origin = "threshold"
	OriginDaemon    Origin = "daemon"
)

// ValueRow is one value of one datapoint, stored or not.
type ValueRow struct {
	RunRef
	Source *datasource.DataSourceConfig
	Point  *datasource.DataPointConfig
	Raw    any          // as the plugin gave it
	Stored *wire.Number // nil when nothing is stored, with the Reason
	Reason wire.Reason
	Time   int64 // unix seconds
	Metric string
	Tags   map[string]string
}

// MetricRow is one ad hoc metric.
type MetricRow struct {
	RunRef
	Name  string
	Value wire.Number
	Time  int64 // unix seconds
	Tags  map[string]string
}

// EventRow is one event with its defaults set.
type EventRow struct {
	RunRef
	Origin Origin
	Event  events.Event
}

// MapRow is one map on its way to the model.
type MapRow struct {
	RunRef
	Device string
	Map    maps.Map
}

// DroppedRow is one item that goes nowhere, with the reason.
type DroppedRow struct {
	RunRef
	Reason wire.Reason
	Item   any
}
