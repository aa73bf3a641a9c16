package datasource

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// convert gives a property's value as the Go type of its field. Inventories hold YAML's types and TALES gives text, so
// that numbers and bools given as text count as what they say. The error says what was wanted, not what was given,
// where the field is secret.
func (f *Field) convert(v any) (reflect.Value, error) {
	got, err := f.convertKind(v)
	if err != nil {
		return reflect.Value{}, err
	}
	out := reflect.ValueOf(got)
	if f.typ.Kind() == reflect.Pointer {
		p := reflect.New(f.typ.Elem())
		p.Elem().Set(out)
		return p, nil
	}
	return out.Convert(f.typ), nil
}

func (f *Field) convertKind(v any) (any, error) {
	switch f.Kind {
	case TextField:
		return f.text(v)
	case BoolField:
		if b, ok := asBool(v); ok {
			return b, nil
		}
		return nil, f.mismatch(v, "true or false")
	case IntField:
		n, ok := asFloat(v)
		if !ok || n != math.Trunc(n) || math.Abs(n) > 1<<53 {
			return nil, f.mismatch(v, "a whole number")
		}
		return int(n), f.bounds(n)
	case NumberField:
		n, ok := asFloat(v)
		if !ok || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, f.mismatch(v, "a number")
		}
		return n, f.bounds(n)
	case ListField:
		return f.list(v)
	default:
		return f.textMap(v)
	}
}

func (f *Field) text(v any) (any, error) {
	s, ok := asText(v)
	if !ok {
		return nil, f.mismatch(v, "text")
	}
	if f.Enum != nil && !slices.Contains(f.Enum, s) {
		return nil, f.mismatch(v, "one of "+strings.Join(f.Enum, ", "))
	}
	return s, nil
}

func (f *Field) bounds(n float64) error {
	switch {
	case f.Min != nil && n < *f.Min:
		return fmt.Errorf("%v is too small, want at least %v", n, *f.Min)
	case f.Max != nil && n > *f.Max:
		return fmt.Errorf("%v is too large, want at most %v", n, *f.Max)
	}
	return nil
}

// list takes one text for a list of one, since that is what people write.
func (f *Field) list(v any) (any, error) {
	if s, ok := asText(v); ok {
		return []string{s}, nil
	}
	items := reflect.ValueOf(v)
	if items.Kind() != reflect.Slice {
		return nil, f.mismatch(v, "a list of text")
	}
	out := make([]string, 0, items.Len())
	for i := range items.Len() {
		s, ok := asText(items.Index(i).Interface())
		if !ok {
			return nil, fmt.Errorf("item %d is not text", i+1)
		}
		out = append(out, s)
	}
	return out, nil
}

func (f *Field) textMap(v any) (any, error) {
	switch m := v.(type) {
	case map[string]string:
		return maps.Clone(m), nil
	case map[string]any:
		out := make(map[string]string, len(m))
		for _, key := range slices.Sorted(maps.Keys(m)) {
			s, ok := asText(m[key])
			if !ok {
				return nil, fmt.Errorf("the value of %q is not text", key)
			}
			out[key] = s
		}
		return out, nil
	}
	return nil, f.mismatch(v, "a map of names to text")
}

func (f *Field) mismatch(v any, want string) error {
	if f.Secret {
		return fmt.Errorf("the value given is not %s", want)
	}
	shown := fmt.Sprintf("%T", v)
	if s, ok := asText(v); ok {
		shown = strconv.Quote(abridge(s))
	}
	return fmt.Errorf("%s is not %s", shown, want)
}

// abridge keeps a value that lands in a message to a readable length.
func abridge(s string) string {
	const most = 80
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// asText gives text, numbers and bools as text.
func asText(v any) (string, bool) {
	rv := reflect.ValueOf(v)
	switch {
	case !rv.IsValid():
		return "", false
	case rv.Kind() == reflect.String:
		return rv.String(), true
	case rv.Kind() == reflect.Bool:
		return strconv.FormatBool(rv.Bool()), true
	case rv.CanInt():
		return strconv.FormatInt(rv.Int(), 10), true
	case rv.CanUint():
		return strconv.FormatUint(rv.Uint(), 10), true
	case rv.CanFloat():
		return strconv.FormatFloat(rv.Float(), 'g', -1, 64), true
	}
	return "", false
}

func asFloat(v any) (float64, bool) {
	rv := reflect.ValueOf(v)
	switch {
	case !rv.IsValid():
		return 0, false
	case rv.Kind() == reflect.String:
		n, err := strconv.ParseFloat(strings.TrimSpace(rv.String()), 64)
		return n, err == nil
	case rv.CanInt():
		return float64(rv.Int()), true
	case rv.CanUint():
		return float64(rv.Uint()), true
	case rv.CanFloat():
		return rv.Float(), true
	}
	return 0, false
}

// asBool takes YAML's names of bools in any case, and 0 and 1.
func asBool(v any) (bool, bool) {
	s, ok := asText(v)
	if !ok {
		return false, false
	}
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "yes", "on", "1":
		return true, true
	case "false", "no", "off", "0":
		return false, true
	}
	return false, false
}
