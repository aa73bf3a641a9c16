// Package monitor lets a daemon be watched: its statistics as Prometheus metrics, health and readiness, the status that
// people ask for, and the listeners that serve them.
package monitor

import (
	"fmt"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// Metric defines one metric of the daemon. The table is the only place where they are defined: /metrics, docs/metrics.md
// and upstream's statistics (spec §4.16) come from it.
type Metric struct {
	Name     string
	Type     prometheus.ValueType
	Label    string // name of the one label, "" for none
	Upstream string // the statistic of spec §4.16 that it is, "" for none
	Help     string
	read     func(s *Statistics, give func(value float64, label string))
}

// Statistics are the numbers that the daemon counts, read at one moment.
type Statistics struct {
	Devices, Tasks, Running, Queued, Contained int
	Due                                        uint64
	Missed                                     map[string]uint64 // by reason
	Runs                                       map[string]uint64 // by outcome
	FailedRuns, TimedOutTasks                  uint64
	HookSeconds                                float64
	Returned, Produced, Published              map[string]uint64 // by class
	Rejected, Merged, Suppressed, Dropped      map[string]uint64 // by reason
	RecordsQueued, RecordsInFlight             map[string]uint64 // by class
	EventQueueLength                           int
	Threads, MaxParallel                       int
	ReloadGood                                 bool
	Reloads                                    uint64
	Problems                                   int
	HubUp                                      bool
}

func one(f func(*Statistics) float64) func(*Statistics, func(float64, string)) {
	return func(s *Statistics, give func(float64, string)) { give(f(s), "") }
}

func each(f func(*Statistics) map[string]uint64) func(*Statistics, func(float64, string)) {
	return func(s *Statistics, give func(float64, string)) {
		for label, n := range f(s) {
			give(float64(n), label)
		}
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

const (
	gauge   = prometheus.GaugeValue
	counter = prometheus.CounterValue
)

// exporter gives the statistics to Prometheus' registry; it holds no numbers of its own, so nothing is counted twice.
type exporter struct {
	metrics []Metric
	descs   []*prometheus.Desc
	read    func() *Statistics
}

func newExporter(read func() *Statistics) *exporter {
	e := &exporter{metrics: Metrics(), read: read}
	for _, m := range e.metrics {
		var labels []string
		if m.Label != "" {
			labels = []string{m.Label}
		}
		e.descs = append(e.descs, prometheus.NewDesc(m.Name, m.Help, labels, nil))
	}
	return e
}

// Describe implements prometheus.Collector.
func (e *exporter) Describe(out chan<- *prometheus.Desc) {
	for _, d := range e.descs {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (e *exporter) Collect(out chan<- prometheus.Metric) {
	s := e.read()
	for i, m := range e.metrics {
		m.read(s, func(value float64, label string) {
			var labels []string
			if m.Label != "" {
				labels = []string{label}
			}
			out <- prometheus.MustNewConstMetric(e.descs[i], m.Type, value, labels...)
		})
	}
}

// Upstream returns the statistics under upstream's names (spec §4.16), for those who have graphs of them.
func Upstream(s *Statistics) map[string]float64 {
	out := map[string]float64{"dataPoints": float64(s.Produced["values"]), "eventCount": float64(s.Produced["events"])}
	for _, m := range Metrics() {
		if m.Upstream == "" {
			continue
		}
		m.read(s, func(value float64, _ string) { out[m.Upstream] += value })
	}
	// A counter of centiseconds: its rate is percent.
	out["percentBlocked"] *= 100
	return out
}

// WriteMarkdown returns docs/metrics.md.
func WriteMarkdown() string {
	var b strings.Builder
	b.WriteString("# Metrics\n\nWhat `/metrics` of a daemon gives, besides the usual `go_*` and `process_*`. " +
		"The reasons are those of [reasons.md](reasons.md). Counters count from the start of the process.\n\n" +
		"| metric | type | label | upstream's statistic | meaning |\n| --- | --- | --- | --- | --- |\n")
	for _, m := range Metrics() {
		kind := "gauge"
		if m.Type == counter {
			kind = "counter"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", m.Name, kind, code(m.Label), code(m.Upstream), m.Help)
	}
	b.WriteString("\nUpstream's statistics are also published as metrics of those names every `--writeStatistics` seconds, " +
		"with the tags `daemon` and `monitor`; beside them `dataPoints` and `eventCount`, which count records produced.\n")
	return b.String()
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}
