package events

import "maps"

// The event class paths that the product itself uses (spec §7.5).
const (
	ClassAppStart        = "/App/Start"
	ClassAppStop         = "/App/Stop"
	ClassAppZenoss       = "/App/Zenoss"
	ClassChangeAdd       = "/Change/Add"
	ClassChangeRebuild   = "/Change/Rebuild"
	ClassChangeRemove    = "/Change/Remove"
	ClassChangeSet       = "/Change/Set"
	ClassChangeBlocked   = "/Blocked" // appended to the class of a change that a lock refused
	ClassCmdFail         = "/Cmd/Fail"
	ClassHeartbeat       = "/Heartbeat"
	ClassPerfSNMP        = "/Perf/Snmp"
	ClassStatusHeartbeat = "/Status/Heartbeat"
	ClassStatusUpdate    = "/Status/Update"
	ClassUnknown         = "/Unknown"
)

// KeyTimeout is the eventClassKey of the collector's timeout events and their clears (spec §4.11).
const KeyTimeout = "zenpython-timeout"

// Classes says which class an event belongs to and which other classes its clears reach (spec §5.5, §5.8). It is
// immutable and safe for concurrent use.
type Classes struct {
	byKey  map[string]string
	clears map[string][]string
}

// NewClasses returns the built-in mapping with more laid over it: byKey maps an eventClassKey to a class path, clears
// maps a class to the further classes that its clears reach (zEventClearClasses). Both may be nil.
func NewClasses(byKey map[string]string, clears map[string][]string) *Classes {
	c := &Classes{
		byKey:  map[string]string{KeyTimeout: ClassAppZenoss},
		clears: map[string][]string{ClassAppStart: {ClassAppStop}},
	}
	maps.Copy(c.byKey, byKey)
	for class, others := range clears {
		c.clears[class] = append([]string(nil), others...)
	}
	return c
}

// Class returns the class of an event that came with this class and class key: a class that the event brings is used
// as it is, then the key decides, and what nothing maps is /Unknown.
func (c *Classes) Class(class, classKey string) string {
	if class != "" {
		return class
	}
	if mapped := c.byKey[classKey]; mapped != "" {
		return mapped
	}
	return ClassUnknown
}

// ClearClasses returns the classes that a clear of this class reaches: its own first.
func (c *Classes) ClearClasses(class string) []string {
	return append([]string{class}, c.clears[class]...)
}
