package runner

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
)

// plugin is a Plugin made of functions; nil ones do as datasource.Base does. It notes which hooks were called.
type plugin struct {
	collect    func(ctx context.Context) (any, error)
	onResult   func(ctx context.Context, result any, err error) (any, error)
	onSuccess  func(ctx context.Context, result any) (any, error)
	onError    func(ctx context.Context, err error) (any, error)
	onComplete func(ctx context.Context, result any, err error) (any, error)
	cleanup    func(ctx context.Context) error

	mu    sync.Mutex
	calls []string
}

func (p *plugin) note(call string) {
	p.mu.Lock()
	p.calls = append(p.calls, call)
	p.mu.Unlock()
}

// called returns the hooks called so far, in one line.
func (p *plugin) called() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.calls, " ")
}

func (p *plugin) Collect(ctx context.Context, _ *datasource.Config) (any, error) {
	p.note("collect")
	if p.collect == nil {
		return nil, nil
	}
	return p.collect(ctx)
}

func (p *plugin) OnResult(ctx context.Context, result any, err error, _ *datasource.Config) (any, error) {
	p.note("onResult")
	if p.onResult == nil {
		return result, err
	}
	return p.onResult(ctx, result, err)
}

func (p *plugin) OnSuccess(ctx context.Context, result any, _ *datasource.Config) (any, error) {
	p.note("onSuccess")
	if p.onSuccess == nil {
		return result, nil
	}
	return p.onSuccess(ctx, result)
}

func (p *plugin) OnError(ctx context.Context, err error, _ *datasource.Config) (any, error) {
	p.note("onError")
	if p.onError == nil {
		return nil, err
	}
	return p.onError(ctx, err)
}

func (p *plugin) OnComplete(ctx context.Context, result any, err error, _ *datasource.Config) (any, error) {
	p.note("onComplete")
	if p.onComplete == nil {
		return result, err
	}
	return p.onComplete(ctx, result, err)
}

func (p *plugin) Cleanup(ctx context.Context, _ *datasource.Config) error {
	p.note("cleanup")
	if p.cleanup == nil {
		return nil
	}
	return p.cleanup(ctx)
}

// newTask makes a task of one data source.
func newTask(device, name, class string, p datasource.Plugin) *Task {
	key, err := datasource.MakeKey(device, 300, name)
	if err != nil {
		panic(err)
	}
	return &Task{
		Gate: &scheduler.Gate{},
		Config: &configs.TaskConfig{
			Identity: configs.Identity{Device: device, Key: key},
			Interval: 300 * time.Second,
			Config: &datasource.Config{
				ID: device,
				DataSources: []*datasource.DataSourceConfig{{
					SourceSpec: &datasource.SourceSpec{Type: "Go", PluginClassname: class},
				}},
			},
		},
		Plugin: p,
	}
}

// fixture is a runner with what it reported.
type fixture struct {
	*Runner
	t   testing.TB
	log lockedBuffer

	mu        sync.Mutex
	ended     []*Run
	abandoned []Job
	count     *sync.Cond
}

// setUp makes a runner that the test has to take down.
func setUp(tb testing.TB, opts Options) *fixture {
	tb.Helper()
	f := &fixture{t: tb}
	f.count = sync.NewCond(&f.mu)
	opts.Logger = hclog.New(&hclog.LoggerOptions{Output: &f.log, Level: hclog.Debug})
	opts.Ended = func(run *Run) {
		f.mu.Lock()
		f.ended = append(f.ended, run)
		f.count.Broadcast()
		f.mu.Unlock()
	}
	opts.Abandoned = func(job Job, reason Reason) {
		f.mu.Lock()
		f.abandoned = append(f.abandoned, job)
		f.mu.Unlock()
		if reason != ReasonStopping {
			tb.Errorf("abandoned with reason %q", reason)
		}
	}
	r, err := New(opts)
	if err != nil {
		tb.Fatal(err)
	}
	f.Runner = r
	return f
}

// takeDown drains and closes the runner, whose code must all return.
func (f *fixture) takeDown() {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := f.Drain(ctx); err != nil {
		f.t.Errorf("Drain: %v", err)
	}
	f.Close()
}

// start enters the tasks' gates and enqueues a job of each.
func (f *fixture) start(tasks ...*Task) {
	f.t.Helper()
	jobs := make([]Job, len(tasks))
	for i, task := range tasks {
		if !task.Enter() {
			f.t.Fatalf("the gate of %s is %d, want idle", task.Config.Name(), task.State())
		}
		jobs[i] = Job{Task: task, Slot: int64(i)}
	}
	f.Enqueue(jobs)
}

// wait returns the first n runs that ended, once there are so many.
func (f *fixture) wait(n int) []*Run {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.ended) < n {
		f.count.Wait()
	}
	return f.ended[:n:n]
}

// run runs the task once.
func (f *fixture) run(task *Task) *Run {
	f.t.Helper()
	f.mu.Lock()
	n := len(f.ended)
	f.mu.Unlock()
	f.start(task)
	return f.wait(n + 1)[n]
}

// endedSoFar says how many runs have ended.
func (f *fixture) endedSoFar() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.ended)
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// wantCount checks how often the log says something.
func (b *lockedBuffer) wantCount(tb testing.TB, text string, want int) {
	tb.Helper()
	if got := strings.Count(b.String(), text); got != want {
		tb.Errorf("the log says %q %d times, want %d:\n%s", text, got, want, b)
	}
}

func wantEqual[T comparable](tb testing.TB, what string, got, want T) {
	tb.Helper()
	if got != want {
		tb.Errorf("%s = %v, want %v", what, fmt.Sprint(got), fmt.Sprint(want))
	}
}
