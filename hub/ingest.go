package hub

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

// maxAhead is how far a value's time may be ahead of the hub's clock.
const maxAhead = 10 * time.Minute

// Ingest applies batches in order, each record once: what a lane's mark says is applied already is skipped. A batch
// that cannot be taken does not hold up those of other lanes; the error joins what was wrong. It wraps ErrGap where
// records before a batch must be sent first, and wire.ErrRefused alone where sending again is useless. A record
// that breaks a rule is rejected and booked, and its batch goes on.
func (h *Hub) Ingest(ctx context.Context, batches []*wire.Batch) error {
	var retry, refused []error
	for _, b := range batches {
		if err := ctx.Err(); err != nil {
			return errors.Join(append(retry, fmt.Errorf("ingest: %w", err))...)
		}
		err := h.ingest(b)
		switch {
		case errors.Is(err, wire.ErrRefused):
			refused = append(refused, err)
		case err != nil:
			retry = append(retry, err)
		}
	}
	if retry != nil {
		return errors.Join(retry...)
	}
	return errors.Join(refused...)
}

func (h *Hub) ingest(b *wire.Batch) error {
	if err := checkBatch(b); err != nil {
		return err
	}
	m := h.marks.of(b)
	m.mu.Lock()
	defer m.mu.Unlock()
	a, err := m.admit(b)
	if err != nil {
		return err
	}
	if a.lost > 0 {
		h.log.Warn("the collector lost records before they were applied", "collector", b.Collector, "lane", b.Lane.String(), "records", a.lost)
	}
	var rejected map[wire.Reason]uint64
	now := time.Now()
	switch b.Lane.Class {
	case wire.Events:
		rejected = h.applyEvents(b.Events[a.skip:], now)
	case wire.Values:
		rejected = h.applyValues(b.Values[a.skip:], now)
	case wire.Maps:
		rejected = h.applyMapRecords(b.Maps[a.skip:])
	}
	m.seq = max(m.seq+a.lost, b.Next()-1)
	h.ledger.book(b.Lane.Class, a, b.Len(), rejected)
	return nil
}

func (h *Hub) applyEvents(records []wire.Event, now time.Time) (rejected map[wire.Reason]uint64) {
	var bad uint64
	for i := range records {
		e := records[i].Event
		if e.Text(events.FieldEventClass) == events.ClassHeartbeat {
			if recovery := h.heartbeats.beat(e, now); recovery != nil {
				h.putEvent(recovery, now)
			}
			continue
		}
		if !h.putEvent(e, now) {
			bad++
		}
	}
	return count(wire.BadEvent, bad)
}

// putEvent gives an event to the store and reports whether it was taken.
func (h *Hub) putEvent(e events.Event, now time.Time) bool {
	if _, err := h.events.Apply(e, now); err != nil {
		h.log.Warn("rejected an event", "device", e.Text(events.FieldDevice), "component", e.Text(events.FieldComponent), "error", err)
		return false
	}
	return true
}

func (h *Hub) applyValues(records []wire.Value, now time.Time) (rejected map[wire.Reason]uint64) {
	return count(wire.Future, h.values.put(records, now, now.Add(maxAhead).UnixMilli()))
}

// applyMapRecords applies the maps of one device that stand side by side together, so that its tree is replaced once.
func (h *Hub) applyMapRecords(records []wire.Map) (rejected map[wire.Reason]uint64) {
	var bad uint64
	for len(records) > 0 {
		device := records[0].Device
		var list []maps.Map
		for len(records) > 0 && records[0].Device == device {
			list = append(list, records[0].Map)
			records = records[1:]
		}
		_, failed, err := h.applyMaps(device, list)
		if err != nil {
			h.log.Warn("rejected maps", "device", device, "maps", failed, "error", err)
		}
		bad += uint64(failed)
	}
	return count(wire.BadMap, bad)
}

func count(reason wire.Reason, n uint64) map[wire.Reason]uint64 {
	if n == 0 {
		return nil
	}
	return map[wire.Reason]uint64{reason: n}
}
