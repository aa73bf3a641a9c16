package events

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"strconv"
)

// DedupKey is equal for events that a collector's queue folds into one (spec §5.2).
type DedupKey [16]byte

// ClearKey is equal for clears of which a collector's queue sends the first only (spec §5.2).
type ClearKey [16]byte

// keyBuffer is room on the stack for the bytes that are hashed; longer events cost an allocation.
const keyBuffer = 1024

// DedupKey hashes all fields but the times. Values compare by their text, as upstream's do: 5 and "5" are alike.
func (e Event) DedupKey() DedupKey {
	var room [keyBuffer]byte
	buf := room[:0]
	for _, field := range slices.Sorted(maps.Keys(e)) {
		switch field {
		case FieldRcvTime, FieldFirstTime, FieldLastTime:
			continue
		}
		buf = appendFramed(buf, field)
		at := len(buf)
		buf = binary.BigEndian.AppendUint32(buf, 0)
		buf = appendText(buf, e[field])
		binary.BigEndian.PutUint32(buf[at:], uint32(len(buf)-at-4))
	}
	sum := sha256.Sum256(buf)
	return DedupKey(sum[:16])
}

// ClearKey hashes device, component, eventKey and eventClass; absent and nil fields count as "".
func (e Event) ClearKey() ClearKey {
	return MakeClearKey(e.asText(FieldDevice), e.asText(FieldComponent), e.asText(FieldEventKey), e.asText(FieldEventClass))
}

// MakeClearKey is the ClearKey of an event with these fields, for callers that have not built the event. It allocates
// nothing unless the texts are very long.
func MakeClearKey(device, component, eventKey, eventClass string) ClearKey {
	var room [keyBuffer]byte
	buf := appendFramed(room[:0], device)
	buf = appendFramed(buf, component)
	buf = appendFramed(buf, eventKey)
	buf = appendFramed(buf, eventClass)
	sum := sha256.Sum256(buf)
	return ClearKey(sum[:16])
}

// appendFramed writes a text with its length in front, so that neighbours cannot be mistaken for each other.
func appendFramed(dst []byte, text string) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(text)))
	return append(dst, text...)
}

// asText returns a field's value as upstream's str() would write it; absent and nil are "".
func (e Event) asText(field string) string {
	switch v := e[field].(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		return string(appendText(nil, v))
	}
}

// maxFingerprint is the width of the fingerprint column, in UTF-8 bytes.
const maxFingerprint = 255

// Fingerprint says which occurrences are the same event (spec §5.6). A preset one is used as it is; otherwise severity
// is part of it, so that a Warning and an Error with equal keys are two events.
func (o *Occurrence) Fingerprint() string {
	if o.DedupID != "" {
		return cutBytes(o.DedupID, maxFingerprint)
	}
	severity := strconv.Itoa(int(o.Severity))
	id := o.Device + "|" + o.Component + "|" + o.EventClass + "|"
	if o.EventKey != "" {
		id += o.EventKey + "|" + severity
	} else {
		id += severity + "|" + o.Summary
	}
	return cutBytes(id, maxFingerprint)
}
