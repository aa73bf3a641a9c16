package redis

import (
	"context"
	"fmt"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/test/redistest"
)

// benchBatch is how many values an entry has.
const benchBatch = 1000

// benchValues are the values of one entry, of one device.
func benchValues(device string) []wire.Value {
	series, err := wire.AppendSeries(nil, device+"/ds_dp", map[string]string{"device": device})
	if err != nil {
		panic(err)
	}
	all := make([]wire.Value, benchBatch)
	for i := range all {
		all[i] = wire.Value{Device: device, Series: series, Time: int64(i)}
	}
	return all
}

// benchShards are entries of devices that lie in one shard each.
func benchShards() [wire.DefaultShards][]wire.Value {
	var byShard [wire.DefaultShards][]wire.Value
	for i := range 100 {
		device := fmt.Sprint("dev", i)
		byShard[wire.ShardOf(device, wire.DefaultShards)] = benchValues(device)
	}
	return byShard
}

// BenchmarkRawPipeline is the measure: the same entries, encoded beforehand, by a bare go-redis pipeline.
func BenchmarkRawPipeline(b *testing.B) {
	client := redistest.Start(b).Client()
	batch := &wire.Batch{Collector: "c1", Incarnation: publisher.NewIncarnation(), Lane: wire.Lane{Class: wire.Values}, First: 1, Floor: 1, Values: benchValues("dev0")}
	fields, _, err := wire.EncodeEntry(nil, batch)
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	const depth = 16
	for i := 0; b.Loop(); i++ {
		if i%50 == 49 {
			client.FlushAll(ctx)
		}
		_, err := client.Pipelined(ctx, func(pipe goredis.Pipeliner) error {
			for range depth {
				pipe.XAdd(ctx, &goredis.XAddArgs{Stream: "zenpython:{localhost:0}:values", Values: fields})
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*depth)/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkQueue is the whole way, from PutValues to Redis' answer.
func BenchmarkQueue(b *testing.B) {
	server := redistest.Start(b)
	client := server.Client()
	incarnation := publisher.NewIncarnation()
	p, err := New(Options{URL: server.URL(), Collector: "c1", Incarnation: incarnation})
	if err != nil {
		b.Fatal(err)
	}
	q, err := publisher.New(publisher.Options{Publisher: p, Collector: "c1", Incarnation: incarnation, MaxValues: 1 << 20, ValueBatch: benchBatch})
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	byShard := benchShards()
	const depth = 80
	flushed := make(chan error, 1)
	flushed <- nil
	for i := 0; b.Loop(); i++ {
		if i%10 == 9 {
			for shard := range uint8(wire.DefaultShards) {
				client.Del(ctx, wire.StreamKey("localhost", wire.Lane{Class: wire.Values, Shard: shard}))
			}
		}
		for k := range depth {
			q.PutValues(byShard[k%len(byShard)])
		}
		// The next are put while these are sent.
		if err := <-flushed; err != nil {
			b.Fatal(err)
		}
		go func() { flushed <- q.Flush(ctx) }()
	}
	if err := <-flushed; err != nil {
		b.Fatal(err)
	}
	seconds := b.Elapsed().Seconds()
	if err := q.Close(ctx); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N*depth)/seconds, "entries/s")
	b.ReportMetric(float64(b.N*depth*benchBatch)/seconds, "records/s")
	b.ReportMetric(float64(q.Ledger().Class(wire.Values).Lost()), "lost")
}
