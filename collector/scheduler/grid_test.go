package scheduler

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Collectors of one monitor agree on slots by these values: a change of any of
// them moves every task of every installation.
func TestPhaseGolden(t *testing.T) {
	tests := []struct {
		identity string
		hash     uint64
		interval time.Duration
		phase    time.Duration
	}{
		{"", 0xef46db3751d8e999, 300 * time.Second, 54077376921},
		{"dev1", 0xe1059a6f19359070, 300 * time.Second, 235372327024},
		{"dev1\x00300\x00ds1", 0xebcc48dae2bf1e8a, 300 * time.Second, 99106285194},
		{"dev1\x00300\x00ds1", 0xebcc48dae2bf1e8a, time.Second, 106285194},
	}
	for _, tt := range tests {
		hash := Hash([]byte(tt.identity))
		if hash != tt.hash {
			t.Errorf("Hash(%q) = %#x, want %#x", tt.identity, hash, tt.hash)
		}
		if phase := Phase(hash, tt.interval); phase != tt.phase {
			t.Errorf("Phase(%q, %v) = %d, want %d", tt.identity, tt.interval, phase, tt.phase)
		}
	}
}

var (
	anyInterval = rapid.Int64Range(int64(MinInterval), int64(MaxInterval))
	anyInstant  = rapid.Int64Range(-1<<60, 1<<61)
)

func TestSlotHoldsItsInstant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hash, interval, at := rapid.Uint64().Draw(t, "hash"), anyInterval.Draw(t, "interval"), anyInstant.Draw(t, "at")
		slot := slotAt(hash, interval, at)
		if slot > at || at-slot >= interval {
			t.Fatalf("slot %d does not hold %d", slot, at)
		}
		if (slot-int64(Phase(hash, time.Duration(interval))))%interval != 0 {
			t.Fatalf("slot %d is not on the grid", slot)
		}
	})
}

func TestGridKeepsOldPointsWhenIntervalIsDivided(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hash, at := rapid.Uint64().Draw(t, "hash"), anyInstant.Draw(t, "at")
		small := rapid.Int64Range(int64(MinInterval), int64(time.Hour)).Draw(t, "small")
		large := small * rapid.Int64Range(1, 100).Draw(t, "factor")
		old := slotAt(hash, large, at)
		if slotAt(hash, small, old) != old {
			t.Fatalf("slot %d of interval %d is not one of %d", old, large, small)
		}
	})
}

func TestSlotsBetween(t *testing.T) {
	const s = int64(time.Second)
	tests := []struct {
		after, until int64
		want         int
	}{
		{0, 0, 0}, {0, 10 * s, 1}, {0, 10*s - 1, 0}, {-1, 0, 1}, {5 * s, 35 * s, 3}, {35 * s, 5 * s, 0},
	}
	for _, tt := range tests {
		if got := slotsBetween(0, 10*s, tt.after, tt.until); got != tt.want {
			t.Errorf("slotsBetween(%d, %d) = %d, want %d", tt.after, tt.until, got, tt.want)
		}
	}
}
