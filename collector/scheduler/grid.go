package scheduler

import (
	"time"

	"github.com/cespare/xxhash/v2"
)

// The intervals a task may have.
const (
	MinInterval = 100 * time.Millisecond
	MaxInterval = 10 * 365 * 24 * time.Hour
)

// Hash returns the identity hash of a task: xxhash64 with seed 0 of the bytes
// that encode its identity. Collectors agree on slots by agreeing on it.
func Hash(identity []byte) uint64 { return xxhash.Sum64(identity) }

// Phase returns where in its interval a task's slots lie: hash mod interval in
// nanoseconds, counted from the unix epoch. The interval must be positive.
func Phase(hash uint64, interval time.Duration) time.Duration {
	return time.Duration(hash % uint64(interval))
}

// SlotAt names the slot that the instant t lies in: the last grid point not
// after t.
func SlotAt(hash uint64, interval time.Duration, t time.Time) time.Time {
	return time.Unix(0, slotAt(hash, int64(interval), t.UnixNano()))
}

func slotAt(hash uint64, interval, t int64) int64 {
	phase := int64(hash % uint64(interval))
	into := (t - phase) % interval
	if into < 0 {
		into += interval
	}
	return t - into
}

// slotsBetween counts the grid points p with after < p <= until.
func slotsBetween(hash uint64, interval, after, until int64) int {
	if until <= after {
		return 0
	}
	return int((slotAt(hash, interval, until) - slotAt(hash, interval, after)) / interval)
}
