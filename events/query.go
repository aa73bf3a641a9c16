package events

import (
	"cmp"
	"slices"
	"strings"
)

// Filter selects stored events; its zero value selects all open ones.
type Filter struct {
	Device      string   // "" is any
	Component   string   // "" is any
	ClassPrefix string   // class or one above it: "/App" selects "/App/Stop"; "" is any
	MinSeverity Severity // and above
	Closed      bool     // closed events instead of open ones
	Limit       int      // at most so many; 0 is all
}

func (f *Filter) accepts(s *Summary) bool {
	return (f.Device == "" || s.Device == f.Device) &&
		(f.Component == "" || s.Component == f.Component) &&
		isBelow(s.EventClass, f.ClassPrefix) &&
		s.Severity >= f.MinSeverity
}

// isBelow reports whether a class path is prefix or below it.
func isBelow(class, prefix string) bool {
	prefix = strings.TrimSuffix(prefix, "/")
	rest, ok := strings.CutPrefix(class, prefix)
	return ok && (rest == "" || prefix == "" || rest[0] == '/')
}

// List returns the events that a filter selects, the most severe first and among equals the last seen first. They are
// snapshots.
func (s *Store) List(f Filter) []Summary {
	found := s.collect(&f)
	slices.SortFunc(found, func(a, b Summary) int {
		return cmp.Or(
			cmp.Compare(b.Severity, a.Severity),
			b.LastSeen().Compare(a.LastSeen()),
			cmp.Compare(a.Fingerprint, b.Fingerprint),
			cmp.Compare(a.ID, b.ID),
		)
	})
	if f.Limit > 0 && len(found) > f.Limit {
		found = found[:f.Limit]
	}
	return found
}

func (s *Store) collect(f *Filter) []Summary {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []Summary
	if f.Closed {
		for e := s.closed.Front(); e != nil; e = e.Next() {
			if summary := e.Value.(*Summary); f.accepts(summary) {
				found = append(found, *summary)
			}
		}
		return found
	}
	for _, r := range s.open {
		if f.accepts(&r.Summary) {
			found = append(found, r.Summary)
		}
	}
	return found
}

// OpenCount returns how many events are open.
func (s *Store) OpenCount() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.open)
}
