package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report is what the soak came to.
type report struct {
	plan     plan
	versions int
	tasks    int
	args     []string
	last     sample
	peak     float64 // resident bytes
	checks   []check
}

// report looks at everything; took and code say how the daemon stopped.
func (s *soaking) report(took time.Duration, code int) report {
	last := s.closing[len(s.closing)-1]
	r := report{plan: s.plan, versions: s.version.generation, tasks: s.version.tasks(), args: s.daemon.args, last: last}
	warm := slices.DeleteFunc(slices.Clone(s.samples), func(one sample) bool { return one.at.Sub(s.started) < s.warmUp })
	for _, one := range s.samples {
		r.peak = max(r.peak, one.sums[metricResident])
	}
	if len(warm) > 0 {
		r.checks = growthChecks(warm, s.duration-s.warmUp >= enough)
	}
	r.checks = append(r.checks, ledgerChecks(s.closing)...)
	r.checks = append(r.checks, faultChecks(last)...)
	r.checks = append(r.checks,
		check{
			what: "inventory taken over", found: strings.Join(append([]string{fmt.Sprintf("%.0f loads for %d changes",
				last.sums[metricReloads], s.version.generation)}, s.late...), "; "),
			holds: len(s.late) == 0, judged: true,
		},
		check{what: "stopped in order", found: fmt.Sprintf("exit code %d after %.1f s", code, took.Seconds()), holds: code == 0, judged: true})
	return r
}

func (r report) met() bool {
	return !slices.ContainsFunc(r.checks, func(c check) bool { return c.judged && !c.holds })
}

func (r report) print(out io.Writer) {
	p := r.plan
	fmt.Fprintf(out, "%v with %d tasks on %d devices, of which 1 in %d hangs, 1 is refused and 1 slow; %d versions of the inventory\n",
		p.duration, r.tasks, p.devices, share, r.versions+1)
	fmt.Fprintf(out, "options: %s, else defaults\n\n", strings.Join(r.args, " "))
	fmt.Fprintf(out, "runs      %s\n", counts(r.last.byLabel(metricRuns)))
	fmt.Fprintf(out, "missed    %s\n", counts(r.last.byLabel(metricMissed)))
	fmt.Fprintf(out, "records   %s\n", counts(r.last.byLabel("zenpython_records_published_total")))
	fmt.Fprintf(out, "dropped   %s\n", counts(r.last.byLabel("zenpython_records_dropped_total")))
	fmt.Fprintf(out, "CPU       %.0f s\n", r.last.sums["process_cpu_seconds_total"])
	fmt.Fprintf(out, "resident  %.0f MiB at most\n\n", r.peak/(1<<20))
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range r.checks {
		fmt.Fprintf(table, "%s\t%s\t%s\n", c.verdict(), c.what, c.found)
	}
	_ = table.Flush() // as the lines above
	verdict := "everything held"
	if !r.met() {
		verdict = "NOT everything held"
	}
	fmt.Fprintf(out, "\n%s\n", verdict)
}

func (c check) verdict() string {
	switch {
	case !c.judged:
		return "—" // too short to say
	case c.holds:
		return "PASS"
	}
	return "FAIL"
}

// counts writes numbers by name, the largest first.
func counts(of map[string]float64) string {
	if len(of) == 0 {
		return "none"
	}
	names := slices.SortedFunc(maps.Keys(of), func(a, b string) int {
		if of[a] != of[b] {
			return int(max(-1, min(1, of[b]-of[a])))
		}
		return strings.Compare(a, b)
	})
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = fmt.Sprintf("%.0f %s", of[name], name)
	}
	return strings.Join(parts, ", ")
}
