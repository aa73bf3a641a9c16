package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress shows on a terminal how the daemon does; elsewhere it writes a line a minute.
type progress struct {
	out      io.Writer
	terminal bool
	told     time.Duration
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) show(passed, of time.Duration, s sample) {
	line := fmt.Sprintf("%v of %v: %.0f tasks, %.0f runs, %.0f missed, %.0f goroutines, %.0f fds, %.0f MiB",
		passed.Round(time.Second), of, s.sums[metricTasks], s.sums[metricRuns], s.sums[metricMissed],
		s.sums[metricGoroutines], s.sums[metricFDs], s.sums[metricResident]/(1<<20))
	switch {
	case p.terminal:
		fmt.Fprintf(p.out, "\r\x1b[K%s", line)
	case p.told == 0 || passed-p.told >= time.Minute:
		p.told = passed
		fmt.Fprintln(p.out, "soak:", line)
	}
}

// end removes the line.
func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
