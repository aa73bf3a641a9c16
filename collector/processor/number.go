package processor

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

// textReader says how numbers given as text are read.
type textReader struct {
	maxBytes int // negative is no bound
	// lenient strips units, as upstream does for what becomes no rate (spec §4.13.2): "99.9%" is 99.9.
	lenient bool
}

// number returns the number that a value is, or why it is none. Integers stay exact up to 64 bits.
func (r textReader) number(value any) (wire.Number, wire.Reason) {
	switch v := value.(type) {
	case nil:
		return wire.Number{}, wire.NoValue
	case int:
		return whole(int64(v)), wire.Accepted
	case float64:
		return fraction(v), wire.Accepted
	case string:
		return r.text(v)
	case []byte:
		return r.text(string(v))
	case datasource.Decimal:
		return r.exact(string(v))
	case json.Number:
		return r.exact(string(v))
	case *big.Int:
		return bigNumber(v)
	case wire.Number:
		return v, wire.Accepted
	}
	return r.reflected(reflect.ValueOf(value))
}

// reflected reads the rarer types. What holds other values holds no value itself.
func (r textReader) reflected(v reflect.Value) (wire.Number, wire.Reason) {
	switch {
	case v.CanInt():
		return whole(v.Int()), wire.Accepted
	case v.CanUint():
		if u := v.Uint(); u > math.MaxInt64 {
			return fraction(float64(u)), wire.Accepted
		}
		return whole(int64(v.Uint())), wire.Accepted
	case v.CanFloat():
		return fraction(v.Float()), wire.Accepted
	}
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return whole(1), wire.Accepted
		}
		return whole(0), wire.Accepted
	case reflect.String:
		return r.text(v.String())
	case reflect.Complex64, reflect.Complex128:
		return wire.Number{}, wire.BadValue
	}
	return wire.Number{}, wire.NoValue
}

func (r textReader) text(text string) (wire.Number, wire.Reason) {
	n, reason := r.exact(text)
	if reason != wire.BadValue || !r.lenient {
		return n, reason
	}
	return textReader{maxBytes: r.maxBytes}.exact(withoutUnits(text))
}

// exact reads text that has to be a number as it stands.
func (r textReader) exact(text string) (wire.Number, wire.Reason) {
	if isBeyond(len(text), r.maxBytes) {
		return wire.Number{}, wire.TooLarge
	}
	n, ok := parseNumber(text)
	if !ok {
		return wire.Number{}, wire.BadValue
	}
	return n, wire.Accepted
}

// parseNumber reads a decimal number, NaN or an infinity as Python's float() does; too large ones are infinite.
func parseNumber(text string) (wire.Number, bool) {
	text = strings.TrimSpace(text)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return whole(n), true
	}
	if strings.ContainsAny(text, "xXpP_") { // what only Go takes for a number
		return wire.Number{}, false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return wire.Number{}, false
	}
	return fraction(f), true
}

// withoutUnits strips ASCII letters except e and E, and punctuation except ".", "-" and "+". That the e of a word
// stays, so that "12 items" is no number, is upstream's doing, and templates have been written around it.
func withoutUnits(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == 'e' || c == 'E' || c == '.' || c == '-' || c == '+' || c >= '0' && c <= '9':
			return c
		case c > ' ' && c < 0x7f:
			return -1
		}
		return c
	}, text)
}

func bigNumber(v *big.Int) (wire.Number, wire.Reason) {
	switch {
	case v == nil:
		return wire.Number{}, wire.NoValue
	case v.IsInt64():
		return whole(v.Int64()), wire.Accepted
	}
	f, _ := new(big.Float).SetInt(v).Float64()
	return fraction(f), wire.Accepted
}

func whole(n int64) wire.Number { return wire.Number{Int: n} }

func fraction(f float64) wire.Number { return wire.Number{Float: f, IsFloat: true} }

// asFloat returns the number as a float64, which large integers round to.
func asFloat(n wire.Number) float64 {
	if n.IsFloat {
		return n.Float
	}
	return float64(n.Int)
}

func isFinite(n wire.Number) bool {
	return !n.IsFloat || !math.IsNaN(n.Float) && !math.IsInf(n.Float, 0)
}
