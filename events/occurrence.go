package events

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Occurrence is one event as the hub takes it: upstream's fields in typed form (spec §5.3). "" stands for a field that
// is missing.
type Occurrence struct {
	Device, DeviceGUID       string
	Component, ComponentGUID string
	EventClass               string
	EventClassKey            string
	EventKey                 string
	EventGroup               string
	Severity                 Severity
	Summary, Message         string
	Agent, Monitor           string
	FirstSeen                time.Time // millisecond precision, not after Created
	Created                  time.Time // millisecond precision
	Count                    int64     // how often it happened: at least 1
	State                    State
	DedupID                  string // preset fingerprint
	// Details are all other fields by name; numbers of syslog and NT event logs are among them under their own names.
	Details map[string][]string
}

// DetailIPAddress is the detail that an event's ipAddress becomes.
const DetailIPAddress = "zenoss.device.ip_address"

// maxFilled is how much of a message fills a missing summary.
const maxFilled = 255

// Arrive reads an event as it arrives at the hub at time now. An event without device, severity, or both summary and
// message is an error, since nothing could be done with it (spec §5.3). The class is left as the event has it: see
// Classes. The given event is not changed.
func Arrive(e Event, now time.Time) (*Occurrence, error) {
	severity, hasSeverity := ParseSeverity(e[FieldSeverity])
	o := &Occurrence{
		Device: e.asText(FieldDevice), DeviceGUID: e.asText(FieldDeviceGUID),
		Component: e.asText(FieldComponent), ComponentGUID: e.asText(FieldComponentGUID),
		EventClass: e.asText(FieldEventClass), EventClassKey: e.asText(FieldEventClassKey),
		EventKey: e.asText(FieldEventKey), EventGroup: e.asText(FieldEventGroup),
		Severity: severity,
		Summary:  e.asText(FieldSummary), Message: e.asText(FieldMessage),
		Agent: e.asText(FieldAgent), Monitor: e.asText(FieldMonitor),
		Count: e.count(), State: e.state(), DedupID: e.asText(FieldDedupID),
		Details: e.details(),
	}
	if o.Summary == "" {
		o.Summary = cutRunes(o.Message, maxFilled)
	}
	if o.Message == "" {
		o.Message = o.Summary
	}
	if err := o.complete(hasSeverity); err != nil {
		return nil, err
	}
	o.setTimes(e, now)
	return o, nil
}

func (o *Occurrence) complete(hasSeverity bool) error {
	var missing []string
	if o.Device == "" {
		missing = append(missing, FieldDevice)
	}
	if !hasSeverity {
		missing = append(missing, FieldSeverity)
	}
	if o.Summary == "" {
		missing = append(missing, FieldSummary)
	}
	if missing == nil {
		return nil
	}
	return fmt.Errorf("event has no %s: it is dropped", strings.Join(missing, ", no "))
}

// setTimes takes the event's own times, then the time at which the collector's queue got it, then now.
func (o *Occurrence) setTimes(e Event, now time.Time) {
	received, ok := unixTime(e[FieldRcvTime])
	if !ok {
		received = now.Truncate(time.Millisecond)
	}
	o.Created, o.FirstSeen = received, received
	if last, ok := unixTime(e[FieldLastTime]); ok {
		o.Created = last
	}
	if first, ok := unixTime(e[FieldFirstTime]); ok {
		o.FirstSeen = first
	}
	if o.FirstSeen.After(o.Created) {
		o.FirstSeen = o.Created
	}
}

// maxUnixSeconds is the year 9999: what is beyond it was never a time in seconds.
const maxUnixSeconds = 253402300799

// unixTime reads seconds since 1970, a number or its text, to the millisecond. What is not one is ignored.
func unixTime(v any) (time.Time, bool) {
	seconds, ok := number(v)
	if !ok || !(seconds >= 0 && seconds <= maxUnixSeconds) {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(math.Round(seconds * 1000))), true
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case string:
		f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		return f, err == nil
	case float64:
		return v, true
	case float32:
		return float64(v), true
	case bool:
		return 0, false
	}
	n, ok := wholeNumber(v)
	return float64(n), ok
}

// count reads the field count; what is no number of at least one is ignored.
func (e Event) count() int64 {
	f, ok := number(e[FieldCount])
	if !ok || !(f >= 1 && f < 1<<53) {
		return 1
	}
	return int64(f)
}

// state reads the field eventState; what is no state is ignored.
func (e Event) state() State {
	f, ok := number(e[FieldEventState])
	if !ok || f != math.Trunc(f) || f < 0 || f > float64(Aged) {
		return New
	}
	return State(f)
}

// taken are the fields that are no details: they have a place of their own in Occurrence, or are set by the server
// and ignored when an event brings them (spec §5.3).
var taken = map[string]bool{
	FieldDevice: true, FieldDeviceGUID: true, FieldComponent: true, FieldComponentGUID: true,
	FieldEventClass: true, FieldEventClassKey: true, FieldEventKey: true, FieldEventGroup: true,
	FieldSeverity: true, FieldSummary: true, FieldMessage: true, FieldAgent: true, FieldMonitor: true,
	FieldRcvTime: true, FieldFirstTime: true, FieldLastTime: true, FieldCount: true, FieldEventState: true,
	FieldDedupID: true, FieldEventID: true,

	"prodState": true, "DeviceClass": true, "Location": true, "Systems": true, "DeviceGroups": true, "ownerid": true,
	"clearid": true, "stateChange": true, "DevicePriority": true, "eventClassMapping": true, "_action": true,
	"_clearClasses": true, "_fields": true,
}

func (e Event) details() map[string][]string {
	details := map[string][]string{}
	for field, value := range e {
		if taken[field] {
			continue
		}
		if field == FieldIPAddress {
			field = DetailIPAddress
		}
		if values := texts(value); len(values) > 0 {
			details[field] = values
		}
	}
	return details
}
