package configs

import (
	"testing"

	"github.com/zenpython/zenpython/configs/tales"
)

func TestCompiledValues(t *testing.T) {
	names := tales.Names{"here": map[string]any{"id": "eu"}}
	tests := []struct {
		name       string
		give, want any
		noted      string // what the objects that share the value have in common
	}{
		{"text", "a", "a", ""},
		{"escaped", "$$a", "$a", ""},
		{"number", 5, 5, ""},
		{"nothing", nil, nil, ""},
		{"expression", "x${here/id}", "xeu", "\x03xeu"},
		{"list", []any{"a", int64(1)}, []any{"a", int64(1)}, ""},
		{"empty list", []any{}, []any{}, ""},
		{"expression in a list", []any{"a", "${here/id}"}, []any{"a", "eu"}, "\x02eu"},
		{"failure in a map", map[string]any{"b": "${here/id}", "a": []any{"${here/nope}"}}, nil, ""},
		{"deep", []any{map[string]any{"b": "${here/id}", "a": "c"}}, []any{map[string]any{"b": "eu", "a": "c"}}, "\x02eu"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			compiled, err := compileValue(test.give)
			if err != nil {
				t.Fatal(err)
			}
			e := &evaluation{names: names}
			got, err := compiled.eval(e)
			if test.want == nil && test.give != nil {
				if err == nil {
					t.Errorf("got %v, want an error", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			diff(t, test.want, got)
			diff(t, test.noted, string(e.noted))
			if compiled.dynamic != (test.noted != "") {
				t.Errorf("dynamic: %t", compiled.dynamic)
			}
		})
	}
}

func TestLoneDollars(t *testing.T) {
	given := map[string]any{"pattern": "^a$", "list": []any{"$x", 5}, "text": "${here/id}"}
	diff(t, any(map[string]any{"pattern": "^a$$", "list": []any{"$$x", 5}, "text": "${here/id}"}), withLoneDollars(given))
}
