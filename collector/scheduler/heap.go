package scheduler

// arity of the heap: four children share a cache line, and the tree is half as
// deep as a binary one.
const arity = 4

// item is one scheduled task: 16 bytes.
type item struct {
	due  int64 // unix ns
	gate *Gate
}

// dueHeap is a min-heap by due time. Each gate knows its place, which makes
// removal O(log n) without an index.
type dueHeap []item //nolint:recvcheck // a slice: what changes its length takes a pointer, what moves its items does not

func (h *dueHeap) push(it item) {
	*h = append(*h, it)
	h.up(len(*h)-1, it)
}

// grow makes room for n more with an eighth of slack, half of what append
// would leave.
func (h *dueHeap) grow(n int) {
	if len(*h)+n > cap(*h) {
		grown := make(dueHeap, len(*h), max(len(*h)+n, len(*h)+len(*h)/8))
		copy(grown, *h)
		*h = grown
	}
}

func (h *dueHeap) remove(i int) {
	old := *h
	old[i].gate.place = 0
	last := len(old) - 1
	moved := old[last]
	old[last] = item{}
	*h = old[:last]
	if i < last {
		(*h)[i] = moved
		h.fix(i)
	}
}

// reschedule gives the item at i a new due time.
func (h dueHeap) reschedule(i int, due int64) {
	h[i].due = due
	h.fix(i)
}

// fix restores the order after the item at i changed.
func (h dueHeap) fix(i int) {
	it := h[i]
	if i > 0 && it.due < h[(i-1)/arity].due {
		h.up(i, it)
		return
	}
	h.down(i, it)
}

// rebuild restores the order after any number of due times changed.
func (h dueHeap) rebuild() {
	for i := (len(h) - 2) / arity; i >= 0 && len(h) > 1; i-- {
		h.down(i, h[i])
	}
}

// up moves it from the hole at i towards the root.
func (h dueHeap) up(i int, it item) {
	for i > 0 {
		parent := (i - 1) / arity
		if h[parent].due <= it.due {
			break
		}
		h.put(i, h[parent])
		i = parent
	}
	h.put(i, it)
}

// down moves it from the hole at i towards the leaves.
func (h dueHeap) down(i int, it item) {
	for {
		child := h.leastChild(i)
		if child < 0 || h[child].due >= it.due {
			break
		}
		h.put(i, h[child])
		i = child
	}
	h.put(i, it)
}

// leastChild returns the position of i's earliest child, or -1.
func (h dueHeap) leastChild(i int) int {
	first := arity*i + 1
	if first >= len(h) {
		return -1
	}
	least := first
	for c := first + 1; c < min(first+arity, len(h)); c++ {
		if h[c].due < h[least].due {
			least = c
		}
	}
	return least
}

func (h dueHeap) put(i int, it item) {
	h[i] = it
	it.gate.place = uint32(i) + 1
}
