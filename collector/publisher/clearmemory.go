package publisher

import (
	"sync"

	"github.com/zenpython/zenpython/events"
)

// clearMemory knows which clears were the last word about their key, so that their repeats need not be sent: a bare set
// of 16-byte hashes, some 30 bytes a key. It is striped, since every run without a timeout asks it.
type clearMemory struct {
	allow    bool // send repeats
	interval int  // with allow: only every interval-th; 0 is every one
	stripes  [64]clearStripe
}

type clearStripe struct {
	mu         sync.Mutex // guards the fields below
	cleared    map[events.ClearKey]struct{}
	passed     map[events.ClearKey]uint32 // clears seen, counted only with an interval
	suppressed uint64                     // by suppresses
	_          [64]byte                   // stripes on cache lines of their own
}

func newClearMemory(allow bool, interval int) *clearMemory {
	m := &clearMemory{allow: allow, interval: interval}
	for i := range m.stripes {
		m.stripes[i].cleared = map[events.ClearKey]struct{}{}
		m.stripes[i].passed = map[events.ClearKey]uint32{}
	}
	return m
}

func (m *clearMemory) stripe(key events.ClearKey) *clearStripe {
	return &m.stripes[key[0]%uint8(len(m.stripes))]
}

// suppresses reports whether a clear need not be sent, and counts it if so. Otherwise nothing changes.
func (m *clearMemory) suppresses(key events.ClearKey) bool {
	if m.allow && m.interval == 0 {
		return false
	}
	s := m.stripe(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !m.isRepeat(s, key) {
		return false
	}
	if m.allow {
		s.passed[key]++
	}
	s.suppressed++
	return true
}

func (m *clearMemory) isRepeat(s *clearStripe, key events.ClearKey) bool {
	if m.allow {
		return m.interval > 0 && s.passed[key]%uint32(m.interval) != 0
	}
	_, cleared := s.cleared[key]
	return cleared
}

// sent notes a clear that is queued to be sent.
func (m *clearMemory) sent(key events.ClearKey) {
	s := m.stripe(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !m.allow:
		s.cleared[key] = struct{}{}
	case m.interval > 0:
		s.passed[key]++
	}
}

// forget makes the next clear of the key pass: a problem came between, or the clear itself was lost.
func (m *clearMemory) forget(key events.ClearKey) {
	s := m.stripe(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cleared, key)
	delete(s.passed, key)
}

func (m *clearMemory) suppressed() (n uint64) {
	for i := range m.stripes {
		s := &m.stripes[i]
		s.mu.Lock()
		n += s.suppressed
		s.mu.Unlock()
	}
	return n
}
