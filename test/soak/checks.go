package main

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// check is one thing that has to hold.
type check struct {
	what   string
	found  string
	holds  bool
	judged bool // else it is only told: the time was too short
}

// The daemon's metrics that are looked at.
const (
	metricGoroutines = "go_goroutines"
	metricFDs        = "process_open_fds"
	metricResident   = "process_resident_memory_bytes"
	// metricHeapGoal is twice what the last garbage collection left: unlike the heap as it is at the moment it does not go
	// up and down with the collector.
	metricHeapGoal = "go_memstats_next_gc_bytes"
	metricTasks    = "zenpython_tasks"
	metricReloads  = "zenpython_config_reloads_total"
	metricRuns     = "zenpython_runs_total"
	metricMissed   = "zenpython_slots_missed_total"
)

// growth is how a metric moved after the warm-up.
type growth struct {
	first, last float64 // quantiles of the first and the last third
	slope       float64 // per hour, by least squares
}

// The quantiles that are compared. What a new version of the inventory takes for a moment is not what stays: the live
// heap is looked at where it is low.
const (
	middle = 0.5
	low    = 0.2
)

func newGrowth(metric string, q float64, samples []sample) growth {
	values := make([]float64, len(samples))
	hours := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = s.sums[metric]
		hours[i] = s.at.Sub(samples[0].at).Hours()
	}
	third := max(1, len(values)/3)
	return growth{quantile(values[:third], q), quantile(values[len(values)-third:], q), slope(hours, values)}
}

// The growth between the first and the last third that is still none: a share, and what a few runs more or less in
// flight make of small numbers.
const (
	toleratedShare = 0.05
	toleratedCount = 20
	toleratedBytes = 2 << 20
)

// check holds the growth to what is tolerated.
func (g growth) check(what string, scale float64, unit string, tolerated float64, judged bool) check {
	return check{
		what: what,
		found: fmt.Sprintf("%.4g%s in the first third after the warm-up, %.4g%s in the last; %+.3g%s an hour",
			g.first/scale, unit, g.last/scale, unit, g.slope/scale, unit),
		holds:  g.last <= g.first*(1+toleratedShare)+tolerated,
		judged: judged,
	}
}

func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(q*float64(len(sorted)))]
}

// slope fits a line by least squares.
func slope(x, y []float64) float64 {
	var meanX, meanY float64
	for i := range x {
		meanX += x[i] / float64(len(x))
		meanY += y[i] / float64(len(y))
	}
	var covariance, variance float64
	for i := range x {
		covariance += (x[i] - meanX) * (y[i] - meanY)
		variance += (x[i] - meanX) * (x[i] - meanX)
	}
	if variance == 0 {
		return 0
	}
	return covariance / variance
}

// enough is the time after the warm-up that growth can be judged from.
const enough = time.Minute

// growthChecks look at everything that could leak.
func growthChecks(samples []sample, judged bool) []check {
	return []check{
		newGrowth(metricGoroutines, middle, samples).check("goroutines", 1, "", toleratedCount, judged),
		newGrowth(metricFDs, middle, samples).check("file descriptors", 1, "", toleratedCount, judged),
		newGrowth(metricHeapGoal, low, samples).check("live heap", 2<<20, " MiB", 2*toleratedBytes, judged),
		newGrowth(metricResident, middle, samples).check("resident memory", 1<<20, " MiB", 8*toleratedBytes, judged),
	}
}

// ledger is a sum that comes out at 0.
type ledger struct {
	what    string
	balance func(s sample) float64
}

// ledgers are the daemon's (docs/metrics.md, docs/reasons.md).
var ledgers = []ledger{
	{"slots due = ran + missed + running + queued", func(s sample) float64 {
		return s.sums["zenpython_slots_due_total"] - s.sums[metricRuns] - s.sums[metricMissed] -
			s.sums["zenpython_runs_in_flight"] - s.sums["zenpython_runs_queued"]
	}},
	{"items returned = produced + merged + suppressed + rejected", func(s sample) float64 {
		return s.sums["zenpython_items_returned_total"] - s.sums["zenpython_records_produced_total"] -
			s.sums["zenpython_items_merged_total"] - s.sums["zenpython_items_suppressed_total"] - s.sums["zenpython_items_rejected_total"]
	}},
	{"records produced = published + dropped + queued + in flight", func(s sample) float64 {
		return s.sums["zenpython_records_produced_total"] - s.sums["zenpython_records_published_total"] -
			s.sums["zenpython_records_dropped_total"] - s.sums["zenpython_records_queued"] - s.sums["zenpython_records_in_flight"]
	}},
}

// ledgerChecks look for a moment at which each ledger balances: a scrape asks one part of the daemon after the other,
// and what passes from one to the next meanwhile is in neither or in both.
func ledgerChecks(samples []sample) []check {
	checks := make([]check, 0, len(ledgers))
	for _, l := range ledgers {
		best := math.Inf(1)
		for _, s := range samples {
			if off := l.balance(s); math.Abs(off) < math.Abs(best) {
				best = off
			}
		}
		checks = append(checks, check{
			what: l.what, found: fmt.Sprintf("off by %.0f at best, in %d looks", best, len(samples)), holds: best == 0, judged: true,
		})
	}
	return checks
}

// faultChecks make sure that the faults were met: a soak without them shows nothing.
func faultChecks(last sample) []check {
	runs, missed := last.byLabel(metricRuns), last.byLabel(metricMissed)
	checks := make([]check, 0, 4)
	for _, outcome := range []string{"ok", "error"} {
		checks = append(checks, check{
			what: "runs that end as " + outcome, found: fmt.Sprintf("%.0f", runs[outcome]), holds: runs[outcome] > 0, judged: true,
		})
	}
	return append(checks, check{
		what: "slots missed by tasks that hang", found: fmt.Sprintf("%.0f running, %.0f contained", missed["running"], missed["contained"]),
		holds: missed["running"] > 0, judged: true,
	})
}
