package main

import (
	"math"
	"strings"
	"testing"
	"time"
)

func samplesOf(metric string, values ...float64) []sample {
	samples := make([]sample, len(values))
	for i, v := range values {
		samples[i] = sample{at: time.Unix(int64(i)*60, 0), sums: map[string]float64{metric: v}}
	}
	return samples
}

func TestGrowthIsNoticed(t *testing.T) {
	for name, tt := range map[string]struct {
		values []float64
		holds  bool
		slope  float64 // per hour, of samples a minute apart
	}{
		"level":            {[]float64{100, 100, 100, 100, 100, 100}, true, 0},
		"within the noise": {[]float64{100, 108, 95, 102, 110, 104}, true, math.NaN()},
		"a leak":           {[]float64{100, 120, 140, 160, 180, 200}, false, 1200},
		"a peak":           {[]float64{100, 100, 500, 500, 100, 100}, true, math.NaN()},
		"shrinking":        {[]float64{200, 180, 160, 140, 120, 100}, true, -1200},
		"one sample":       {[]float64{100}, true, 0},
	} {
		g := newGrowth(metricGoroutines, middle, samplesOf(metricGoroutines, tt.values...))
		c := g.check("goroutines", 1, "", toleratedCount, true)
		if c.holds != tt.holds || !math.IsNaN(tt.slope) && math.Abs(g.slope-tt.slope) > 1e-6 {
			t.Errorf("%s: holds %t, %+v: %s", name, c.holds, g, c.found)
		}
	}
}

// What a reload takes for a moment is no growth of the heap, and what stays is.
func TestHeapIsLookedAtWhereItIsLow(t *testing.T) {
	const mib = 2 << 20 // of the goal, which is twice the live heap
	for name, tt := range map[string]struct {
		last  []float64
		holds bool
	}{
		"reloads at the end": {[]float64{35 * mib, 60 * mib, 60 * mib, 60 * mib, 36 * mib}, true},
		"a leak":             {[]float64{45 * mib, 46 * mib, 60 * mib, 48 * mib, 49 * mib}, false},
	} {
		level := []float64{35 * mib, 36 * mib, 35 * mib, 60 * mib, 35 * mib}
		all := append(append(append([]float64{}, level...), level...), tt.last...)
		checks := growthChecks(samplesOf(metricHeapGoal, all...), true)
		if c := checks[2]; c.what != "live heap" || c.holds != tt.holds {
			t.Errorf("%s: %s holds %t: %s", name, c.what, c.holds, c.found)
		}
	}
}

// balanced is a daemon in which every ledger comes out.
const balanced = `# HELP zenpython_slots_due_total Slots that fell due: runs plus missed.
zenpython_slots_due_total 1000
zenpython_runs_total{outcome="ok"} 900
zenpython_runs_total{outcome="error"} 50
zenpython_slots_missed_total{reason="running"} 30
zenpython_slots_missed_total{reason="down"} 0
zenpython_runs_in_flight 15
zenpython_runs_queued 5
zenpython_items_returned_total{class="events"} 40
zenpython_items_returned_total{class="values"} 60
zenpython_items_merged_total{reason="repeat"} 4
zenpython_items_suppressed_total{reason="clear_repeat"} 5
zenpython_items_rejected_total{reason="bad_value"} 1
zenpython_records_produced_total{class="values"} 90
zenpython_records_published_total{class="values"} 8e+01
zenpython_records_dropped_total{reason="buffer_full"} 3
zenpython_records_queued{class="values"} 5
zenpython_records_in_flight{class="values"} 2
`

func mustRead(t *testing.T, text string) sample {
	t.Helper()
	s, err := readSample(time.Now(), strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLedgersBalance(t *testing.T) {
	good := mustRead(t, balanced)
	for _, c := range ledgerChecks([]sample{good}) {
		if !c.holds {
			t.Errorf("%s: %s", c.what, c.found)
		}
	}
	for i, lost := range []string{"zenpython_runs_queued 5", `zenpython_items_merged_total{reason="repeat"} 4`, `zenpython_records_queued{class="values"} 5`} {
		bad := mustRead(t, strings.Replace(balanced, lost+"\n", "", 1))
		for k, c := range ledgerChecks([]sample{bad, bad}) {
			if c.holds != (k != i) {
				t.Errorf("without %s, %s: holds %t, %s", lost, c.what, c.holds, c.found)
			}
		}
		// What was on its way at one look has arrived at another.
		for _, c := range ledgerChecks([]sample{bad, good, bad}) {
			if !c.holds {
				t.Errorf("%s does not hold although it did once: %s", c.what, c.found)
			}
		}
	}
}

func TestSoakWithoutFaultsShowsNothing(t *testing.T) {
	for _, c := range faultChecks(mustRead(t, balanced)) {
		if !c.holds {
			t.Errorf("%s: %s", c.what, c.found)
		}
	}
	for _, c := range faultChecks(mustRead(t, "zenpython_runs_total{outcome=\"disabled\"} 3\n")) {
		if c.holds {
			t.Errorf("%s holds: %s", c.what, c.found)
		}
	}
}

func TestSamplesAreRead(t *testing.T) {
	s := mustRead(t, "# TYPE a gauge\na 1.5\nb{l=\"x y\",m=\"z\"} 2\nb{l=\"w\"} 3e+06\nc{q=\"0\"} NaN\n\n")
	if s.sums["a"] != 1.5 || s.sums["b"] != 3000002 || !math.IsNaN(s.sums["c"]) || s.values[`b{l="w"}`] != 3e6 {
		t.Errorf("%+v", s)
	}
	if got := mustRead(t, balanced).byLabel(metricMissed); len(got) != 1 || got["running"] != 30 {
		t.Errorf("missed by reason: %v", got)
	}
	for _, text := range []string{"a\n", "a b\n", "<html>\n"} {
		if _, err := readSample(time.Now(), strings.NewReader(text)); err == nil {
			t.Errorf("%q is taken for metrics", text)
		}
	}
}

func TestVerdicts(t *testing.T) {
	for name, tt := range map[string]struct {
		checks []check
		met    bool
	}{
		"all hold":           {[]check{{holds: true, judged: true}}, true},
		"one does not":       {[]check{{holds: true, judged: true}, {judged: true}}, false},
		"too short to judge": {[]check{{holds: true, judged: true}, {}}, true},
	} {
		if got := (report{checks: tt.checks}).met(); got != tt.met {
			t.Errorf("%s: met %t", name, got)
		}
	}
	if got := counts(map[string]float64{"a": 1, "c": 20, "b": 20}); got != "20 b, 20 c, 1 a" {
		t.Errorf("counts: %s", got)
	}
}
