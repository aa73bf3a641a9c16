package publisher

import "github.com/zenpython/zenpython/events"

// fold carries what a repeat takes over from the event it replaces (spec §5.2): the count and the first time.
func fold(older, newer events.Event) {
	newer[events.FieldCount] = countOf(older) + countOf(newer)
	if first := earlier(firstSeen(older), firstSeen(newer)); first != nil {
		newer[events.FieldFirstTime] = first
	}
}

// countOf is how many occurrences an event stands for.
func countOf(e events.Event) int64 {
	if n, ok := asFloat(e[events.FieldCount]); ok && n >= 1 && n < 1<<53 {
		return int64(n)
	}
	return 1
}

// firstSeen is when an event was first seen: its own word, else when it was received.
func firstSeen(e events.Event) any {
	if first := e[events.FieldFirstTime]; first != nil {
		return first
	}
	return e[events.FieldRcvTime]
}

// earlier compares times in seconds; what is no number loses.
func earlier(a, b any) any {
	at, aOK := asFloat(a)
	bt, bOK := asFloat(b)
	switch {
	case !aOK:
		return b
	case !bOK || at <= bt:
		return a
	}
	return b
}

func asFloat(v any) (float64, bool) {
	switch n := v.(type) {
	case float64:
		return n, true
	case int:
		return float64(n), true
	case int64:
		return float64(n), true
	case uint64:
		return float64(n), true
	}
	return 0, false
}
