package main

import "time"

// scale is how long and how much is measured.
type scale struct {
	Name    string        `json:"name"`
	Rounds  int           `json:"rounds"`
	Measure time.Duration `json:"measure"` // of one round, without its warm-up
	judged  bool          // a missed figure is a failure

	interval time.Duration // of the tasks of figure schedule
	sizes    []int         // numbers of tasks that figure schedule goes through; the last is the promised one
	chain    int           // tasks of figure chain
	devices  int           // of figure build
	spread   time.Duration // --startspread of figure build
}

// scales are what BENCH may name.
var scales = map[string]scale{
	"":     standard("default", 3, 10*time.Second),
	"full": standard("full", 5, 30*time.Second),
	"smoke": {
		Name: "smoke", Rounds: 1, Measure: time.Second, interval: time.Second, sizes: []int{100, 1000, 10_000},
		chain: 5_000, devices: 200, spread: time.Second,
	},
}

func standard(name string, rounds int, measure time.Duration) scale {
	return scale{
		Name: name, Rounds: rounds, Measure: measure, judged: true,
		interval: 10 * time.Second, sizes: []int{1_000, 10_000, 100_000}, chain: chainTasks, devices: 10_000,
		spread: 10 * time.Second,
	}
}
