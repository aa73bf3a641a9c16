package datasource

import (
	"encoding/binary"
	"fmt"
	"math"
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
// Any other type is an error, since it would not be hashable where plugins define keys.
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
	case int:
		return binary.AppendVarint(append(dst, keyInt), int64(v)), nil
	case int64:
		return binary.AppendVarint(append(dst, keyInt), v), nil
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return binary.AppendVarint(append(dst, keyInt), int64(v)), nil
		}
		return binary.BigEndian.AppendUint64(append(dst, keyFloat), math.Float64bits(v)), nil
	case []any:
		inner, err := appendElements(nil, v)
		if err != nil {
			return nil, err
		}
		dst = binary.AppendUvarint(append(dst, keyTuple), uint64(len(inner)))
		return append(dst, inner...), nil
	}
	return nil, fmt.Errorf("a %T cannot be part of a config key: use None, bool, numbers, strings and tuples", e)
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

// keyElementText writes one element as upstream's str() does.
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
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	parts := []string{}
	for _, x := range e.([]any) {
		parts = append(parts, keyElementText(x))
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// Interval returns element [1], the task's interval. A key without one, or with one that is not a number above zero,
// is an error (upstream fails the whole device there; here it costs the one data source).
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
	if !(seconds > 0) || seconds > maxIntervalSeconds {
		return 0, fmt.Errorf("config key %q: interval %v s is not above 0 and at most %d", k.Name(), seconds, maxIntervalSeconds)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

// maxIntervalSeconds is a year: above it an interval is a mistake of units.
const maxIntervalSeconds = 366 * 24 * 3600
