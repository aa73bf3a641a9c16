package publisher

import (
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
)

// remindEvery is how often a failure that lasts is logged again.
const remindEvery = time.Minute

// health says once that the hub takes no records, now and then that it still does not, and once that it does again.
type health struct {
	logger hclog.Logger

	mu       sync.Mutex // guards the fields below
	failing  int        // shards whose last attempt failed
	since    time.Time
	reminded time.Time
	attempts int
}

// failed notes a failed attempt; first is whether it is its shard's first in a row.
func (h *health) failed(err error, first bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if first {
		h.failing++
	}
	if h.failing == 1 && first {
		h.since, h.reminded, h.attempts = now, now, 1
		h.logger.Warn("the hub takes no records: keeping them and trying again", "error", err)
		return
	}
	h.attempts++
	if now.Sub(h.reminded) >= remindEvery {
		h.reminded = now
		h.logger.Warn("the hub still takes no records", "for", now.Sub(h.since).Round(time.Second), "attempts", h.attempts, "shards", h.failing, "error", err)
	}
}

// recovered notes that a shard that failed does so no more.
func (h *health) recovered() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failing--
	if h.failing == 0 {
		h.logger.Info("the hub takes records again", "after", time.Since(h.since).Round(time.Millisecond), "attempts", h.attempts)
	}
}

// up reports whether no shard is failing.
func (h *health) up() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.failing == 0
}
