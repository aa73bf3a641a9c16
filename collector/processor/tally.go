package processor

import (
	"fmt"
	"strconv"

	"github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

// tally counts what became of the items of one result.
type tally struct {
	returned, produced [3]uint64
	lines              []tallyLine
}

// tallyLine counts the items of a class that shared a reason.
type tallyLine struct {
	class   wire.Class
	reason  wire.Reason
	count   uint64
	booked  uint64 // of them, those that the outlet has booked itself
	example string // the first of them, for the log
}

func (t *tally) reset() {
	clear(t.lines)
	*t = tally{lines: t.lines[:0]}
}

// line returns the line of a class and reason. There are few in a result.
func (t *tally) line(class wire.Class, reason wire.Reason) *tallyLine {
	for i := range t.lines {
		if t.lines[i].class == class && t.lines[i].reason == reason {
			return &t.lines[i]
		}
	}
	t.lines = append(t.lines, tallyLine{class: class, reason: reason})
	return &t.lines[len(t.lines)-1]
}

// reject counts an item that the processor rejects. Name and item say which one it was.
func (t *tally) reject(class wire.Class, reason wire.Reason, name string, item any) {
	line := t.line(class, reason)
	line.count++
	if line.count == 1 {
		line.example = name + ": " + describe(item)
	}
}

// settle counts an item that the outlet was given.
func (t *tally) settle(class wire.Class, reason wire.Reason, name string) {
	if reason == wire.Accepted {
		t.produced[class]++
		return
	}
	line := t.line(class, reason)
	line.count++
	line.booked++
	if line.count == 1 {
		line.example = name
	}
}

// log writes one line for each reason to reject, since a fault of a plugin usually repeats over a whole result.
func (t *tally) log(log hclog.Logger, device, task string) {
	for i := range t.lines {
		line := &t.lines[i]
		if info, _ := line.reason.Info(); info.Kind != wire.Rejected {
			continue
		}
		level := hclog.Warn
		if isUsual(line.reason) {
			level = hclog.Debug
		}
		log.Log(level, "items rejected", "device", device, "task", task, "class", line.class.String(), "reason", string(line.reason),
			"count", line.count, "first", line.example)
	}
}

// isUsual reports whether a sound plugin meets the reason in everyday life: templates seldom have a datapoint for all
// that a plugin returns, and every counter begins somewhere.
func isUsual(reason wire.Reason) bool {
	switch reason {
	case wire.UnknownComponent, wire.UnknownDatapoint, wire.RateFirst, wire.RateSameTime, wire.RateOutOfOrder,
		wire.RateOutOfBounds:
		return true
	}
	return false
}

// describe shows a returned item in a log line. Containers show their type alone: they may be long, or hold themselves.
func describe(item any) string {
	switch v := item.(type) {
	case nil:
		return "None"
	case string:
		return strconv.Quote(abridge(v))
	case datasource.Decimal:
		return abridge(string(v))
	case datasource.RejectedPoint:
		return abridge(v.String())
	case bool, int, int64, uint64, float64:
		return fmt.Sprint(v)
	}
	return fmt.Sprintf("%T", item)
}

// abridge keeps text that lands in a log line to a readable length.
func abridge(text string) string {
	const most = 120
	if len(text) <= most {
		return text
	}
	return text[:most] + "…"
}
