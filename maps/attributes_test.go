package maps

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every row of spec §6.5 on a component that has attributes; the rows of setters as they come out on objects without
// code.
func TestAttributes(t *testing.T) {
	before := dict{
		"color": "red", "n": 1, "list": []any{"a", "b"}, "dicts": []any{dict{"x": 1}, dict{"y": 2}}, "zFoo": "old",
		"owner": "me", "parts": []any{"p1", "p2"}, "nested": []any{[]any{1, 2}}, "settings": "s", "none": nil, "on": true,
	}
	tests := []struct {
		name   string
		fields dict
		want   dict // what differs; nil is nothing
	}{
		{"same text", dict{"color": "red"}, nil},
		{"absent attribute is added", dict{"size": 3}, dict{"size": 3}},
		{"absent attribute and None", dict{"size": nil, "none": nil}, nil},
		{"to None", dict{"color": nil}, dict{"color": nil}},
		{"'1' differs from 1", dict{"n": "1"}, dict{"n": "1"}},
		{"1 equals 1.0", dict{"n": 1.0}, nil},
		{"1 equals another integer type", dict{"n": uint8(1)}, nil},
		{"1 equals True", dict{"n": true}, nil},
		{"False differs from None", dict{"none": false}, dict{"none": false}},
		{"list in another order", dict{"list": []any{"b", "a"}}, nil},
		{"tuple of another type", dict{"list": []string{"b", "a"}}, nil},
		{"list with a repetition", dict{"list": []any{"a", "b", "b"}}, dict{"list": []any{"a", "b", "b"}}},
		{"nested list in another order", dict{"nested": []any{[]any{2, 1}}}, dict{"nested": []any{[]any{2, 1}}}},
		{"dicts as a set", dict{"dicts": []any{dict{"y": 2}, dict{"x": 1}, dict{"y": 2.0}}}, nil},
		{"dicts that differ", dict{"dicts": []any{dict{"x": 1}}}, dict{"dicts": []any{dict{"x": 1}}}},
		{"setter, same", dict{"setOwner": "me"}, nil},
		{"setter, differs", dict{"setOwner": "you"}, dict{"owner": "you"}},
		{"setter of a relation, same", dict{"set_parts": []any{"p2", "p1"}}, nil},
		{"setter of a relation, differs", dict{"set_parts": []any{"p2"}}, dict{"parts": []any{"p2"}}},
		{"setter of a zProperty, same", dict{"setZenProperty": []any{"zFoo", "old"}}, nil},
		{"setter of a zProperty, differs", dict{"setZenProperty": []any{"zFoo", "new"}}, dict{"zFoo": "new"}},
		{"setter of a zProperty, no arguments", dict{"setZenProperty": "zFoo"}, nil},
		{"several arguments", dict{"setProductKey": []any{"key", "maker"}}, dict{"productKey": []any{"key", "maker"}}},
		{"no setter", dict{"settings": "t"}, dict{"settings": "t"}},
		{"no setter either", dict{"set": "t"}, dict{"set": "t"}},
		{"byte string", dict{"color": []byte("red")}, nil},
		{"byte string, undecodable", dict{"color": []byte("bl\xffue")}, dict{"color": "blue"}},
		{"bytes in a list", dict{"list": []any{[]byte("a"), "b"}}, nil},
		{"underscore is never applied", dict{"_color": "blue"}, nil},
		{"two names, one attribute", dict{"owner": "a", "setOwner": "b"}, dict{"owner": "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := &Object{Attributes: before}
			got := difference(o, tt.fields)
			if len(got) == 0 && tt.want == nil {
				return
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodingOfTheDevice(t *testing.T) {
	device := &Object{Attributes: dict{"zCollectorDecoding": "ISO-8859-1"}}
	o := &Object{Parent: device}
	if got := difference(o, dict{"a": []byte{'M', 0xfc}}); got["a"] != "Mü" {
		t.Errorf("latin-1 bytes became %q", got["a"])
	}
	o.Attributes = dict{"zCollectorDecoding": "utf-8"}
	if got := difference(o, dict{"a": []byte("Mü")}); got["a"] != "Mü" {
		t.Errorf("UTF-8 bytes became %q", got["a"])
	}
}

func TestEqualValues(t *testing.T) {
	type text string
	for _, tt := range []struct {
		a, b any
		want bool
	}{
		{int64(math.MaxInt64), float64(math.MaxInt64), false},
		{int64(1 << 60), float64(1 << 60), true},
		{uint64(math.MaxUint64), int64(-1), false},
		{1.5, float32(1.5), true},
		{math.NaN(), math.NaN(), true}, // else it would be a change every time
		{math.Inf(1), math.Inf(-1), false},
		{math.Copysign(0, -1), 0, true},
		{"a", text("a"), true},
		{"", nil, false},
		{[]any{}, nil, false},
		{[]any{}, []any{nil}, false},
		{[]any{"ab"}, []any{"a", "b"}, false},
		{dict{"a": 1}, map[string]int{"a": 1}, true},
		{dict{"a": 1}, dict{"a": "1"}, false},
		{dict{"a": []any{1, 2}}, dict{"a": []any{2, 1}}, false},
		{struct{ X int }{1}, struct{ X int }{2}, false},
	} {
		if got := equalValues(tt.a, tt.b); got != tt.want {
			t.Errorf("equalValues(%#v, %#v) = %v", tt.a, tt.b, got)
		}
	}
}

// The examples of spec §7.4 and the corners of its rule.
func TestPrepID(t *testing.T) {
	for _, tt := range []struct {
		in   any
		want string
	}{
		{"/", "-"}, {"/var/log", "var_log"}, {"a:b", "a_b"}, {`C:\`, "C"}, {"__x__", "x"}, {"eth0/1.5 (x)", "eth0_1.5 (x)"},
		{"", ""}, {5, "5"}, {"///", "-"}, {" a ", "a"}, {"_ a", "a"}, {"a b", "a b"}, {"ü", "-"}, {"aüb", "a_b"}, {"$(a),b-c.d", "$(a),b-c.d"},
		{true, "True"}, {1.5, "1.5"}, {2.0, "2.0"}, {[]byte("x/y"), "x_y"}, {"-", "-"},
	} {
		got, err := PrepID(tt.in)
		if got != tt.want || err != nil {
			t.Errorf("PrepID(%#v) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
	}
	if _, err := PrepID(nil); err == nil {
		t.Error("PrepID(nil) gave an id")
	}
}
