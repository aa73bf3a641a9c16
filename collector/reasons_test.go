package collector_test

import (
	"testing"

	"github.com/zenpython/zenpython/collector/runner"
	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/hub/wire"
)

// The scheduler and the runner know nothing of the wire; this ties their reasons to the one table of them.
func TestReasonsOfMissedSlotsStandInTheTable(t *testing.T) {
	names := []string{string(runner.ReasonStopping)}
	for _, r := range scheduler.Reasons() {
		names = append(names, r.String())
	}
	for _, name := range names {
		if info, ok := wire.Reason(name).Info(); !ok || info.Kind != wire.Missed {
			t.Errorf("%q is no reason of a missed slot in the table: %+v", name, info)
		}
	}
}
