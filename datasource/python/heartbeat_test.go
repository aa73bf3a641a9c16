package python

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"
)

func rawBeat(numbers ...uint64) []byte {
	var raw []byte
	for _, n := range numbers {
		raw = binary.LittleEndian.AppendUint64(raw, n)
	}
	return raw
}

func TestParseBeat(t *testing.T) {
	now := time.Now()
	const mono, ms = uint64(10 * time.Second), uint64(time.Millisecond)
	var raw [beatBytes]byte
	copy(raw[:], rawBeat(mono-10*ms, mono-300*ms, mono-250*ms, 7, 3))
	b := parseBeat(raw, now, mono)
	if b.Age(now) != 10*time.Millisecond || b.Blocked(now) != 300*time.Millisecond || b.Run != 7 || b.Threads != 3 {
		t.Errorf("beat %+v", b)
	}
	if held := now.Sub(b.HookSince); held != 250*time.Millisecond {
		t.Errorf("the hook holds the thread for %s", held)
	}
	// No beat comes any more: the last tick grows old.
	later := now.Add(5 * time.Second)
	if b.Blocked(later) != 5300*time.Millisecond || b.Age(later) != 5010*time.Millisecond {
		t.Errorf("later blocked %s, age %s", b.Blocked(later), b.Age(later))
	}
}

// A worker that lies about the time is not blocked for less than nothing, nor for ever.
func TestParseBeatOfAnotherClock(t *testing.T) {
	now := time.Now()
	var raw [beatBytes]byte
	copy(raw[:], rawBeat(1<<63, 1<<63, 0, 0, 1<<63))
	if b := parseBeat(raw, now, 1000); b.Blocked(now) != 0 || b.Age(now) != 0 || !b.HookSince.IsZero() || b.Threads != 1<<20 {
		t.Errorf("beat %+v", b)
	}
}

func TestHeartbeatKeepsTheLast(t *testing.T) {
	var h heartbeat
	h.start(time.Now())
	if h.get().Run != 0 {
		t.Error("a worker that has just started is in a run")
	}
	mono := monotonic()
	stream := append(rawBeat(mono, mono, mono, 1, 0), rawBeat(mono, mono, mono, 2, 0)...)
	h.read(bytes.NewReader(append(stream, "half a beat"...)))
	if run := h.get().Run; run != 2 {
		t.Errorf("run %d", run)
	}
}
