package processor

import (
	"math"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

const day = 24 * 3600 // seconds

// rateTable remembers the last value of each COUNTER and DERIVE, so that the next one gives a rate. It goes by series
// and not by task, so that rates go on when a task is replaced. A device's series share a shard: forgetting a device
// searches that one alone.
type rateTable struct {
	expiry int64 // seconds after which an unused series is dropped
	shards [256]rateShard
}

type rateShard struct {
	mtx   sync.Mutex // guards the fields below
	last  map[seriesKey]lastValue
	sweep int64 // when to look for unused series next, unix seconds
}

// seriesKey is what a series is known by here: hashes of its contextUUID and of its metric name.
type seriesKey struct{ context, metric uint64 }

func newSeriesKey(contextUUID, metric string) seriesKey {
	return seriesKey{xxhash.Sum64String(contextUUID), xxhash.Sum64String(metric)}
}

// lastValue has 24 bytes, so that a series takes 80 at most in a map of usual load.
type lastValue struct {
	bits    uint64 // of the int64, or of the float64
	second  int64
	device  uint32 // deviceTag
	seen    uint16 // days since 1970
	isFloat bool
}

func newRateTable(expiry time.Duration) *rateTable {
	t := &rateTable{expiry: int64(expiry / time.Second)}
	for i := range t.shards {
		t.shards[i].last = map[seriesKey]lastValue{}
	}
	return t
}

// rate returns the rate per second between the series' last value and n, which takes its place.
func (t *rateTable) rate(device string, key seriesKey, n wire.Number, second, now int64) (float64, wire.Reason) {
	hash := xxhash.Sum64String(device)
	s := t.shard(hash)
	s.mtx.Lock()
	defer s.mtx.Unlock()
	if now >= s.sweep || s.sweep-now > t.expiry { // due, or the clock was set back
		s.dropUnused(now - t.expiry)
		s.sweep = now + t.expiry/4
	}
	last, known := s.last[key]
	switch {
	case known && second == last.second:
		return 0, wire.RateSameTime
	case known && second < last.second:
		return 0, wire.RateOutOfOrder
	}
	s.last[key] = newLastValue(n, second, now, hash)
	if !known {
		return 0, wire.RateFirst
	}
	return difference(n, last.number()) / float64(second-last.second), wire.Accepted
}

func newLastValue(n wire.Number, second, now int64, device uint64) lastValue {
	v := lastValue{bits: uint64(n.Int), second: second, device: deviceTag(device), seen: uint16(now / day)}
	if n.IsFloat {
		v.bits, v.isFloat = math.Float64bits(n.Float), true
	}
	return v
}

func (v lastValue) number() wire.Number {
	if v.isFloat {
		return fraction(math.Float64frombits(v.bits))
	}
	return whole(int64(v.bits))
}

// difference is exact for integers, which float64 would round above 2^53: counters of bytes get there.
func difference(n, last wire.Number) float64 {
	if !n.IsFloat && !last.IsFloat {
		if d := n.Int - last.Int; (d < 0) == (n.Int < last.Int) {
			return float64(d)
		}
	}
	return asFloat(n) - asFloat(last)
}

// withinBounds applies the datapoint's bounds to a rate. A COUNTER only grows, so that without a minimum of its own a
// negative rate is a reset and no rate (spec §10, stance 6); a DERIVE may fall.
func withinBounds(rate float64, point *datasource.DataPointConfig) bool {
	switch {
	case point.Min != nil && rate < *point.Min:
		return false
	case point.Min == nil && point.RRDType == datasource.Counter && rate < 0:
		return false
	case point.Max != nil && rate > *point.Max:
		return false
	}
	return true
}

// forget drops the series of a device.
func (t *rateTable) forget(device string) {
	hash := xxhash.Sum64String(device)
	tag := deviceTag(hash)
	s := t.shard(hash)
	s.mtx.Lock()
	defer s.mtx.Unlock()
	for key, last := range s.last {
		if last.device == tag {
			delete(s.last, key)
		}
	}
}

// dropUnused drops series that were last given a value before a time.
func (s *rateShard) dropUnused(before int64) {
	for key, last := range s.last {
		if (int64(last.seen)+1)*day <= before {
			delete(s.last, key)
		}
	}
}

// deviceTag tells the devices of a shard apart. Two that share one lose their rates together, which costs one value each.
func deviceTag(hash uint64) uint32 { return uint32(hash >> 32) }

func (t *rateTable) shard(deviceHash uint64) *rateShard {
	return &t.shards[deviceHash%uint64(len(t.shards))]
}
