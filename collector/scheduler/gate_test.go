package scheduler

import (
	"sync"
	"testing"
)

func TestGatePassesThroughItsStates(t *testing.T) {
	var g Gate
	steps := []struct {
		name string
		do   func() bool
		ok   bool
		then GateState
	}{
		{"start idle", g.Start, false, Idle},
		{"settle idle", g.Settle, false, Idle},
		{"enter", g.Enter, true, Queued},
		{"enter queued", g.Enter, false, Queued},
		{"settle queued", g.Settle, false, Queued},
		{"start", g.Start, true, Running},
		{"enter running", g.Enter, false, Running},
		{"settle", g.Settle, true, Settled},
		{"start settled", g.Start, false, Settled},
	}
	for _, s := range steps {
		if got := s.do(); got != s.ok || g.State() != s.then {
			t.Fatalf("%s: %v, state %d; want %v, state %d", s.name, got, g.State(), s.ok, s.then)
		}
	}
	g.Release()
	if !g.Enter() {
		t.Fatal("a released gate does not admit")
	}
}

func TestGateTellsWhyNot(t *testing.T) {
	var g Gate
	want := []Reason{ReasonQueued, ReasonRunning, ReasonContained}
	for i, move := range []func() bool{g.Enter, g.Start, g.Settle} {
		move()
		if reason, ok := g.admit(); ok || reason != want[i] {
			t.Errorf("state %d: admit = %v, %v; want %v", g.State(), reason, ok, want[i])
		}
	}
}

func TestGateAdmitsOneAtATime(t *testing.T) {
	var g Gate
	inside := 0 // guarded by the gate: the race detector is the judge
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 1000 {
				if _, ok := g.admit(); ok {
					inside++
					g.Start()
					g.Release()
				}
			}
		})
	}
	all.Wait()
	if inside == 0 {
		t.Fatal("nobody was admitted")
	}
}
