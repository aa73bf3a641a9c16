package maps

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// equalValues compares an attribute with a new value by the rules of spec §6.5: lists and tuples without regard to
// order, lists of dictionaries as sets, '1' unlike 1, 1 like 1.0. An absent attribute is nil.
func equalValues(a, b any) bool {
	// Most attributes are texts, and most are what they were.
	if text, ok := a.(string); ok {
		if other, ok := b.(string); ok {
			return text == other
		}
	}
	return bytes.Equal(encoded(a, true), encoded(b, true))
}

// The type marks of the form in which values are compared.
const (
	markNil    = 'n'
	markNumber = 'd'
	markText   = 's'
	markList   = 'l'
	markMap    = 'm'
	markOther  = 'o'
)

// encoded writes a value so that equal ones have equal bytes. Only the outermost list is compared without order.
func encoded(v any, outermost bool) []byte {
	switch v := v.(type) {
	case nil:
		return []byte{markNil}
	case string:
		return marked(markText, v)
	case []byte:
		return marked(markText, string(v))
	case bool:
		if v {
			return marked(markNumber, "1")
		}
		return marked(markNumber, "0")
	}
	rv := reflect.ValueOf(v)
	switch kind := rv.Kind(); {
	case rv.CanInt() || rv.CanUint() || rv.CanFloat():
		return marked(markNumber, numberText(rv))
	case kind == reflect.String:
		return marked(markText, rv.String())
	case kind == reflect.Slice || kind == reflect.Array:
		return encodedList(rv, outermost)
	case kind == reflect.Map:
		return encodedMap(rv)
	}
	return marked(markOther, fmt.Sprint(v))
}

// marked puts type and length in front of a text, so that neighbours cannot be mistaken for each other.
func marked(mark byte, text string) []byte {
	b := make([]byte, 0, 9+len(text))
	b = binary.BigEndian.AppendUint64(append(b, mark), uint64(len(text)))
	return append(b, text...)
}

// numberText writes a whole number alike whatever its type, to the last digit.
func numberText(v reflect.Value) string {
	switch {
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	}
	f := v.Float()
	if f != math.Trunc(f) || math.IsInf(f, 0) {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	whole, _ := big.NewFloat(f).Int(nil)
	return whole.String()
}

func encodedList(list reflect.Value, outermost bool) []byte {
	items := make([]string, list.Len())
	onlyMaps := list.Len() > 0
	for i := range items {
		item := encoded(list.Index(i).Interface(), false)
		onlyMaps = onlyMaps && item[0] == markMap
		items[i] = string(item)
	}
	if outermost {
		slices.Sort(items)
		if onlyMaps {
			items = slices.Compact(items)
		}
	}
	return marked(markList, strings.Join(items, ""))
}

func encodedMap(m reflect.Value) []byte {
	entries := make(map[string]string, m.Len())
	for it := m.MapRange(); it.Next(); {
		key := string(encoded(it.Key().Interface(), false))
		entries[key] = string(encoded(it.Value().Interface(), false))
	}
	var body strings.Builder
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		body.WriteString(key)
		body.WriteString(entries[key])
	}
	return marked(markMap, body.String())
}
