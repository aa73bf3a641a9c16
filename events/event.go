// Package events holds the event model and its rules: field names, severities, fingerprints, folding of repeats and
// clearing. It knows nothing of collecting, of the wire or of stores, so that the collector's queue and every event
// store obey the same rules.
package events

import "maps"

// Event is one event as upstream writes it: field name → value (spec §5.3). Absent and nil are different: an absent
// field may be given a default, a nil one is left as it is. Unknown fields are details and travel along.
type Event map[string]any

// The field names that carry a meaning of their own (spec §5.3).
const (
	FieldDevice        = "device"
	FieldComponent     = "component"
	FieldEventClass    = "eventClass"
	FieldEventClassKey = "eventClassKey"
	FieldEventKey      = "eventKey"
	FieldEventGroup    = "eventGroup"
	FieldSeverity      = "severity"
	FieldSummary       = "summary"
	FieldMessage       = "message"
	FieldAgent         = "agent"
	FieldMonitor       = "monitor"
	FieldManager       = "manager"
	FieldDeviceGUID    = "device_guid"
	FieldComponentGUID = "component_guid"
	FieldRcvTime       = "rcvtime"
	FieldFirstTime     = "firstTime"
	FieldLastTime      = "lastTime"
	FieldCount         = "count"
	FieldDedupID       = "dedupid"
	FieldEventID       = "evid"
	FieldEventState    = "eventState"
	FieldIPAddress     = "ipAddress"
)

// Text returns a field as text, or "" when it is absent, nil or not a string.
func (e Event) Text(field string) string {
	s, _ := e[field].(string)
	return s
}

// Clone returns a copy whose fields can be changed without touching e. Values are shared.
func (e Event) Clone() Event {
	c := make(Event, len(e)+4)
	maps.Copy(c, e)
	return c
}
