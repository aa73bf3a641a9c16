package hub

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/zenpython/zenpython/events"
)

// Heartbeat is the newest sign of life of a daemon (spec §4.18). It is no event and never in the event store.
type Heartbeat struct {
	Monitor string        // the pool that the daemon works for; upstream puts it into the event's device
	Daemon  string        // upstream puts it into the component
	Last    time.Time     // when the hub got it
	Timeout time.Duration // after that without another the daemon counts as failed
	Failed  bool          // a failure event is open
}

type daemon struct{ monitor, name string }

type heartbeats struct {
	mu       sync.Mutex
	byDaemon map[daemon]*Heartbeat
}

// defaultTimeout is for a heartbeat that names none: three of upstream's intervals.
const defaultTimeout = 900 * time.Second

// beat notes a heartbeat and returns the clear of the failure that it ends, else nil.
func (h *heartbeats) beat(e events.Event, now time.Time) (recovery events.Event) {
	key := daemon{e.Text(events.FieldDevice), e.Text(events.FieldComponent)}
	h.mu.Lock()
	defer h.mu.Unlock()
	known := h.byDaemon[key]
	if known == nil {
		known = &Heartbeat{Monitor: key.monitor, Daemon: key.name}
		h.byDaemon[key] = known
	}
	failed := known.Failed
	known.Last, known.Timeout, known.Failed = now, timeoutOf(e), false
	if !failed {
		return nil
	}
	return known.event(events.Clear)
}

// check returns an event for every daemon that is silent for too long (spec §5.10), again at each call, so that the
// event is seen as long as it lasts.
func (h *heartbeats) check(now time.Time) (failures []events.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, known := range h.byDaemon {
		if now.Before(known.Last.Add(known.Timeout)) {
			continue
		}
		known.Failed = true
		failures = append(failures, known.event(events.Error))
	}
	return failures
}

func (h *heartbeats) list() []Heartbeat {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]Heartbeat, 0, len(h.byDaemon))
	for _, known := range h.byDaemon {
		all = append(all, *known)
	}
	slices.SortFunc(all, func(a, b Heartbeat) int {
		return cmp.Or(cmp.Compare(a.Monitor, b.Monitor), cmp.Compare(a.Daemon, b.Daemon))
	})
	return all
}

// event is the failure of a daemon, or with severity Clear its end.
func (hb *Heartbeat) event(severity events.Severity) events.Event {
	return events.Event{
		events.FieldDevice: hb.Monitor, events.FieldComponent: hb.Daemon, events.FieldEventClass: events.ClassStatusHeartbeat,
		events.FieldSeverity: int64(severity), events.FieldMonitor: hb.Monitor,
		events.FieldSummary: hb.Monitor + " " + hb.Daemon + " heartbeat failure",
	}
}

// timeoutOf reads a heartbeat's timeout, in seconds.
func timeoutOf(e events.Event) time.Duration {
	var seconds float64
	switch v := e["timeout"].(type) {
	case int:
		seconds = float64(v)
	case int64:
		seconds = float64(v)
	case uint64:
		seconds = float64(v)
	case float64:
		seconds = v
	case string:
		seconds, _ = strconv.ParseFloat(v, 64) // 0 is the default below
	}
	if !(seconds > 0 && seconds < 1e9) {
		return defaultTimeout
	}
	return time.Duration(seconds * float64(time.Second))
}
