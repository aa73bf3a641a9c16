package prometheus

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/zenpython/zenpython/datasource"
)

// buckets are the cumulative counts of a histogram by upper bound.
type buckets map[float64]float64

// addBucket adds a bucket's series. A bound or a count that is no number is left out.
func (t *tally) addBucket(s *sample) {
	bound, err := strconv.ParseFloat(s.labels.Get(labels.BucketLabel), 64)
	if err != nil || math.IsNaN(bound) || math.IsNaN(s.value) {
		return
	}
	if t.buckets == nil {
		t.buckets, t.groups = buckets{}, map[uint64]struct{}{}
	}
	t.buckets[bound] += s.value
	var group uint64
	group, t.labelBuffer = s.labels.HashWithoutLabels(t.labelBuffer, labels.BucketLabel)
	t.groups[group] = struct{}{}
}

// quantile works out the selector's quantile of what was observed since the last scrape.
func (t *tally) quantile(s *selector) (float64, *missing) {
	if len(t.groups) > 1 && s.params.Aggregate != aggregateSum {
		return 0, &missing{datasource.ReasonBadValue,
			fmt.Sprintf("%d histograms match %s: give more labels, or aggregate: sum", len(t.groups), s)}
	}
	if _, ok := t.buckets[math.Inf(1)]; !ok {
		return 0, &missing{datasource.ReasonBadValue, fmt.Sprintf("%s has no bucket le=\"+Inf\"", s)}
	}
	value := s.window.since(t.buckets).quantile(*s.params.Quantile)
	if math.IsNaN(value) {
		return 0, &missing{datasource.ReasonNoValue, fmt.Sprintf("%s has observed nothing since the last run", s)}
	}
	return value, nil
}

// window remembers the last scrape's buckets.
type window struct{ last buckets }

// since returns what was counted since the last call. The first time, and after a restart of what is scraped, that is
// everything counted since its start.
func (w *window) since(now buckets) buckets {
	last := w.last
	w.last = now
	delta := make(buckets, len(now))
	for bound, count := range now {
		before, ok := last[bound]
		if !ok || count < before {
			return now
		}
		delta[bound] = count - before
	}
	return delta
}

// quantile interpolates within the bucket that the rank q falls in, taking observations to be spread evenly and none
// to be below zero unless a bound is. Beyond the last finite bound it gives that bound. NaN means no observations.
func (b buckets) quantile(q float64) float64 {
	bounds := slices.Sorted(maps.Keys(b))
	total := 0.0
	for _, bound := range bounds {
		total = max(total, b[bound])
	}
	if total == 0 {
		return math.NaN()
	}
	rank := q * total
	lower, below := 0.0, 0.0
	for i, bound := range bounds {
		if i == 0 && bound <= 0 {
			lower = bound
		}
		// Counts of pages that are not quite consistent may fall; cumulative ones never do.
		count := max(below, b[bound])
		if count >= rank && (count > below || i == len(bounds)-1) {
			if math.IsInf(bound, 1) {
				return lastFinite(bounds)
			}
			return lower + (bound-lower)*(rank-below)/(count-below)
		}
		lower, below = bound, count
	}
	return lastFinite(bounds)
}

// lastFinite returns the greatest finite bound, or NaN if there is none.
func lastFinite(bounds []float64) float64 {
	for _, bound := range slices.Backward(bounds) {
		if !math.IsInf(bound, 0) {
			return bound
		}
	}
	return math.NaN()
}
