package maps

import (
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
	return string(appendValue(nil, a, true)) == string(appendValue(nil, b, true))
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

// appendValue writes a value so that equal ones have equal bytes. Only the outermost list is compared without order.
func appendValue(dst []byte, v any, outermost bool) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, markNil)
	case string:
		return appendText(append(dst, markText), v)
	case []byte:
		return appendText(append(dst, markText), string(v))
	case bool:
		if v {
			return append(dst, markNumber, '1', 0)
		}
		return append(dst, markNumber, '0', 0)
	}
	rv := reflect.ValueOf(v)
	switch kind := rv.Kind(); {
	case rv.CanInt() || rv.CanUint() || rv.CanFloat():
		return append(append(append(dst, markNumber), numberText(rv)...), 0)
	case kind == reflect.String:
		return appendText(append(dst, markText), rv.String())
	case kind == reflect.Slice || kind == reflect.Array:
		return appendList(dst, rv, outermost)
	case kind == reflect.Map:
		return appendMap(dst, rv)
	}
	return appendText(append(dst, markOther), fmt.Sprint(v))
}

func appendText(dst []byte, text string) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(len(text)))
	return append(dst, text...)
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

func appendList(dst []byte, list reflect.Value, outermost bool) []byte {
	items := make([]string, list.Len())
	onlyMaps := list.Len() > 0
	for i := range items {
		encoded := appendValue(nil, list.Index(i).Interface(), false)
		onlyMaps = onlyMaps && encoded[0] == markMap
		items[i] = string(encoded)
	}
	if outermost {
		slices.Sort(items)
		if onlyMaps {
			items = slices.Compact(items)
		}
	}
	return appendText(append(dst, markList), strings.Join(items, ""))
}

func appendMap(dst []byte, m reflect.Value) []byte {
	entries := make(map[string]string, m.Len())
	for it := m.MapRange(); it.Next(); {
		key := string(appendValue(nil, it.Key().Interface(), false))
		entries[key] = string(appendValue(nil, it.Value().Interface(), false))
	}
	var body strings.Builder
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		body.WriteString(key)
		body.WriteString(entries[key])
	}
	return appendText(append(dst, markMap), body.String())
}
