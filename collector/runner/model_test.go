package runner

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/zenpython/zenpython/datasource"
)

// way is how a generated hook ends.
type way string

// The ways: what the hook got, a value or error of its own, or a panic; at once, in a Deferred that has fired, in one
// that fires later, in one that fires with another one, or from a goroutine of datasource.Go.
var (
	ends     = []string{"pass", "value", "error", "panic"}
	packings = []string{"plain", "fired", "later", "nested", "go"}
)

func (w way) parts() (end, packing string) {
	end, packing, _ = strings.Cut(string(w), "/")
	return end, packing
}

// model is a plugin whose hooks do as generated. A hook's own value or error is named after it.
type model struct {
	ways map[hook]way
	data map[hook]*datasource.Data

	mu    sync.Mutex
	trace []string
}

// hookError is the own error, or the panic, of a hook.
type hookError struct{ hook hook }

func (e hookError) Error() string { return "error of " + e.hook.String() }

func (m *model) do(ctx context.Context, h hook, value any, err error) (any, error) {
	m.mu.Lock()
	m.trace = append(m.trace, fmt.Sprintf("%v(%s)", h, m.show(value, err)))
	m.mu.Unlock()
	end, packing := m.ways[h].parts()
	switch end {
	case "value":
		value, err = m.data[h], nil
	case "error":
		value, err = nil, hookError{h}
	case "panic":
		if packing == "go" {
			return datasource.Go(ctx, func(context.Context) (any, error) { panic(hookError{h}) }), nil
		}
		panic(hookError{h})
	}
	return m.pack(ctx, packing, value, err)
}

func (m *model) pack(ctx context.Context, packing string, value any, err error) (any, error) {
	fired := datasource.NewDeferred(nil)
	switch packing {
	case "plain":
		return value, err
	case "later":
		go fired.Fire(value, err)
		return fired, nil
	case "go":
		return datasource.Go(ctx, func(context.Context) (any, error) { return value, err }), nil
	}
	fired.Fire(value, err)
	if packing == "nested" {
		outer := datasource.NewDeferred(nil)
		go outer.Fire(datasource.Succeed(fired), nil)
		return outer, nil
	}
	return fired, nil
}

// show names a value or error of the model.
func (m *model) show(value any, err error) string {
	var own hookError
	var panicked *datasource.PanicError
	switch {
	case errors.As(err, &panicked):
		return "panic of " + panicked.Value.(hookError).hook.String()
	case errors.As(err, &own):
		return own.Error()
	case err != nil:
		return err.Error()
	}
	for h, data := range m.data {
		if value == data {
			return "value of " + h.String()
		}
	}
	return fmt.Sprint(value)
}

func (m *model) Collect(ctx context.Context, _ *datasource.Config) (any, error) {
	return m.do(ctx, hookCollect, nil, nil)
}

func (m *model) OnResult(ctx context.Context, value any, err error, _ *datasource.Config) (any, error) {
	return m.do(ctx, hookOnResult, value, err)
}

func (m *model) OnSuccess(ctx context.Context, value any, _ *datasource.Config) (any, error) {
	return m.do(ctx, hookOnSuccess, value, nil)
}

func (m *model) OnError(ctx context.Context, err error, _ *datasource.Config) (any, error) {
	return m.do(ctx, hookOnError, nil, err)
}

func (m *model) OnComplete(ctx context.Context, value any, err error, _ *datasource.Config) (any, error) {
	return m.do(ctx, hookOnComplete, value, err)
}

func (m *model) Cleanup(context.Context, *datasource.Config) error { return nil }

// reference is what the specification makes of the generated ways: it works with names alone.
type reference struct {
	ways  map[hook]way
	trace []string
	state string // "<nil>", "value of …", "error of …", "panic of …"
}

func (r *reference) failed() bool {
	return strings.HasPrefix(r.state, "error") || strings.HasPrefix(r.state, "panic")
}

func (r *reference) call(h hook) {
	r.trace = append(r.trace, fmt.Sprintf("%v(%s)", h, r.state))
	if end, _ := r.ways[h].parts(); end != "pass" {
		r.state = end + " of " + h.String()
	}
}

func (r *reference) run() (outcome Outcome) {
	r.state = "<nil>"
	r.call(hookCollect)
	end, packing := r.ways[hookCollect].parts()
	raised := end == "panic" && packing != "go" || end == "error" && packing == "plain"
	handled := false
	r.call(hookOnResult)
	if !r.failed() {
		r.call(hookOnSuccess)
	}
	if r.failed() {
		handled = true
		r.call(hookOnError)
	}
	r.call(hookOnComplete)
	switch {
	case r.failed() || raised:
		return OutcomeError
	case handled:
		return OutcomeHandled
	}
	return OutcomeOK
}

// TestChainAgainstReference runs random hooks, several tasks at once, and compares what each hook got, what was left,
// and the outcome.
func TestChainAgainstReference(t *testing.T) {
	hooks := []hook{hookCollect, hookOnResult, hookOnSuccess, hookOnError, hookOnComplete}
	rapid.Check(t, func(rt *rapid.T) {
		f := setUp(t, Options{
			Threads:     rapid.IntRange(1, 4).Draw(rt, "threads"),
			MaxParallel: rapid.IntRange(1, 6).Draw(rt, "maxParallel"),
		})
		defer f.takeDown()
		tasks := make([]*Task, rapid.IntRange(1, 12).Draw(rt, "tasks"))
		for i := range tasks {
			m := &model{ways: map[hook]way{}, data: map[hook]*datasource.Data{}}
			for _, h := range hooks {
				m.ways[h] = way(rapid.SampledFrom(ends).Draw(rt, h.String()) + "/" +
					rapid.SampledFrom(packings).Draw(rt, "as"))
				m.data[h] = datasource.NewData()
			}
			tasks[i] = newTask(fmt.Sprint("dev", i%3), strconv.Itoa(i), fmt.Sprint("class", i%2), m)
			tasks[i].RunningTimeout = limit
		}
		f.start(tasks...)
		for _, run := range f.wait(len(tasks)) {
			compare(rt, run)
		}
	})
}

func compare(rt *rapid.T, run *Run) {
	m := run.Task.Plugin.(*model)
	ref := &reference{ways: m.ways}
	outcome := ref.run()
	var left any
	if run.Data != nil {
		left = run.Data
	}
	if got, want := strings.Join(m.trace, " "), strings.Join(ref.trace, " "); got != want {
		rt.Errorf("hooks %v\n got %s\nwant %s", m.ways, got, want)
	}
	if got := m.show(left, run.Err); got != ref.state {
		rt.Errorf("hooks %v left %s, want %s", m.ways, got, ref.state)
	}
	if run.Outcome != outcome {
		rt.Errorf("hooks %v: outcome %v, want %v", m.ways, run.Outcome, outcome)
	}
}
