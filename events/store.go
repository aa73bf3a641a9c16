package events

import (
	"container/list"
	"crypto/rand"
	"encoding/hex"
	"sync"
	"time"
)

// StoreOptions bound and feed a Store. The zero value is usable.
type StoreOptions struct {
	Classes *Classes // nil is the built-in mapping
	// MaxOpen bounds the open events; beyond it the one not seen for longest is aged. 0 is 50,000.
	MaxOpen int
	// MaxClosed bounds the closed events that are kept for reading. 0 is 10,000.
	MaxClosed int
}

// Retention of spec §5.9.
const (
	ageAfter     = 240 * time.Minute  // an event below Error that is not seen for so long is aged
	archiveAfter = 4320 * time.Minute // a closed event is forgotten so long after it was last seen
)

// Store keeps open and closed events in memory, by the rules of spec §5. It is safe for concurrent use.
type Store struct {
	opts StoreOptions

	mu      sync.RWMutex
	open    map[string]*row                 // by fingerprint
	clears  map[clearIdentity]map[*row]bool // open rows by what closes them
	recency *list.List                      // open rows, the one not seen for longest in front
	closed  *list.List                      // *Summary, the first closed in front
}

type row struct {
	Summary
	identity  clearIdentity
	clearable bool
	recency   *list.Element
}

// NewStore returns an empty store.
func NewStore(opts StoreOptions) *Store {
	if opts.Classes == nil {
		opts.Classes = NewClasses(nil, nil)
	}
	if opts.MaxOpen == 0 {
		opts.MaxOpen = 50000
	}
	if opts.MaxClosed == 0 {
		opts.MaxClosed = 10000
	}
	return &Store{
		opts: opts, open: map[string]*row{}, clears: map[clearIdentity]map[*row]bool{},
		recency: list.New(), closed: list.New(),
	}
}

// Effect is what an arriving event did.
type Effect uint8

// The effects.
const (
	EffectCreated   Effect = iota // a new event
	EffectMerged                  // one more occurrence of an open event
	EffectCleared                 // a clear closed open events and is stored closed
	EffectDiscarded               // a clear matched nothing, or the event came with state Dropped: nothing is stored
)

// Outcome says what Apply did.
type Outcome struct {
	Effect  Effect
	ID      string   // of the event created or merged into, or of the stored clear; "" when discarded
	Cleared []string // ids of the events that a clear closed
}

// Apply takes an event that arrives at time now: it is classified, then folded into the open event of its fingerprint
// or stored as a new one, or, with severity Clear, closes what it matches. An event that lacks a required field is an
// error and changes nothing. The given event is not changed.
func (s *Store) Apply(e Event, now time.Time) (Outcome, error) {
	o, err := Arrive(e, now)
	if err != nil {
		return Outcome{}, err
	}
	o.EventClass = s.opts.Classes.Class(o.EventClass, o.EventClassKey)

	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case o.State == Dropped:
		return Outcome{Effect: EffectDiscarded}, nil
	case o.Severity == Clear:
		return s.clear(o), nil
	}
	return s.put(o), nil
}

func (s *Store) put(o *Occurrence) Outcome {
	fingerprint := o.Fingerprint()
	identity, clearable := o.clearIdentity()
	o.fit()
	if r := s.open[fingerprint]; r != nil {
		if clearable && !o.Created.Before(r.Created) {
			s.reindex(r, identity)
		}
		r.Merge(o)
		s.touch(r)
		return Outcome{Effect: EffectMerged, ID: r.ID}
	}
	r := &row{
		Summary:  Summary{Occurrence: *o, ID: newID(), Fingerprint: fingerprint, StateChange: o.Created},
		identity: identity, clearable: clearable,
	}
	if !r.State.IsOpen() {
		s.keepClosed(r.Summary)
		return Outcome{Effect: EffectCreated, ID: r.ID}
	}
	s.open[fingerprint] = r
	r.recency = s.recency.PushBack(r)
	s.index(r)
	if len(s.open) > s.opts.MaxOpen {
		s.close(s.recency.Front().Value.(*row), Aged, r.Created)
	}
	return Outcome{Effect: EffectCreated, ID: r.ID}
}

// touch notes that an open row was seen again; its new state may have closed it.
func (s *Store) touch(r *row) {
	s.recency.MoveToBack(r.recency)
	if !r.State.IsOpen() {
		s.close(r, r.State, r.StateChange)
	}
}

func (s *Store) index(r *row) {
	if !r.clearable {
		return
	}
	rows := s.clears[r.identity]
	if rows == nil {
		rows = map[*row]bool{}
		s.clears[r.identity] = rows
	}
	rows[r] = true
}

func (s *Store) unindex(r *row) {
	rows := s.clears[r.identity]
	delete(rows, r)
	if len(rows) == 0 {
		delete(s.clears, r.identity)
	}
}

// reindex makes a row clearable by what its newest occurrence says. With a preset fingerprint any field may have
// changed; what the occurrence leaves out stays as it was.
func (s *Store) reindex(r *row, newest clearIdentity) {
	newest = newest.over(r.identity)
	if newest == r.identity {
		return
	}
	s.unindex(r)
	r.identity, r.clearable = newest, true
	s.index(r)
}

// clear closes what the clear reaches and what it is not older than. A clear that closes nothing is not stored.
func (s *Store) clear(o *Occurrence) Outcome {
	id := newID()
	var cleared []string
	for _, identity := range o.reach(s.opts.Classes.ClearClasses(o.EventClass)) {
		for r := range s.clears[identity] {
			if r.LastSeen().After(o.Created) {
				continue
			}
			r.ClearedBy = id
			s.close(r, Cleared, o.Created)
			cleared = append(cleared, r.ID)
		}
	}
	if cleared == nil {
		return Outcome{Effect: EffectDiscarded}
	}
	fingerprint := o.Fingerprint()
	o.fit()
	o.State = Closed
	s.keepClosed(Summary{Occurrence: *o, ID: id, Fingerprint: fingerprint, StateChange: o.Created})
	return Outcome{Effect: EffectCleared, ID: id, Cleared: cleared}
}

// close moves an open row to the closed ones: the next occurrence of its fingerprint opens a new row.
func (s *Store) close(r *row, state State, at time.Time) {
	delete(s.open, r.Fingerprint)
	s.recency.Remove(r.recency)
	s.unindex(r)
	r.State, r.StateChange = state, at
	s.keepClosed(r.Summary)
}

func (s *Store) keepClosed(summary Summary) {
	s.closed.PushBack(&summary)
	for s.closed.Len() > s.opts.MaxClosed {
		s.closed.Remove(s.closed.Front())
	}
}

// Age closes open events below Error that were not seen for 240 minutes and forgets closed ones last seen three days
// ago (spec §5.9). It returns how many were aged. Whoever owns the store calls it every minute or so.
func (s *Store) Age(now time.Time) (aged int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.open {
		if r.Severity < Error && now.Sub(r.LastSeen()) >= ageAfter {
			s.close(r, Aged, now)
			aged++
		}
	}
	for e := s.closed.Front(); e != nil; {
		next := e.Next()
		if now.Sub(e.Value.(*Summary).LastSeen()) >= archiveAfter {
			s.closed.Remove(e)
		}
		e = next
	}
	return aged
}

// newID returns a random UUID (version 4).
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	text := hex.EncodeToString(b[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
