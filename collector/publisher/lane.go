package publisher

import (
	"math"
	"sync/atomic"

	"github.com/zenpython/zenpython/hub/wire"
)

// chunk is a run of numbered records that will travel as one batch.
type chunk[T any] struct {
	first   uint64 // sequence number of records[0]
	records []T
	bytes   int
	born    uint64 // order of chunks over all lanes, to find the oldest
}

// lane holds the unsent values or maps of one shard: a queue of chunks, of which the last grows. Its shard's lock guards
// it, except for oldest.
type lane[T any] struct {
	batch  int // records of a full chunk
	sizeOf func(*T) int

	chunks   []*chunk[T] // unsent, oldest first
	sending  []*chunk[T] // given to the sender
	next     uint64      // the next record's number
	due      uint64      // what is below goes without waiting for a full batch
	inFlight int
	spare    [][]T // of chunks that are settled, empty: a busy lane makes no garbage

	published uint64
	dropped   tally

	oldest atomic.Uint64 // born of chunks[0]; never when there is none
}

const never = math.MaxUint64

// maxSpare is how many slices a lane keeps for its next chunks.
const maxSpare = 2 * valueBatches

func newLane[T any](batch int, sizeOf func(*T) int) *lane[T] {
	l := &lane[T]{batch: batch, sizeOf: sizeOf, next: 1, due: 1, dropped: tally{}}
	l.oldest.Store(never)
	return l
}

// put numbers records. births hands out the order of chunks.
func (l *lane[T]) put(records []T, births *atomic.Uint64) {
	for len(records) > 0 {
		var tail *chunk[T]
		if n := len(l.chunks); n > 0 {
			tail = l.chunks[n-1]
		}
		n, bytes := 0, 0
		if tail != nil {
			n, bytes = l.fits(tail, records)
		}
		if n == 0 {
			tail = l.grow(tail, births.Add(1))
			n, bytes = l.fits(tail, records)
		}
		tail.records = append(tail.records, records[:n]...)
		tail.bytes += bytes
		l.next += uint64(n)
		records = records[n:]
	}
}

// fits returns how many of the records the chunk has room for, and their size. An empty one has room for any record.
func (l *lane[T]) fits(c *chunk[T], records []T) (n, bytes int) {
	room := min(len(records), l.batch-len(c.records))
	for n < room {
		size := l.sizeOf(&records[n])
		if c.bytes+bytes+size > maxBatchBytes && len(c.records)+n > 0 {
			break
		}
		bytes += size
		n++
	}
	return n, bytes
}

// grow adds a chunk behind the last one.
func (l *lane[T]) grow(last *chunk[T], born uint64) *chunk[T] {
	c := &chunk[T]{first: l.next, born: born}
	switch n := len(l.spare); {
	case n > 0:
		c.records, l.spare = l.spare[n-1], l.spare[:n-1]
	case last != nil: // a busy lane: this chunk will fill too
		c.records = make([]T, 0, l.batch)
	}
	l.chunks = append(l.chunks, c)
	if len(l.chunks) == 1 {
		l.oldest.Store(born)
	}
	return c
}

func (l *lane[T]) isFull(c *chunk[T]) bool {
	return len(c.records) >= l.batch || c.bytes >= maxBatchBytes
}

// ready reports whether there is something to take. Only the last chunk can be less than full.
func (l *lane[T]) ready() bool {
	if len(l.chunks) == 0 {
		return false
	}
	head := l.chunks[0]
	return len(l.chunks) > 1 || l.isFull(head) || head.first < l.due
}

// take moves up to limit chunks that are ready into flight. What the last flight held is settled by then.
func (l *lane[T]) take(limit int) []*chunk[T] {
	for len(l.sending) < limit && l.ready() {
		head := l.pop()
		l.sending = append(l.sending, head)
		l.inFlight += len(head.records)
	}
	return l.sending
}

func (l *lane[T]) pop() *chunk[T] {
	head := l.chunks[0]
	l.chunks[0] = nil
	l.chunks = l.chunks[1:]
	l.headChanged()
	return head
}

func (l *lane[T]) headChanged() {
	if len(l.chunks) == 0 {
		l.chunks = nil
		l.oldest.Store(never)
		return
	}
	l.oldest.Store(l.chunks[0].born)
}

// settle ends the flight: its records were published, or dropped for a reason.
func (l *lane[T]) settle(reason wire.Reason) (settled int) {
	settled = l.inFlight
	if reason == wire.Accepted {
		l.published += uint64(settled)
	} else {
		l.dropped.add(reason, uint64(settled))
	}
	for _, c := range l.sending {
		if cap(c.records) == l.batch && len(l.spare) < maxSpare {
			clear(c.records)
			l.spare = append(l.spare, c.records[:0])
		}
	}
	l.sending, l.inFlight = nil, 0
	return settled
}

// drop loses up to n of the oldest records that are not in flight. Their numbers stay used: the next batch's floor tells
// the hub that they are gone.
func (l *lane[T]) drop(n int, reason wire.Reason) (dropped int) {
	for dropped < n && len(l.chunks) > 0 {
		head := l.chunks[0]
		k := min(n-dropped, len(head.records))
		dropped += k
		if k == len(head.records) {
			l.pop()
			continue
		}
		for i := range k {
			head.bytes -= l.sizeOf(&head.records[i])
		}
		clear(head.records[:k])
		head.records = head.records[k:]
		head.first += uint64(k)
	}
	l.dropped.add(reason, uint64(dropped))
	return dropped
}

// unsettled returns the lowest number that is neither published nor dropped; next when there is none.
func (l *lane[T]) unsettled() uint64 {
	switch {
	case len(l.sending) > 0:
		return l.sending[0].first
	case len(l.chunks) > 0:
		return l.chunks[0].first
	}
	return l.next
}

func (l *lane[T]) queued() (n int) {
	for _, c := range l.chunks {
		n += len(c.records)
	}
	return n
}

func (l *lane[T]) addTo(c *Counts) {
	c.Produced += l.next - 1
	c.Published += l.published
	c.InFlight += uint64(l.inFlight)
	c.Queued += uint64(l.queued())
	count(c, l.dropped)
}
