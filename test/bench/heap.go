package main

import (
	"context"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/zenpython/zenpython/collector/scheduler"
)

// heldTask is a task with nothing but its place in the schedule.
type heldTask struct{ *scheduler.Gate }

// measureHeap looks what the scheduler alone keeps of a task: its gate and its place in the heap.
func measureHeap(ctx context.Context, j job) (measurement, error) {
	tasks := make([]heldTask, j.Tasks)
	s := scheduler.New(scheduler.Options{Due: func(list []scheduler.Due) {
		for _, d := range list {
			d.Task.(*heldTask).Release()
		}
	}})
	before := memory()
	entries := make([]scheduler.Entry, len(tasks))
	for i := range tasks {
		tasks[i].Gate = new(scheduler.Gate)
		entries[i] = scheduler.Entry{Task: &tasks[i], Hash: rand.Uint64(), Interval: j.Interval}
	}
	if err := s.Add(entries...); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	for s.Stats().Tasks < j.Tasks {
		if err := sleep(ctx, time.Millisecond); err != nil {
			stop()
			return nil, err
		}
	}
	entries = nil
	m := measurement{"memory": memory() - before}
	stop()
	runtime.KeepAlive(entries)
	runtime.KeepAlive(tasks)
	return m, <-ended
}
