package processor

import (
	"bytes"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"go.uber.org/goleak"

	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) }

var _ Outlet = (*publisher.Queue)(nil)

// rig is a processor whose outlet and observer write down what they get, at a time of the test's choice.
type rig struct {
	tb  testing.TB
	p   *Processor
	out *recorder
	log *bytes.Buffer
	now time.Time
}

// newRig returns a processor at unix time now. change may set options; it may be nil.
func newRig(tb testing.TB, now int64, change func(*Options)) *rig {
	tb.Helper()
	r := &rig{tb: tb, out: newRecorder(), log: &bytes.Buffer{}, now: time.Unix(now, 0)}
	opts := Options{
		Outlet: r.out, Now: func() time.Time { return r.now },
		Stamp:  events.Stamp{Agent: "zenpython", Monitor: "localhost", Manager: "col1.example.org"},
		Logger: hclog.New(&hclog.LoggerOptions{Output: r.log, Level: hclog.Debug, DisableTime: true}),
	}
	if change != nil {
		change(&opts)
	}
	var err error
	if r.p, err = New(opts); err != nil {
		tb.Fatalf("New: %v", err)
	}
	return r
}

// run processes data as a run's of the task without a running timeout.
func (r *rig) run(task *configs.TaskConfig, data *datasource.Data) {
	r.tb.Helper()
	r.p.Run(&Run{Config: task, Data: data, Up: true})
	if err := r.p.Ledger().Check(); err != nil {
		r.tb.Errorf("ledger: %v", err)
	}
}

// runValues processes values of the device itself.
func (r *rig) runValues(task *configs.TaskConfig, points map[string]any) {
	r.tb.Helper()
	r.run(task, &datasource.Data{Values: datasource.Values{datasource.DeviceLevel: points}})
}

func (r *rig) rejected(class wire.Class, reason wire.Reason) int {
	return int(r.p.Ledger().Class(class).Rejected[reason])
}

// lines returns how many lines of a level the log has.
func (r *rig) lines(level string) (n int) { return strings.Count(r.log.String(), "["+level+"]") }

// storedValue is a value record in readable form.
type storedValue struct {
	Metric string
	Time   int64
	Number wire.Number
}

// recorder is an outlet that keeps what it gets, with the queue's rules for repeated clears and for maps that cannot be
// sent.
type recorder struct {
	mtx      sync.Mutex // guards the fields below
	events   []events.Event
	values   []storedValue
	tags     []map[string]string
	maps     []wire.Map
	rejected map[wire.Reason]int
	cleared  map[events.ClearKey]bool
	unbuilt  int // clears that were suppressed unseen
	refuse   wire.Reason
}

func newRecorder() *recorder {
	return &recorder{rejected: map[wire.Reason]int{}, cleared: map[events.ClearKey]bool{}}
}

func (o *recorder) SuppressesClear(key events.ClearKey) bool {
	o.mtx.Lock()
	defer o.mtx.Unlock()
	if o.cleared[key] {
		o.unbuilt++
	}
	return o.cleared[key]
}

func (o *recorder) PutEvent(_ string, e events.Event) wire.Reason {
	o.mtx.Lock()
	defer o.mtx.Unlock()
	if o.refuse != wire.Accepted {
		return o.refuse
	}
	severity, _ := events.ParseSeverity(e[events.FieldSeverity])
	isClear := severity == events.Clear
	if isClear && o.cleared[e.ClearKey()] {
		return wire.ClearRepeat
	}
	o.cleared[e.ClearKey()] = isClear
	o.events = append(o.events, e)
	return wire.Accepted
}

func (o *recorder) PutValues(values []wire.Value) {
	o.mtx.Lock()
	defer o.mtx.Unlock()
	for _, v := range values {
		metric, tags, err := wire.ParseSeries(v.Series)
		if err != nil {
			panic(err)
		}
		o.values = append(o.values, storedValue{metric, v.Time / 1000, v.Number})
		o.tags = append(o.tags, tags)
	}
}

func (o *recorder) PutMap(m wire.Map) wire.Reason {
	o.mtx.Lock()
	defer o.mtx.Unlock()
	if o.refuse != wire.Accepted {
		return o.refuse
	}
	if _, err := wire.MapSize(&m); err != nil {
		return wire.BadMap
	}
	o.maps = append(o.maps, m)
	return wire.Accepted
}

func (o *recorder) Reject(_ wire.Class, reason wire.Reason, n int) {
	o.mtx.Lock()
	defer o.mtx.Unlock()
	o.rejected[reason] += n
}

// rows is an observer that keeps what it sees.
type rows struct {
	mtx     sync.Mutex // guards the fields below
	values  []ValueRow
	metrics []MetricRow
	events  []EventRow
	maps    []MapRow
	dropped []DroppedRow
}

func (o *rows) Value(r ValueRow) { o.mtx.Lock(); defer o.mtx.Unlock(); o.values = append(o.values, r) }
func (o *rows) Metric(r MetricRow) {
	o.mtx.Lock()
	defer o.mtx.Unlock()
	o.metrics = append(o.metrics, r)
}
func (o *rows) Event(r EventRow) { o.mtx.Lock(); defer o.mtx.Unlock(); o.events = append(o.events, r) }
func (o *rows) Map(r MapRow)     { o.mtx.Lock(); defer o.mtx.Unlock(); o.maps = append(o.maps, r) }
func (o *rows) Dropped(r DroppedRow) {
	o.mtx.Lock()
	defer o.mtx.Unlock()
	o.dropped = append(o.dropped, r)
}

func (o *rows) total() int {
	return len(o.values) + len(o.metrics) + len(o.events) + len(o.maps) + len(o.dropped)
}

// deviceContext is the context of dev1, and siteContext that of its component c1.
var (
	deviceContext = &datasource.Context{Key: "Devices/dev1", UUID: "uuid-dev1", ID: "dev1", DeviceUUID: "uuid-dev1", MetricPrefix: "dev1"}
	siteContext   = &datasource.Context{Key: "Devices/dev1/c1", UUID: "uuid-c1", ID: "c1", DeviceUUID: "uuid-dev1", MetricPrefix: "dev1"}
)

// source returns data source id of dev1 or its component, with datapoints.
func source(id string, component datasource.Component, points ...*datasource.DataPointConfig) *datasource.DataSourceConfig {
	context := deviceContext
	if !component.IsDevice() {
		context = siteContext
	}
	ds := &datasource.DataSourceConfig{
		SourceSpec: &datasource.SourceSpec{
			Template: "T", DataSource: id, Severity: 3, PluginClassname: "example.Plugin", EventKey: "key",
		},
		Device: "dev1", Component: component, Context: context, CycleTime: 300 * time.Second,
	}
	for _, p := range points {
		own := *p
		if own.Name == "" {
			own.Name = id + "_" + own.ID
		}
		ds.Points = append(ds.Points, &own)
	}
	return ds
}

func gauge(id string) *datasource.DataPointConfig {
	return &datasource.DataPointConfig{ID: id, RRDType: datasource.Gauge}
}

func point(id string, rrdType datasource.RRDType, low, high *float64) *datasource.DataPointConfig {
	return &datasource.DataPointConfig{ID: id, RRDType: rrdType, Min: low, Max: high}
}

// newTask returns the task "dev1 300 x" with data sources.
func newTask(sources ...*datasource.DataSourceConfig) *configs.TaskConfig {
	key, err := datasource.MakeKey("dev1", 300, "x")
	if err != nil {
		panic(err)
	}
	return &configs.TaskConfig{
		Identity: configs.Identity{Device: "dev1", Key: key},
		Interval: 300 * time.Second,
		Config:   &datasource.Config{ID: "dev1", DeviceGUID: "guid-dev1", DataSources: sources},
	}
}

// standard is the set-up of the acceptance checks: source ds1 with GAUGE dp1 on dev1.
func standard() *configs.TaskConfig {
	return newTask(source("ds1", datasource.DeviceLevel, gauge("dp1")))
}

// bare returns a copy of an event without the fields that all events get.
func bare(e events.Event) events.Event {
	e = maps.Clone(e)
	for _, field := range []string{"agent", "monitor", "manager", "device_guid"} {
		delete(e, field)
	}
	return e
}
