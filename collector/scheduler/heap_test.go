package scheduler

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"
)

// TestHeapAgainstList compares the heap with a plain list of due times.
func TestHeapAgainstList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h dueHeap
		model := map[*Gate]int64{}
		due := rapid.Int64Range(0, 50)
		pick := func(t *rapid.T) int {
			if len(h) == 0 {
				t.Skip("empty")
			}
			return rapid.IntRange(0, len(h)-1).Draw(t, "i")
		}
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				g, d := &Gate{}, due.Draw(t, "due")
				h.push(item{d, g})
				model[g] = d
			},
			"remove": func(t *rapid.T) {
				i := pick(t)
				g := h[i].gate
				h.remove(i)
				delete(model, g)
				if g.place != 0 {
					t.Fatal("removed gate still has a place")
				}
			},
			"reschedule": func(t *rapid.T) {
				i, d := pick(t), due.Draw(t, "due")
				model[h[i].gate] = d
				h.reschedule(i, d)
			},
			"rebuild": func(t *rapid.T) {
				for i := range h {
					h[i].due = due.Draw(t, "due")
					model[h[i].gate] = h[i].due
				}
				h.rebuild()
			},
			"": func(t *rapid.T) { checkHeap(t, h, model) },
		})
	})
}

func checkHeap(t *rapid.T, h dueHeap, model map[*Gate]int64) {
	if len(h) != len(model) {
		t.Fatalf("%d items, want %d", len(h), len(model))
	}
	for i, it := range h {
		if d, ok := model[it.gate]; !ok || d != it.due {
			t.Fatalf("item %d: due %d, want %d (known %v)", i, it.due, d, ok)
		}
		if int(it.gate.place) != i+1 {
			t.Fatalf("item %d believes to be at %d", i, int(it.gate.place)-1)
		}
		if i > 0 && h[(i-1)/arity].due > it.due {
			t.Fatalf("item %d is earlier than its parent", i)
		}
	}
}

func TestHeapGivesDueOrder(t *testing.T) {
	var h dueHeap
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		h.push(item{r.Int64N(1 << 40), &Gate{}})
	}
	var order []int64
	for len(h) > 0 {
		order = append(order, h[0].due)
		h.remove(0)
	}
	if !slices.IsSorted(order) || len(order) != 1000 {
		t.Fatal("not in order of due time")
	}
}

// TestMemoryATask holds gate and heap item, with what allocation and growth
// add, under 100 bytes a task.
func TestMemoryATask(t *testing.T) {
	const tasks, limit = 100_000, 100
	if size := unsafe.Sizeof(Gate{}) + unsafe.Sizeof(item{}); size > 80 {
		t.Errorf("gate and item are %d bytes", size)
	}
	entries := make([]Entry, tasks)
	heapInUse := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heapInUse()
	s := New(Options{Due: func([]Due) {}})
	for i := range entries {
		entries[i] = Entry{Task: &Gate{}, Hash: uint64(i) * 0x9e3779b97f4a7c15, Interval: 10 * time.Second}
	}
	for some := range slices.Chunk(entries, 997) {
		if err := s.Add(some...); err != nil {
			t.Fatal(err)
		}
		s.look()
	}
	used := heapInUse() - before
	runtime.KeepAlive(entries)
	if st := s.Stats(); st.Tasks != tasks {
		t.Fatalf("%d tasks", st.Tasks)
	}
	t.Logf("%.1f bytes a task", float64(used)/tasks)
	if used > tasks*limit {
		t.Errorf("%d bytes a task, want at most %d", used/tasks, limit)
	}
}
