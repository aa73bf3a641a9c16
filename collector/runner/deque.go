package runner

// deque is a double-ended queue on a growing ring. The zero value is empty.
type deque[T any] struct {
	ring []T
	head int // position of the first element
	size int
}

// keptRing is the largest ring that an emptied deque keeps, so that one burst does not hold its memory for ever.
const keptRing = 1024

func (d *deque[T]) len() int { return d.size }

func (d *deque[T]) pushBack(v T) {
	d.grow()
	d.ring[d.at(d.size)] = v
	d.size++
}

func (d *deque[T]) pushFront(v T) {
	d.grow()
	d.head = d.at(len(d.ring) - 1)
	d.ring[d.head] = v
	d.size++
}

// popFront takes the first element; the deque must not be empty.
func (d *deque[T]) popFront() T {
	var zero T
	v := d.ring[d.head]
	d.ring[d.head] = zero
	d.head = d.at(1)
	d.size--
	if d.size == 0 && len(d.ring) > keptRing {
		*d = deque[T]{}
	}
	return v
}

// at gives the ring position of offset i from the head; the ring's length is a power of two.
func (d *deque[T]) at(i int) int { return (d.head + i) & (len(d.ring) - 1) }

func (d *deque[T]) grow() {
	if d.size < len(d.ring) {
		return
	}
	ring := make([]T, max(8, 2*len(d.ring)))
	n := copy(ring, d.ring[d.head:])
	copy(ring[n:], d.ring[:d.head])
	d.ring, d.head = ring, 0
}
