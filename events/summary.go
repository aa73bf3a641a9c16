package events

import (
	"maps"
	"time"
)

// Summary is a stored event: one row for all occurrences of one fingerprint while it is open (spec §5.7). Details are
// never changed in place, so that a copy of a Summary is a snapshot.
type Summary struct {
	Occurrence            // as merged; Created is the last time seen
	ID          string    // evid, minted by the store
	Fingerprint string    // at most 255 bytes
	ClearedBy   string    // ID of the clear that closed it
	StateChange time.Time // when State last changed, on the events' own clock for clears and the store's for ageing
}

// LastSeen returns when the event last happened.
func (s *Summary) LastSeen() time.Time { return s.Created }

// Merge folds a further occurrence of the same fingerprint in (spec §5.7). The count grows by the occurrence's own. One
// that is not older than what is known replaces every field that it brings; an older one only adds details that are
// not known yet and lowers FirstSeen.
func (s *Summary) Merge(o *Occurrence) {
	s.Count += o.Count
	if o.FirstSeen.Before(s.FirstSeen) {
		s.FirstSeen = o.FirstSeen
	}
	if o.Created.Before(s.Created) {
		s.Details = overlay(o.Details, s.Details)
		return
	}
	s.Created = o.Created
	s.Severity = o.Severity
	for _, text := range [...]struct {
		field *string
		value string
	}{
		{&s.Device, o.Device}, {&s.DeviceGUID, o.DeviceGUID}, {&s.Component, o.Component}, {&s.ComponentGUID, o.ComponentGUID},
		{&s.EventClass, o.EventClass}, {&s.EventClassKey, o.EventClassKey}, {&s.EventKey, o.EventKey}, {&s.EventGroup, o.EventGroup},
		{&s.Summary, o.Summary}, {&s.Message, o.Message}, {&s.Agent, o.Agent}, {&s.Monitor, o.Monitor},
	} {
		if text.value != "" {
			*text.field = text.value
		}
	}
	s.Details = overlay(s.Details, o.Details)
	s.follow(o.State)
}

// follow takes over the state of a newer occurrence, except that a repeat does not undo an acknowledgement.
func (s *Summary) follow(state State) {
	if s.State == Acknowledged && (state == New || state == Suppressed) {
		return
	}
	if s.State != state {
		s.State, s.StateChange = state, s.Created
	}
}

// overlay returns base with more laid over it by name, leaving both as they are.
func overlay(base, more map[string][]string) map[string][]string {
	if len(more) == 0 {
		return base
	}
	out := maps.Clone(base)
	if out == nil {
		return more
	}
	maps.Copy(out, more)
	return out
}

// Widths of the stored columns, in characters (spec §5.9).
const (
	columnID      = 255
	columnClass   = 128
	columnAgent   = 64
	columnMessage = 4096
)

// fit cuts the texts to the widths of their columns. Fingerprint and clear key are made before, of the whole texts.
func (o *Occurrence) fit() {
	for _, columns := range [...]struct {
		width int
		texts []*string
	}{
		{columnID, []*string{&o.Device, &o.DeviceGUID, &o.Component, &o.ComponentGUID, &o.Summary}},
		{columnClass, []*string{&o.EventClass, &o.EventClassKey, &o.EventKey, &o.Monitor}},
		{columnAgent, []*string{&o.Agent, &o.EventGroup}},
		{columnMessage, []*string{&o.Message}},
	} {
		for _, text := range columns.texts {
			*text = cutRunes(*text, columns.width)
		}
	}
}
