package report

import (
	"fmt"
	"io"
	"os"
	"sync"
	"unicode/utf8"
)

// Progress is a line on a terminal that says how far the runs have come. A nil Progress shows nothing, which is what
// anything but a terminal gets.
type Progress struct {
	out io.Writer

	mtx   sync.Mutex // guards the fields below
	total int
	wide  int // columns that the line now takes
}

// NewProgress returns a progress line on f, or nil when f is no terminal.
func NewProgress(f *os.File) *Progress {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return &Progress{out: f}
}

// Expect sets how many runs there will be.
func (p *Progress) Expect(total int) {
	if p == nil {
		return
	}
	p.mtx.Lock()
	defer p.mtx.Unlock()
	p.total = total
}

func (p *Progress) show(done int, last string) {
	if p == nil {
		return
	}
	p.mtx.Lock()
	defer p.mtx.Unlock()
	p.rewrite(fmt.Sprintf("%d of %d runs done, last %.50s", done, p.total, last))
}

func (p *Progress) clear() {
	if p == nil {
		return
	}
	p.mtx.Lock()
	defer p.mtx.Unlock()
	p.rewrite("")
	fmt.Fprint(p.out, "\r")
}

// rewrite replaces the line, blanking what the longer one before it left.
func (p *Progress) rewrite(text string) {
	wide := utf8.RuneCountInString(text)
	fmt.Fprintf(p.out, "\r%s%*s", text, max(0, p.wide-wide), "")
	p.wide = wide
}
