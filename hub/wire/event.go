package wire

import (
	"fmt"

	"github.com/zenpython/zenpython/events"
)

// EventSize returns the encoded size of an event record, or says why it cannot be sent: ErrTooLarge, nested deeper than
// MaxDepth, or a field of a type that has no form on the wire.
func EventSize(e *Event) (int, error) {
	b, err := appendEvent(nil, e)
	return len(b), err
}

// appendEvent appends [device str, fields map].
func appendEvent(dst []byte, e *Event) ([]byte, error) {
	return appendRecord(dst, func(w recordWriter) error {
		if err := w.EncodeArrayLen(2); err != nil {
			return err
		}
		if err := w.text(e.Device); err != nil {
			return err
		}
		if err := w.fields(e.Event, 1); err != nil {
			return fmt.Errorf("event field %w", err)
		}
		return nil
	})
}

func (r recordReader) event() (e Event, err error) {
	if err := r.array(2); err != nil {
		return e, err
	}
	if e.Device, err = r.text(); err != nil {
		return e, fmt.Errorf("device: %w", err)
	}
	fields, err := r.fields(1)
	if err != nil {
		return e, fmt.Errorf("fields: %w", err)
	}
	e.Event = events.Event(fields)
	return e, nil
}
