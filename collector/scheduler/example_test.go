package scheduler_test

import (
	"context"
	"fmt"
	"time"

	"github.com/zenpython/zenpython/collector/scheduler"
)

type check struct {
	scheduler.Gate
	name string
}

// A runner gets due slots without blocking the scheduler, and moves the gate
// on as the run proceeds.
func Example() {
	ctx, cancel := context.WithCancel(context.Background())
	work := make(chan scheduler.Due, 100)
	s := scheduler.New(scheduler.Options{
		AtOnce: true,
		Due: func(batch []scheduler.Due) {
			for _, d := range batch {
				work <- d
			}
		},
	})
	hash := scheduler.Hash([]byte("web01\x00status"))
	if err := s.Add(scheduler.Entry{Task: &check{name: "status"}, Hash: hash, Interval: time.Hour}); err != nil {
		fmt.Println(err)
	}
	go func() {
		defer cancel()
		task := (<-work).Task.(*check)
		task.Start()
		fmt.Println("running", task.name)
		task.Settle()
		task.Release()
	}()
	if err := s.Run(ctx); err != nil {
		fmt.Println(err)
	}
	// Output: running status
}
