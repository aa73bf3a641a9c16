package runner

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// idlePlugin has the default hooks and a result that costs nothing.
type idlePlugin struct{ datasource.Base }

func (idlePlugin) Collect(context.Context, *datasource.Config) (any, error) { return nil, nil }

// firedPlugin waits for a Deferred that another goroutine fires.
type firedPlugin struct {
	datasource.Base
	fire chan *datasource.Deferred
}

func (p firedPlugin) Collect(context.Context, *datasource.Config) (any, error) {
	d := datasource.NewDeferred(nil)
	p.fire <- d
	return d, nil
}

// BenchmarkRun is a run of hooks that do nothing, from Enqueue to Ended, over 10,000 tasks of 1,000 devices.
func BenchmarkRun(b *testing.B) {
	benchmarkRuns(b, idlePlugin{})
}

// BenchmarkRunDeferred is the same with a wait for a Deferred in between.
func BenchmarkRunDeferred(b *testing.B) {
	p := firedPlugin{fire: make(chan *datasource.Deferred, 1000)}
	go func() {
		for d := range p.fire {
			d.Fire(nil, nil)
		}
	}()
	defer close(p.fire)
	benchmarkRuns(b, p)
}

func benchmarkRuns(b *testing.B, p datasource.Plugin) {
	b.Helper()
	const tasks, batch = 10_000, 1000
	jobs := make([]Job, tasks)
	for i := range jobs {
		t := newTask("dev"+strconv.Itoa(i%1000), strconv.Itoa(i), "bench.Plugin", p)
		t.RunningTimeout = time.Minute
		jobs[i] = Job{Task: t}
	}
	var ended atomic.Int64
	free := make(chan struct{}, 8) // batches under way
	r, err := New(Options{Ended: func(*Run) {
		if ended.Add(1)%batch == 0 {
			<-free
		}
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for sent := 0; sent < b.N; sent += batch {
		free <- struct{}{}
		from := sent % tasks
		for i := range jobs[from : from+batch] {
			for !jobs[from+i].Task.Enter() {
				time.Sleep(time.Microsecond)
			}
		}
		r.Enqueue(jobs[from : from+batch])
	}
	if err := r.Drain(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	b.ReportMetric(float64(ended.Load())/b.Elapsed().Seconds(), "runs/s")
	r.Close()
}

// BenchmarkQueueBlocked is one start and end while 100,000 jobs of a device at its limit wait in front.
func BenchmarkQueueBlocked(b *testing.B) {
	q := newQueue(1000)
	busy, other := newTask("busy", "a", "C", nil), newTask("other", "a", "C", nil)
	for range 100_000 {
		q.push(Job{Task: busy})
	}
	for range deviceLimit {
		q.next()
	}
	b.ReportAllocs()
	for b.Loop() {
		q.push(Job{Task: other})
		job, dev, _ := q.next()
		if job.Task != other {
			b.Fatal("a job of the device at its limit was started")
		}
		q.ended(other, dev)
	}
}
