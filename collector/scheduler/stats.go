package scheduler

// Stats are the scheduler's counters since its start. They are taken together,
// so that Due = Handed + the sum of Missed holds in each of them.
type Stats struct {
	Tasks    int    // tasks scheduled
	Commands int    // commands that wait for the owner
	Due      uint64 // slots that fell due
	Handed   uint64 // slots handed to the runner
	Missed   [reasonCount]uint64
}

// MissedTotal returns the slots missed for any reason.
func (st Stats) MissedTotal() uint64 {
	var sum uint64
	for _, n := range st.Missed {
		sum += n
	}
	return sum
}

// Stats returns the counters. It is cheap.
func (s *Scheduler) Stats() Stats {
	s.mtx.Lock()
	defer s.mtx.Unlock()
	st := s.stats
	st.Commands = len(s.commands)
	return st
}

// publish makes the owner's tally visible to Stats.
func (s *Scheduler) publish() {
	s.tally.Tasks = len(s.heap)
	s.mtx.Lock()
	s.stats = s.tally
	s.mtx.Unlock()
}
