package runner

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/datasource"
)

// crowd is a plugin whose runs wait until they are let go; it knows how many are under way.
type crowd struct {
	datasource.Base
	mu      sync.Mutex
	waiting []*datasource.Deferred
	started int
	devices []string // in the order of their starts
}

func (c *crowd) Collect(_ context.Context, config *datasource.Config) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := datasource.NewDeferred(nil)
	c.waiting = append(c.waiting, d)
	c.started++
	c.devices = append(c.devices, config.ID)
	return d, nil
}

// letGo ends the n oldest runs.
func (c *crowd) letGo(n int) {
	c.mu.Lock()
	leaving := c.waiting[:n]
	c.waiting = c.waiting[n:]
	c.mu.Unlock()
	for _, d := range leaving {
		d.Fire(nil, nil)
	}
	synctest.Wait()
}

// inFlight says how many of its runs are under way.
func (c *crowd) inFlight() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.waiting)
}

// tasks makes n tasks of the plugin, each of a device of its own unless one is given.
func (c *crowd) tasks(n int, class, device string) []*Task {
	tasks := make([]*Task, n)
	for i := range tasks {
		dev := device
		if dev == "" {
			dev = fmt.Sprintf("%s-%d", class, i)
		}
		tasks[i] = newTask(dev, strconv.Itoa(i), class, c)
	}
	return tasks
}

func TestCheck24MaxParallel(t *testing.T) {
	bubble(t, Options{MaxParallel: 2}, func(f *fixture) {
		t := f.t
		c := &crowd{}
		f.start(c.tasks(6, "C", "")...)
		synctest.Wait()
		for left := 4; left >= 0; left-- {
			wantEqual(t, "running", f.Stats().Running, 2)
			wantEqual(t, "waiting", f.Stats().Waiting, 2)
			wantEqual(t, "queued", f.Stats().Queued, left)
			wantEqual(t, "under way", c.inFlight(), 2)
			c.letGo(1)
		}
		c.letGo(1)
		f.wait(6)
	})
}

// TestWaitingHoldsNoThread: one thread serves any number of runs that wait.
func TestWaitingHoldsNoThread(t *testing.T) {
	bubble(t, Options{Threads: 1, MaxParallel: 400}, func(f *fixture) {
		t := f.t
		c := &crowd{}
		f.start(c.tasks(400, "C", "")...)
		synctest.Wait()
		wantEqual(t, "under way", c.inFlight(), 400)
		wantEqual(t, "goroutines", f.Stats().Active, 0)
		c.letGo(400)
		f.wait(400)
	})
}

// TestThreads bounds the goroutines in plugin code, also after it was changed.
func TestThreads(t *testing.T) {
	bubble(t, Options{Threads: 3}, func(f *fixture) {
		t := f.t
		var mu sync.Mutex
		inside, most := 0, 0
		p := &plugin{collect: func(context.Context) (any, error) {
			mu.Lock()
			inside++
			most = max(most, inside)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			inside--
			mu.Unlock()
			return nil, nil
		}}
		round := func(want int) {
			t.Helper()
			most = 0
			for i := range 40 {
				f.start(newTask("dev"+strconv.Itoa(i), "a", "C", p))
			}
			f.wait(f.endedSoFar() + 40)
			synctest.Wait()
			wantEqual(t, "goroutines in plugin code", most, want)
		}
		round(3)
		f.SetThreads(12)
		round(12)
		f.SetThreads(2)
		round(2)
		f.SetThreads(0) // at least 1
		round(1)
	})
}

// TestThreadsShrinkUnderLoad: goroutines too many leave after the call they are in, and all jobs are done.
func TestThreadsShrinkUnderLoad(t *testing.T) {
	bubble(t, Options{Threads: 10}, func(f *fixture) {
		t := f.t
		p := &plugin{collect: func(context.Context) (any, error) { time.Sleep(time.Second); return nil, nil }}
		for i := range 30 {
			f.start(newTask("dev"+strconv.Itoa(i), "a", "C", p))
		}
		synctest.Wait()
		wantEqual(t, "active", f.Stats().Active, 10)
		f.SetThreads(1)
		time.Sleep(1500 * time.Millisecond)
		wantEqual(t, "active", f.Stats().Active, 1)
		f.wait(30)
	})
}

func TestMaxParallelLive(t *testing.T) {
	bubble(t, Options{MaxParallel: 2}, func(f *fixture) {
		t := f.t
		c := &crowd{}
		f.start(c.tasks(30, "C", "")...)
		for _, n := range []int{10, 5, 20} {
			before := c.inFlight()
			f.SetMaxParallel(n)
			synctest.Wait()
			wantEqual(t, "under way", c.inFlight(), max(n, before))
			if n == 5 {
				c.letGo(5)
				wantEqual(t, "under way once five of ten have ended", c.inFlight(), 5)
			}
		}
		for c.inFlight() > 0 {
			c.letGo(1)
		}
		f.wait(30)
	})
}

// TestHogLeavesRoom: while others wait, one plugin gets no more than half; alone it may have all.
func TestHogLeavesRoom(t *testing.T) {
	bubble(t, Options{MaxParallel: 20}, func(f *fixture) {
		t := f.t
		hog, other := &crowd{}, &crowd{}
		f.start(hog.tasks(1000, "Hog", "")...)
		synctest.Wait()
		wantEqual(t, "hog alone", hog.inFlight(), 20)
		f.start(other.tasks(15, "Other", "")...)
		synctest.Wait()
		wantEqual(t, "other, nothing has ended", other.inFlight(), 0)
		for i := range 10 {
			hog.letGo(1)
			wantEqual(t, "other, while the hog has more than its share", other.inFlight(), i+1)
		}
		wantEqual(t, "hog at its share", hog.inFlight(), 10)
		hog.letGo(1)
		wantEqual(t, "both at their share take turns: sum", hog.inFlight()+other.inFlight(), 20)
		other.letGo(other.inFlight())
		for other.inFlight() > 0 {
			other.letGo(1)
		}
		wantEqual(t, "hog alone again", hog.inFlight(), 20)
		for hog.inFlight() > 0 {
			hog.letGo(hog.inFlight())
		}
		f.wait(1015)
	})
}

// TestDeviceLimit: one device gets ten while others wait, all when it is alone; the plugin's order is kept otherwise.
func TestDeviceLimit(t *testing.T) {
	bubble(t, Options{MaxParallel: 100}, func(f *fixture) {
		t := f.t
		c := &crowd{}
		busy := c.tasks(40, "C", "busy")
		f.SetMaxParallel(1)
		f.start(busy[:1]...)
		f.start(busy[1:]...)
		f.start(c.tasks(30, "C", "")...)
		f.SetMaxParallel(25)
		synctest.Wait()
		count := map[string]int{}
		for _, dev := range c.devices {
			count[dev]++
		}
		wantEqual(t, "runs of the busy device", count["busy"], 10)
		wantEqual(t, "runs of others", len(c.devices)-count["busy"], 15)
		for c.started < 70 {
			c.letGo(1)
		}
		c.letGo(c.inFlight())
		f.wait(70)
	})
	bubble(t, Options{MaxParallel: 30}, func(f *fixture) {
		t := f.t
		c := &crowd{}
		f.start(c.tasks(40, "C", "busy")...)
		synctest.Wait()
		wantEqual(t, "a device alone", c.inFlight(), 30)
		for c.inFlight() > 0 {
			c.letGo(c.inFlight())
		}
		f.wait(40)
	})
}

// TestContinuationsFirst: what has started is finished before more is begun.
func TestContinuationsFirst(t *testing.T) {
	bubble(t, Options{Threads: 1}, func(f *fixture) {
		t := f.t
		var order []string
		d := datasource.NewDeferred(nil)
		waiting := newTask("dev1", "waiting", "C", &plugin{
			collect:    func(context.Context) (any, error) { return d, nil },
			onComplete: func(context.Context, any, error) (any, error) { order = append(order, "waiting"); return nil, nil },
		})
		f.start(waiting)
		synctest.Wait()
		blocker := newTask("dev1", "blocker", "C", &plugin{collect: func(context.Context) (any, error) {
			time.Sleep(time.Second)
			return nil, nil
		}})
		next := newTask("dev1", "next", "C", &plugin{collect: func(context.Context) (any, error) {
			order = append(order, "next")
			return nil, nil
		}})
		f.start(blocker, next)
		synctest.Wait()
		d.Fire(nil, nil)
		f.wait(3)
		wantEqual(t, "order", fmt.Sprint(order), "[waiting next]")
	})
}

// TestGateFollowsTheRun: queued, running, idle.
func TestGateFollowsTheRun(t *testing.T) {
	bubble(t, Options{MaxParallel: 1}, func(f *fixture) {
		t := f.t
		c := &crowd{}
		tasks := c.tasks(2, "C", "")
		f.start(tasks...)
		synctest.Wait()
		wantEqual(t, "first", tasks[0].State(), scheduler.Running)
		wantEqual(t, "second", tasks[1].State(), scheduler.Queued)
		c.letGo(1)
		wantEqual(t, "first", tasks[0].State(), scheduler.Idle)
		wantEqual(t, "second", tasks[1].State(), scheduler.Running)
		c.letGo(1)
		wantEqual(t, "second", tasks[1].State(), scheduler.Idle)
	})
}

// TestGateIsHeldWhileEndedRuns: results of one task are processed in order.
func TestGateIsHeldWhileEndedRuns(t *testing.T) {
	bubble(t, Options{}, func(f *fixture) {
		t := f.t
		task := newTask("dev1", "a", "C", &plugin{})
		keep := f.opts.Ended
		f.opts.Ended = func(run *Run) {
			wantEqual(t, "gate", task.State(), scheduler.Running)
			keep(run)
		}
		f.run(task)
	})
}
