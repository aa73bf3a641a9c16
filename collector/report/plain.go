package report

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

// maxPlainDepth bounds how deep a returned item is shown: deeper ones are a fault of the plugin, not a reason to
// overflow a stack.
const maxPlainDepth = 64

// plain turns any value that a plugin may return into what encoding/json writes without loss: integers stay exact,
// NaN and infinities become strings, tuples arrays, keys text.
func plain(v any) any { return plainAt(v, 0) }

func plainAt(v any, depth int) any {
	if depth > maxPlainDepth {
		return "…"
	}
	switch v := v.(type) {
	case nil, bool, string, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, json.Number:
		return v
	case float64:
		return wire.Number{Float: v, IsFloat: true}.Plain()
	case float32:
		return wire.Number{Float: float64(v), IsFloat: true}.Plain()
	case *big.Int:
		return json.Number(v.String())
	case datasource.Decimal:
		return plainDecimal(v)
	case wire.Number:
		return v.Plain()
	case []byte:
		return plainBytes(v)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case datasource.Sample:
		return []any{plainAt(v.Value, depth+1), unixSeconds(v.Time)}
	case datasource.Tuple:
		return plainList(v, depth)
	case []any:
		return plainList(v, depth)
	case map[string]any:
		return plainMap(v, depth)
	case error:
		return v.Error()
	}
	return plainOther(v)
}

// plainOther leaves other types to encoding/json where it can write them, and shows them as text where it cannot.
func plainOther(v any) any {
	if text, err := marshal(v); err == nil {
		return json.RawMessage(text)
	}
	return fmt.Sprint(v)
}

// plainDecimal keeps the digits where JSON can hold them; Decimal's NaN, Infinity and odd spellings are shown as text.
func plainDecimal(d datasource.Decimal) any {
	if json.Valid([]byte(d)) {
		return json.Number(d)
	}
	return string(d)
}

func plainBytes(b []byte) any {
	if utf8.Valid(b) {
		return string(b)
	}
	return map[string]any{"base64": base64.StdEncoding.EncodeToString(b)}
}

func plainList(list []any, depth int) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = plainAt(v, depth+1)
	}
	return out
}

func plainMap(m map[string]any, depth int) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = plainAt(v, depth+1)
	}
	return out
}

// unixSeconds writes an instant as seconds since 1970 with as many digits as it has.
func unixSeconds(t time.Time) json.Number { return nanoSeconds(t.UnixNano()) }

// nanoSeconds writes nanoseconds as seconds, exactly: a float64 would lose the last digits of a slot's name.
func nanoSeconds(ns int64) json.Number {
	sign := ""
	if ns < 0 {
		sign, ns = "-", -ns
	}
	whole, rest := ns/int64(time.Second), ns%int64(time.Second)
	text := sign + strconv.FormatInt(whole, 10)
	if rest > 0 {
		digits := fmt.Sprintf("%09d", rest)
		for digits[len(digits)-1] == '0' {
			digits = digits[:len(digits)-1]
		}
		text += "." + digits
	}
	return json.Number(text)
}
