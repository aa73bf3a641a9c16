package events

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// appendText writes a value as upstream's str() does, as far as that matters for comparing and for reading: the same
// value always gives the same bytes.
func appendText(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "None"...)
	case string:
		return append(dst, v...)
	case []byte:
		return append(dst, v...)
	case bool:
		if v {
			return append(dst, "True"...)
		}
		return append(dst, "False"...)
	case time.Time:
		return v.AppendFormat(dst, time.RFC3339Nano)
	case map[string]any:
		return appendMapText(dst, v)
	}
	return appendReflected(dst, reflect.ValueOf(v))
}

func appendReflected(dst []byte, v reflect.Value) []byte {
	switch {
	case v.CanInt():
		return strconv.AppendInt(dst, v.Int(), 10)
	case v.CanUint():
		return strconv.AppendUint(dst, v.Uint(), 10)
	case v.CanFloat():
		return appendFloat(dst, v.Float())
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Array:
		dst = append(dst, '[')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendText(dst, v.Index(i).Interface())
		}
		return append(dst, ']')
	}
	return fmt.Append(dst, v.Interface())
}

// appendFloat keeps 1.0 apart from 1, as str() does.
func appendFloat(dst []byte, f float64) []byte {
	at := len(dst)
	dst = strconv.AppendFloat(dst, f, 'g', -1, 64)
	if !bytes.ContainsAny(dst[at:], ".eIN") {
		dst = append(dst, ".0"...)
	}
	return dst
}

func appendMapText(dst []byte, m map[string]any) []byte {
	dst = append(dst, '{')
	for i, key := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(dst, key...)
		dst = append(dst, ": "...)
		dst = appendText(dst, m[key])
	}
	return append(dst, '}')
}

// texts returns the values of a detail: a list gives one each, anything else is one value; None gives none.
func texts(v any) []string {
	if v == nil {
		return nil
	}
	if _, isBytes := v.([]byte); !isBytes {
		if rv := reflect.ValueOf(v); rv.Kind() == reflect.Slice || rv.Kind() == reflect.Array {
			var out []string
			for i := range rv.Len() {
				if item := rv.Index(i).Interface(); item != nil {
					out = append(out, string(appendText(nil, item)))
				}
			}
			return out
		}
	}
	return []string{string(appendText(nil, v))}
}
