package processor

import (
	"math"

	"github.com/zenpython/zenpython/hub/wire"
)

// maxIntervalSeconds is a year: above it an interval is a mistake of units.
const maxIntervalSeconds = 366 * 24 * 3600

// changeInterval asks for the interval of a result, cut to whole seconds as upstream does; 0 asks for none.
func (r *result) changeInterval(seconds float64, schedule Schedule) {
	if seconds == 0 {
		return
	}
	if seconds >= 1 && seconds <= maxIntervalSeconds && schedule.ChangeInterval(math.Trunc(seconds)) == nil {
		return
	}
	r.tally.returned[wire.Values]++
	r.tally.reject(wire.Values, wire.BadResult, "interval", seconds)
	r.showDropped(wire.BadResult, map[string]any{"interval": seconds})
}
