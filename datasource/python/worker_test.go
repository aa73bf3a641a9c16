package python

import (
	"context"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/datasource"
)

func TestWorkerRunsTasks(t *testing.T) {
	r := startEcho(t, "", nil)
	if err := r.Configure(testTask(1, "ok")); err != nil {
		t.Fatal(err)
	}
	if c := receive(t, r.configured); c.Task != 1 || c.Err != nil || *c.StartDelay != 2.5 || c.Loop != LoopEpoll {
		t.Errorf("configured %+v", c)
	}
	if err := r.Collect(Run{ID: 11, Task: 1, Slot: time.Unix(60, 0), Number: 1}); err != nil {
		t.Fatal(err)
	}
	if run := receive(t, r.started); run != 11 {
		t.Errorf("started %d", run)
	}
	got := receive(t, r.results)
	want := Result{
		Run: 11, Outcome: OutcomeOK, Seconds: 0.25,
		Data: &datasource.Data{Values: datasource.Values{datasource.DeviceLevel: {"dp": datasource.Tuple{int64(1), "N"}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if err := r.Drop(1); err != nil {
		t.Fatal(err)
	}
	if task := receive(t, r.cleaned); task != 1 {
		t.Errorf("cleaned %d", task)
	}
	r.Close(t.Context())
	if exit := receive(t, r.exits); !exit.Status.Clean() || exit.Reason != "drained" || len(exit.Tasks) > 0 {
		t.Errorf("exit %+v", exit)
	}
	if err := r.Collect(Run{ID: 12, Task: 1}); err == nil {
		t.Error("a worker that has ended takes a run")
	}
	if u, err := r.Usage(); err != nil || u != (Usage{}) {
		t.Errorf("a worker that has ended uses %+v, error %v", u, err)
	}
}

func TestWorkerPassesErrorsOn(t *testing.T) {
	r := startEcho(t, "", nil)
	mustConfigure(t, r, testTask(1, "unknown"))
	if c := receive(t, r.configured); c.Err == nil || c.Err.Error() != "ImportError: no module" {
		t.Errorf("configured %+v", c)
	}
	mustConfigure(t, r, testTask(2, "error"))
	receive(t, r.configured)
	mustCollect(t, r, 21, 2)
	got := receive(t, r.results)
	if got.Outcome != OutcomeError || !got.Raised || got.Seconds != 1.5 || got.Err.Error() != "ValueError: bad" || got.Data != nil {
		t.Errorf("result %+v", got)
	}
	mustConfigure(t, r, testTask(3, "never"))
	receive(t, r.configured)
	mustCollect(t, r, 31, 3)
	receive(t, r.started)
	receive(t, r.started)
	if err := r.Cancel(31, CancelTimeout); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, r.results); got.Run != 31 || got.Outcome != OutcomeTimeout || !got.TimedOut || got.Err.Text != "timeout" {
		t.Errorf("result %+v", got)
	}
	bad := testTask(4, "ok")
	bad.Config.DataSources[0].Params = map[string]any{"f": func() {}}
	if err := r.Configure(bad); err == nil || !strings.Contains(err.Error(), "params: f: a func() has no form in Python") {
		t.Errorf("error %v", err)
	}
	r.Kill("enough")
	if exit := receive(t, r.exits); !slices.Equal(exit.Tasks, []uint64{2, 3}) {
		t.Errorf("tasks left %v", exit.Tasks)
	}
}

func TestWorkerAnswersCalls(t *testing.T) {
	r := startEcho(t, "call", nil)
	want := Call{ID: 42, Task: 1, Service: "zen.service", Method: "ping", Args: []any{"a", datasource.Tuple{int64(1), int64(2)}},
		Kwargs: map[string]any{"k": int64(1)}}
	if diff := cmp.Diff(want, receive(t, r.calls)); diff != "" {
		t.Errorf("call (-want +got):\n%s", diff)
	}
	if err := r.Answer(42, map[string]any{"pong": true}, nil); err != nil {
		t.Fatal(err)
	}
	answer := receive(t, r.published).Events[0]["answer"]
	if diff := cmp.Diff([]any{true, map[string]any{"pong": true}}, answer); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	if err := r.Answer(42, nil, context.Canceled); err != nil {
		t.Fatal(err)
	}
	answer = receive(t, r.published).Events[0]["answer"]
	if diff := cmp.Diff([]any{false, []any{"RemoteException", "context canceled", ""}}, answer); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// A worker may not send more results than the daemon has taken; what is taken is given back.
func TestWorkerCredits(t *testing.T) {
	const runs = 50
	open := make(chan struct{})
	var seen []uint64
	all := make(chan struct{})
	r := startEcho(t, "", func(o *Options) {
		o.Window = 3
		o.Handlers.Result = func(_ *Worker, result Result) {
			<-open
			if seen = append(seen, result.Run); len(seen) == runs {
				close(all)
			}
		}
	})
	mustConfigure(t, r, testTask(1, "ok"))
	for run := range uint64(runs) {
		mustCollect(t, r, run+1, 1)
	}
	close(open)
	receive(t, all)
	if !slices.IsSorted(seen) || seen[runs-1] != runs {
		t.Errorf("results %v", seen)
	}
}

func TestWorkerThatIsSlowToRead(t *testing.T) {
	r := startEcho(t, "slow", nil)
	const tasks = 2000 // more than a socket's buffer
	all := make(chan struct{})
	go func() {
		defer close(all)
		for range tasks {
			<-r.configured
		}
	}()
	for id := range uint64(tasks) {
		mustConfigure(t, r, testTask(id+1, "ok"))
	}
	receive(t, all)
}

func TestWorkerDeaths(t *testing.T) {
	tests := map[string]struct {
		status Status
		reason string
	}{
		"crash":   {Status{Code: -1, Signal: syscall.SIGSEGV}, ""},
		"exit":    {Status{Code: 7}, ""},
		"garbage": {Status{Code: -1, Signal: syscall.SIGKILL}, "it wrote what is no frame: "},
	}
	for class, tt := range tests {
		t.Run(class, func(t *testing.T) {
			r := startEcho(t, "", nil)
			mustConfigure(t, r, testTask(1, class))
			mustConfigure(t, r, testTask(2, "never"))
			mustCollect(t, r, 5, 2)
			mustCollect(t, r, 6, 1)
			mustCollect(t, r, 7, 2)
			exit := receive(t, r.exits)
			if exit.Status != tt.status || !strings.HasPrefix(exit.Reason, tt.reason) || exit.Reason == "" != (tt.reason == "") {
				t.Errorf("status %v, reason %q", exit.Status, exit.Reason)
			}
			if !slices.Equal(exit.Started, []uint64{5, 6}) || !slices.Equal(exit.Unstarted, []uint64{7}) || !slices.Equal(exit.Tasks, []uint64{1, 2}) {
				t.Errorf("started %v, unstarted %v, tasks %v", exit.Started, exit.Unstarted, exit.Tasks)
			}
		})
	}
}

func TestStartExplainsFailures(t *testing.T) {
	tests := map[string]struct {
		change func(*Options)
		want   []string
	}{
		"no_msgpack": {nil, []string{"has no msgpack", "zenpython python setup"}},
		"version":    {nil, []string{"version 2", "this daemon 1", "remove that folder"}},
		"garbage":    {nil, []string{"no frame", "Hell", "site-packages"}},
		"silent":     {func(o *Options) { o.StartLimit = time.Second }, []string{"said nothing within 1s"}},
		"script":     {func(o *Options) { o.Args = []string{"/nonexistent.py"} }, []string{"exit status 2", "can't open file"}},
		"python":     {func(o *Options) { o.Python = "/nonexistent/python" }, []string{"/nonexistent/python", "--python"}},
		"cookie":     {func(o *Options) { o.Env = append(o.Env, "ZENPYTHON_WORKER=x") }, []string{"exit status 2"}},
	}
	for mode, tt := range tests {
		t.Run(mode, func(t *testing.T) {
			opts := echoOptions(t, &logBuffer{}, mode)
			if tt.change != nil {
				tt.change(&opts)
			}
			_, err := Start(t.Context(), opts)
			if err == nil {
				t.Fatal("it started")
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q lacks %q", err, part)
				}
			}
		})
	}
}

func TestStartIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := Start(ctx, echoOptions(t, &logBuffer{}, "silent")); err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("error %v", err)
	}
}

func TestOutputBecomesLogLines(t *testing.T) {
	r := startEcho(t, "noise", func(o *Options) {
		o.Describe = func(task, run uint64) []any {
			return []any{"device", "web01", "task", task, "run", run}
		}
	})
	mustConfigure(t, r, testTask(7, "stuck"))
	receive(t, r.configured)
	eventually(t, "output is logged", func() bool {
		log := r.log.String()
		return strings.Contains(log, "[INFO]  echo: to stdout: stream=stdout") &&
			strings.Contains(log, "[WARN]  echo: to stderr: stream=stderr") &&
			strings.Contains(log, "[WARN]  echo: configured task stuck: logger=zen.echo device=web01 task=7 run=0")
	})
	if longest := slices.MaxFunc(strings.Split(r.log.String(), "\n"), func(a, b string) int { return len(a) - len(b) }); len(longest) > maxLine+100 {
		t.Errorf("a log line of %d bytes", len(longest))
	}
}

func TestUsage(t *testing.T) {
	r := startEcho(t, "", nil)
	u, err := r.Usage()
	if err != nil || u.RSS < 1<<20 || u.FDs < 5 || u.Processes != 1 {
		t.Errorf("usage %+v, error %v", u, err)
	}
}

func mustConfigure(t *testing.T, r *rig, task Task) {
	t.Helper()
	if err := r.Configure(task); err != nil {
		t.Fatal(err)
	}
}

func mustCollect(t *testing.T, r *rig, run, task uint64) {
	t.Helper()
	if err := r.Collect(Run{ID: run, Task: task, Slot: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
}
