package processor

import (
	"math"
	"time"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

// maxNesting is how deep lists of values may lie in each other: a datapoint's list of pairs is two.
const maxNesting = 3

// eachSample calls yield with each value that a datapoint was given and its time in unix seconds, by the forms of spec
// §4.13.2; now is the time of what has none. It stops when yield returns false, and returns false then. A pair is a
// value with its time when its second element can be one, else two values.
func eachSample(raw any, now int64, yield func(value any, second int64) bool) bool {
	return eachNested(raw, now, 0, yield)
}

func eachNested(raw any, now int64, depth int, yield func(any, int64) bool) bool {
	switch v := raw.(type) {
	case datasource.Sample:
		return yieldSample(v, now, yield)
	case []datasource.Sample:
		for _, s := range v {
			if !yieldSample(s, now, yield) {
				return false
			}
		}
		return true
	case datasource.Tuple:
		return eachOf(v, now, depth, yield)
	case []any:
		return eachOf(v, now, depth, yield)
	}
	return yield(raw, now)
}

func eachOf(list []any, now int64, depth int, yield func(any, int64) bool) bool {
	if depth == maxNesting {
		return yield(list, now) // a list as a value: it will be found to be none
	}
	if len(list) == 2 && !isList(list[0]) {
		if second, ok := timeOf(list[1], now); ok {
			return yield(list[0], second)
		}
	}
	for _, item := range list {
		if !eachNested(item, now, depth+1, yield) {
			return false
		}
	}
	return true
}

func isList(v any) bool {
	switch v.(type) {
	case datasource.Sample, []datasource.Sample, datasource.Tuple, []any:
		return true
	}
	return false
}

func yieldSample(s datasource.Sample, now int64, yield func(any, int64) bool) bool {
	if s.Time.IsZero() {
		return yield(s.Value, now)
	}
	return yield(s.Value, s.Time.Unix())
}

// timeOf reads the second element of a pair as a time, cut to whole seconds: nil, "N" and "n" are now; a number, a
// bool, or either as text are seconds since 1970. Whatever else is no time.
func timeOf(v any, now int64) (second int64, ok bool) {
	switch v := v.(type) {
	case nil:
		return now, true
	case string:
		if v == "N" || v == "n" {
			return now, true
		}
	case time.Time:
		return v.Unix(), true
	}
	if isList(v) {
		return 0, false
	}
	n, reason := textReader{maxBytes: 64}.number(v)
	if reason != wire.Accepted || !isFinite(n) {
		return 0, false
	}
	return cutSecond(n), true
}

// cutSecond cuts towards zero, as Python's int() does. Times that no clock will show are brought within reach of
// arithmetic; they are rejected for what they are.
func cutSecond(n wire.Number) int64 {
	const reach = 1 << 40
	if n.IsFloat {
		return int64(max(-reach, min(reach, math.Trunc(n.Float))))
	}
	return max(-reach, min(reach, n.Int))
}
