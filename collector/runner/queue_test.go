package runner

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// TestQueueAgainstReference compares the queue with one that walks over all that waits.
func TestQueueAgainstReference(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		q := newQueue(rapid.IntRange(1, 40).Draw(rt, "maxParallel"))
		var waiting []*Task
		type flight struct {
			task *Task
			dev  *device
		}
		var flying []flight
		byDevice, byClass := map[string]int{}, map[string]int{}
		tier := func(t *Task) int {
			switch {
			case byDevice[t.device()] >= deviceLimit:
				return 3
			case byClass[t.class()] >= q.share:
				return 2
			}
			return 1
		}
		count := func(t *Task, n int) {
			byDevice[t.device()] += n
			byClass[t.class()] += n
		}
		serial := 0
		rt.Repeat(map[string]func(*rapid.T){
			"push": func(rt *rapid.T) {
				for range rapid.IntRange(1, 30).Draw(rt, "jobs") {
					task := newTask(fmt.Sprint("dev", rapid.IntRange(0, 3).Draw(rt, "device")), strconv.Itoa(serial),
						fmt.Sprint("class", rapid.IntRange(0, 2).Draw(rt, "class")), nil)
					serial++
					waiting = append(waiting, task)
					q.push(Job{Task: task})
				}
			},
			"next": func(rt *rapid.T) {
				job, dev, ok := q.next()
				if ok != (len(waiting) > 0) {
					rt.Fatalf("next = %v with %d waiting", ok, len(waiting))
				}
				if !ok {
					return
				}
				best := 3
				for _, task := range waiting {
					best = min(best, tier(task))
				}
				if got := tier(job.Task); got != best {
					rt.Fatalf("a job of tier %d was started while one of tier %d waits", got, best)
				}
				i := slices.Index(waiting, job.Task)
				if i < 0 {
					rt.Fatal("a job came out that does not wait")
				}
				for _, task := range waiting[:i] {
					if task.group == job.Task.group && task.device() == job.Task.device() && best < 3 {
						rt.Fatalf("%s was started before %s, of the same plugin and device",
							job.Task.Config.Name(), task.Config.Name())
					}
				}
				waiting = slices.Delete(waiting, i, i+1)
				count(job.Task, 1)
				flying = append(flying, flight{job.Task, dev})
			},
			"end": func(rt *rapid.T) {
				if len(flying) == 0 {
					return
				}
				i := rapid.IntRange(0, len(flying)-1).Draw(rt, "which")
				q.ended(flying[i].task, flying[i].dev)
				count(flying[i].task, -1)
				flying = slices.Delete(flying, i, i+1)
			},
			"resize": func(rt *rapid.T) { q.setMaxParallel(rapid.IntRange(1, 40).Draw(rt, "maxParallel")) },
			"": func(rt *rapid.T) {
				if q.size != len(waiting) {
					rt.Fatalf("size %d, want %d", q.size, len(waiting))
				}
				devices := map[string]bool{}
				for _, f := range flying {
					devices[f.task.device()] = true
				}
				for id, dev := range q.devices {
					if !devices[id] && dev.parked.len() == 0 {
						rt.Fatalf("device %s is kept without run or job", id)
					}
				}
			},
		})
		if got := len(q.takeAll()); got != len(waiting) || q.size != 0 {
			rt.Fatalf("takeAll gave %d jobs and left %d, want %d and none", got, q.size, len(waiting))
		}
	})
}

// TestQueueOrder: within a plugin jobs start in the order they came.
func TestQueueOrder(t *testing.T) {
	q := newQueue(1000)
	for i := range 100 {
		q.push(Job{Task: newTask(fmt.Sprint("dev", i), "a", "C", nil), Slot: int64(i)})
	}
	for i := range 100 {
		job, _, _ := q.next()
		wantEqual(t, "slot", job.Slot, int64(i))
	}
}

// TestParkedJobKeepsItsPlace: what its device's limit held back comes before what came later.
func TestParkedJobKeepsItsPlace(t *testing.T) {
	q := newQueue(1000)
	push := func(device string, slot int64) {
		q.push(Job{Task: newTask(device, strconv.FormatInt(slot, 10), "C", nil), Slot: slot})
	}
	for slot := range int64(deviceLimit + 2) {
		push("busy", slot)
	}
	push("other", 100)
	var first Job
	var dev *device
	for i := range deviceLimit + 1 {
		job, d, _ := q.next()
		if i == 0 {
			first, dev = job, d
		}
	}
	push("busy", 200)
	q.ended(first.Task, dev)
	job, _, _ := q.next()
	wantEqual(t, "slot started when the device had room", job.Slot, deviceLimit)
}

func TestDequeAgainstSlice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var d deque[int]
		var want []int
		rt.Repeat(map[string]func(*rapid.T){
			"back": func(rt *rapid.T) {
				for range rapid.IntRange(1, 3*keptRing).Draw(rt, "n") {
					d.pushBack(len(want))
					want = append(want, len(want))
				}
			},
			"front": func(*rapid.T) { d.pushFront(-1); want = append([]int{-1}, want...) },
			"pop": func(rt *rapid.T) {
				for range rapid.IntRange(0, len(want)).Draw(rt, "n") {
					if got := d.popFront(); got != want[0] {
						rt.Fatalf("popFront = %d, want %d", got, want[0])
					}
					want = want[1:]
				}
			},
			"": func(rt *rapid.T) {
				if d.len() != len(want) {
					rt.Fatalf("len %d, want %d", d.len(), len(want))
				}
				if d.len() == 0 && len(d.ring) > keptRing {
					rt.Fatalf("an empty deque keeps %d elements", len(d.ring))
				}
			},
		})
	})
}
