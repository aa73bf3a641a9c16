package processor

import (
	"context"
	"math"
	"math/big"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

// inbox is a hub that keeps every record.
type inbox struct {
	mtx     sync.Mutex // guards the field below
	batches []*wire.Batch
}

func (h *inbox) Ingest(_ context.Context, batches []*wire.Batch) error {
	h.mtx.Lock()
	defer h.mtx.Unlock()
	h.batches = append(h.batches, batches...)
	return nil
}

// sentinels are items of which every result has one of each class: whatever stands beside them, they must arrive.
func addSentinels(d *datasource.Data) {
	d.Events = append(d.Events, events.Event{"summary": "sentinel"})
	d.Metrics = append(d.Metrics, datasource.Metric{Name: "sentinel", Value: 1})
	d.Maps = append(d.Maps, &maps.ObjectMap{ID: "sentinel"})
	if d.Values == nil {
		d.Values = datasource.Values{}
	}
	d.Values.Set(deviceLevel, "sentinel", 1)
}

// sentinelsIn counts the sentinels that arrived: metric and datapoint, events, maps.
func (h *inbox) sentinelsIn(t *rapid.T) (values, told, mapped int) {
	for _, b := range h.batches {
		for _, v := range b.Values {
			metric, _, err := wire.ParseSeries(v.Series)
			expect(t, err == nil, "series %q: %v", v.Series, err)
			if metric == "sentinel" || metric == "dev1/s_sentinel" {
				values++
			}
		}
		for _, e := range b.Events {
			if e.Event["summary"] == "sentinel" {
				told++
			}
		}
		for _, m := range b.Maps {
			if o, ok := m.Map.(*maps.ObjectMap); ok && o.ID == "sentinel" {
				mapped++
			}
		}
	}
	return values, told, mapped
}

// Whatever a result holds: nothing panics, every item is accounted for by processor and queue alike and has one row, and
// sound items arrive whatever stands beside them.
func TestEveryItemIsAccountedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hub := &inbox{}
		queue, err := publisher.New(publisher.Options{Publisher: publisher.Direct(hub), Collector: "c"})
		expect(t, err == nil, "queue: %v", err)
		opts := Options{Outlet: queue, RunMetrics: rapid.SampledFrom([]options.RunMetrics{"off", "basic", "full"}).Draw(t, "run metrics")}
		seen := &rows{}
		if rapid.Bool().Draw(t, "observed") {
			opts.Observer = seen
		}
		p, err := New(opts)
		expect(t, err == nil, "processor: %v", err)

		task := propertyTask()
		key := NewTimeoutKey(task)
		runs := rapid.IntRange(1, 4).Draw(t, "runs")
		for range runs {
			data := drawData(t)
			addSentinels(data)
			if rapid.Bool().Draw(t, "published") {
				p.Publish(task, data)
				continue
			}
			run := &Run{Config: task, Data: data, TimeoutKey: &key, Ended: time.Now(), Schedule: &scheduleStub{}}
			if rapid.IntRange(0, 3).Draw(t, "timed out") == 0 {
				run.Err = datasource.ErrRunningTimeout
			}
			p.Run(run)
		}
		ledger := p.Ledger()
		expect(t, queue.Close(context.Background()) == nil, "closing the queue failed")

		checkLedgers(t, ledger, queue.Ledger())
		values, told, mapped := hub.sentinelsIn(t)
		expect(t, values == 2*runs && told >= 1 && mapped == runs, "of %d sentinels arrived %d values, %d events, %d maps",
			runs, values/2, told, mapped)
		if opts.Observer != nil {
			returned := ledger[0].Returned + ledger[1].Returned + ledger[2].Returned
			expect(t, uint64(seen.total()) == returned, "%d rows of %d items", seen.total(), returned)
		}
	})
}

func checkLedgers(t *rapid.T, ours Ledger, theirs publisher.Ledger) {
	t.Helper()
	expect(t, ours.Check() == nil, "processor: %v", ours.Check())
	expect(t, theirs.Check() == nil, "queue: %v", theirs.Check())
	for _, class := range wire.Classes() {
		o, q := ours.Class(class), theirs.Class(class)
		expect(t, o.Returned == q.Returned(), "%v: returned %d here, %d at the queue (%+v, %+v)", class, o.Returned, q.Returned(), o, q)
		expect(t, o.Produced == q.Produced, "%v: produced %d here, %d at the queue", class, o.Produced, q.Produced)
	}
}

// propertyTask has datapoints of all types on the device and a component, thresholds, and the sentinel's datapoint.
func propertyTask() *configs.TaskConfig {
	points := []*datasource.DataPointConfig{
		gauge("g"), point("c", datasource.Counter, nil, nil), point("d", datasource.Derive, nil, new(100.0)),
		point("a", datasource.Absolute, nil, nil),
	}
	task := newTask(source("x", deviceLevel, points...), source("y", deviceLevel, points...), source("x", "c1", points...),
		source("s", deviceLevel, gauge("sentinel")))
	high := minMax("high", new(-10.0), new(10.0))
	high.DataPoints, high.EscalateCount = []string{"x_g", "x_d", "y_c"}, 2
	task.Config.Thresholds = []*datasource.ThresholdConfig{high}
	return task
}

func drawData(t *rapid.T) *datasource.Data {
	d := &datasource.Data{Values: datasource.Values{}}
	components := rapid.SampledFrom([]datasource.Component{deviceLevel, "c1", "cX", ""})
	keys := rapid.SampledFrom([]string{"g", "c", "d", "a", "x_g", "x_c", "y_d", "nope", "x_", ""})
	for range rapid.IntRange(0, 8).Draw(t, "values") {
		d.Values.Set(components.Draw(t, "component"), keys.Draw(t, "key"), drawForm(t, 3))
	}
	for range rapid.IntRange(0, 5).Draw(t, "events") {
		d.Events = append(d.Events, drawEvent(t))
	}
	for range rapid.IntRange(0, 3).Draw(t, "metrics") {
		d.Metrics = append(d.Metrics, datasource.Metric{
			Name: rapid.SampledFrom([]string{"m", "", "\xff"}).Draw(t, "name"), Value: drawForm(t, 1),
			Tags: rapid.SampledFrom([]map[string]string{nil, {"a": "b"}, {"": "b"}, {"a": "\xff"}}).Draw(t, "tags"),
		})
	}
	for range rapid.IntRange(0, 3).Draw(t, "maps") {
		d.Maps = append(d.Maps, drawMap(t))
	}
	for range rapid.IntRange(0, 2).Draw(t, "rejected") {
		reason := rapid.SampledFrom([]string{"bad_event", "bad_map", "no_value", "repeat", "?"}).Draw(t, "reason")
		d.Rejected = append(d.Rejected, datasource.RejectedItem{Reason: reason, Item: drawForm(t, 2)})
	}
	d.Interval = rapid.SampledFrom([]float64{0, 60, -1, math.NaN(), 1e300}).Draw(t, "interval")
	return d
}

// drawForm draws a value of any form, sound or not.
func drawForm(t *rapid.T, depth int) any {
	self := []any{1, nil}
	self[1] = self
	plain := []any{
		nil, 0, 7, -3, int64(math.MaxInt64), uint64(math.MaxUint64), 1.5, math.NaN(), math.Inf(-1), 1e300, true, "10", "99.9%",
		"N/A", "N", "", []byte("5"), datasource.Decimal("1.5"), datasource.Decimal("x"), big.NewInt(5), (*big.Int)(nil),
		map[string]any{"a": 1}, struct{}{}, func() {}, make(chan int), error(nil), time.Now(), time.Time{}, float64(time.Now().Unix()),
		datasource.Sample{Value: 5}, datasource.Sample{Value: 5, Time: time.Now().Add(-time.Minute)}, datasource.Sample{}, self, 5i, new(int),
	}
	if depth == 0 || rapid.Bool().Draw(t, "plain") {
		return plain[rapid.IntRange(0, len(plain)-1).Draw(t, "form")]
	}
	list := make([]any, rapid.IntRange(0, 3).Draw(t, "length"))
	for i := range list {
		list[i] = drawForm(t, depth-1)
	}
	if rapid.Bool().Draw(t, "tuple") {
		return datasource.Tuple(list)
	}
	return list
}

func drawEvent(t *rapid.T) events.Event {
	e := events.Event{}
	fields := rapid.SampledFrom([]string{"summary", "severity", "device", "component", "eventKey", "eventClass", "message", "extra", "count"})
	values := []any{
		nil, "", "text", 0, 3, "5", "Critical", "/Heartbeat", "/Status", 2.5, []any{1, "a"}, map[string]any{"a": nil}, func() {},
		deviceLevel, datasource.Component("c1"), math.NaN(),
	}
	for range rapid.IntRange(0, 6).Draw(t, "fields") {
		e[fields.Draw(t, "field")] = values[rapid.IntRange(0, len(values)-1).Draw(t, "value")]
	}
	if rapid.IntRange(0, 9).Draw(t, "nil event") == 0 {
		return nil
	}
	return e
}

func drawMap(t *rapid.T) maps.Map {
	return rapid.SampledFrom([]maps.Map{
		nil, (*maps.ObjectMap)(nil), (*maps.RelationshipMap)(nil), &maps.ObjectMap{ID: "a", Attributes: map[string]any{"b": 1}},
		&maps.ObjectMap{Attributes: map[string]any{"b": func() {}}}, &maps.RelationshipMap{RelName: "r"},
		&maps.RelationshipMap{Maps: []*maps.ObjectMap{{ID: "a"}, nil}},
	}).Draw(t, "map")
}

// Results of one task, published and returned at once, do not mix.
func TestConcurrentResults(t *testing.T) {
	r := newRig(t, now, func(o *Options) { o.Observer = &rows{} })
	task := watched(minMax("high", nil, new(10.0)))
	var running sync.WaitGroup
	const workers, rounds = 8, 50
	for worker := range workers {
		running.Go(func() {
			for n := range rounds {
				data := &datasource.Data{
					Values: datasource.Values{deviceLevel: {"dp1": n, "nope": worker}}, Events: []events.Event{{"summary": "s"}},
				}
				if worker%2 == 0 {
					r.p.Publish(task, data)
				} else {
					r.p.Run(&Run{Config: task, Data: data})
				}
				if n%10 == 0 {
					r.p.Forget("dev1")
				}
				if err := r.p.Ledger().Check(); err != nil {
					t.Errorf("ledger while results come: %v", err)
				}
			}
		})
	}
	running.Wait()
	if n := len(r.out.values); n != workers*rounds {
		t.Errorf("%d values, want %d", n, workers*rounds)
	}
}

func TestLedgerCheckCanFail(t *testing.T) {
	l := Ledger{wire.Values: {Returned: 2, Produced: 1}}
	if l.Check() == nil {
		t.Error("an item is unaccounted for, and Check says nothing")
	}
	l[wire.Values].Rejected = map[wire.Reason]uint64{wire.BadValue: 1}
	if err := l.Check(); err != nil {
		t.Error(err)
	}
}

func TestNewNeedsAnOutlet(t *testing.T) {
	if _, err := New(Options{}); err == nil {
		t.Error("a processor without an outlet was made")
	}
}
