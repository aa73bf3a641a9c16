package python

import (
	"bytes"
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/datasource"
)

// patience bounds waits for another process on a busy machine; nothing is asserted about time.
const patience = time.Minute

// rig is a worker that runs testdata/echo_worker.py and what it reported.
type rig struct {
	*Worker
	t          *testing.T
	log        *logBuffer
	configured chan Configured
	started    chan uint64
	results    chan Result
	published  chan *datasource.Data
	cleaned    chan uint64
	calls      chan Call
	built      chan Built
	exits      chan Exit
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newLogger(log *logBuffer) hclog.Logger {
	return hclog.New(&hclog.LoggerOptions{Output: log, Level: hclog.Debug})
}

// echoOptions start the echo worker in a mode.
func echoOptions(tb testing.TB, log *logBuffer, mode string) Options {
	tb.Helper()
	script, err := filepath.Abs("testdata/echo_worker.py")
	if err != nil {
		tb.Fatal(err)
	}
	return Options{
		Python: testPython(tb), Args: []string{script}, Env: []string{"ECHO_MODE=" + mode},
		Logger: newLogger(log), Name: "echo",
	}
}

// startEcho starts a worker; change may be nil.
func startEcho(t *testing.T, mode string, change func(*Options)) *rig {
	t.Helper()
	r := &rig{
		t: t, log: &logBuffer{}, configured: make(chan Configured, 100), started: make(chan uint64, 100),
		results: make(chan Result, 100), published: make(chan *datasource.Data, 100), cleaned: make(chan uint64, 100),
		calls: make(chan Call, 100), built: make(chan Built, 100), exits: make(chan Exit, 1),
	}
	opts := echoOptions(t, r.log, mode)
	opts.Handlers = Handlers{
		Configured: func(_ *Worker, c Configured) { r.configured <- c },
		Started:    func(_ *Worker, run uint64) { r.started <- run },
		Result:     func(_ *Worker, result Result) { r.results <- result },
		Publish:    func(_ *Worker, _ uint64, data *datasource.Data) { r.published <- data },
		Cleaned:    func(_ *Worker, task uint64, _ *Error) { r.cleaned <- task },
		Call:       func(_ *Worker, c Call) { r.calls <- c },
		Built:      func(_ *Worker, b Built) { r.built <- b },
		Exit:       func(_ *Worker, e Exit) { r.exits <- e },
	}
	if change != nil {
		change(&opts)
	}
	worker, err := Start(t.Context(), opts)
	if err != nil {
		t.Fatalf("%v\n%s", err, r.log)
	}
	r.Worker = worker
	t.Cleanup(func() {
		worker.Kill("the test is over")
		<-worker.Done()
		if t.Failed() {
			t.Log(r.log)
		}
	})
	return r
}

func receive[T any](tb testing.TB, from <-chan T) T {
	tb.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		tb.Fatal("nothing came")
		panic("unreachable")
	}
}

func eventually(tb testing.TB, what string, is func() bool) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-ctx.Done():
			tb.Fatalf("never: %s", what)
		case <-tick.C:
		}
	}
}

func testTask(id uint64, class string) Task {
	return Task{ID: id, PluginClassname: class, Name: "task " + class, Config: testConfig(), Interval: 60}
}

func testConfig() *datasource.Config {
	key, err := datasource.MakeKey("web01", 60, []any{"a", nil})
	if err != nil {
		panic(err)
	}
	return &datasource.Config{
		ID: "web01", ManageIP: "127.0.0.1", DeviceGUID: "guid",
		DataSources: []*datasource.DataSourceConfig{{
			SourceSpec: &datasource.SourceSpec{
				Template: "Web", DataSource: "page", Type: "Python", PluginClassname: "pack.Plugin", EventKey: "k", Severity: 3,
				Points: []*datasource.DataPointConfig{{ID: "time", Name: "page_time", RRDType: datasource.Gauge,
					Properties: map[string]any{"oid": "1.2"}, Tags: map[string]string{"a": "b"}}},
			},
			Device: "web01", ManageIP: "127.0.0.1", Component: datasource.DeviceLevel, ConfigKey: key, CycleTime: time.Minute,
			Params:     map[string]any{"limit": 10, "password": datasource.Secret("s3cret")},
			Context:    &datasource.Context{Key: "Devices/web01", UUID: "u", ID: "web01", DeviceUUID: "u", MetricPrefix: "web01"},
			Attributes: map[string]any{"zPort": 80},
		}},
		Thresholds: []*datasource.ThresholdConfig{{ID: "slow", DataPoints: []string{"page_time"}}},
	}
}
