package processor

import (
	"testing"
	"time"

	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

// sink is an outlet that costs nothing.
type sink struct{ cleared bool }

func (s *sink) SuppressesClear(events.ClearKey) bool      { return s.cleared }
func (s *sink) PutEvent(string, events.Event) wire.Reason { return wire.Accepted }
func (s *sink) PutValues([]wire.Value)                    {}
func (s *sink) PutMap(wire.Map) wire.Reason               { return wire.Accepted }
func (s *sink) Reject(_ wire.Class, _ wire.Reason, _ int) {}
func (s *sink) ChangeInterval(float64) error              { return nil }

func newBenched(tb testing.TB) (p *Processor, out *sink) {
	tb.Helper()
	out = &sink{cleared: true}
	p, err := New(Options{Outlet: out})
	if err != nil {
		tb.Fatal(err)
	}
	return p, out
}

func BenchmarkRunWithoutData(b *testing.B) {
	p, out := newBenched(b)
	task := standard()
	key := NewTimeoutKey(task)
	b.ReportAllocs()
	for b.Loop() {
		p.Run(&Run{Config: task, TimeoutKey: &key, Up: true, Schedule: out})
	}
}

func BenchmarkRunWithoutDataToAQueue(b *testing.B) {
	queue, err := publisher.New(publisher.Options{Publisher: publisher.Direct(&inbox{}), Collector: "c"})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := queue.Close(b.Context()); err != nil {
			b.Error(err)
		}
	}()
	p, err := New(Options{Outlet: queue})
	if err != nil {
		b.Fatal(err)
	}
	task := standard()
	key := NewTimeoutKey(task)
	b.ReportAllocs()
	for b.Loop() {
		p.Run(&Run{Config: task, TimeoutKey: &key, Up: true})
	}
}

func BenchmarkRunWithTwoValues(b *testing.B) {
	p, out := newBenched(b)
	task := newTask(source("ds1", datasource.DeviceLevel, gauge("dp1"), gauge("dp2")))
	key := NewTimeoutKey(task)
	data := &datasource.Data{Values: datasource.Values{datasource.DeviceLevel: {"dp1": 1.5, "dp2": 2}}}
	b.ReportAllocs()
	for b.Loop() {
		p.Run(&Run{Config: task, TimeoutKey: &key, Up: true, Data: data, Schedule: out})
	}
}

func BenchmarkRunWithTwoRatesAndAThreshold(b *testing.B) {
	p, out := newBenched(b)
	second := time.Now().Unix()
	p.now = func() time.Time { return time.Unix(second, 0) }
	task := newTask(source("ds1", datasource.DeviceLevel,
		point("dp1", datasource.Derive, nil, nil), point("dp2", datasource.Counter, nil, nil)))
	task.Config.Thresholds = []*datasource.ThresholdConfig{minMax("high", nil, new(10.0))}
	data := &datasource.Data{Values: datasource.Values{datasource.DeviceLevel: {"dp1": 1.5, "dp2": 2}}}
	b.ReportAllocs()
	for b.Loop() {
		second++
		p.Run(&Run{Config: task, Up: true, Data: data, Schedule: out})
	}
}

// Most runs of a quiet collector give nothing: they must leave no garbage.
func TestRunWithoutDataAllocatesNothing(t *testing.T) {
	p, out := newBenched(t)
	task := standard()
	key := NewTimeoutKey(task)
	if n := testing.AllocsPerRun(1000, func() {
		p.Run(&Run{Config: task, TimeoutKey: &key, Up: true, Schedule: out})
	}); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}
