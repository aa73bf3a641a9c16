// Package hub owns the model and takes in what collectors send: events, values and changes to the model. This one keeps
// everything in memory and is called in the collector's own process.
package hub

import (
	"context"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/maps"
)

// Options say what a Hub works on. The zero value is usable.
type Options struct {
	Logger hclog.Logger        // nil is silence
	Model  *maps.Memory        // seeded by whoever reads the inventory; nil is an empty one
	Events events.StoreOptions // bounds of the event store and the event classes
	// MaxSeries bounds the series whose last value is kept; the values of more are counted and forgotten. 0 is 1,000,000.
	MaxSeries int
	// ValueRetention is how long the last value of a series that gets no more is kept. 0 is 24 hours.
	ValueRetention time.Duration
	// LogChanges says whether changes that maps make to a device become /Change events, as zCollectorLogChanges asks
	// (spec §6.6). nil is never. Changes that a lock refused are told regardless, when the lock says so.
	LogChanges func(device string) bool
}

// sweepEvery is how often heartbeats are checked and what is old is aged (spec §5.10).
const sweepEvery = time.Minute

// Hub is the hub of one process. Its methods are safe for concurrent use.
type Hub struct {
	opts       Options
	log        hclog.Logger
	marks      marks
	ledger     ledger
	events     *events.Store
	values     *lastValues
	model      *maps.Memory
	heartbeats heartbeats
	changed    changedDevices
}

// New returns a hub that takes batches at once. Run makes it tell of model changes and age what it keeps.
func New(opts Options) *Hub {
	if opts.Logger == nil {
		opts.Logger = hclog.NewNullLogger()
	}
	if opts.Model == nil {
		opts.Model = maps.NewMemory()
	}
	if opts.MaxSeries == 0 {
		opts.MaxSeries = 1_000_000
	}
	if opts.ValueRetention == 0 {
		opts.ValueRetention = 24 * time.Hour
	}
	return &Hub{
		opts:       opts,
		log:        opts.Logger.Named("hub"),
		marks:      marks{byLane: map[source]*mark{}},
		events:     events.NewStore(opts.Events),
		values:     newLastValues(opts.MaxSeries),
		model:      opts.Model,
		heartbeats: heartbeats{byDaemon: map[daemon]*Heartbeat{}},
		changed:    changedDevices{pending: map[string]bool{}, wake: make(chan struct{}, 1)},
	}
}

// Run tells of model changes, checks heartbeats and ages what is kept, until the context ends. It returns nil.
func (h *Hub) Run(ctx context.Context) error {
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.changed.wake:
			h.changed.tell()
		case now := <-sweep.C:
			h.sweep(now)
		}
	}
}

func (h *Hub) sweep(now time.Time) {
	for _, e := range h.heartbeats.check(now) {
		h.putEvent(e, now)
	}
	if n := h.events.Age(now); n > 0 {
		h.log.Debug("aged events that were not seen for long", "count", n)
	}
	if n := h.values.forget(now.Add(-h.opts.ValueRetention)); n > 0 {
		h.log.Debug("forgot series that got no more values", "count", n)
	}
}

// Model returns the model as it stands.
func (h *Hub) Model() maps.Model { return h.model }

// OpenEvents returns the open events that a filter selects, the most severe first.
func (h *Hub) OpenEvents(filter events.Filter) []events.Summary {
	filter.Closed = false
	return h.events.List(filter)
}

// ClosedEvents returns the closed events that are still kept.
func (h *Hub) ClosedEvents(filter events.Filter) []events.Summary {
	filter.Closed = true
	return h.events.List(filter)
}

// LastValues returns the last value of each series of a device, ordered by metric and tags.
func (h *Hub) LastValues(device string) []LastValue { return h.values.of(device) }

// Heartbeats returns the newest heartbeat of each daemon, ordered by monitor and daemon.
func (h *Hub) Heartbeats() []Heartbeat { return h.heartbeats.list() }

// Stats returns the hub's ledger since it was made.
func (h *Hub) Stats() Stats {
	stats := h.ledger.snapshot()
	stats.OpenEvents = h.events.OpenCount()
	stats.Series, stats.SeriesRefused = h.values.counts()
	return stats
}
