package scheduler

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
)

// tick is the longest the owner sleeps, so that it notices clock steps and
// writes the alive mark each second.
const tick = time.Second

// ErrStopped is returned to who asks a scheduler whose Run has returned.
var ErrStopped = errors.New("scheduler stopped")

// Options configure a [Scheduler].
type Options struct {
	// Due is handed the slots that fell due, at most 1024 a call. It is called
	// on the owner's goroutine, so it must not block, and it must not keep the
	// slice. Required.
	Due func([]Due)
	// Missed is told of slots that will not be run, under the same rules.
	Missed func([]Missed)
	// StartSpread bounds the time over which first runs are spread; 0 means
	// 10 s.
	StartSpread time.Duration
	// AtOnce starts new tasks without spread, as run mode does.
	AtOnce bool
	// State carries slots over a restart; nil keeps nothing. Run writes it
	// and closes it.
	State *State
	// Now is the wall clock; nil means time.Now. Its monotonic reading is not
	// used.
	Now func() time.Time
	// Logger takes warnings; nil means none.
	Logger hclog.Logger
}

// Scheduler tells when tasks are due. Its methods may be called from any
// goroutine, also before Run and from Options.Due.
type Scheduler struct {
	opts Options

	mtx      sync.Mutex // guards the fields below
	commands []func(instant)
	stats    Stats

	wake chan struct{} // 1 slot: commands wait
	done chan struct{} // closed when Run returns

	// The fields below belong to Run's goroutine.
	clock    clock
	heap     dueHeap
	spare    []func(instant) // the emptied command list, to be swapped in
	due      []Due
	missed   []Missed
	tally    Stats
	lastMark int64 // monotonic time of the last alive mark
	warned   bool  // that the state file cannot be written
}

// New returns a scheduler without tasks. It does nothing until Run.
func New(opts Options) *Scheduler {
	if opts.Due == nil {
		panic("scheduler: Options.Due is required")
	}
	if opts.StartSpread == 0 {
		opts.StartSpread = 10 * time.Second
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Logger == nil {
		opts.Logger = hclog.NewNullLogger()
	}
	return &Scheduler{
		opts:     opts,
		wake:     make(chan struct{}, 1),
		done:     make(chan struct{}),
		clock:    newClock(opts.Now),
		lastMark: never,
	}
}

// Run hands out due slots until ctx is done and then returns nil. It may be
// called once.
func (s *Scheduler) Run(ctx context.Context) error {
	defer close(s.done)
	defer s.keepState()()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-timer.C:
		}
		timer.Reset(s.look())
	}
}

// look does all there is to do at this moment and returns how long the owner
// may sleep.
func (s *Scheduler) look() time.Duration {
	now, jump := s.clock.read()
	if jump != 0 {
		s.step(now, jump)
	}
	s.apply(now)
	s.fire(now, jump)
	s.mark(now)
	if len(s.heap) == 0 {
		return tick
	}
	return min(tick, max(0, time.Duration(s.heap[0].due-s.clock.peek().wall)))
}

// apply runs the commands that wait.
func (s *Scheduler) apply(now instant) {
	s.mtx.Lock()
	commands := s.commands
	s.commands = s.spare
	s.mtx.Unlock()
	for _, command := range commands {
		command(now)
	}
	clear(commands)
	s.spare = commands[:0]
}

// post queues a command for the owner.
func (s *Scheduler) post(command func(instant)) {
	s.mtx.Lock()
	s.commands = append(s.commands, command)
	s.mtx.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// step follows a wall clock that was set. Delays of first runs keep their
// length, and tasks whose next slot the clock left far ahead re-anchor.
func (s *Scheduler) step(now instant, jump time.Duration) {
	s.opts.Logger.Warn("the wall clock was set or the machine was suspended", "by", jump)
	for i := range s.heap {
		it := &s.heap[i]
		switch g := it.gate; {
		case g.starting(it.due):
			it.due += int64(jump)
		case it.due-now.wall >= 2*g.interval:
			g.lastSlot = never
			it.due = g.spacedSlot(now)
		}
	}
	s.heap.rebuild()
}

// keepState starts the writer of the state file and returns what ends it.
func (s *Scheduler) keepState() (stop func()) {
	if s.opts.State == nil {
		return func() {}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.opts.State.write()
	}()
	return func() {
		s.opts.State.markAlive(s.opts.Now().UnixNano())
		s.opts.State.close()
		<-ended
	}
}

// mark leaves an alive mark each tick. The owner does it, so that an owner
// that hangs does not look alive.
func (s *Scheduler) mark(now instant) {
	if s.opts.State == nil || now.mono-s.lastMark < int64(tick) {
		return
	}
	s.lastMark = now.mono
	s.opts.State.markAlive(now.wall)
	if err := s.opts.State.Err(); err != nil && !s.warned {
		s.warned = true
		s.opts.Logger.Warn("slots will not be kept over a restart", "error", err)
	}
}
