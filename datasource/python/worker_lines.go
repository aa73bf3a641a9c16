package python

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"sync"

	hclog "github.com/hashicorp/go-hclog"
)

// maxLine bounds a log line; a longer one is split.
const maxLine = 16 << 10

// readLines makes log lines of what the process writes to stdout and stderr, and keeps the end of the latter for the
// error of a start that fails.
func (w *Worker) readLines() *lineTail {
	tail := &lineTail{}
	w.readers.Go(func() {
		eachLine(w.proc.stdout, func(line string) { w.logLine(hclog.Info, "stdout", line) })
		_ = w.proc.stdout.Close()
	})
	w.readers.Go(func() {
		eachLine(w.proc.stderr, func(line string) {
			tail.add(line)
			w.logLine(hclog.Warn, "stderr", line)
		})
		_ = w.proc.stderr.Close()
	})
	return tail
}

// eachLine calls yield with every line of r that is not empty, until r ends.
func eachLine(r io.Reader, yield func(string)) {
	lines := bufio.NewReaderSize(r, maxLine)
	for {
		line, err := lines.ReadSlice('\n')
		if text := strings.ToValidUTF8(strings.TrimRight(string(line), "\r\n"), "?"); text != "" {
			yield(text)
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

// logLine logs what Python code printed. Whose it is can only be said while one hook holds the reactor thread.
func (w *Worker) logLine(level hclog.Level, stream, line string) {
	var about []any
	if beat := w.beat.get(); beat.Run != 0 {
		about = w.describe(0, beat.Run)
	}
	w.log.Log(level, line, append([]any{"stream", stream}, about...)...)
}

// logRecord logs a record of Python's logging.
func (w *Worker) logRecord(r record) {
	pairs := []any{"logger", r.logger}
	if r.task != 0 {
		pairs = append(pairs, w.describe(r.task, 0)...)
	}
	w.log.Log(goLevel(r.level), r.text, pairs...)
}

func (w *Worker) describe(task, run uint64) []any {
	if w.opts.Describe == nil {
		return nil
	}
	return w.opts.Describe(task, run)
}

// Python's log levels.
const (
	pythonDebug   = 10
	pythonInfo    = 20
	pythonWarning = 30
	pythonError   = 40
)

func goLevel(level int64) hclog.Level {
	switch {
	case level >= pythonError:
		return hclog.Error
	case level >= pythonWarning:
		return hclog.Warn
	case level >= pythonInfo:
		return hclog.Info
	}
	return hclog.Debug
}

func pythonLevel(level hclog.Level) int {
	switch level {
	case hclog.Error, hclog.Off:
		return pythonError
	case hclog.Warn:
		return pythonWarning
	case hclog.Info, hclog.NoLevel:
		return pythonInfo
	}
	return pythonDebug
}

// lineTail keeps the last lines of a stream.
type lineTail struct {
	mu    sync.Mutex
	lines []string
}

func (t *lineTail) add(line string) {
	const most = 8
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.lines) == most {
		t.lines = append(t.lines[:0], t.lines[1:]...)
	}
	t.lines = append(t.lines, line)
}

// text returns the lines as one.
func (t *lineTail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, " | ")
}
