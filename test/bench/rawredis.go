package main

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/test/redistest"
)

// rawPipeline is how many XADDs a pipeline of raw go-redis holds; each shard has a connection, as with the publisher.
const rawPipeline = 16

// measureRaw adds entries that were encoded beforehand by bare go-redis pipelines: what the client library can do at
// best with the entries that the publisher makes.
func measureRaw(ctx context.Context, j job) (measurement, error) {
	server, stop := startRedis()
	defer stop()
	fields, size, err := fullEntry()
	if err != nil {
		return nil, err
	}
	client := server.Client()
	rounds := streamBytes / size / rawPipeline / wire.DefaultShards
	entries := 0
	took, err := paced(ctx, server, j.Measure, func(ctx context.Context) error {
		var g errgroup.Group
		for shard := range uint8(wire.DefaultShards) {
			g.Go(func() error { return addRaw(ctx, client, valueStream(shard), fields, rounds) })
		}
		entries += rounds * rawPipeline * wire.DefaultShards
		return g.Wait()
	})
	if err != nil {
		return nil, err
	}
	return measurement{"entries": float64(entries) / took.Seconds(), "bytes": float64(size)}, nil
}

func addRaw(ctx context.Context, client *goredis.Client, stream string, fields []any, rounds int) error {
	for range rounds {
		_, err := client.Pipelined(ctx, func(pipe goredis.Pipeliner) error {
			for range rawPipeline {
				pipe.XAdd(ctx, &goredis.XAddArgs{Stream: stream, Values: fields})
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("adding entries: %w", err)
		}
	}
	return nil
}

// fullEntry returns the fields of an entry as the publisher makes them of full batches, and the size of its data.
func fullEntry() (fields []any, size int, err error) {
	byDevice, err := valueSeries()
	if err != nil {
		return nil, 0, err
	}
	b := &wire.Batch{
		Collector: "bench", Incarnation: publisher.NewIncarnation(), Lane: wire.Lane{Class: wire.Values}, First: 1, Floor: 1,
	}
	for i := 0; b.Len() < batchValues; i++ {
		b.Values = append(b.Values, byDevice[i%len(byDevice)]...)
	}
	fields, data, err := wire.EncodeEntry(nil, b)
	if err != nil {
		return nil, 0, fmt.Errorf("encoding an entry: %w", err)
	}
	return fields, len(data), nil
}

// batchValues is the publisher's default number of values in a batch.
const batchValues = 1000

// Options of redis-benchmark: its usual connections, and the pipeline that does best on two cores.
const (
	foreignClients  = 50
	foreignPipeline = 64
	foreignEntries  = 400_000 // of one call
)

// foreignBenchmark is the program that comes with Redis.
const foreignBenchmark = "redis-benchmark"

// measureForeign has redis-benchmark add one record an entry, of the size of one value.
func measureForeign(ctx context.Context, j job) (measurement, error) {
	server, stop := startRedis()
	defer stop()
	byDevice, err := valueSeries()
	if err != nil {
		return nil, err
	}
	payload := strings.Repeat("x", wire.ValueSize(&byDevice[0][0]))
	var rates series
	took, err := paced(ctx, server, j.Measure, func(ctx context.Context) error {
		rate, err := callForeign(ctx, server, payload)
		rates = append(rates, rate)
		return err
	})
	if err != nil {
		return nil, err
	}
	return measurement{"entries": rates.median(), "bytes": float64(len(payload)), "took": took.Seconds()}, nil
}

// callForeign runs redis-benchmark once and returns the entries a second that it says.
func callForeign(ctx context.Context, server *redistest.Server, payload string) (float64, error) {
	out, err := exec.CommandContext(ctx, foreignBenchmark, "-s", server.Socket(), "--csv",
		"-c", strconv.Itoa(foreignClients), "-P", strconv.Itoa(foreignPipeline), "-n", strconv.Itoa(foreignEntries),
		"XADD", valueStream(0), "*", "d", payload).Output()
	if err != nil {
		return 0, fmt.Errorf("running redis-benchmark: %w", err)
	}
	return foreignRate(string(out))
}

// foreignRate reads the second column of the last line that redis-benchmark prints as CSV.
func foreignRate(csv string) (float64, error) {
	lines := strings.Split(strings.TrimSpace(csv), "\n")
	// The first column is the command, and may hold commas; it ends with a quote.
	_, rest, found := strings.Cut(lines[len(lines)-1], `","`)
	text, _, ended := strings.Cut(rest, `"`)
	rate, err := strconv.ParseFloat(text, 64)
	if !found || !ended || err != nil {
		return 0, fmt.Errorf("redis-benchmark printed %.200q, which has no rate", csv)
	}
	return rate, nil
}
