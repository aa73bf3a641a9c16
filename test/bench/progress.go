package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress shows on a terminal what is being measured; elsewhere it writes a line for each figure.
type progress struct {
	out      io.Writer
	terminal bool
	started  time.Time
	name     string
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out, started: time.Now()}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) figure(name string) {
	p.name = name
	if !p.terminal {
		fmt.Fprintf(p.out, "bench: measuring %s\n", name)
	}
}

func (p *progress) step(what string) {
	if p.terminal {
		fmt.Fprintf(p.out, "\r\x1b[K%4.0f s  %s, %s", time.Since(p.started).Seconds(), p.name, what)
	}
}

// end removes the line.
func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
