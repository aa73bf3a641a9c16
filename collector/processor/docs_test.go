package processor

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/zenpython/zenpython/hub/wire"
)

// docs/results.md is what plugin writers go by: it must know every reason, name and limit that there is.
func TestResultsPageIsComplete(t *testing.T) {
	text, err := os.ReadFile("../../docs/results.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	_, reasons, found := strings.Cut(page, "## Reasons")
	if !found {
		t.Fatal("the page has no section on reasons")
	}
	for _, info := range wire.Reasons() {
		if info.Kind != wire.Rejected {
			continue
		}
		level := "warning"
		if isUsual(info.Reason) {
			level = "debug"
		}
		if !hasRow(reasons, string(info.Reason), level) {
			t.Errorf("reason %s is not among those of level %s", info.Reason, level)
		}
	}
	for _, name := range []string{
		MetricUp, MetricDuration, MetricLate, MetricEvents, MetricValues, MetricMaps, TagContextUUID, TagContextKey, TagDevice,
		TagTrace, TagNoStore, TagNoForward, TagTask, TagPlugin,
	} {
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("the page does not name `%s`", name)
		}
	}
	limits := Limits{}.withDefaults()
	for what, n := range map[string]int{
		"events": limits.Events, "fields of an event": limits.EventFields, "values, each time of a datapoint one": limits.Values,
		"ad hoc metrics": limits.Metrics, "maps": limits.Maps, "bytes of a value given as text": limits.TextBytes,
		"bytes of a metric name with its tags": wire.MaxSeriesBytes, "bytes of an encoded event or map": wire.MaxRecordBytes,
	} {
		if !strings.Contains(page, "| "+what+" | "+thousands(n)) {
			t.Errorf("the page does not bound %q by %s", what, thousands(n))
		}
	}
}

// hasRow reports whether a table has a row with name in its first column and a level in its second.
func hasRow(table, name, level string) bool {
	for line := range strings.Lines(table) {
		columns := strings.Split(line, "|")
		if len(columns) > 2 && strings.Contains(columns[1], "`"+name+"`") && strings.TrimSpace(columns[2]) == level {
			return true
		}
	}
	return false
}

// thousands writes 1,000 for 1000.
func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
