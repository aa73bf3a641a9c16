package python

import (
	"encoding/binary"
	"io"
	"sync"
	"time"
)

// Beat is the last that a worker's heartbeat said. Its times carry a monotonic reading, so that durations between them
// do not see the clock being set.
type Beat struct {
	Sent      time.Time // when the worker sent it
	Tick      time.Time // the reactor's last turn
	HookSince time.Time // when the hook that holds the reactor thread began; zero when none does
	Run       uint64    // the run that hook belongs to, 0 when none
	Threads   int       // threads of the pool in use
}

// Blocked returns for how long the reactor has not turned, as of now. A worker that sends no beats at all is blocked
// too: its last tick grows old.
func (b Beat) Blocked(now time.Time) time.Duration { return max(now.Sub(b.Tick), 0) }

// Age returns how old the beat is. Workers send one every 250 ms, also while plugin code blocks the reactor; they do not
// when the process is stopped or native code holds the interpreter.
func (b Beat) Age(now time.Time) time.Duration { return max(now.Sub(b.Sent), 0) }

// beatBytes is the size of a beat on the wire: five little-endian unsigned 64-bit numbers.
const beatBytes = 40

// heartbeat keeps the last beat.
type heartbeat struct {
	mu   sync.Mutex
	last Beat
}

// start lets a worker count as alive from its start on, before its first beat.
func (h *heartbeat) start(now time.Time) { h.set(Beat{Sent: now, Tick: now}) }

func (h *heartbeat) set(b Beat) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = b
}

func (h *heartbeat) get() Beat {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last
}

// read keeps the beats of r until it ends.
func (h *heartbeat) read(r io.Reader) {
	var raw [beatBytes]byte
	for {
		if _, err := io.ReadFull(r, raw[:]); err != nil {
			return
		}
		h.set(parseBeat(raw, time.Now(), monotonic()))
	}
}

// parseBeat reads a beat that arrived at now, which is mono nanoseconds on the machine's monotonic clock.
func parseBeat(raw [beatBytes]byte, now time.Time, mono uint64) Beat {
	var n [5]uint64
	for i := range n {
		n[i] = binary.LittleEndian.Uint64(raw[8*i:])
	}
	at := func(ns uint64) time.Time {
		// A worker's time is never ahead of ours: it is the same clock, read earlier.
		if ns >= mono {
			return now
		}
		return now.Add(-time.Duration(mono - ns))
	}
	b := Beat{Sent: at(n[0]), Tick: at(n[1]), Run: n[3], Threads: int(min(n[4], 1<<20))}
	if n[2] != 0 {
		b.HookSince = at(n[2])
	}
	return b
}
