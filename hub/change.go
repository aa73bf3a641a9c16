package hub

import (
	"context"
	"errors"
	"fmt"
	gomaps "maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/maps"
)

// ApplyMaps applies maps to a device and says whether they changed the model, for callers that wait for it (spec §3.9).
// A map that is wrong costs only itself; the error joins what was wrong. The maps of a device that the model does not
// have are discarded with a warning, and nothing is changed.
func (h *Hub) ApplyMaps(ctx context.Context, device string, list []maps.Map) (changed bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("apply maps to %s: %w", device, err)
	}
	changed, _, err = h.applyMaps(device, list)
	return changed, err
}

func (h *Hub) applyMaps(device string, list []maps.Map) (changed bool, failed int, err error) {
	result, err := h.model.Apply(device, list)
	if errors.Is(err, maps.ErrUnknownDevice) {
		h.log.Warn("discarded maps of a device that is not in the model", "device", device, "maps", len(list))
		return false, 0, nil
	}
	for _, warning := range result.Warnings {
		h.log.Warn("a map was not applied", "device", device, "reason", warning)
	}
	h.tellChanges(device, result.Changes)
	if result.Changed {
		h.changed.add(device)
	}
	return result.Changed, result.Failed, err
}

// tellChanges makes /Change events of what maps did, where they are wanted (spec §6.6).
func (h *Hub) tellChanges(device string, changes []maps.Change) {
	logged := h.opts.LogChanges != nil && len(changes) > 0 && h.opts.LogChanges(device)
	for i := range changes {
		c := &changes[i]
		h.log.Debug("model change", "path", c.Path, "kind", c.Kind.String(), "blocked", c.Blocked)
		if c.Blocked != "" && c.SendEvent || c.Blocked == "" && logged {
			h.putEvent(changeEvent(device, c), time.Now())
		}
	}
}

// changeEvent tells of a change. It names attributes and never shows their values: they may be passwords.
func changeEvent(device string, c *maps.Change) events.Event {
	class, severity := changeClass(c.Kind), events.Info
	summary := strings.ToLower(c.Kind.String()) + " " + c.Path
	if c.Blocked != "" {
		severity = events.Warning
		if c.Kind == maps.KindRebuild { // upstream has no class for this one
			class = events.ClassChangeSet
		}
		class += events.ClassChangeBlocked
		summary += ": " + c.Blocked
	} else if names := slices.Sorted(gomaps.Keys(c.Attributes)); len(names) > 0 {
		summary += ": " + strings.Join(names, ", ")
	}
	return events.Event{
		events.FieldDevice: device, events.FieldComponent: c.ComponentID(), events.FieldEventClass: class,
		events.FieldSeverity: int64(severity), events.FieldSummary: summary, events.FieldAgent: "ApplyDataMap",
	}
}

func changeClass(kind maps.Kind) string {
	switch kind {
	case maps.KindAdd:
		return events.ClassChangeAdd
	case maps.KindRemove:
		return events.ClassChangeRemove
	case maps.KindRebuild:
		return events.ClassChangeRebuild
	}
	return events.ClassChangeSet
}

// OnModelChange has a function called with the id of each device whose model maps have changed, from Run's goroutine and
// one at a time. Changes that happen while it works are told once afterwards, so that a slow function sees fewer calls
// and never misses the last change.
func (h *Hub) OnModelChange(listener func(device string)) {
	h.changed.mu.Lock()
	defer h.changed.mu.Unlock()
	h.changed.listeners = append(h.changed.listeners, listener)
}

// changedDevices are the devices whose changes are still to be told.
type changedDevices struct {
	wake chan struct{} // holds a token while something is pending

	mu        sync.Mutex
	pending   map[string]bool
	listeners []func(device string)
}

func (c *changedDevices) add(device string) {
	c.mu.Lock()
	c.pending[device] = true
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *changedDevices) tell() {
	c.mu.Lock()
	devices := slices.Sorted(gomaps.Keys(c.pending))
	clear(c.pending)
	listeners := slices.Clone(c.listeners)
	c.mu.Unlock()
	for _, device := range devices {
		for _, listener := range listeners {
			listener(device)
		}
	}
}
