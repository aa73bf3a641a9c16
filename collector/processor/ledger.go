package processor

import (
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	"github.com/zenpython/zenpython/hub/wire"
)

// Counts say what became of the items of one class. An item is an event, a map, an ad hoc metric, or one value of one
// datapoint at one time. What is none of these, such as an interval that is no number, counts among the values.
type Counts struct {
	Returned   uint64 // by plugins, and made here: timeout and threshold events, run metrics, the daemon's own events
	Produced   uint64 // records handed to the outlet
	Merged     map[wire.Reason]uint64
	Suppressed map[wire.Reason]uint64
	Rejected   map[wire.Reason]uint64
}

// Ledger accounts for every item of this process, by class.
type Ledger [3]Counts

// Class returns the counts of one class.
func (l Ledger) Class(c wire.Class) Counts { return l[c] }

// Check returns an error when an item is unaccounted for: returned = produced + merged + suppressed + rejected.
func (l Ledger) Check() error {
	for _, class := range wire.Classes() {
		c := l[class]
		merged, suppressed, rejected := total(c.Merged), total(c.Suppressed), total(c.Rejected)
		if c.Returned != c.Produced+merged+suppressed+rejected {
			return fmt.Errorf("%v: returned %d, but produced %d + merged %d + suppressed %d + rejected %d",
				class, c.Returned, c.Produced, merged, suppressed, rejected)
		}
	}
	return nil
}

func total(byReason map[wire.Reason]uint64) (sum uint64) {
	for _, n := range byReason {
		sum += n
	}
	return sum
}

// book is where the tallies of results add up.
type book struct {
	// unbuilt are clears that the outlet suppressed before they were built: returned and suppressed in one count, which is
	// all that most runs of a quiet task cost.
	unbuilt atomic.Uint64

	mtx    sync.Mutex // guards ledger
	ledger Ledger
}

func newBook() *book {
	b := &book{}
	for class := range b.ledger {
		b.ledger[class].Merged = map[wire.Reason]uint64{}
		b.ledger[class].Suppressed = map[wire.Reason]uint64{}
		b.ledger[class].Rejected = map[wire.Reason]uint64{}
	}
	return b
}

func (b *book) add(t *tally) {
	b.mtx.Lock()
	defer b.mtx.Unlock()
	for class := range b.ledger {
		b.ledger[class].Returned += t.returned[class]
		b.ledger[class].Produced += t.produced[class]
	}
	for i := range t.lines {
		line := &t.lines[i]
		b.ledger[line.class].of(line.reason)[line.reason] += line.count
	}
}

// of returns the term that a reason counts in.
func (c *Counts) of(reason wire.Reason) map[wire.Reason]uint64 {
	switch info, _ := reason.Info(); info.Kind {
	case wire.Merged:
		return c.Merged
	case wire.Suppressed:
		return c.Suppressed
	default:
		return c.Rejected
	}
}

// snapshot returns a copy in which every item that was begun is accounted for.
func (b *book) snapshot() Ledger {
	b.mtx.Lock()
	defer b.mtx.Unlock()
	l := b.ledger
	for class := range l {
		l[class].Merged = maps.Clone(l[class].Merged)
		l[class].Suppressed = maps.Clone(l[class].Suppressed)
		l[class].Rejected = maps.Clone(l[class].Rejected)
	}
	if n := b.unbuilt.Load(); n > 0 {
		l[wire.Events].Returned += n
		l[wire.Events].Suppressed[wire.ClearRepeat] += n
	}
	return l
}
