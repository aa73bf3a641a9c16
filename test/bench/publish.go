package main

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/collector/publisher/redis"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/test/redistest"
)

// monitorName is the monitor that the measured streams belong to.
const monitorName = "bench"

// streamBytes is how much the streams may grow before they are emptied, with the clock stopped: Redis must neither swap
// nor be measured at giving memory back.
const streamBytes = 512 << 20

// valueSeries are the series that are published, as the processor names them: 40 devices of 50 series each.
func valueSeries() ([][]wire.Value, error) {
	byDevice := make([][]wire.Value, 40)
	for d := range byDevice {
		device := fmt.Sprintf("host%06d.example.com", d)
		for i := range 50 {
			series, err := wire.AppendSeries(nil, device+"/source"+strconv.Itoa(i)+"_first", map[string]string{
				"contextUUID": fmt.Sprintf("00000000-0000-4000-8000-%012x", d), "key": "Devices/" + device, "device": device,
			})
			if err != nil {
				return nil, fmt.Errorf("naming a series: %w", err)
			}
			byDevice[d] = append(byDevice[d], wire.Value{
				Device: device, Series: series, Time: time.Now().UnixMilli(), Number: wire.Number{Float: float64(i) + 0.5, IsFloat: true},
			})
		}
	}
	return byDevice, nil
}

// measurePublish brings values to a Redis by queue and publisher, with default options, as many as it takes.
func measurePublish(ctx context.Context, j job) (measurement, error) {
	server, stop := startRedis()
	defer stop()
	byDevice, err := valueSeries()
	if err != nil {
		return nil, err
	}
	f, err := newFeed(server, byDevice)
	if err != nil {
		return nil, err
	}
	stopProfile, err := startProfile(j.Profile)
	if err != nil {
		return nil, err
	}
	defer stopProfile()
	took, err := paced(ctx, server, j.Measure, f.fill)
	if err != nil {
		return nil, err
	}
	lost := f.queue.Ledger().Class(wire.Values).Lost()
	if err := f.queue.Close(ctx); err != nil {
		return nil, fmt.Errorf("closing the queue: %w", err)
	}
	entries, records := float64(f.entries), float64(f.records)
	return measurement{
		"entries": entries / took.Seconds(), "records": records / took.Seconds(), "each": records / entries,
		"lost": float64(lost),
	}, nil
}

// paced has streams filled, and emptied with the clock stopped, until d has passed on the clock.
func paced(ctx context.Context, server *redistest.Server, d time.Duration, fill func(ctx context.Context) error) (time.Duration, error) {
	client := server.Client()
	var took time.Duration
	for took < d {
		began := time.Now()
		if err := fill(ctx); err != nil {
			return 0, err
		}
		took += time.Since(began)
		for shard := range uint8(wire.DefaultShards) {
			if err := client.Del(ctx, valueStream(shard)).Err(); err != nil {
				return 0, fmt.Errorf("emptying the streams: %w", err)
			}
		}
	}
	return took, nil
}

func valueStream(shard uint8) string {
	return wire.StreamKey(monitorName, wire.Lane{Class: wire.Values, Shard: shard})
}

// feed gives a queue as many values as it takes without dropping any: it is the publisher in between, and knows what
// Redis has taken.
type feed struct {
	publisher.Publisher
	queue    *publisher.Queue
	byDevice [][]wire.Value

	mtx              sync.Mutex // guards the fields below
	taken            *sync.Cond // tells that records has grown
	put              int
	entries, records int
}

// unsent is how many values may be unsent. What was just taken still counts as held by the queue for a moment: with that
// it is less than the queue's default bound of 65,536.
const unsent = 32_000

func newFeed(server *redistest.Server, byDevice [][]wire.Value) (*feed, error) {
	incarnation := publisher.NewIncarnation()
	p, err := redis.New(redis.Options{URL: server.URL(), Monitor: monitorName, Collector: "bench", Incarnation: incarnation})
	if err != nil {
		return nil, fmt.Errorf("the publisher: %w", err)
	}
	f := &feed{Publisher: p, byDevice: byDevice}
	f.taken = sync.NewCond(&f.mtx)
	f.queue, err = publisher.New(publisher.Options{Publisher: f, Collector: "bench", Incarnation: incarnation})
	if err != nil {
		return nil, fmt.Errorf("the queue: %w", err)
	}
	return f, nil
}

// Publish implements publisher.Publisher.
func (f *feed) Publish(ctx context.Context, batches []*wire.Batch) error {
	if err := f.Publisher.Publish(ctx, batches); err != nil {
		return err
	}
	f.mtx.Lock()
	defer f.mtx.Unlock()
	f.entries += len(batches)
	for _, b := range batches {
		f.records += b.Len()
	}
	f.taken.Signal()
	return nil
}

// fill puts values until the streams are as long as they may be.
func (f *feed) fill(ctx context.Context) error {
	size := 0
	for i := 0; size < streamBytes; i++ {
		values := f.byDevice[i%len(f.byDevice)]
		f.mtx.Lock()
		for f.put-f.records > unsent-len(values) {
			f.taken.Wait()
		}
		f.put += len(values)
		f.mtx.Unlock()
		f.queue.PutValues(values)
		size += len(values) * wire.ValueSize(&values[0])
	}
	if err := f.queue.Flush(ctx); err != nil {
		return fmt.Errorf("flushing: %w", err)
	}
	return nil
}
