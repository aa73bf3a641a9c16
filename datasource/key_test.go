package datasource

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func mustKey(tb testing.TB, elements ...any) ConfigKey {
	tb.Helper()
	k, err := MakeKey(elements...)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// keyElement generates what a key may hold, in the forms that Elements gives.
func keyElement(depth int) *rapid.Generator[any] {
	kinds := []*rapid.Generator[any]{
		rapid.Just[any](nil),
		rapid.Bool().AsAny(),
		rapid.Int64().AsAny(),
		rapid.Float64().Filter(func(f float64) bool { return f != math.Trunc(f) }).AsAny(),
		rapid.String().AsAny(),
	}
	if depth > 0 {
		kinds = append(kinds, rapid.Map(rapid.SliceOfN(keyElement(depth-1), 0, 4), func(s []any) any { return s }))
	}
	return rapid.OneOf(kinds...)
}

func TestKeyRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		elements := rapid.SliceOfN(keyElement(2), 0, 6).Draw(rt, "elements")
		k, err := MakeKey(elements...)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(elements, k.Elements(), cmp.Transformer("empty", emptyIsNil)); diff != "" {
			rt.Fatalf("Elements (-want +got):\n%s", diff)
		}
	})
}

// emptyIsNil makes no difference between an empty tuple and a nil one.
func emptyIsNil(s []any) []any {
	if len(s) == 0 {
		return nil
	}
	return s
}

// TestKeyIdentity: keys are equal exactly when their elements are.
func TestKeyIdentity(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		one := rapid.SliceOfN(keyElement(2), 0, 3).Draw(rt, "one")
		two := rapid.SliceOfN(keyElement(2), 0, 3).Draw(rt, "two")
		k1, err1 := MakeKey(one...)
		k2, err2 := MakeKey(two...)
		if err1 != nil || err2 != nil {
			rt.Fatal(err1, err2)
		}
		same := reflect.DeepEqual(k1.Elements(), k2.Elements())
		if (k1 == k2) != same || (k1.Encoded() == k2.Encoded()) != same {
			rt.Fatalf("%v and %v: keys equal %v, elements equal %v", one, two, k1 == k2, same)
		}
	})
}

func TestKeyEquality(t *testing.T) {
	tests := []struct {
		name     string
		one, two []any
		equal    bool
	}{
		{"whole float and int", []any{"d", 60.0}, []any{"d", 60}, true},
		{"beyond what a float counts singly", []any{float64(1 << 60)}, []any{int64(1 << 60)}, true},
		{"negative zero", []any{math.Copysign(0, -1)}, []any{0}, true},
		{"all integer types", []any{int8(7), uint16(7), int32(7), uint64(7)}, []any{7, 7, 7, 7}, true},
		{"named types", []any{time.Duration(7)}, []any{7}, true},
		{"float32", []any{float32(0.5)}, []any{0.5}, true},
		{"text and number", []any{"60"}, []any{60}, false},
		{"None and text", []any{nil}, []any{"None"}, false},
		{"tuple and its elements", []any{[]any{"a", "b"}}, []any{"a", "b"}, false},
		{"where one text ends", []any{"ab", "c"}, []any{"a", "bc"}, false},
		{"order", []any{1, 2}, []any{2, 1}, false},
	}
	for _, tt := range tests {
		if got := mustKey(t, tt.one...) == mustKey(t, tt.two...); got != tt.equal {
			t.Errorf("%s: %v == %v is %v, want %v", tt.name, tt.one, tt.two, got, tt.equal)
		}
	}
}

func TestKeyRefuses(t *testing.T) {
	for _, tt := range []struct {
		elements []any
		want     []string
	}{
		{[]any{"d", map[string]int{}}, []string{"element [1]", "map[string]int"}},
		{[]any{[]string{"a"}}, []string{"element [0]", "[]string"}},
		{[]any{"d", []any{struct{}{}}}, []string{"element [1]", "element [0]", "struct {}"}},
		{[]any{uint64(math.MaxUint64)}, []string{"18446744073709551615", "too large"}},
		{[]any{complex(1, 1)}, []string{"complex128"}},
	} {
		_, err := MakeKey(tt.elements...)
		for _, want := range tt.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("MakeKey(%v): %v, want an error with %q", tt.elements, err, want)
			}
		}
	}
}

func TestKeyName(t *testing.T) {
	for _, tt := range []struct {
		elements []any
		want     string
	}{
		{[]any{"dev1", 300, "T", "ds1", "a.b.C"}, "dev1 300 T ds1 a.b.C"},
		{[]any{"dev1", 60.0}, "dev1 60"},
		{[]any{"dev1", 2.5, nil, true, false}, "dev1 2.5 None True False"},
		{[]any{1234567.5, 1e-5, 0.0001, math.Inf(1), math.Inf(-1), math.NaN()}, "1234567.5 1e-05 0.0001 inf -inf nan"},
		{[]any{2e300}, "2e+300"},
		{[]any{[]any{"a", 1, nil}, []any{}, []any{"a"}}, "('a', 1, None) () ('a',)"},
		{[]any{[]any{"it's", `a"b'c`, `\`, []any{1}}}, `("it's", 'a"b\'c', '\\', (1,))`},
		{nil, ""},
	} {
		if got := mustKey(t, tt.elements...).Name(); got != tt.want {
			t.Errorf("Name of %v = %s, want %s", tt.elements, got, tt.want)
		}
	}
}

func TestKeyInterval(t *testing.T) {
	for _, tt := range []struct {
		elements []any
		want     time.Duration
	}{
		{[]any{"d", 60}, time.Minute},
		{[]any{"d", 2.5, "x"}, 2500 * time.Millisecond},
		{[]any{"d", 0.1}, 100 * time.Millisecond},
		{[]any{"d", maxIntervalSeconds}, 366 * 24 * time.Hour},
	} {
		if got, err := mustKey(t, tt.elements...).Interval(); err != nil || got != tt.want {
			t.Errorf("Interval of %v = %v, %v, want %v", tt.elements, got, err, tt.want)
		}
	}
}

func TestKeyWithoutInterval(t *testing.T) {
	for _, elements := range [][]any{
		{}, {"d"}, {"d", "60"}, {"d", nil}, {"d", true}, {"d", []any{60}}, {"d", 0}, {"d", -60}, {"d", 1e-10},
		{"d", math.NaN()}, {"d", math.Inf(1)}, {"d", maxIntervalSeconds + 1},
	} {
		if got, err := mustKey(t, elements...).Interval(); err == nil {
			t.Errorf("Interval of %v = %v, want an error", elements, got)
		}
	}
}

func TestZeroKey(t *testing.T) {
	var k ConfigKey
	if !k.IsZero() || len(k.Elements()) != 0 || k != mustKey(t) {
		t.Error("the zero key is not the key without elements")
	}
	if mustKey(t, nil).IsZero() {
		t.Error("a key of None has no elements")
	}
}
