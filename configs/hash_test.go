package configs

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/zenpython/zenpython/datasource"
)

const hashed = `
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates:
      Web:
        datasources:
          d: {type: HTTP, cycletime: 60, url: "http://${here/rack}/", headers: {a: b, c: d}, datapoints: {time: GAUGE, size: {tags: {x: y, z: w}}}}
        thresholds:
          high: {dsnames: [d_time], maxval: "here.limit"}
          low: {dsnames: [d_size], minval: 1}
devices:
  dev1: {device_class: /Server, attributes: {rack: r1, limit: 5}}
`

func hashOf(t *testing.T, text string) uint64 {
	t.Helper()
	inv, model := seeded(t, text)
	set, err := Build(t.Context(), inv, model, datasource.GoBuilder{}, BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Tasks) != 1 || len(set.Problems) > 0 {
		t.Fatalf("tasks %q, problems %v", names(set), set.Problems)
	}
	return set.Tasks[0].Hash
}

// TestHash: what changes what a plugin sees or what becomes of its values changes the hash, and nothing else does.
func TestHash(t *testing.T) {
	tests := []struct {
		name, old, new string
		changes        bool
	}{
		{"nothing", "", "", false},
		{"lines", "device_classes:", "\n\ndevice_classes:", false},
		{"order in a map", "{a: b, c: d}", "{c: d, a: b}", false},
		{"order of tags", "{x: y, z: w}", "{z: w, x: y}", false},
		{"order of datapoints", "{time: GAUGE, size: {tags: {x: y, z: w}}}", "{size: {tags: {x: y, z: w}}, time: GAUGE}", false},
		{"order of thresholds", "high: {dsnames: [d_time], maxval: \"here.limit\"}\n          low: {dsnames: [d_size], minval: 1}",
			"low: {dsnames: [d_size], minval: 1}\n          high: {dsnames: [d_time], maxval: \"here.limit\"}", false},
		{"unused attribute", "limit: 5", "limit: 5, other: 6", false},
		{"number of another form", "minval: 1}", "minval: 1.0}", false},
		{"unrelated threshold", "minval: 1}", "minval: 1}\n          off: {dsnames: [d_size], minval: 3, enabled: false}", false},
		{"param", "{a: b, c: d}", "{a: b, c: e}", true},
		{"param by TALES", "rack: r1", "rack: r2", true},
		{"tag", "x: y", "x: q", true},
		{"type of a datapoint", "time: GAUGE", "time: DERIVE", true},
		{"threshold", "limit: 5", "limit: 6", true},
		{"title", "type: HTTP,", "type: HTTP, title: T,", true},
		{"event class", "type: HTTP,", "type: HTTP, eventClass: /X,", true},
		{"address", "device_class: /Server,", "device_class: /Server, manageIp: 10.0.0.1,", true},
	}
	base := hashOf(t, hashed)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(hashed, test.old, test.new, 1)
			if test.old != test.new && text == hashed {
				t.Fatal("the test changes nothing")
			}
			if changed := hashOf(t, text) != base; changed != test.changes {
				t.Errorf("hash changed: %t, want %t", changed, test.changes)
			}
		})
	}
}

// TestHashIsOfAllTimes: collectors of different starts and versions compare hashes, so that this value may change only
// together with hashVersion.
func TestHashIsOfAllTimes(t *testing.T) {
	got := appendCanonical(nil, map[string]any{"b": []any{1, int64(2), 2.5, nil, true}, "a": "x"})
	if want := "m\x02s\x01as\x01xs\x01bl\x05i\x00\x00\x00\x00\x00\x00\x00\x01i\x00\x00\x00\x00\x00\x00\x00\x02f@\x04\x00\x00\x00\x00\x00\x00nT"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCanonicalForm(t *testing.T) {
	type params struct {
		Token  datasource.Secret
		hidden int
	}
	type loop struct{ Next *loop }
	endless := &loop{}
	endless.Next = endless
	one := 1
	values := []any{
		nil, true, false, 1, 1.5, "", "1", []any{}, []any{1}, []any{[]any{1}}, map[string]any{}, map[string]any{"a": nil}, map[string]any{"a": 1},
		params{}, params{Token: "x"}, endless,
	}
	seen := map[string]string{}
	for _, v := range values {
		got := string(appendCanonical(nil, v))
		if other, ok := seen[got]; ok {
			t.Errorf("%#v and %s have one form", v, other)
		}
		seen[got] = fmt.Sprintf("%#v", v)
	}
	for _, same := range [][2]any{{1, int64(1)}, {uint8(1), 1}, {&one, 1}, {[]string{"a"}, []any{"a"}}, {params{hidden: 1}, params{hidden: 2}}} {
		if !bytes.Equal(appendCanonical(nil, same[0]), appendCanonical(nil, same[1])) {
			t.Errorf("%#v and %#v differ", same[0], same[1])
		}
	}
}
