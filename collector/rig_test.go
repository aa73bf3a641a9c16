package collector_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	hclog "github.com/hashicorp/go-hclog"
	"go.uber.org/goleak"

	"github.com/zenpython/zenpython/collector"
	"github.com/zenpython/zenpython/collector/monitor"
	"github.com/zenpython/zenpython/collector/processor"
	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/collector/report"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub"
	"github.com/zenpython/zenpython/maps"
)

// ants starts goroutines when it is imported.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) }

// script is what the plugins of one test do; the type "Scripted" takes it from its params.
type script struct {
	datasource.Base
	name    string
	handle  datasource.Handle
	collect func(ctx context.Context, s *script) (any, error)

	mtx     sync.Mutex
	runs    []time.Time
	cleaned int
}

func (s *script) Collect(ctx context.Context, _ *datasource.Config) (any, error) {
	s.mtx.Lock()
	s.runs = append(s.runs, time.Now())
	s.mtx.Unlock()
	if s.collect == nil {
		return nil, nil
	}
	return s.collect(ctx, s)
}

func (s *script) Cleanup(context.Context, *datasource.Config) error {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	s.cleaned++
	return nil
}

func (s *script) started() []time.Time {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	return slices.Clone(s.runs)
}

func (s *script) cleanups() int {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	return s.cleaned
}

func init() {
	datasource.Register(&datasource.Type{
		Name: "Scripted", Class: "datasource/scripted.Scripted", Doc: "Does what a test says.",
		New: func(c *datasource.Config, h datasource.Handle) (datasource.Plugin, error) {
			return c.DataSources[0].Params.(*world).construct(c, h)
		},
	})
}

// world is one collector with the hub behind it, in virtual time.
type world struct {
	t       *testing.T
	o       *options.Options
	model   *maps.Memory
	hub     *hub.Hub
	queue   *publisher.Queue
	c       *collector.Collector
	sets    chan *configs.Set
	refresh func() *configs.Set
	seen    *seen

	mtx     sync.Mutex
	scripts []*script // every instance made, in order
	collect map[string]func(ctx context.Context, s *script) (any, error)
	refuse  map[string]error
}

// run makes a world of the tasks and runs f beside its collector, which is stopped in order when f returns.
func run(t *testing.T, change func(*options.Options), first []*configs.TaskConfig, w *world, f func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w.start(t, change)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- w.c.Run(ctx) }()
		hubEnded := make(chan struct{})
		go func() { defer close(hubEnded); _ = w.hub.Run(ctx) }()
		w.sets <- w.set(first...)
		synctest.Wait()
		f(t, w)
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		<-hubEnded
		w.checkLedgers()
	})
}

func (w *world) start(t *testing.T, change func(*options.Options)) {
	t.Helper()
	o, _, err := options.Load(options.Sources{Flags: map[string][]string{"cycle": {"true"}, "writeStatistics": {"0"}}})
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&o)
	}
	w.t, w.o, w.sets, w.seen = t, &o, make(chan *configs.Set, 1), &seen{}
	w.model = maps.NewMemory()
	if err := w.model.Seed([]maps.Declaration{{ID: "dev1"}, {ID: "dev2"}}); err != nil {
		t.Fatal(err)
	}
	w.hub = hub.New(hub.Options{Model: w.model})
	w.queue, err = publisher.New(publisher.Options{Publisher: publisher.Direct(w.hub), Collector: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	w.c, err = collector.New(collector.Options{
		Settings: &o, Source: w, Queue: w.queue, Report: w.seen, Manager: "host.example", Logger: hclog.NewNullLogger(),
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) construct(c *datasource.Config, h datasource.Handle) (datasource.Plugin, error) {
	w.mtx.Lock()
	defer w.mtx.Unlock()
	name := c.DataSources[0].DataSource
	if err := w.refuse[name]; err != nil {
		return nil, err
	}
	s := &script{name: name, handle: h, collect: w.collect[name]}
	w.scripts = append(w.scripts, s)
	return s, nil
}

// instances returns the plugin instances of a data source, in the order made.
func (w *world) instances(name string) []*script {
	w.mtx.Lock()
	defer w.mtx.Unlock()
	var list []*script
	for _, s := range w.scripts {
		if s.name == name {
			list = append(list, s)
		}
	}
	return list
}

func (w *world) set(tasks ...*configs.TaskConfig) *configs.Set {
	for _, t := range tasks {
		t.Config.DataSources[0].Params = w
	}
	slices.SortFunc(tasks, func(a, b *configs.TaskConfig) int { return strings.Compare(a.Key.Encoded(), b.Key.Encoded()) })
	return &configs.Set{Tasks: tasks}
}

// Load implements collector.ConfigSource.
func (w *world) Load(ctx context.Context) (*configs.Set, error) {
	select {
	case set := <-w.sets:
		return set, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Refresh implements collector.ConfigSource.
func (w *world) Refresh(context.Context) (*configs.Set, error) { return w.refresh(), nil }

// Watch implements collector.ConfigSource.
func (w *world) Watch(ctx context.Context, changed func(*configs.Set)) error {
	for {
		select {
		case set := <-w.sets:
			changed(set)
		case <-ctx.Done():
			return nil
		}
	}
}

// change gives the collector another set and waits until it has taken it.
func (w *world) change(tasks ...*configs.TaskConfig) {
	w.sets <- w.set(tasks...)
	synctest.Wait()
}

// checkLedgers asserts that every item and every slot is accounted for.
func (w *world) checkLedgers() {
	w.t.Helper()
	if err := w.queue.Ledger().Check(); err != nil {
		w.t.Error(err)
	}
	s := w.c.Statistics()
	if runs, missed := total(s.Runs), total(s.Missed); w.o.Cycle && s.Due != runs+missed {
		w.t.Errorf("%d slots were due, but %d ran and %d were missed", s.Due, runs, missed)
	}
	for class, returned := range s.Returned {
		if returned < s.Produced[class] {
			w.t.Errorf("%s: %d produced of %d returned", class, s.Produced[class], returned)
		}
	}
}

func total(m map[string]uint64) (sum uint64) {
	for _, n := range m {
		sum += n
	}
	return sum
}

// task is the config of one task with one data source, due every interval.
func task(device, name string, interval time.Duration) *configs.TaskConfig {
	key, err := datasource.MakeKey(device, interval.Seconds(), "T", name, "datasource/scripted.Scripted")
	if err != nil {
		panic(err)
	}
	points := []*datasource.DataPointConfig{{ID: "dp1", Name: name + "_dp1", RRDType: datasource.Gauge}}
	return &configs.TaskConfig{
		Identity: configs.Identity{Device: device, Key: key}, Interval: interval, Hash: 1, Origin: "test.yaml:1",
		Config: &datasource.Config{ID: device, DataSources: []*datasource.DataSourceConfig{{
			SourceSpec: &datasource.SourceSpec{
				Template: "T", DataSource: name, Type: "Scripted", PluginClassname: "datasource/scripted.Scripted",
				Severity: 3, Points: points,
			},
			Device: device, Component: datasource.DeviceLevel, ConfigKey: key, CycleTime: interval,
			Context: &datasource.Context{Key: "Devices/" + device, UUID: "uuid-" + device, ID: device, MetricPrefix: device},
		}}},
	}
}

// changed returns the task with another rendered config.
func changed(t *configs.TaskConfig) *configs.TaskConfig {
	c, config, ds := *t, *t.Config, *t.Config.DataSources[0]
	config.DataSources = []*datasource.DataSourceConfig{&ds}
	c.Config, c.Hash = &config, t.Hash+1
	return &c
}

// openEvents returns "severity summary" of the hub's open events after a flush.
func (w *world) openEvents() []string {
	w.t.Helper()
	if err := w.queue.Flush(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	var list []string
	for _, e := range w.hub.OpenEvents(events.Filter{}) {
		list = append(list, fmt.Sprintf("%v %s", e.Severity, e.Summary))
	}
	slices.Sort(list)
	return list
}

// seen keeps every row.
type seen struct {
	mtx  sync.Mutex
	rows []string
	runs []report.RunRow
}

func (s *seen) note(format string, args ...any) {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	s.rows = append(s.rows, fmt.Sprintf(format, args...))
}

func (s *seen) Run(r report.RunRow) {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	s.runs = append(s.runs, r)
}

func (s *seen) outcomes() []string {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	var list []string
	for _, r := range s.runs {
		list = append(list, r.Outcome)
	}
	return list
}

func (s *seen) matching(text string) []string {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	var list []string
	for _, r := range s.rows {
		if strings.Contains(r, text) {
			list = append(list, r)
		}
	}
	return list
}

// Value implements processor.Observer.
func (s *seen) Value(r processor.ValueRow) {
	s.note("value %s %s %v", r.Source.Device, r.Point.Name, r.Raw)
}

// Metric implements processor.Observer.
func (s *seen) Metric(r processor.MetricRow) { s.note("metric %s", r.Name) }

// Event implements processor.Observer.
func (s *seen) Event(r processor.EventRow) {
	s.note("event %s %v %s", r.Origin, r.Event[events.FieldSeverity], r.Event.Text(events.FieldSummary))
}

// Map implements processor.Observer.
func (s *seen) Map(r processor.MapRow) { s.note("map %s", r.Device) }

// Dropped implements processor.Observer.
func (s *seen) Dropped(r processor.DroppedRow) { s.note("dropped %s", r.Reason) }

func (s *seen) Close() error { return nil }

var (
	_ report.Report     = (*seen)(nil)
	_ monitor.Source    = (*collector.Collector)(nil)
	_ datasource.Plugin = (*script)(nil)
)
