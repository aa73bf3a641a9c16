package processor

import (
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

// addPluginEvent processes an event that a plugin gave; overLimit says that the result has too many.
func (r *result) addPluginEvent(e events.Event, overLimit bool) {
	switch {
	case overLimit:
		r.dropEvent(e, wire.Limit)
	case isBeyond(len(e), r.p.limits.EventFields):
		r.dropEvent(e, wire.TooLarge)
	default:
		r.addEvent(OriginPlugin, e)
	}
}

func (r *result) dropEvent(e events.Event, reason wire.Reason) {
	r.tally.returned[wire.Events]++
	r.tally.reject(wire.Events, reason, "event", e[events.FieldSummary])
	r.showDropped(reason, e)
}

// addEvent processes an event. The given one is not changed, since plugins keep and reuse theirs.
func (r *result) addEvent(origin Origin, e events.Event) {
	stamped := r.stamp(e)
	if !isTelling(stamped) {
		r.dropEvent(e, wire.BadEvent)
		return
	}
	r.tally.returned[wire.Events]++
	var row events.Event
	if r.p.observer != nil {
		row = stamped.Clone() // the outlet may go on to change its own
	}
	reason := r.p.outlet.PutEvent(r.device, stamped)
	r.tally.settle(wire.Events, reason, "event")
	if r.p.observer == nil {
		return
	}
	if info, _ := reason.Info(); info.Kind == wire.Rejected {
		r.showDropped(reason, e)
		return
	}
	r.p.observer.Event(EventRow{r.ref, origin, row})
}

// stamp returns the event as it leaves the collector. A device that the stamp does not know may be the task's own.
func (r *result) stamp(e events.Event) events.Event {
	stamped := r.p.stamp.Apply(e, r.device)
	if component, ok := stamped[events.FieldComponent].(datasource.Component); ok {
		stamped[events.FieldComponent] = componentField(component)
	}
	if r.task != nil && r.task.Config.DeviceGUID != "" && stamped[events.FieldDeviceGUID] == nil &&
		stamped.Text(events.FieldDevice) == r.task.Config.ID {
		stamped[events.FieldDeviceGUID] = r.task.Config.DeviceGUID
	}
	return stamped
}

// componentField returns what an event's component is for a data source's: nil is the device.
func componentField(c datasource.Component) any {
	if c.IsDevice() {
		return nil
	}
	return string(c)
}

// isTelling reports whether the hub can do anything with the event: it takes none without device, severity and a text
// (spec §5.3), except for heartbeats, which are no events there.
func isTelling(e events.Event) bool {
	if e.Text(events.FieldEventClass) == events.ClassHeartbeat {
		return hasField(e, events.FieldDevice)
	}
	return hasField(e, events.FieldDevice) && e[events.FieldSeverity] != nil &&
		(hasField(e, events.FieldSummary) || hasField(e, events.FieldMessage))
}

func hasField(e events.Event, field string) bool {
	v := e[field]
	return v != nil && v != ""
}

func (r *result) showDropped(reason wire.Reason, item any) {
	if r.p.observer != nil {
		r.p.observer.Dropped(DroppedRow{r.ref, reason, item})
	}
}
