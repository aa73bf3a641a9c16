package python

import (
	"maps"
	"math"
	"math/big"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/zenpython/zenpython/datasource"
)

// build asks a builder and returns its answer.
func build(t *testing.T, r *rig, method string, args map[string]any) Built {
	t.Helper()
	if err := r.Build(1, method, args); err != nil {
		t.Fatal(err)
	}
	return receive(t, r.built)
}

// Random values go to Python, are read there into its own types, and come back as they were.
func TestValuesRoundTripThroughPython(t *testing.T) {
	r := startEcho(t, "", nil)
	values := anyValue()
	rapid.Check(t, func(rt *rapid.T) {
		v := values.Draw(rt, "value")
		got := build(t, r, "echo", map[string]any{"value": v})
		if diff := cmp.Diff(v, got.Value, compare, unordered, zeroes); got.Err != nil || diff != "" {
			rt.Fatalf("error %v (-want +got):\n%s", got.Err, diff)
		}
	})
}

// Python's sets have no order.
var unordered = cmp.FilterPath(func(path cmp.Path) bool {
	t := path.Last().Type()
	return t == reflect.TypeFor[Set]() || t == reflect.TypeFor[FrozenSet]()
}, cmp.Comparer(func(a, b any) bool { return maps.Equal(members(a), members(b)) }))

// No bytes are no bytes, however Go holds them.
var zeroes = cmp.FilterValues(func(a, b []byte) bool { return len(a) == 0 && len(b) == 0 }, cmp.Ignore())

func members(set any) map[any]bool {
	m := map[any]bool{}
	for _, item := range reflect.ValueOf(set).Seq2() {
		m[item.Interface()] = true
	}
	return m
}

// What Python writes is what Go understands, form by form.
func TestPythonsFormsInGo(t *testing.T) {
	big20, _ := new(big.Int).SetString("100000000000000000000", 10)
	tests := map[string]any{
		"None":                       nil,
		"[1, 2.5, True]":             []any{int64(1), 2.5, true},
		"(1, ('a',))":                datasource.Tuple{int64(1), datasource.Tuple{"a"}},
		"{7}":                        Set{int64(7)},
		"frozenset([7])":             FrozenSet{int64(7)},
		"{None: {'dp': (1, 'N')}}":   Mapping{nil, map[string]any{"dp": datasource.Tuple{int64(1), "N"}}},
		"{(1, 2): 3}":                Mapping{datasource.Tuple{int64(1), int64(2)}, int64(3)},
		"10 ** 20":                   big20,
		"-10 ** 20":                  new(big.Int).Neg(big20),
		"2 ** 64 - 1":                uint64(math.MaxUint64),
		"float('inf')":               math.Inf(1),
		"float('nan')":               math.NaN(),
		"b'\\xff'":                   []byte{0xff},
		"decimal.Decimal('1.50')":    datasource.Decimal("1.50"),
		"datetime.date(2020, 2, 29)": Date("2020-02-29"),
		"datetime.datetime(2020, 2, 29, 1, 2, 3, 4)":                                                  time.Date(2020, 2, 29, 1, 2, 3, 4000, time.Local),
		"datetime.datetime(2020, 2, 29, tzinfo=datetime.timezone.utc)":                                time.Date(2020, 2, 29, 0, 0, 0, 0, time.UTC),
		"datetime.datetime(2020, 2, 29, tzinfo=datetime.timezone(datetime.timedelta(seconds=-1)))":    time.Date(2020, 2, 29, 0, 0, 0, 0, time.FixedZone("", -1)),
		"datetime.datetime(2020, 2, 29, tzinfo=datetime.timezone(datetime.timedelta(seconds=-3661)))": time.Date(2020, 2, 29, 0, 0, 0, 0, time.FixedZone("", -3661)),
		"Native(b'\\xff')":       Native("\xff"),
		"Opaque(b'\\x80pickle')": Opaque("\x80pickle"),
		"'\\u20ac\\U0001f600'":   "€😀",
	}
	r := startEcho(t, "", nil)
	for text, want := range tests {
		got := build(t, r, "eval", map[string]any{"text": text})
		if diff := cmp.Diff(want, got.Value, compare); got.Err != nil || diff != "" {
			t.Errorf("%s: error %v (-want +got):\n%s", text, got.Err, diff)
		}
	}
	if got := build(t, r, "fail", nil); got.Err == nil || got.Err.Error() != "KeyError: 'x'" || got.Err.Traceback == "" {
		t.Errorf("a build that fails gives %+v", got)
	}
}
