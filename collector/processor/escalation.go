package processor

import (
	"sync"

	"github.com/zenpython/zenpython/events"
)

// escalations count the violations in a row of thresholds that escalate; what is not violated takes no room.
type escalations struct {
	mtx    sync.Mutex // guards the field below
	inARow map[events.ClearKey]escalation
}

type escalation struct {
	device string
	count  int
}

func newEscalations() *escalations { return &escalations{inARow: map[events.ClearKey]escalation{}} }

// violated counts one more violation and returns how many there were in a row.
func (s *escalations) violated(device string, key events.ClearKey) int {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	count := s.inARow[key].count + 1
	s.inARow[key] = escalation{device, count}
	return count
}

func (s *escalations) restored(key events.ClearKey) {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	delete(s.inARow, key)
}

func (s *escalations) forget(device string) {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	for key, e := range s.inARow {
		if e.device == device {
			delete(s.inARow, key)
		}
	}
}
