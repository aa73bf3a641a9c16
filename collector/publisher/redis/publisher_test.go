package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/collector/publisher/publishertest"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/test/redistest"
)

func newPublisher(t *testing.T, server *redistest.Server, opts Options) *Publisher {
	t.Helper()
	opts.URL = server.URL()
	if opts.Collector == "" {
		opts.Collector = "c1"
	}
	if opts.Incarnation == "" {
		opts.Incarnation = publisher.NewIncarnation()
	}
	p, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// newQueue starts a queue that publishes to the server; retries come quickly.
func newQueue(t *testing.T, server *redistest.Server, opts Options) *publisher.Queue {
	t.Helper()
	opts.Incarnation = publisher.NewIncarnation()
	q, err := publisher.New(publisher.Options{
		Publisher: newPublisher(t, server, opts), Collector: "c1", Incarnation: opts.Incarnation,
		ValueBatch: 10, RetryBase: time.Millisecond, RetryMax: 20 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func closeQueue(t *testing.T, q *publisher.Queue) {
	t.Helper()
	if err := q.Close(t.Context()); err != nil {
		t.Errorf("closing: %v", err)
	}
	if err := q.Ledger().Check(); err != nil {
		t.Error(err)
	}
}

// reader reads the streams as docs/streams.md tells a stranger to.
type reader struct {
	records map[wire.Class]int
	repeats int
	lost    uint64 // told by floors
	faults  []string
	times   map[int64]int // values by their times
}

func read(t *testing.T, client *goredis.Client) *reader {
	t.Helper()
	r := &reader{records: map[wire.Class]int{}, times: map[int64]int{}}
	for shard := range uint8(wire.DefaultShards) {
		for _, class := range wire.Classes() {
			lane := wire.Lane{Class: class, Shard: shard}
			entries, err := client.XRange(context.Background(), wire.StreamKey("localhost", lane), "-", "+").Result()
			if err != nil {
				t.Fatal(err)
			}
			r.lane(t, lane, entries)
		}
	}
	return r
}

func (r *reader) lane(t *testing.T, lane wire.Lane, entries []goredis.XMessage) {
	t.Helper()
	marks := map[string]uint64{}
	for _, entry := range entries {
		b, err := wire.DecodeEntry(lane, entry.Values)
		if err != nil {
			t.Fatalf("%v %s: %v", lane, entry.ID, err)
		}
		source := b.Collector + "/" + b.Incarnation
		next := marks[source] + 1
		switch {
		case b.First < next && b.Next() <= next:
			r.repeats++
			continue
		case b.First < next:
			r.faults = append(r.faults, fmt.Sprintf("%v: batch %d overlaps number %d", lane, b.First, next-1))
		case b.Floor > next:
			r.lost += b.Floor - next
		case b.First > next:
			r.faults = append(r.faults, fmt.Sprintf("%v: batch %d after number %d, floor %d", lane, b.First, next-1, b.Floor))
		}
		marks[source] = b.Next() - 1
		r.records[lane.Class] += b.Len()
		for _, v := range b.Values {
			r.times[v.Time]++
		}
	}
}

// wantValues wants exactly the values with times from 0 up to n.
func (r *reader) wantValues(t *testing.T, n int) {
	t.Helper()
	for _, fault := range r.faults {
		t.Error(fault)
	}
	if r.records[wire.Values] != n || len(r.times) != n || r.lost != 0 {
		t.Errorf("%d values of %d times, %d lost; want %d", r.records[wire.Values], len(r.times), r.lost, n)
	}
}

func values(from, to int) (all []wire.Value) {
	for i := from; i < to; i++ {
		device := fmt.Sprint("dev", i%20)
		series, err := wire.AppendSeries(nil, device+"/ds_dp", map[string]string{"device": device})
		if err != nil {
			panic(err)
		}
		all = append(all, wire.Value{Device: device, Series: series, Time: int64(i)})
	}
	return all
}

func TestConformance(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	publishertest.Test(t, func(t *testing.T) publishertest.Harness {
		t.Helper()
		if err := client.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		return publishertest.Harness{
			Publisher: newPublisher(t, server, Options{Collector: "suite"}),
			Taken:     func(class wire.Class) int { return read(t, client).records[class] },
		}
	})
}

// TestKilledRedisLosesNothing: kill -9 in the middle, records put while it is away, and a restart from the append-only file.
func TestKilledRedisLosesNothing(t *testing.T) {
	server := redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always")
	q := newQueue(t, server, Options{})
	q.PutValues(values(0, 1000))
	if err := q.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	q.PutValues(values(1000, 2000)) // perhaps under way
	server.Kill()
	q.PutValues(values(2000, 3000))
	server.Restart()
	closeQueue(t, q)
	read(t, server.Client()).wantValues(t, 3000)
}

// TestRedisThatForgotEverythingIsGreetedAgain: without a file, what it had taken is gone, but all that follows arrives.
func TestRedisThatForgotEverythingIsGreetedAgain(t *testing.T) {
	server := redistest.Start(t)
	q := newQueue(t, server, Options{})
	q.PutValues(values(0, 100))
	if err := q.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	server.Restart()
	q.PutValues(values(100, 200))
	if err := q.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	client := server.Client()
	if got := read(t, client); got.records[wire.Values] != 100 || got.lost != 100 || len(got.faults) > 0 {
		t.Errorf("%+v", got)
	}
	for _, key := range []string{wire.ShardsKey("localhost"), wire.LeaseKey("localhost", "c1")} {
		if err := client.Get(t.Context(), key).Err(); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	closeQueue(t, q)
}

// TestHangingRedisIsWaitedFor: what was sent before the answer timed out is sent again under the same numbers.
func TestHangingRedisIsWaitedFor(t *testing.T) {
	server := redistest.Start(t)
	q := newQueue(t, server, Options{Timeout: 200 * time.Millisecond})
	q.PutValues(values(0, 100))
	if err := q.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Pause()
	q.PutValues(values(100, 400))
	// Until a first try has timed out.
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := q.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a Redis that hangs took records: %v", err)
	}
	server.Resume()
	closeQueue(t, q)
	read(t, server.Client()).wantValues(t, 400)
}

func TestRedisMayStartAfterTheCollector(t *testing.T) {
	server := redistest.Start(t)
	server.Kill()
	p := newPublisher(t, server, Options{})
	if err := p.Connect(t.Context()); err == nil || errors.Is(err, ErrUnusable) {
		t.Errorf("no Redis is not final: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	q := newQueue(t, server, Options{})
	q.PutValues(values(0, 500))
	server.Restart()
	closeQueue(t, q)
	read(t, server.Client()).wantValues(t, 500)
}

// TestFullRedisIsWaitedFor: a refusal is no loss, and a transaction that is refused leaves no part behind.
func TestFullRedisIsWaitedFor(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	q := newQueue(t, server, Options{})
	q.PutValues(values(0, 200))
	if err := q.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := client.ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	q.PutValues(values(200, 1000))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := q.Flush(ctx); err == nil {
		t.Error("a full Redis took records")
	}
	if got := read(t, client); got.records[wire.Values] != 200 {
		t.Errorf("%d values in a full Redis", got.records[wire.Values])
	}
	if err := client.ConfigSet(t.Context(), "maxmemory", "0").Err(); err != nil {
		t.Fatal(err)
	}
	closeQueue(t, q)
	got := read(t, client)
	got.wantValues(t, 1000)
	if got.repeats != 0 {
		t.Errorf("%d repeats, though every answer came", got.repeats)
	}
}

func TestUnusableRedisIsRefused(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	for _, tt := range []struct {
		name string
		set  func(ctx context.Context) error
		want string
	}{
		{"evicts", func(ctx context.Context) error {
			return client.ConfigSet(ctx, "maxmemory-policy", "allkeys-lru").Err()
		}, "maxmemory-policy"},
		{"other shards", func(ctx context.Context) error {
			return client.Set(ctx, wire.ShardsKey("localhost"), 4, 0).Err()
		}, "has 4 shards there"},
		{"no number of shards", func(ctx context.Context) error {
			return client.Set(ctx, wire.ShardsKey("localhost"), "many", 0).Err()
		}, `holds "many"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client.FlushAll(t.Context())
			client.ConfigSet(t.Context(), "maxmemory-policy", "noeviction")
			if err := tt.set(t.Context()); err != nil {
				t.Fatal(err)
			}
			p := newPublisher(t, server, Options{})
			defer p.Close()
			for what, err := range map[string]error{
				"Connect": p.Connect(t.Context()),
				"Publish": p.Publish(t.Context(), []*wire.Batch{{}}),
			} {
				if !errors.Is(err, ErrUnusable) || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("%s: %v", what, err)
				}
				if errors.Is(err, wire.ErrRefused) {
					t.Errorf("%s: the queue would drop its records: %v", what, err)
				}
			}
		})
	}
}
