package python

import (
	"fmt"
	"math"
	"strings"
)

// Error is an exception of Python code.
type Error struct {
	Type      string `json:"type"` // dotted name of its class
	Text      string `json:"text"`
	Traceback string `json:"traceback"` // empty where there is none
}

// Error is "Type: text", on one line like a traceback's last.
func (e *Error) Error() string {
	if e.Text == "" {
		return e.Type
	}
	return e.Type + ": " + e.Text
}

// Outcome is how a run's hook chain ended.
type Outcome string

// The outcomes that a worker reports.
const (
	OutcomeOK       Outcome = "ok"
	OutcomeHandled  Outcome = "handled"
	OutcomeError    Outcome = "error"
	OutcomeTimeout  Outcome = "timeout"
	OutcomeDisabled Outcome = "disabled"
)

// fields are the further elements of a frame; missing ones are nil.
type fields []any

func (f fields) at(i int) any {
	if i < len(f) {
		return f[i]
	}
	return nil
}

func (f fields) id(i int) uint64 {
	switch n := f.at(i).(type) {
	case int64:
		return uint64(max(n, 0))
	case uint64:
		return n
	}
	return 0
}

func (f fields) text(i int) string {
	s, _ := f.at(i).(string)
	return s
}

func (f fields) flag(i int) bool {
	b, _ := f.at(i).(bool)
	return b
}

func (f fields) list(i int) []any { return listOf(f.at(i)) }

func (f fields) textMap(i int) map[string]any {
	m, _ := f.at(i).(map[string]any)
	return m
}

// exception reads [type, text, traceback]; nil is none.
func (f fields) exception(i int) *Error {
	parts := fields(f.list(i))
	if len(parts) == 0 {
		return nil
	}
	return &Error{Type: parts.text(0), Text: parts.text(1), Traceback: parts.text(2)}
}

func listOf(v any) []any {
	list, _ := v.([]any)
	return list
}

// seconds reads a number; false for what is none, or not finite.
func seconds(v any) (float64, bool) {
	var s float64
	switch n := v.(type) {
	case int64:
		s = float64(n)
	case uint64:
		s = float64(n)
	case float64:
		s = n
	default:
		return 0, false
	}
	return s, !math.IsNaN(s) && !math.IsInf(s, 0)
}

func secondsOf(m map[string]any, key string) float64 {
	s, _ := seconds(m[key])
	return s
}

// hello is a worker's first frame.
type hello struct {
	version uint64
	pid     int
	python  string
	role    string
	twisted string
}

func readHello(f fields) hello {
	m := f.textMap(1)
	pid, _ := seconds(m["pid"])
	text := func(key string) string { s, _ := m[key].(string); return s }
	return hello{version: f.id(0), pid: int(pid), python: text("python"), role: text("role"), twisted: text("twisted")}
}

func readConfigured(f fields) Configured {
	m := f.textMap(2)
	c := Configured{Task: f.id(0), Err: f.exception(1)}
	if delay, ok := seconds(m["start_delay"]); ok {
		c.StartDelay = &delay
	}
	if loop, ok := m["loop"].(string); ok {
		c.Loop = Loop(loop)
	}
	return c
}

func readResult(f fields) (Result, error) {
	data, err := readData(f.at(2))
	if err != nil {
		return Result{}, err
	}
	m := f.textMap(4)
	raised, _ := m["raised"].(bool)
	timedOut, _ := m["timed_out"].(bool)
	return Result{
		Run: f.id(0), Outcome: Outcome(f.text(1)), Data: data, Err: f.exception(3),
		Seconds: secondsOf(m, "seconds"), Blocked: secondsOf(m, "blocked"), Raised: raised, TimedOut: timedOut,
	}, nil
}

func readCall(f fields) Call {
	return Call{ID: f.id(0), Task: f.id(1), Service: f.text(2), Method: f.text(3), Args: f.list(4), Kwargs: f.textMap(5)}
}

func readBuilt(f fields) Built {
	b := Built{Request: f.id(0)}
	if f.flag(1) {
		b.Value = f.at(2)
		return b
	}
	if b.Err = f.exception(2); b.Err == nil {
		b.Err = &Error{Type: "RuntimeError", Text: "the builder gave no reason"}
	}
	return b
}

// record is one log record of Python code.
type record struct {
	level  int64 // Python's: 10 debug, 20 info, 30 warning, 40 error
	logger string
	text   string
	task   uint64 // 0 is none
}

func readLog(f fields) record {
	level, _ := f.at(0).(int64)
	return record{level: level, logger: f.text(1), text: strings.TrimRight(f.text(2), "\n"), task: f.id(3)}
}

// describe shows how a stream that is no frames begins.
func describe(payload []byte) string { return fmt.Sprintf("%q", clip(string(payload))) }
