package main

import (
	"context"
	"fmt"
)

// The promises of figure schedule.
const (
	latenessTarget  = 10   // ms, p99
	schedulerTarget = 100  // bytes a task
	taskTarget      = 1024 // bytes a task
	growthTarget    = 1.1  // exponent
	leanTarget      = 20   // times less memory than goroutines and tickers
)

// scheduleFigure measures each number of tasks, the scheduler alone, and the same tasks with a goroutine each.
func scheduleFigure(ctx context.Context, s *session) ([]string, []row, error) {
	sizes := s.scale.sizes
	tasks := sizes[len(sizes)-1]
	opts := []string{
		fmt.Sprintf("%d tasks every %s, each of a device of its own, with one data source and two GAUGE datapoints, "+
			"both given at each run; built by configs.Build from YAML", tasks, seconds(s.scale.interval)),
		"default options; run metrics off; records are discarded behind the queue",
		"late: from a slot on the absolute grid to the plugin's Collect, seen by the plugin; first runs, which are spread, left out",
	}
	jobs := []job{
		{What: "heap", Tasks: tasks, Interval: s.scale.interval},
		{What: "goroutines", Tasks: tasks, Interval: s.scale.interval, Measure: s.scale.Measure},
	}
	for _, n := range sizes {
		jobs = append(jobs, job{What: "schedule", Tasks: n, Interval: s.scale.interval, Measure: s.scale.Measure})
	}
	measured, err := s.rounds(ctx, jobs...)
	if err != nil {
		return opts, nil, err
	}
	heap, goroutines, bySize := measured[0], measured[1], measured[2:]
	ours := bySize[len(bySize)-1]
	rows := latenessRows(ours)
	rows = append(rows, memoryRows(heap["memory"], ours, float64(tasks))...)
	rows = append(rows, growthRows(sizes, bySize)...)
	return opts, append(rows, goroutineRows(heap["memory"], ours, goroutines, float64(tasks))...), nil
}

func latenessRows(ours map[string]series) []row {
	return []row{
		newRow("late, p50", "ms", ours["p50"]),
		newRow("late, p99", "ms", ours["p99"]).atMost(latenessTarget),
		newRow("late, max", "ms", ours["max"]),
		newRow("slots missed", "", ours["missed"]),
	}
}

func memoryRows(heap series, ours map[string]series, tasks float64) []row {
	return []row{
		newRow("memory in the scheduler, a task", "B", heap.by(tasks)).atMost(schedulerTarget).
			noted("gate and place in the heap"),
		newRow("memory in all, a task", "B", ours["memory"].by(tasks)).atMost(taskTarget).
			noted("heap and stacks after the rounds: config, plugin, schedule, status, memory of clears; inventory and model dropped"),
		newRow("inventory and model, a task", "B", ours["inventory"].by(tasks)).
			noted("kept besides by a daemon with an inventory of its own; here a device each"),
	}
}

// growthRows fit what it costs to collect against the number of tasks; the interval is the same, so that as many times
// the tasks are as many times the runs.
func growthRows(sizes []int, bySize []map[string]series) []row {
	var rows []row
	for i, n := range sizes {
		rows = append(rows, newRow(fmt.Sprintf("CPU a run, %d tasks", n), "µs", bySize[i]["cpu"].over(bySize[i]["runs"]).by(1e-6)))
	}
	return append(rows,
		newRow("growth of CPU with tasks", "exponent", growth(sizes, bySize, "cpu")).atMost(growthTarget),
		newRow("growth of memory with tasks", "exponent", growth(sizes, bySize, "memory")).atMost(growthTarget))
}

// growth fits the exponent of each round.
func growth(sizes []int, bySize []map[string]series, name string) series {
	x := make([]float64, len(sizes))
	for i, n := range sizes {
		x[i] = float64(n)
	}
	exponents := make(series, len(bySize[0][name]))
	for round := range exponents {
		y := make([]float64, len(sizes))
		for i := range sizes {
			y[i] = bySize[i][name][round]
		}
		exponents[round] = exponent(x, y)
	}
	return exponents
}

func goroutineRows(heap series, ours, goroutines map[string]series, tasks float64) []row {
	return []row{
		newRow("goroutine and ticker a task: late, p99", "ms", goroutines["p99"]),
		newComparison("late, p99, below that", ours["p99"], goroutines["p99"]),
		newRow("goroutine and ticker a task: memory, a task", "B", goroutines["memory"].by(tasks)).
			noted("goroutines and tickers alone, without configs and plugins"),
		newRatio("memory of that over the scheduler's", goroutines["memory"], heap).atLeast(leanTarget),
	}
}
