package main

import (
	"math"
	"sync"
	"testing"
	"time"
)

// Every bucket's upper end is in it and the next nanosecond in the next, from one end to the other.
func TestBucketsMeet(t *testing.T) {
	last := bucketOf(math.MaxInt64)
	for b := range last {
		end := uint64(upperEnd(b))
		if bucketOf(end) != b || bucketOf(end+1) != b+1 {
			t.Fatalf("bucket %d ends at %d ns, which is in bucket %d, and the next in %d", b, end, bucketOf(end), bucketOf(end+1))
		}
		if b == 0 {
			continue
		}
		if start := uint64(upperEnd(b-1)) + 1; float64(end-start) > float64(start)/perPower {
			t.Fatalf("bucket %d from %d to %d ns is too wide", b, start, end)
		}
	}
	var l latencies
	if last >= len(l.buckets) {
		t.Errorf("the longest duration is in bucket %d of %d", last, len(l.buckets))
	}
}

func TestQuantiles(t *testing.T) {
	var l latencies
	if l.quantile(0.99) != 0 || l.longest() != 0 {
		t.Errorf("quantiles of nothing: %v, %v", l.quantile(0.99), l.longest())
	}
	for i := 1; i <= 1000; i++ {
		l.add(time.Duration(i) * time.Millisecond)
	}
	l.add(-time.Second)
	for q, want := range map[float64]time.Duration{0.5: 500 * time.Millisecond, 0.99: 990 * time.Millisecond, 1: time.Second} {
		if got := l.quantile(q); got < want-time.Millisecond || got > want+want/perPower {
			t.Errorf("quantile %v is %v, want about %v", q, got, want)
		}
	}
	if l.longest() != time.Second || l.count() != 1001 {
		t.Errorf("longest %v of %d", l.longest(), l.count())
	}
	if got := l.quantile(0.0005); got != 0 {
		t.Errorf("a negative duration counts as %v", got)
	}
}

func TestLatenciesFromManySides(t *testing.T) {
	var l latencies
	var adding sync.WaitGroup
	for g := range 8 {
		adding.Go(func() {
			for i := range 1000 {
				l.add(time.Duration(g*1000 + i))
			}
		})
	}
	adding.Wait()
	if l.count() != 8000 || l.longest() != 7999 {
		t.Errorf("%d counted, longest %v", l.count(), l.longest())
	}
}
