package main

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// Each power of two of nanoseconds has this many buckets, so that a quantile is at most 3 % too high.
const (
	bucketBits = 5
	perPower   = 1 << bucketBits
)

// latencies counts durations by buckets. It is made for many writers: adding costs two atomic operations and no memory.
type latencies struct {
	buckets [64 * perPower]atomic.Uint64
	max     atomic.Int64
}

// add counts a duration; a negative one counts as 0.
func (l *latencies) add(d time.Duration) {
	ns := max(0, int64(d))
	l.buckets[bucketOf(uint64(ns))].Add(1)
	for {
		most := l.max.Load()
		if ns <= most || l.max.CompareAndSwap(most, ns) {
			return
		}
	}
}

func bucketOf(ns uint64) int {
	if ns < perPower {
		return int(ns)
	}
	power := bits.Len64(ns) - 1 - bucketBits
	return power<<bucketBits + int(ns>>power)
}

// upperEnd is the largest duration that a bucket counts.
func upperEnd(bucket int) time.Duration {
	if bucket < 2*perPower {
		return time.Duration(bucket)
	}
	power := bucket>>bucketBits - 1
	mantissa := bucket&(perPower-1) | perPower
	return time.Duration(mantissa+1)<<power - 1
}

func (l *latencies) count() (n uint64) {
	for i := range l.buckets {
		n += l.buckets[i].Load()
	}
	return n
}

// quantile returns the duration that a share q of what was counted does not exceed, and 0 when nothing was.
func (l *latencies) quantile(q float64) time.Duration {
	wanted := q * float64(l.count())
	var seen uint64
	for i := range l.buckets {
		seen += l.buckets[i].Load()
		if seen > 0 && float64(seen) >= wanted {
			return min(upperEnd(i), l.longest())
		}
	}
	return 0
}

func (l *latencies) longest() time.Duration { return time.Duration(l.max.Load()) }
