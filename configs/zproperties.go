package configs

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/zenpython/zenpython/configs/tales"
)

// ZType is the type of a zProperty, by the word Zenoss has for it.
type ZType string

// The types of zProperties. Values are held as string, int, float64, bool, []string and string.
const (
	ZString   ZType = "string"
	ZInt      ZType = "int"
	ZFloat    ZType = "float"
	ZBool     ZType = "boolean"
	ZLines    ZType = "lines"
	ZPassword ZType = "password" // a string that is never logged, dumped or put into an error
)

// zTypeNames lists the names of the types.
func zTypeNames() []string {
	return []string{string(ZString), string(ZInt), string(ZFloat), string(ZBool), string(ZLines), string(ZPassword)}
}

// parseZType returns the type of that name, or false.
func parseZType(name string) (ZType, bool) {
	return ZType(name), slices.Contains(zTypeNames(), name)
}

// ZProperty defines a setting that is inherited down the device-class tree and may be overridden on a device or
// component.
type ZProperty struct {
	Name     string // begins with z and a capital
	Type     ZType
	Default  any    // the value at the root, as Coerce returns it
	Label    string // what it sets, in a few words
	Category string // groups zProperties of one subject
}

// Secret reports whether values must be kept out of logs, dumps and errors.
func (p ZProperty) Secret() bool { return p.Type == ZPassword }

// Coerce returns value in the form of the zProperty's type: string, int, float64, bool or []string. It takes what YAML
// and hand-written text give: numbers and booleans in quotes, 300.0 for an int, one line of text for lines.
// Nil, a key without a value, is the type's zero value.
// An error names the zProperty and the type it got, never the value.
func (p ZProperty) Coerce(value any) (any, error) {
	coerced, err := p.Type.coerce(value)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	return coerced, nil
}

func (t ZType) coerce(value any) (any, error) {
	switch t {
	case ZString, ZPassword:
		return coerceString(t, value)
	case ZInt:
		return coerceInt(value)
	case ZFloat:
		return coerceFloat(value)
	case ZBool:
		return coerceBoolean(value)
	case ZLines:
		return coerceLines(value)
	}
	return nil, fmt.Errorf("unknown zProperty type '%s'", t)
}

func coerceString(t ZType, value any) (any, error) {
	switch yamlKind(value) {
	case "nothing":
		return "", nil
	case "a list", "a mapping", "another value":
		return nil, fmt.Errorf("a %s is needed, not %s", t, yamlKind(value))
	}
	return tales.Text(value)
}

// coerceInt takes no booleans: a port that is true is a slip.
func coerceInt(value any) (any, error) {
	switch v := value.(type) {
	case nil:
		return 0, nil
	case int:
		return v, nil
	case int64:
		return int(v), nil
	case uint64:
		if v <= math.MaxInt {
			return int(v), nil
		}
		return nil, errors.New("the whole number is too large for an int")
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int(v), nil
		}
		return nil, errors.New("an int is needed, not a number with a fraction")
	case string:
		i, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil {
			return nil, errors.New("an int is needed, and this text is no whole number")
		}
		return i, nil
	}
	return nil, fmt.Errorf("an int is needed, not %s", yamlKind(value))
}

func coerceFloat(value any) (any, error) {
	switch v := value.(type) {
	case nil:
		return 0.0, nil
	case int:
		return float64(v), nil
	case int64:
		return float64(v), nil
	case uint64:
		return float64(v), nil
	case float64:
		return finite(v)
	case string:
		f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return nil, errors.New("a float is needed, and this text is no number")
		}
		return finite(f)
	}
	return nil, fmt.Errorf("a float is needed, not %s", yamlKind(value))
}

func finite(f float64) (any, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, errors.New("a float is needed that is a finite number")
	}
	return f, nil
}

var booleanWords = map[string]bool{
	"true": true, "yes": true, "on": true, "1": true, "false": false, "no": false, "off": false, "0": false, "": false,
}

func coerceBoolean(value any) (any, error) {
	switch v := value.(type) {
	case nil:
		return false, nil
	case bool:
		return v, nil
	case string:
		if b, ok := booleanWords[strings.ToLower(strings.TrimSpace(v))]; ok {
			return b, nil
		}
		return nil, errors.New("a boolean is needed, and this text is neither true nor false")
	case int, int64, uint64:
		if number, err := coerceInt(v); err == nil && (number == 0 || number == 1) {
			return number == 1, nil
		}
		return nil, errors.New("a boolean is needed, and this number is neither 0 nor 1")
	}
	return nil, fmt.Errorf("a boolean is needed, not %s", yamlKind(value))
}

// coerceLines keeps the first of equal lines only, as the platform does on setting, and no empty ones.
func coerceLines(value any) (any, error) {
	var items []any
	switch v := value.(type) {
	case nil:
	case []any:
		items = v
	case []string:
		for _, line := range v {
			items = append(items, line)
		}
	case string:
		for line := range strings.Lines(v) {
			items = append(items, line)
		}
	default:
		return nil, fmt.Errorf("lines are needed, not %s", yamlKind(value))
	}
	lines := make([]string, 0, len(items))
	for i, item := range items {
		text, err := coerceString(ZString, item)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		line := strings.TrimSpace(text.(string))
		if line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// yamlKind words what kind of YAML value v was decoded from.
func yamlKind(v any) string {
	switch v.(type) {
	case nil:
		return "nothing"
	case string:
		return "text"
	case bool:
		return "a boolean"
	case int, int64, uint64:
		return "a whole number"
	case float64:
		return "a number with a fraction"
	case []any, []string:
		return "a list"
	case map[string]any, map[any]any:
		return "a mapping"
	}
	return "another value"
}
