package events

import (
	"math"
	"reflect"
	"strconv"
	"strings"
)

// Severity of an event, 0 to 5; Clear closes other events (spec §5.4).
type Severity uint8

// The severities of spec §5.4.
const (
	Clear Severity = iota
	Debug
	Info
	Warning
	Error
	Critical
)

var severityNames = [...]string{"Clear", "Debug", "Info", "Warning", "Error", "Critical"}

// String returns the severity's name.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return "Severity(" + strconv.Itoa(int(s)) + ")"
}

// ParseSeverity reads what upstream takes for a severity (spec §5.3): a number 0 to 5, its digit as text, or a name in
// any case; "" is Clear and whatever else is not known is Info. ok is false only for nil, which counts as missing.
func ParseSeverity(v any) (severity Severity, ok bool) {
	switch v := v.(type) {
	case nil:
		return Info, false
	case Severity:
		return known(int64(v)), true
	case string:
		return severityOfText(v), true
	}
	if n, isInt := wholeNumber(v); isInt {
		return known(n), true
	}
	return Info, true
}

func severityOfText(text string) Severity {
	if text == "" {
		return Clear
	}
	if len(text) == 1 && text[0] >= '0' && text[0] <= '5' {
		return Severity(text[0] - '0')
	}
	for i, name := range severityNames {
		if strings.EqualFold(name, text) {
			return Severity(i)
		}
	}
	return Info
}

func known(n int64) Severity {
	if n < 0 || n > int64(Critical) {
		return Info
	}
	return Severity(n)
}

// wholeNumber reads any Go number or bool that has an exact int64 value; True is 1, as in the language plugins come from.
func wholeNumber(v any) (int64, bool) {
	rv := reflect.ValueOf(v)
	switch {
	case !rv.IsValid():
		return 0, false
	case rv.CanInt():
		return rv.Int(), true
	case rv.CanUint():
		return int64(rv.Uint()), rv.Uint() <= math.MaxInt64
	case rv.CanFloat():
		f := rv.Float()
		return int64(f), f == math.Trunc(f) && math.Abs(f) < 1<<63
	case rv.Kind() == reflect.Bool:
		if rv.Bool() {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// State is where an event stands in its life (spec §5.4).
type State uint8

// The states of spec §5.4, with upstream's numbers.
const (
	New State = iota
	Acknowledged
	Suppressed
	Closed
	Cleared
	Dropped
	Aged
)

var stateNames = [...]string{"New", "Acknowledged", "Suppressed", "Closed", "Cleared", "Dropped", "Aged"}

// String returns the state's name.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "State(" + strconv.Itoa(int(s)) + ")"
}

// IsOpen reports whether the event still asks for attention: repeats fold into it and a clear can close it.
func (s State) IsOpen() bool { return s <= Suppressed }
