package processor

import (
	"slices"
	"time"

	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

// addMap hands a map on to the model; the rules of applying it are the hub's.
func (r *result) addMap(m maps.Map, overLimit bool) {
	r.tally.returned[wire.Maps]++
	switch {
	case overLimit:
		r.tally.reject(wire.Maps, wire.Limit, "map", nil)
		r.showDropped(wire.Limit, m)
		return
	case !isWhole(m):
		r.tally.reject(wire.Maps, wire.BadMap, "map", nil)
		r.showDropped(wire.BadMap, nil)
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

// isWhole reports whether a map is there, with all of its members.
func isWhole(m maps.Map) bool {
	switch m := m.(type) {
	case *maps.ObjectMap:
		return m != nil
	case *maps.RelationshipMap:
		return m != nil && !slices.Contains(m.Maps, nil)
	}
	return false
}
