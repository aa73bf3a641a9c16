package scheduler

import "time"

const (
	// stepNoise is the change of wall against monotonic time, between two
	// looks at most a second apart, that slewing and preemption explain.
	stepNoise = 20 * time.Millisecond
	// absorbedStep is the largest step ahead after which slots still start.
	absorbedStep = time.Second
)

// instant is one moment on both clocks.
type instant struct {
	mono int64 // ns since the scheduler was made
	wall int64 // unix ns
}

// clock reads both clocks and notices when the wall clock is set.
type clock struct {
	base   time.Time // where monotonic time starts
	now    func() time.Time
	offset int64 // wall − mono at the last look
}

func newClock(now func() time.Time) clock {
	c := clock{base: time.Now(), now: now}
	c.offset = now().UnixNano()
	return c
}

// read returns this moment and by how much the wall clock jumped since the
// last look; 0 when it did not.
func (c *clock) read() (instant, time.Duration) {
	at := c.peek()
	jump := time.Duration(at.wall - at.mono - c.offset)
	c.offset = at.wall - at.mono
	if jump.Abs() <= stepNoise {
		jump = 0
	}
	return at, jump
}

// peek returns this moment and leaves a jump for read to notice.
func (c *clock) peek() instant {
	return instant{mono: int64(time.Since(c.base)), wall: c.now().UnixNano()}
}

// time returns the wall instant (unix ns) as a time with a monotonic reading,
// by what lies between it and now.
func (c *clock) time(wall int64, now instant) time.Time {
	return c.base.Add(time.Duration(now.mono - (now.wall - wall)))
}
