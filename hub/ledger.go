package hub

import (
	"maps"
	"sync"

	"github.com/zenpython/zenpython/hub/wire"
)

// Stats count what became of records since the hub was made. A record that arrived is applied, rejected or a duplicate.
type Stats struct {
	Applied       map[wire.Class]uint64
	Duplicates    map[wire.Class]uint64  // records that had been applied before
	Lost          map[wire.Class]uint64  // records that collectors gave up before they were applied
	Rejected      map[wire.Reason]uint64 // records that could not be applied
	OpenEvents    int
	Series        int    // series whose last value is kept
	SeriesRefused uint64 // values of series beyond Options.MaxSeries
}

type ledger struct {
	mu    sync.Mutex
	stats Stats
}

// book counts a batch that was taken.
func (l *ledger) book(class wire.Class, a admission, records int, rejected map[wire.Reason]uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stats.Applied == nil {
		l.stats.Applied, l.stats.Duplicates = map[wire.Class]uint64{}, map[wire.Class]uint64{}
		l.stats.Lost, l.stats.Rejected = map[wire.Class]uint64{}, map[wire.Reason]uint64{}
	}
	applied := uint64(records - a.skip)
	for reason, n := range rejected {
		l.stats.Rejected[reason] += n
		applied -= n
	}
	l.stats.Applied[class] += applied
	l.stats.Duplicates[class] += uint64(a.skip)
	l.stats.Lost[class] += a.lost
}

func (l *ledger) snapshot() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	stats := l.stats
	stats.Applied, stats.Duplicates = maps.Clone(stats.Applied), maps.Clone(stats.Duplicates)
	stats.Lost, stats.Rejected = maps.Clone(stats.Lost), maps.Clone(stats.Rejected)
	return stats
}
