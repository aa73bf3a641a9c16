package publisher

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

// recorder is a publisher that keeps what it takes, and fails when it is told to.
type recorder struct {
	mu     sync.Mutex
	fail   func(attempt int, batches []*wire.Batch) error // nil takes everything
	calls  int
	taken  []*wire.Batch
	closed bool
}

func (r *recorder) Publish(ctx context.Context, batches []*wire.Batch) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	if r.fail != nil {
		if err := r.fail(r.calls, batches); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.take(batches)
	return nil
}

// take keeps copies: the slices are the queue's, and used again.
func (r *recorder) take(batches []*wire.Batch) {
	for _, b := range batches {
		kept := *b
		kept.Events, kept.Values, kept.Maps = slices.Clone(b.Events), slices.Clone(b.Values), slices.Clone(b.Maps)
		r.taken = append(r.taken, &kept)
	}
}

func (r *recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		panic("closed twice")
	}
	r.closed = true
	return nil
}

func (r *recorder) failWith(fail func(attempt int, batches []*wire.Batch) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail = fail
}

func (r *recorder) batches() []*wire.Batch {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.taken)
}

func (r *recorder) events() (taken []events.Event) {
	for _, b := range r.batches() {
		for _, e := range b.Events {
			taken = append(taken, e.Event)
		}
	}
	return taken
}

func (r *recorder) values() (taken []wire.Value) {
	for _, b := range r.batches() {
		taken = append(taken, b.Values...)
	}
	return taken
}

// newQueue starts a queue over a recorder, which the test must Close.
func newQueue(t *testing.T, opts Options) (*Queue, *recorder) {
	t.Helper()
	r := &recorder{}
	if opts.Publisher == nil {
		opts.Publisher = r
	}
	opts.Collector = "c1"
	opts.Logger = hclog.NewNullLogger()
	q, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return q, r
}

// closeQueue ends a queue that has nothing to lose, and looks whether everything is accounted for.
func closeQueue(t *testing.T, q *Queue) {
	t.Helper()
	if err := q.Close(t.Context()); err != nil {
		t.Errorf("closing: %v", err)
	}
	checkLedger(t, q)
}

func checkLedger(t *testing.T, q *Queue) {
	t.Helper()
	if err := q.Ledger().Check(); err != nil {
		t.Error(err)
	}
}

// checkLanes holds what was taken to the rules of a lane: numbers rise, batches do not overlap, gaps are told by floors.
func checkLanes(tb testing.TB, batches []*wire.Batch) {
	tb.Helper()
	next := map[wire.Lane]uint64{}
	for _, b := range batches {
		if next[b.Lane] == 0 {
			next[b.Lane] = 1
		}
		switch want := next[b.Lane]; {
		case b.First < want:
			tb.Errorf("lane %v: batch from %d after number %d", b.Lane, b.First, want-1)
		case b.First > want && b.Floor <= want:
			tb.Errorf("lane %v: batch from %d instead of %d, but floor %d does not tell the gap", b.Lane, b.First, want, b.Floor)
		case b.Floor > b.First || b.Floor == 0:
			tb.Errorf("lane %v: floor %d of batch %d", b.Lane, b.Floor, b.First)
		}
		next[b.Lane] = b.Next()
	}
}

// someValues are n values of a device, told apart by their times from start.
func someValues(device string, start int64, n int) []wire.Value {
	series, err := wire.AppendSeries(nil, device+"/ds_dp", map[string]string{"device": device})
	if err != nil {
		panic(err)
	}
	values := make([]wire.Value, n)
	for i := range values {
		values[i] = wire.Value{Device: device, Series: series, Time: start + int64(i), Number: wire.Number{Int: 1}}
	}
	return values
}

func problem(summary string) events.Event {
	return events.Event{"device": "dev1", "component": "c", "eventClass": "/App", "eventKey": "k", "severity": 4, "summary": summary}
}

func cleared(summary string) events.Event {
	e := problem(summary)
	e["severity"] = 0
	return e
}

func summaries(taken []events.Event) (all []string) {
	for _, e := range taken {
		all = append(all, fmt.Sprint(e["summary"]))
	}
	return all
}
