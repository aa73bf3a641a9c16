package redis

import (
	"context"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/test/redistest"
)

// benchValues are 1000 values of one device.
func benchValues() []wire.Value {
	all := make([]wire.Value, 1000)
	copy(all, values(0, 20)[:1])
	for i := range all {
		all[i] = all[0]
		all[i].Time = int64(i)
	}
	return all
}

// BenchmarkRawPipeline is the measure: the same entries, encoded beforehand, by a bare go-redis pipeline.
func BenchmarkRawPipeline(b *testing.B) {
	client := redistest.Start(b).Client()
	batch := &wire.Batch{Collector: "c1", Incarnation: publisher.NewIncarnation(), Lane: wire.Lane{Class: wire.Values}, First: 1, Floor: 1, Values: benchValues()}
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
	q, err := publisher.New(publisher.Options{Publisher: p, Collector: "c1", Incarnation: incarnation, MaxValues: 1 << 20})
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	all := benchValues()
	devices := []string{"dev0", "dev1", "dev2", "dev3", "dev4", "dev5", "dev6", "dev7", "dev8", "dev9"}
	const depth = 160
	for i := 0; b.Loop(); i++ {
		if i%5 == 4 {
			for shard := range uint8(8) {
				client.Del(ctx, wire.StreamKey("localhost", wire.Lane{Class: wire.Values, Shard: shard}))
			}
		}
		for k := range depth {
			for j := range all {
				all[j].Device = devices[k%len(devices)]
			}
			q.PutValues(all)
		}
		if err := q.Flush(ctx); err != nil {
			b.Fatal(err)
		}
	}
	seconds := b.Elapsed().Seconds()
	if err := q.Close(ctx); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N*depth)/seconds, "entries/s")
	b.ReportMetric(float64(b.N*depth*len(all))/seconds, "records/s")
	b.ReportMetric(float64(q.Ledger().Class(wire.Values).Lost()), "lost")
}
