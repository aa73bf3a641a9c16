package main

import (
	"context"
	"fmt"
	"os/exec"
)

// The promises of figure publish.
const (
	rawTarget     = 0.6 // of raw go-redis, in entries
	foreignTarget = 3   // times redis-benchmark, in records
)

func publishFigure(ctx context.Context, s *session) ([]string, []row, error) {
	opts := []string{
		"redis-server of its own on a Unix socket, no persistence; streams are emptied every " +
			format(streamBytes/1e6, "MB") + " with the clock stopped",
		"collector/publisher with default options → collector/publisher/redis, 8 shards; 2,000 series of 40 devices, 50 values a call",
		fmt.Sprintf("raw: go-redis pipelines of %d XADDs, a connection a shard, the same entries encoded beforehand", rawPipeline),
		fmt.Sprintf("redis-benchmark -c %d -P %d XADD, a record an entry", foreignClients, foreignPipeline),
	}
	jobs := []job{{What: "publish", Measure: s.scale.Measure}, {What: "raw", Measure: s.scale.Measure}}
	_, err := exec.LookPath(foreignBenchmark)
	hasForeign := err == nil
	if hasForeign {
		jobs = append(jobs, job{What: "foreign", Measure: s.scale.Measure})
	}
	measured, err := s.rounds(ctx, jobs...)
	if err != nil {
		return opts, nil, err
	}
	ours, raw := measured[0], measured[1]
	rows := []row{
		newRow("entries a second", "", ours["entries"]),
		newRow("records a second", "", ours["records"]),
		newRow("records an entry", "", ours["each"]),
		newRow("records lost", "", ours["lost"]).atMost(0),
		newRow("raw go-redis: entries a second", "", raw["entries"]).noted("%s each", format(raw["bytes"].median()/1e3, "kB")),
		newRatio("entries over raw go-redis", ours["entries"], raw["entries"]).atLeast(rawTarget),
	}
	if !hasForeign {
		return opts, append(rows, newSkipped("records over redis-benchmark", "redis-benchmark is not installed (Debian: redis-tools)")), nil
	}
	foreign := measured[2]
	return opts, append(rows,
		newRow("redis-benchmark: entries a second", "", foreign["entries"]).noted("%s each", format(foreign["bytes"].median(), "B")),
		newRatio("records over redis-benchmark", ours["records"], foreign["entries"]).atLeast(foreignTarget)), nil
}
