package hub

import (
	"errors"
	"fmt"
	"sync"

	"github.com/zenpython/zenpython/hub/wire"
)

// ErrGap is wrapped by the error for a batch whose lane lacks records before it, which the collector still has: it
// must send them first.
var ErrGap = errors.New("records before the batch are missing")

// source is what numbers records: one lane of one collector process.
type source struct {
	collector, incarnation string
	lane                   wire.Lane
}

// mark is how far a source has been applied.
type mark struct {
	mu  sync.Mutex // held while a batch is applied, so that a source is applied in order
	seq uint64
}

// marks are the marks of all sources. A collector process adds one a lane; in the collector's own process there is only
// one such.
type marks struct {
	mu     sync.Mutex
	byLane map[source]*mark
}

func (m *marks) of(b *wire.Batch) *mark {
	key := source{b.Collector, b.Incarnation, b.Lane}
	m.mu.Lock()
	defer m.mu.Unlock()
	found := m.byLane[key]
	if found == nil {
		found = &mark{}
		m.byLane[key] = found
	}
	return found
}

// admission says what to do with a batch.
type admission struct {
	lost uint64 // records before it that the collector gave up
	skip int    // records at its head that were applied before
}

// admit compares a batch with the mark, which stays as it is.
func (m *mark) admit(b *wire.Batch) (admission, error) {
	var a admission
	next := m.seq + 1
	if b.Floor > next {
		a.lost = b.Floor - next
		next = b.Floor
	}
	if b.First > next {
		return admission{}, fmt.Errorf("lane %s of %s/%s: batch starts at %d, wanted %d: %w",
			b.Lane, b.Collector, b.Incarnation, b.First, next, ErrGap)
	}
	a.skip = int(min(next-b.First, uint64(b.Len())))
	return a, nil
}

// checkBatch refuses a batch that no resending makes right.
func checkBatch(b *wire.Batch) error {
	records := map[wire.Class]int{wire.Events: len(b.Events), wire.Values: len(b.Values), wire.Maps: len(b.Maps)}
	own, known := records[b.Lane.Class]
	var why string
	switch {
	case b.Collector == "" || b.Incarnation == "":
		why = "it names no collector or incarnation"
	case !known:
		why = fmt.Sprintf("class %d is unknown", b.Lane.Class)
	case own != b.Len():
		why = "it holds records of another class than its lane's"
	case b.First == 0:
		why = "sequence numbers count from 1"
	case b.Floor > b.First:
		why = fmt.Sprintf("its floor %d is above its first number %d", b.Floor, b.First)
	default:
		return nil
	}
	return fmt.Errorf("batch of %q: %s: %w", b.Collector, why, wire.ErrRefused)
}
