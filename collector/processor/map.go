package processor

import (
	"time"

	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

// addMap hands a map on to the model; the rules of applying it are the hub's. overLimit says that the result has too many.
func (r *result) addMap(m maps.Map, overLimit bool) {
	r.tally.returned[wire.Maps]++
	if overLimit {
		r.tally.reject(wire.Maps, wire.Limit, "map", m)
		r.showDropped(wire.Limit, m)
		return
	}
	reason := r.p.outlet.PutMap(wire.Map{
		Device: r.device, Task: r.taskName(), Slot: r.slot / int64(time.Millisecond), Map: m,
	})
	r.tally.settle(wire.Maps, reason, "map")
	switch {
	case r.p.observer == nil:
	case reason == wire.Accepted:
		r.p.observer.Map(MapRow{r.ref, r.device, m})
	default:
		r.showDropped(reason, m)
	}
}
