package main

import "fmt"

// verdict says whether a row meets its target.
type verdict string

const (
	noted    verdict = "" // no target
	pass     verdict = "PASS"
	fail     verdict = "FAIL"
	unsteady verdict = "UNSTEADY" // a side of the ratio varied too much: measure again on a quiet machine
	skipped  verdict = "SKIPPED"  // what it takes is not there
)

// row is one line of the results.
type row struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit"`
	Median  float64 `json:"median"`
	Low     float64 `json:"low"` // of the rounds
	High    float64 `json:"high"`
	Target  string  `json:"target,omitempty"`
	Verdict verdict `json:"verdict,omitempty"`
	Note    string  `json:"note,omitempty"`
}

func newRow(name, unit string, s series) row {
	r := row{Name: name, Unit: unit, Median: s.median(), Low: s[0], High: s[0]}
	for _, x := range s {
		r.Low, r.High = min(r.Low, x), max(r.High, x)
	}
	return r
}

// newRatio returns the row of a ratio, which has no number when a side is not steady.
func newRatio(name string, a, b series) row {
	if a.isSteady() && b.isSteady() {
		return newRow(name, "×", a.over(b))
	}
	return row{
		Name: name, Unit: "×", Verdict: unsteady,
		Note: fmt.Sprintf("no ratio: the sides vary by %.0f %% and %.0f %% between rounds, and %.0f %% is the most that says anything",
			100*a.spread(), 100*b.spread(), 100*maxSpread),
	}
}

func newSkipped(name, why string) row { return row{Name: name, Verdict: skipped, Note: why} }

// atMost and atLeast set the target of a row and hold its median to it.
func (r row) atMost(limit float64) row {
	return r.held("≤ "+format(limit, r.Unit), r.Median <= limit)
}

func (r row) atLeast(limit float64) row {
	return r.held("≥ "+format(limit, r.Unit), r.Median >= limit)
}

func (r row) held(target string, met bool) row {
	r.Target = target
	switch {
	case r.Verdict != noted:
	case met:
		r.Verdict = pass
	default:
		r.Verdict = fail
	}
	return r
}

func (r row) noted(format string, args ...any) row {
	r.Note = fmt.Sprintf(format, args...)
	return r
}

// newComparison says whether a lies below b in every round, which says more of quantiles than a ratio would.
func newComparison(name string, a, b series) row {
	below := 0
	for i := range a {
		if a[i] < b[i] {
			below++
		}
	}
	r := row{Name: name, Unit: "rounds", Median: float64(below), Low: float64(below), High: float64(below)}
	return r.held(fmt.Sprintf("all %d", len(a)), below == len(a))
}

// isMissed reports whether the row is a reason to fail.
func (r row) isMissed() bool { return r.Verdict == fail || r.Verdict == unsteady }
