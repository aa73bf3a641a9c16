package datasource

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// ConfigKey is the tuple that says which data sources are collected together (spec §2.4). Element [1] is the interval
// in seconds. It is kept in one encoded string, so that it is comparable, usable as a map key and small; elements of
// different types never encode alike ("60" is not 60), while 60 and 60.0 do, as in the language the plugins come from.
type ConfigKey struct{ enc string }

// The type marks of the encoding, one byte in front of each element.
const (
	keyNil   = 'n'
	keyBool  = 'b'
	keyInt   = 'i'
	keyFloat = 'f'
	keyText  = 's'
	keyTuple = 't'
)

// MakeKey encodes a key from its elements: nil, bool, any integer or float type, string, or []any for a nested tuple.
// Any other type is an error, since it would not be hashable where plugins define keys; so is an unsigned integer
// beyond int64.
func MakeKey(elements ...any) (ConfigKey, error) {
	enc, err := appendElements(make([]byte, 0, 64), elements)
	if err != nil {
		return ConfigKey{}, err
	}
	return ConfigKey{enc: string(enc)}, nil
}

func appendElements(dst []byte, elements []any) ([]byte, error) {
	var err error
	for i, e := range elements {
		if dst, err = appendElement(dst, e); err != nil {
			return nil, fmt.Errorf("config key element [%d]: %w", i, err)
		}
	}
	return dst, nil
}

func appendElement(dst []byte, e any) ([]byte, error) {
	switch v := e.(type) {
	case nil:
		return append(dst, keyNil), nil
	case bool:
		if v {
			return append(dst, keyBool, 1), nil
		}
		return append(dst, keyBool, 0), nil
	case string:
		dst = binary.AppendUvarint(append(dst, keyText), uint64(len(v)))
		return append(dst, v...), nil
	case []any:
		inner, err := appendElements(nil, v)
		if err != nil {
			return nil, err
		}
		dst = binary.AppendUvarint(append(dst, keyTuple), uint64(len(inner)))
		return append(dst, inner...), nil
	}
	return appendNumber(dst, reflect.ValueOf(e))
}

func appendNumber(dst []byte, v reflect.Value) ([]byte, error) {
	switch {
	case v.CanInt():
		return binary.AppendVarint(append(dst, keyInt), v.Int()), nil
	case v.CanUint() && v.Uint() <= math.MaxInt64:
		return binary.AppendVarint(append(dst, keyInt), int64(v.Uint())), nil
	case v.CanUint():
		return nil, fmt.Errorf("%d is too large for a config key: the largest integer is %d", v.Uint(), int64(math.MaxInt64))
	case v.CanFloat():
		return appendFloat(dst, v.Float()), nil
	}
	return nil, fmt.Errorf("a %s cannot be part of a config key: use None, bool, numbers, strings and tuples", v.Type())
}

// appendFloat encodes a whole number as the integer it is equal to.
func appendFloat(dst []byte, f float64) []byte {
	if f == math.Trunc(f) && f >= -1<<63 && f < 1<<63 {
		return binary.AppendVarint(append(dst, keyInt), int64(f))
	}
	return binary.BigEndian.AppendUint64(append(dst, keyFloat), math.Float64bits(f))
}

// Elements decodes the key: nil, bool, int64, float64, string and []any.
func (k ConfigKey) Elements() []any { return decodeElements(k.enc) }

func decodeElements(enc string) []any {
	var out []any
	for len(enc) > 0 {
		var e any
		e, enc = decodeElement(enc)
		out = append(out, e)
	}
	return out
}

func decodeElement(enc string) (any, string) {
	mark, rest := enc[0], enc[1:]
	switch mark {
	case keyBool:
		return rest[0] == 1, rest[1:]
	case keyInt:
		v, n := binary.Varint([]byte(rest[:min(len(rest), binary.MaxVarintLen64)]))
		return v, rest[n:]
	case keyFloat:
		return math.Float64frombits(binary.BigEndian.Uint64([]byte(rest[:8]))), rest[8:]
	case keyText, keyTuple:
		size, n := binary.Uvarint([]byte(rest[:min(len(rest), binary.MaxVarintLen64)]))
		body, tail := rest[n:n+int(size)], rest[n+int(size):]
		if mark == keyText {
			return body, tail
		}
		return decodeElements(body), tail
	}
	return nil, rest
}

// IsZero reports whether the key has no elements.
func (k ConfigKey) IsZero() bool { return k.enc == "" }

// Encoded returns the canonical bytes of the key as a string: equal exactly when the keys are.
func (k ConfigKey) Encoded() string { return k.enc }

// Name returns the elements joined by spaces: the task's label (spec §4.6).
func (k ConfigKey) Name() string {
	var b strings.Builder
	for i, e := range k.Elements() {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(keyElementText(e))
	}
	return b.String()
}

// keyElementText writes one element as str() does where plugins define keys.
func keyElementText(e any) string {
	switch v := e.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return keyFloatText(v)
	}
	elements := e.([]any)
	parts := make([]string, len(elements))
	for i, x := range elements {
		if text, ok := x.(string); ok {
			parts[i] = quoteKeyText(text)
		} else {
			parts[i] = keyElementText(x)
		}
	}
	if len(parts) == 1 {
		return "(" + parts[0] + ",)"
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// keyFloatText writes a float with an exponent only where str() does.
func keyFloatText(f float64) string {
	switch magnitude := math.Abs(f); {
	case math.IsInf(f, 0) || math.IsNaN(f):
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, 64), "+"))
	case magnitude >= 1e-4 && magnitude < 1e16:
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'e', -1, 64)
}

// quoteKeyText quotes a string within a tuple: in single quotes, or in double ones where that saves escapes.
func quoteKeyText(s string) string {
	s = strings.ReplaceAll(s, `\`, `\\`)
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		return `"` + s + `"`
	}
	return "'" + strings.ReplaceAll(s, "'", `\'`) + "'"
}

// Interval returns element [1], the task's interval. A key without one, or with one that is not a number from 0.1 to a
// year's seconds, is an error (upstream fails the whole device there; here it costs the one data source).
func (k ConfigKey) Interval() (time.Duration, error) {
	elements := k.Elements()
	if len(elements) < 2 {
		return 0, fmt.Errorf("config key %q has no interval: element [1] must be a number of seconds", k.Name())
	}
	var seconds float64
	switch v := elements[1].(type) {
	case int64:
		seconds = float64(v)
	case float64:
		seconds = v
	default:
		return 0, fmt.Errorf("config key %q: element [1] is %q, want a number of seconds", k.Name(), keyElementText(elements[1]))
	}
	if !(seconds >= minIntervalSeconds && seconds <= maxIntervalSeconds) { // also when it is not a number
		return 0, fmt.Errorf("config key %q: the interval of %v s is out of range: give %v to %d seconds",
			k.Name(), seconds, minIntervalSeconds, maxIntervalSeconds)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

const (
	// minIntervalSeconds is the shortest interval that is scheduled.
	minIntervalSeconds = 0.1
	// maxIntervalSeconds is a year: above it an interval is a mistake of units.
	maxIntervalSeconds = 366 * 24 * 3600
)
