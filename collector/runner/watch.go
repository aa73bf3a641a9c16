package runner

import (
	"context"
	"time"
)

const (
	// watchInterval is how soon a call that blocks is noticed. A call is looked at, not given a timer, since nearly all
	// of them return long before: what falls due sooner than this after the call began may come that much late.
	watchInterval = 100 * time.Millisecond
	// returnGrace is the time that a call has to return after its context has ended.
	returnGrace = time.Second
)

func (w *worker) startWatch() {
	w.mu.Lock()
	w.looping = true
	w.mu.Unlock()
	w.watchdog.Reset(watchInterval)
}

func (w *worker) stopWatch() {
	w.mu.Lock()
	w.looping = false
	w.mu.Unlock()
	w.watchdog.Stop()
}

// watch looks at the call that the worker is in, and comes again when there is something to do about it.
func (w *worker) watch() {
	now := w.r.clock()
	w.mu.Lock()
	c := &w.call
	if !w.looping || c.contained {
		w.mu.Unlock()
		return
	}
	next := watchInterval
	var warn, late, contained bool
	if c.run != nil {
		warn, late, contained = w.judge(c, now)
		next = c.nextLook(now, w.r.opts.BlockingWarning)
	}
	seen := *c
	w.mu.Unlock()
	if warn {
		w.r.log.Warn("hook blocks", append(seen.run.labels(), "hook", seen.hook, "seconds", (now-seen.since).Seconds())...)
	}
	if late {
		seen.ctx.end(context.DeadlineExceeded)
	}
	if contained {
		w.r.logContained(seen)
		return
	}
	w.watchdog.Reset(next)
}

// judge says what the call's age asks for, each once. Containment is done here, under the worker's lock: the call
// returns either before it, or to find it done.
func (w *worker) judge(c *call, now time.Duration) (warn, late, contained bool) {
	if limit := w.r.opts.BlockingWarning; limit > 0 && !c.warned && now-c.since >= limit {
		c.warned, warn = true, true
	}
	if c.deadline == 0 || now < c.deadline {
		return warn, false, false
	}
	late, c.timedOut = !c.timedOut, true
	if now >= c.deadline+returnGrace {
		c.contained, contained = true, true
		c.last = w.r.contain(*c)
	}
	return warn, late, contained
}

// nextLook is how long the watchdog may sleep.
func (c *call) nextLook(now, warning time.Duration) time.Duration {
	next := watchInterval
	if warning > 0 && !c.warned {
		next = min(next, c.since+warning-now)
	}
	switch {
	case c.deadline == 0:
	case !c.timedOut:
		next = min(next, c.deadline-now)
	default:
		next = min(next, c.deadline+returnGrace-now)
	}
	return max(next, 0)
}
