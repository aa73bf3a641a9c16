package events

import "testing"

// BenchmarkApplyRepeat is the usual case: a problem that is there again.
func BenchmarkApplyRepeat(b *testing.B) {
	s := NewStore(StoreOptions{})
	e := stamp.Apply(problem(100, nil), "d")
	for b.Loop() {
		if _, err := s.Apply(e, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDedupKey(b *testing.B) {
	e := stamp.Apply(problem(100, nil), "d")
	for b.Loop() {
		e.DedupKey()
	}
}
