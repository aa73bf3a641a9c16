package python

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/datasource"
)

const scripted = "hostplugins.Scripted"

// How chains end in Python is how runs end here (spec §4.10, §4.11).
func TestChainsOfTheHost(t *testing.T) {
	r := hostRuntime(t, func(o *RuntimeOptions) { o.RunningTimeout = 0.002 }) // of a minute
	type end struct {
		Summary                   string // of the first event
		Err, Raised               string
		Handled, TimedOut, Expiry bool
	}
	tests := map[string]struct {
		params map[string]any
		want   end
	}{
		"plain":        {map[string]any{"collect": "plain"}, end{Summary: "s"}},
		"later":        {map[string]any{"collect": "later"}, end{Summary: "s"}},
		"coroutine":    {map[string]any{"collect": "coroutine"}, end{Summary: "s"}},
		"nothing":      {map[string]any{"collect": "later_none"}, end{}},
		"handled":      {map[string]any{"collect": "fail_later", "onError": "plain"}, end{Summary: "s", Handled: true}},
		"error":        {map[string]any{"collect": "fail_later"}, end{Err: "ValueError: later", Handled: true}},
		"raised":       {map[string]any{"collect": "raise"}, end{Err: "ValueError: raised", Raised: "ValueError: raised", Handled: true}},
		"raised, kept": {map[string]any{"collect": "raise", "onError": "plain"}, end{Summary: "s", Raised: "collect raised", Handled: true}},
		"in a hook":    {map[string]any{"collect": "plain", "onSuccess": "raise"}, end{Err: "ValueError: raised", Handled: true}},
		"timeout":      {map[string]any{"collect": "never"}, end{Err: "running timeout", Handled: true, TimedOut: true, Expiry: true}},
		"timeout, handled": {map[string]any{"collect": "never", "onError": "plain"},
			end{Summary: "s", Handled: true, TimedOut: true}},
		"timeout, other error": {map[string]any{"collect": "canceller_keyerror"},
			end{Err: "KeyError: 'kept'", Handled: true, TimedOut: true}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := r.run(r.make(scripted, test.params))
			have := end{Handled: got.Handled, TimedOut: got.TimedOut, Expiry: errors.Is(got.Err, datasource.ErrRunningTimeout)}
			if got.Err != nil {
				have.Err = got.Err.Error()
			}
			if got.Raised != nil {
				have.Raised = got.Raised.Error()
			}
			if got.Data != nil && len(got.Data.Events) > 0 {
				have.Summary, _ = got.Data.Events[0]["summary"].(string)
			}
			if d := cmp.Diff(test.want, have); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestStateLivesFromRunToRunUntilTheWorkerDies(t *testing.T) {
	r := hostRuntime(t, nil)
	task := r.begin("hostplugins.Counting", nil, newTestHandle())
	if delay, err := r.made(task); err != nil || delay == nil || *delay != 5 {
		t.Errorf("made %v, %v; want a delay of 5 s", delay, err)
	}
	for _, want := range []string{"web01 1", "web01 2", "dead", "web01 1"} {
		if want == "dead" {
			if end := r.run(r.make("hostplugins.Dying", nil)); !errors.Is(end.Err, datasource.ErrWorkerDied) {
				t.Errorf("ended with %v", end.Err)
			}
			continue
		}
		end := r.run(task)
		if end.Err != nil || len(end.Data.Events) != 1 || end.Data.Events[0]["summary"] != want {
			t.Errorf("ended with %+v, %v; want %s", end.Data, end.Err, want)
		}
	}
}

func TestPublishingBetweenRuns(t *testing.T) {
	r := hostRuntime(t, nil)
	h := newTestHandle()
	task := r.begin("hostplugins.Publisher", nil, h)
	if _, err := r.made(task); err != nil {
		t.Fatal(err)
	}
	if end := r.run(task); end.Err != nil {
		t.Fatal(end.Err)
	}
	if data := receive(t, h.published); len(data.Events) != 2 {
		t.Errorf("published %+v, want two events", data)
	}
	if data := receive(t, h.published); len(data.Values) != 1 {
		t.Errorf("published %+v, want a value", data)
	}
	if s := receive(t, h.intervals); s != 60 {
		t.Errorf("interval %v, want 60", s)
	}
	if data := receive(t, h.published); len(data.Events) != 1 || !strings.Contains(data.Events[0]["summary"].(string), "EventService") {
		t.Errorf("the answer of a service: %+v", data)
	}
}

func TestCleanupOnce(t *testing.T) {
	r := hostRuntime(t, nil)
	task, failing := r.make("hostplugins.Counting", nil), r.make("hostplugins.FailingCleanup", nil)
	for range 2 {
		if err := task.Cleanup(t.Context(), task.config); err != nil {
			t.Error(err)
		}
	}
	if err := failing.Cleanup(t.Context(), failing.config); err != nil {
		t.Error(err)
	}
	eventually(t, "the failed cleanup is in the log", func() bool {
		return strings.Contains(r.log.String(), "cleanup of a plugin failed") && strings.Contains(r.log.String(), "ValueError: cleanup")
	})
	r.Close(t.Context())
	if n := strings.Count(r.log.String(), "cleanup of web01"); n != 1 {
		t.Errorf("cleaned up %d times", n)
	}
}

// A class that asks for asyncio is made on a worker that runs it, and stays there when that dies.
func TestMoveToAsyncio(t *testing.T) {
	r := hostRuntime(t, nil)
	task := r.make("hostplugins.OnAsyncio", nil)
	for range 2 {
		w := r.where(task)
		if w.Loop() != LoopAsyncio {
			t.Errorf("it runs on %s", w.Loop())
		}
		if end := r.run(task); end.Err != nil || len(end.Data.Events) != 1 {
			t.Errorf("ended with %+v, %v", end.Data, end.Err)
		}
		w.Kill("the test asks")
		receive(t, w.Done())
	}
	if _, err := r.made(r.begin("hostplugins.OnNoLoop", nil, newTestHandle())); err == nil {
		t.Error("a loop that there is not was taken")
	}
}

// Plugin code blocks the host's reactor, in a hook and in a callback.
func TestBlockedHostIsKilled(t *testing.T) {
	for _, class := range []string{"hostplugins.Blocking", "hostplugins.BlockingLater"} {
		t.Run(class, func(t *testing.T) {
			r := hostRuntime(t, blocking)
			end := r.run(r.make(class, map[string]any{"seconds": int(time.Hour / time.Second)}))
			if !errors.Is(end.Err, datasource.ErrWorkerDied) || !strings.Contains(end.Err.Error(), class+" blocked the reactor") {
				t.Errorf("ended with %v", end.Err)
			}
			if task := r.make("hostplugins.Noop", nil); r.run(task).Err != nil {
				t.Error("nothing runs any more")
			}
		})
	}
}
