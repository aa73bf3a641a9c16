package monitor_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/zenpython/zenpython/collector/monitor"
)

var update = flag.Bool("update", false, "rewrite docs/metrics.md")

func TestMetricsDocumentIsWhatTheTableSays(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "metrics.md")
	want := monitor.WriteMarkdown()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s differs from the table of metrics; go test ./collector/monitor -update rewrites it", path)
	}
}

// The names of spec §4.16: who has graphs of them finds them all.
func TestUpstreamStatisticsAreAllThere(t *testing.T) {
	got := monitor.Upstream(&monitor.Statistics{
		Devices: 3, Tasks: 7, Running: 2, Queued: 1, EventQueueLength: 4, HookSeconds: 1.5, TimedOutTasks: 5,
		Missed:   map[string]uint64{"running": 2, "queued": 3},
		Produced: map[string]uint64{"values": 11, "events": 12},
		Dropped:  map[string]uint64{"queue_full": 13},
	})
	want := map[string]float64{
		"devices": 3, "taskCount": 7, "runningTasks": 2, "queuedTasks": 1, "missedRuns": 5, "dataPoints": 11,
		"eventCount": 12, "discardedEvents": 13, "eventQueueLength": 4, "percentBlocked": 150, "timedOutTasks": 5,
		"failedRuns": 0,
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s = %v, want %v", name, got[name], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d statistics, want %d: %v", len(got), len(want), got)
	}
}
