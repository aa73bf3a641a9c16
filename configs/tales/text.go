package tales

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxString is the longest text in bytes that an expression may build.
const maxString = 64 << 10

// maxNesting bounds lists within lists: what an object returns may contain itself.
const maxNesting = 32

var (
	errTooLong = fmt.Errorf("the text grows beyond %d bytes", maxString)
	errNested  = fmt.Errorf("lists are nested deeper than %d", maxNesting)
)

// Text writes a plain Go value as expressions do, which is as Python's str does: None, True, 1.0, ['a', 'b'].
// What is no text, such as an Object without a String method, is an error. See Object for the types understood.
func Text(v any) (string, error) { return textOf(normal(v)) }

// textOf is Python's str(v): None, True and 1.0 are written so. An Object is written by its String method.
func textOf(v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	return literal(v, 0)
}

// literal is Python's repr(v).
func literal(v any, depth int) (string, error) {
	if depth > maxNesting {
		return "", errNested
	}
	switch v := v.(type) {
	case nil:
		return "None", nil
	case bool:
		if v {
			return "True", nil
		}
		return "False", nil
	case *big.Int:
		return v.String(), nil
	case float64:
		return floatText(v), nil
	case string:
		return quoted(v), nil
	case []any:
		return listText(v, depth)
	case map[string]any:
		return dictText(v, depth)
	case Func:
		return "", errors.New("a method is no text: call it")
	case fmt.Stringer:
		return v.String(), nil
	}
	return "", errors.New("an object is no text: ask for one of its attributes")
}

func listText(list []any, depth int) (string, error) {
	var b strings.Builder
	b.WriteByte('[')
	for i, item := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		if err := writeLiteral(&b, item, depth); err != nil {
			return "", err
		}
	}
	b.WriteByte(']')
	return b.String(), nil
}

// dictText sorts by key, so that a rendered config is the same each time.
func dictText(items map[string]any, depth int) (string, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, key := range slices.Sorted(maps.Keys(items)) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quoted(key) + ": ")
		if err := writeLiteral(&b, items[key], depth); err != nil {
			return "", err
		}
	}
	b.WriteByte('}')
	return b.String(), nil
}

func writeLiteral(b *strings.Builder, item any, depth int) error {
	s, err := literal(normal(item), depth+1)
	if err != nil {
		return err
	}
	// A list holding one big list many times would otherwise multiply at each level.
	if b.Len()+len(s) > maxString {
		return errTooLong
	}
	b.WriteString(s)
	return nil
}

// floatText is Python's repr of a float: the shortest digits that read back the same, with an exponent
// below 1e-4 and from 1e16.
func floatText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// quoted is Python's repr of a string: apostrophes unless the string has some and no quotation mark.
func quoted(s string) string {
	quote := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	var b strings.Builder
	b.WriteRune(quote)
	for _, r := range s {
		switch {
		case r == quote || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xff:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteRune(quote)
	return b.String()
}
