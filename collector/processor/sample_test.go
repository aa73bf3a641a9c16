package processor

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

// numbered is what one value of a form gave.
type numbered struct {
	Number wire.Number
	Second int64
	Reason wire.Reason
}

func got(n wire.Number, second int64) numbered { return numbered{Number: n, Second: second} }

func none(reason wire.Reason, second int64) numbered {
	return numbered{Reason: reason, Second: second}
}

func readForms(raw any, reader textReader) (all []numbered) {
	eachSample(raw, now, func(v any, second int64) bool {
		n, reason := reader.number(v)
		if reason != wire.Accepted {
			n = wire.Number{}
		}
		all = append(all, numbered{n, second, reason})
		return true
	})
	return all
}

type millis int

func TestValueForms(t *testing.T) {
	type (
		list  = []any
		tuple = datasource.Tuple
		dec   = datasource.Decimal
	)
	self := list{nil}
	self[0] = self
	at := time.Unix(100, 999)
	for name, tt := range map[string]struct {
		raw  any
		want []numbered
	}{
		"int":            {10, []numbered{got(whole(10), now)}},
		"float":          {10.1, []numbered{got(fraction(10.1), now)}},
		"text":           {"10", []numbered{got(whole(10), now)}},
		"bytes":          {[]byte("10"), []numbered{got(whole(10), now)}},
		"True":           {true, []numbered{got(whole(1), now)}},
		"False":          {false, []numbered{got(whole(0), now)}},
		"named int":      {millis(7), []numbered{got(whole(7), now)}},
		"int64 exact":    {int64(math.MaxInt64), []numbered{got(whole(math.MaxInt64), now)}},
		"uint8":          {uint8(200), []numbered{got(whole(200), now)}},
		"uint64 beyond":  {uint64(math.MaxUint64), []numbered{got(fraction(1<<64), now)}},
		"float32":        {float32(0.5), []numbered{got(fraction(0.5), now)}},
		"long":           {big.NewInt(12), []numbered{got(whole(12), now)}},
		"long beyond":    {new(big.Int).Lsh(big.NewInt(1), 70), []numbered{got(fraction(1<<70), now)}},
		"no long":        {(*big.Int)(nil), []numbered{none(wire.NoValue, now)}},
		"Decimal":        {dec("1.5"), []numbered{got(fraction(1.5), now)}},
		"Decimal text":   {dec("1.5%"), []numbered{none(wire.BadValue, now)}},
		"json number":    {json.Number("9007199254740993"), []numbered{got(whole(9007199254740993), now)}},
		"NaN":            {math.NaN(), []numbered{got(fraction(math.NaN()), now)}},
		"text inf":       {"-inf", []numbered{got(fraction(math.Inf(-1)), now)}},
		"complex":        {1i, []numbered{none(wire.BadValue, now)}},
		"N":              {tuple{5, "N"}, []numbered{got(whole(5), now)}},
		"n":              {tuple{5, "n"}, []numbered{got(whole(5), now)}},
		"no time":        {tuple{5, nil}, []numbered{got(whole(5), now)}},
		"int time":       {tuple{5, 100}, []numbered{got(whole(5), 100)}},
		"float time":     {tuple{5, 100.9}, []numbered{got(whole(5), 100)}},
		"negative time":  {tuple{5, -1.9}, []numbered{got(whole(5), -1)}},
		"text time":      {tuple{5, "100.9"}, []numbered{got(whole(5), 100)}},
		"True as time":   {tuple{5, true}, []numbered{got(whole(5), 1)}},
		"Decimal time":   {tuple{5, dec("100.9")}, []numbered{got(whole(5), 100)}},
		"clock time":     {tuple{5, at}, []numbered{got(whole(5), 100)}},
		"endless time":   {tuple{5, 1e300}, []numbered{got(whole(5), 1<<40)}},
		"list pair":      {list{10, 11}, []numbered{got(whole(10), 11)}},
		"text pair":      {list{"10", "11"}, []numbered{got(whole(10), 11)}},
		"three values":   {tuple{10, 11, 12}, []numbered{got(whole(10), now), got(whole(11), now), got(whole(12), now)}},
		"one value":      {list{10}, []numbered{got(whole(10), now)}},
		"pairs":          {list{tuple{1, 2}, tuple{3, "N"}}, []numbered{got(whole(1), 2), got(whole(3), now)}},
		"pair and value": {list{tuple{1, 2}, 3}, []numbered{got(whole(1), 2), got(whole(3), now)}},
		"no time at all": {tuple{1, "abc"}, []numbered{got(whole(1), now), none(wire.BadValue, now)}},
		"NaN time":       {tuple{1, math.NaN()}, []numbered{got(whole(1), now), got(fraction(math.NaN()), now)}},
		"inf time":       {tuple{1, math.Inf(1)}, []numbered{got(whole(1), now), got(fraction(math.Inf(1)), now)}},
		"dict as time":   {tuple{1, map[string]any{}}, []numbered{got(whole(1), now), none(wire.NoValue, now)}},
		"None and time":  {tuple{nil, 100}, []numbered{none(wire.NoValue, 100)}},
		"Decimal, time":  {tuple{dec("1.5"), 100}, []numbered{got(fraction(1.5), 100)}},
		"bad and time":   {tuple{"N/A", 100}, []numbered{none(wire.BadValue, 100)}},
		"None":           {nil, []numbered{none(wire.NoValue, now)}},
		"dict":           {map[string]any{"a": 1}, []numbered{none(wire.NoValue, now)}},
		"typed slice":    {[]float64{1, 2}, []numbered{none(wire.NoValue, now)}},
		"pointer":        {new(int), []numbered{none(wire.NoValue, now)}},
		"empty list":     {list{}, nil},
		"empty tuple":    {tuple{}, nil},
		"too deep":       {list{list{list{list{1, 2}}}}, []numbered{none(wire.NoValue, now)}},
		"holds itself":   {self, []numbered{none(wire.NoValue, now)}},
		"Sample":         {datasource.Sample{Value: 5, Time: at}, []numbered{got(whole(5), 100)}},
		"Sample now":     {datasource.Sample{Value: 5}, []numbered{got(whole(5), now)}},
		"Samples":        {[]datasource.Sample{{Value: 5}, {Value: 6, Time: at}}, []numbered{got(whole(5), now), got(whole(6), 100)}},
		"list of Sample": {list{datasource.Sample{Value: 5}, 100}, []numbered{got(whole(5), now), got(whole(100), now)}},
		"list in Sample": {datasource.Sample{Value: list{1, 2}}, []numbered{none(wire.NoValue, now)}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, readForms(tt.raw, textReader{maxBytes: 100}), cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("forms of %T (-want +got):\n%s", tt.raw, diff)
			}
		})
	}
}

func TestEachSampleStops(t *testing.T) {
	for _, raw := range []any{
		[]any{1, 2, 3}, []any{[]any{1, 2, 3}, 4}, []datasource.Sample{{Value: 1}, {Value: 2}},
	} {
		seen := 0
		if eachSample(raw, now, func(any, int64) bool { seen++; return false }) || seen != 1 {
			t.Errorf("%v: %d values after false, want to stop at the first", raw, seen)
		}
	}
}

func TestTextNumbers(t *testing.T) {
	bad := none(wire.BadValue, now)
	for _, tt := range []struct {
		text           string
		exact, lenient numbered
	}{
		{"42", got(whole(42), now), got(whole(42), now)},
		{" +42\n", got(whole(42), now), got(whole(42), now)},
		{"1e3", got(fraction(1000), now), got(fraction(1000), now)},
		{"10.0", got(fraction(10), now), got(fraction(10), now)},
		{".5", got(fraction(.5), now), got(fraction(.5), now)},
		{"9223372036854775807", got(whole(math.MaxInt64), now), got(whole(math.MaxInt64), now)},
		{"9223372036854775808", got(fraction(1<<63), now), got(fraction(1<<63), now)},
		{"1e999", got(fraction(math.Inf(1)), now), got(fraction(math.Inf(1)), now)},
		{"nan", got(fraction(math.NaN()), now), got(fraction(math.NaN()), now)},
		{"99.9%", bad, got(fraction(99.9), now)},
		{"123 V", bad, got(whole(123), now)},
		{"$1,234.5", bad, got(fraction(1234.5), now)},
		{"-3 dB", bad, got(whole(-3), now)},
		{"N/A", bad, bad},
		{"12 items", bad, bad},
		{"", bad, bad},
		{"0x10", bad, got(whole(10), now)}, // units are stripped: 010
		{"0x1p-2", bad, bad},
		{"1_000", bad, got(whole(1000), now)},
		{"5 °C", bad, bad},
		{"--1", bad, bad},
	} {
		t.Run(tt.text, func(t *testing.T) {
			for _, reader := range []textReader{{maxBytes: 30}, {maxBytes: 30, lenient: true}} {
				want := tt.exact
				if reader.lenient {
					want = tt.lenient
				}
				if diff := cmp.Diff([]numbered{want}, readForms(tt.text, reader), cmpopts.EquateNaNs()); diff != "" {
					t.Errorf("lenient %v (-want +got):\n%s", reader.lenient, diff)
				}
			}
		})
	}
}

func TestTextNumbersAreBounded(t *testing.T) {
	long := "1" + string(make([]byte, 100))
	for _, v := range []any{long, []byte(long), datasource.Decimal(long), json.Number(long)} {
		if _, reason := (textReader{maxBytes: 100, lenient: true}).number(v); reason != wire.TooLarge {
			t.Errorf("%T of 101 bytes: reason %q, want too_large", v, reason)
		}
		if _, reason := (textReader{maxBytes: -1}).number(v); reason == wire.TooLarge {
			t.Errorf("%T without a bound is too large", v)
		}
	}
}

// FuzzValueForms reads any JSON document as a datapoint's value. Texts that begin with "D:" stand for Decimals.
func FuzzValueForms(f *testing.F) {
	for _, seed := range []string{
		`10`, `"99.9%"`, `[10, 11]`, `[[1,2],[3,"N"]]`, `[1,"abc"]`, `["D:1.5", 100.9]`, `null`, `{}`, `[]`, `[true,false]`,
		`[[[[1,2]]]]`, `[1e400, "1404160028.9"]`, `"0x1p-2"`, `"1_000"`, `[null, -1e18]`, `12345678901234567890`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var doc any
		if json.Unmarshal([]byte(text), &doc) != nil {
			t.Skip()
		}
		raw := formOf(doc)
		leaves := 0
		for _, reader := range []textReader{{maxBytes: 64}, {maxBytes: 64, lenient: true}} {
			for _, one := range readForms(raw, reader) {
				leaves++
				if one.Second < -(1<<40) || one.Second > 1<<40 {
					t.Errorf("second %d is out of reach", one.Second)
				}
				if info, known := one.Reason.Info(); one.Reason != wire.Accepted && (!known || info.Kind != wire.Rejected) {
					t.Errorf("reason %q is none to reject for", one.Reason)
				}
			}
		}
		if most := 2 * leavesOf(doc); leaves > most {
			t.Errorf("%d values of a document that has %d", leaves, most)
		}
		r := newRig(t, now, nil)
		r.runValues(standard(), map[string]any{"dp1": raw})
	})
}

func formOf(doc any) any {
	switch doc := doc.(type) {
	case string:
		if len(doc) > 2 && doc[:2] == "D:" {
			return datasource.Decimal(doc[2:])
		}
	case []any:
		form := make(datasource.Tuple, len(doc))
		for i, item := range doc {
			form[i] = formOf(item)
		}
		return form
	}
	return doc
}

// leavesOf counts what can become a value: whatever is no list, and lists, which lie too deep to be opened.
func leavesOf(doc any) int {
	n := 1
	if list, ok := doc.([]any); ok {
		for _, item := range list {
			n += leavesOf(item)
		}
	}
	return n
}
