package events

import "unicode/utf8"

// What leaves a collector is no longer than this, in characters (spec §4.13.1).
const (
	maxSummary = 256
	maxMessage = 4096
	maxText    = 524288
)

// Stamp is what a collector puts on every event that leaves it (spec §4.13.1).
type Stamp struct {
	Agent   string // the daemon: "zenpython"
	Monitor string
	Manager string // full host name of the collector
	// DeviceGUID returns the UUID of a device that the collector knows, else "". It may be nil.
	DeviceGUID func(device string) string
}

// Apply returns the event as it leaves the collector: device and severity defaulted where the field is absent (a field
// that is there and nil stays nil), the collector's own fields set over whatever the plugin gave, long texts cut. The
// given event is not changed, since plugins keep and reuse theirs.
func (s Stamp) Apply(e Event, device string) Event {
	out := e.Clone()
	setDefault(out, FieldDevice, device)
	setDefault(out, FieldSeverity, int64(Info))
	for field, value := range out {
		if text, ok := value.(string); ok {
			out[field] = cutRunes(text, fieldLimit(field))
		}
	}
	out[FieldAgent] = s.Agent
	out[FieldMonitor] = s.Monitor
	out[FieldManager] = s.Manager
	if s.DeviceGUID != nil {
		if guid := s.DeviceGUID(out.Text(FieldDevice)); guid != "" {
			out[FieldDeviceGUID] = guid
		}
	}
	return out
}

func setDefault(e Event, field string, value any) {
	if _, ok := e[field]; !ok {
		e[field] = value
	}
}

func fieldLimit(field string) int {
	switch field {
	case FieldSummary:
		return maxSummary
	case FieldMessage:
		return maxMessage
	}
	return maxText
}

// cutRunes returns the first limit characters of text.
func cutRunes(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for i := range text {
		if limit == 0 {
			return text[:i]
		}
		limit--
	}
	return text
}

// cutBytes returns the longest prefix of text of at most limit bytes that ends at a character's border.
func cutBytes(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}
