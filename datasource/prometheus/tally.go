package prometheus

import (
	"fmt"
	"math"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

const (
	aggregateSum   = "sum"
	aggregateMin   = "min"
	aggregateMax   = "max"
	aggregateCount = "count"
	aggregateFirst = "first"
)

// tally gathers the series of one scrape that a selector matches. Series that are not a number stand for nothing
// observed: they are counted and otherwise left out.
type tally struct {
	series               int
	numbers              int
	first, sum, min, max float64
	time                 int64 // milliseconds, the latest that any of them has; 0 is none
	buckets              buckets
	groups               map[uint64]struct{} // the histograms among the series, by labels
	labelBuffer          []byte
}

func (t *tally) add(s *sample) {
	t.series++
	if s.time != nil {
		t.time = max(t.time, *s.time)
	}
	if math.IsNaN(s.value) {
		return
	}
	t.numbers++
	if t.numbers == 1 {
		t.first, t.min, t.max = s.value, s.value, s.value
	}
	t.sum += s.value
	t.min = min(t.min, s.value)
	t.max = max(t.max, s.value)
}

// missing is why a selector has no value in a scrape.
type missing struct{ reason, why string }

// value gives what the selector makes of its series, with the time that the page gives for them.
func (t *tally) value(s *selector) (any, *missing) {
	number, miss := t.number(s)
	if miss != nil {
		return nil, miss
	}
	if t.time != 0 {
		return datasource.Sample{Value: number, Time: time.UnixMilli(t.time)}, nil
	}
	return number, nil
}

func (t *tally) number(s *selector) (float64, *missing) {
	if s.params.Aggregate == aggregateCount {
		return float64(t.series), nil
	}
	switch {
	case t.series == 0:
		return 0, &missing{datasource.ReasonNoValue, fmt.Sprintf("no series matches %s", s)}
	case s.window != nil:
		return t.quantile(s)
	case t.numbers == 0:
		return 0, &missing{datasource.ReasonNoValue, fmt.Sprintf("%s is NaN", s)}
	case s.params.Aggregate == "" && t.series > 1:
		return 0, &missing{datasource.ReasonBadValue, fmt.Sprintf("%d series match %s: give more labels, or aggregate", t.series, s)}
	}
	switch s.params.Aggregate {
	case aggregateSum:
		return t.sum, nil
	case aggregateMin:
		return t.min, nil
	case aggregateMax:
		return t.max, nil
	default: // aggregateFirst, or the only one
		return t.first, nil
	}
}
