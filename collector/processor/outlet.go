package processor

import (
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

// Outlet takes records on their way to the hub; publisher.Queue is one. It is safe for concurrent use.
type Outlet interface {
	// SuppressesClear reports whether a clear with this key would be suppressed, and books it as if it had been put. It
	// allocates nothing: the clear of every run and of every value inside its thresholds is asked for here first.
	SuppressesClear(key events.ClearKey) bool
	// PutEvent takes an event of a device's task for its own and says what became of it: Accepted, a reason to merge or
	// suppress it, or a reason to reject it, which the outlet has then booked.
	PutEvent(device string, e events.Event) wire.Reason
	// PutValues takes values. It keeps the bytes of the series, not the slice.
	PutValues(values []wire.Value)
	// PutMap takes a map for its own; the result is like that of PutEvent.
	PutMap(m wire.Map) wire.Reason
	// Reject books items that the processor made no record of.
	Reject(class wire.Class, reason wire.Reason, n int)
}
