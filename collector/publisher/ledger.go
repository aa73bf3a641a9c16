package publisher

import (
	"fmt"

	"github.com/zenpython/zenpython/hub/wire"
)

// Counts say where the items of one class went. returned = produced + merged + suppressed + rejected, by what Returned
// computes; Check holds the other side.
type Counts struct {
	Produced   uint64 // records made
	Published  uint64 // taken by the hub
	Queued     uint64 // waiting
	InFlight   uint64 // in a batch that is being sent, or sent again
	Merged     map[wire.Reason]uint64
	Suppressed map[wire.Reason]uint64
	Rejected   map[wire.Reason]uint64
	Dropped    map[wire.Reason]uint64
}

// Returned is how many items results had of this class.
func (c Counts) Returned() uint64 {
	return c.Produced + total(c.Merged) + total(c.Suppressed) + total(c.Rejected)
}

// Lost is how many records were dropped, for any reason.
func (c Counts) Lost() uint64 { return total(c.Dropped) }

func total(m map[wire.Reason]uint64) (sum uint64) {
	for _, n := range m {
		sum += n
	}
	return sum
}

// Ledger accounts for every item of this process, by class.
type Ledger [3]Counts

// Class returns the counts of one class.
func (l Ledger) Class(c wire.Class) Counts { return l[c] }

// Check returns an error when a record is unaccounted for: produced = published + dropped + queued + in flight.
func (l Ledger) Check() error {
	for _, class := range wire.Classes() {
		c := l[class]
		if sum := c.Published + c.Lost() + c.Queued + c.InFlight; c.Produced != sum {
			return fmt.Errorf("%v: produced %d, but published %d + dropped %d + queued %d + in flight %d = %d",
				class, c.Produced, c.Published, c.Lost(), c.Queued, c.InFlight, sum)
		}
	}
	return nil
}

// tally counts by reason; whoever holds it guards it.
type tally map[wire.Reason]uint64

func (t tally) add(reason wire.Reason, n uint64) {
	if n > 0 {
		t[reason] += n
	}
}

func newCounts() *Counts {
	return &Counts{
		Merged:     map[wire.Reason]uint64{},
		Suppressed: map[wire.Reason]uint64{},
		Rejected:   map[wire.Reason]uint64{},
		Dropped:    map[wire.Reason]uint64{},
	}
}

// count sorts a tally of mixed reasons into the terms of the ledger.
func count(c *Counts, t tally) {
	for reason, n := range t {
		term := c.Rejected
		switch info, _ := reason.Info(); info.Kind {
		case wire.Merged:
			term = c.Merged
		case wire.Suppressed:
			term = c.Suppressed
		case wire.Dropped:
			term = c.Dropped
		}
		term[reason] += n
	}
}
