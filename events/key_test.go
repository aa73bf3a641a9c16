package events

import (
	"strings"
	"testing"
	"time"
)

func TestDedupKey(t *testing.T) {
	base := Event{"device": "d", "summary": "s", "severity": 5, "n": 1.5, "list": []any{"a", int64(1)}, "map": map[string]any{"x": 1, "y": nil}}
	with := func(field string, value any) Event {
		e := base.Clone()
		e[field] = value
		return e
	}
	equal := map[string]Event{
		"rcvtime":              with("rcvtime", 1.0),
		"firstTime":            with("firstTime", 2.0),
		"lastTime":             with("lastTime", 3.0),
		"a number as its text": with("severity", "5"),
		"another integer type": with("severity", int64(5)),
		"a map built anew":     with("map", map[string]any{"y": nil, "x": 1}),
		"another slice type":   with("list", []string{"a", "1"}),
	}
	for name, e := range equal {
		if e.DedupKey() != base.DedupKey() {
			t.Errorf("%s: keys differ, want equal", name)
		}
	}
	different := map[string]Event{
		"summary":           with("summary", "t"),
		"one more field":    with("component", "c"),
		"nil is not absent": with("component", nil),
		"count":             with("count", 2),
		"1.0 is not 1":      with("n", 1.0),
		"list order":        with("list", []any{int64(1), "a"}),
		"borders of fields": {"device": "d|severity", "summary": "s"},
		"bool":              with("severity", true),
	}
	seen := map[DedupKey]string{base.DedupKey(): "base"}
	for name, e := range different {
		if other, ok := seen[e.DedupKey()]; ok {
			t.Errorf("%s: same key as %s", name, other)
		}
		seen[e.DedupKey()] = name
	}
}

func TestDedupKeyIsStable(t *testing.T) {
	e := Event{"a": 1.0, "b": []byte("x"), "c": map[string]any{"k": []any{1, "2", nil, true}}, "d": time.Unix(5, 0).UTC(), "e": uint8(7), "f": struct{ X int }{1}}
	want := e.DedupKey()
	for range 50 {
		if e.Clone().DedupKey() != want {
			t.Fatal("the key of one event changes")
		}
	}
}

func TestClearKey(t *testing.T) {
	base := Event{"device": "d", "component": "c", "eventKey": "k", "eventClass": "/c", "severity": 0, "summary": "s"}
	if base.ClearKey() != MakeClearKey("d", "c", "k", "/c") {
		t.Error("the key of an event differs from that of its fields")
	}
	if (Event{"device": "d", "component": nil}).ClearKey() != MakeClearKey("d", "", "", "") {
		t.Error("absent and nil fields must count as empty")
	}
	for field, matters := range map[string]bool{
		"device": true, "component": true, "eventKey": true, "eventClass": true,
		"summary": false, "eventClassKey": false, "severity": false,
	} {
		e := base.Clone()
		e[field] = "other"
		if differs := e.ClearKey() != base.ClearKey(); differs != matters {
			t.Errorf("%s: key differs %v, want %v", field, differs, matters)
		}
	}
	if MakeClearKey("ab", "", "", "") == MakeClearKey("a", "b", "", "") {
		t.Error("fields run into each other")
	}
	if MakeClearKey(strings.Repeat("x", 5000), "", "", "") == MakeClearKey(strings.Repeat("x", 5001), "", "", "") {
		t.Error("long texts are not hashed whole")
	}
}

func TestMakeClearKeyAllocatesNothing(t *testing.T) {
	e := Event{"device": "web01", "component": "eu", "eventKey": "status|http", "eventClass": "/Status/Web"}
	if n := testing.AllocsPerRun(100, func() { e.ClearKey() }); n != 0 {
		t.Errorf("%v allocations a key", n)
	}
}

// Check 36 of spec §11, and the rest of §5.6.
func TestFingerprint(t *testing.T) {
	o := Occurrence{Device: "dev", Component: "comp", EventClass: "/class", EventKey: "k", Severity: Warning, Summary: "sum"}
	tests := []struct {
		name   string
		change func(*Occurrence)
		want   string
	}{
		{"check 36: with eventKey", func(*Occurrence) {}, "dev|comp|/class|k|3"},
		{"check 36: without", func(o *Occurrence) { o.EventKey = "" }, "dev|comp|/class|3|sum"},
		{"no component", func(o *Occurrence) { o.Component = "" }, "dev||/class|k|3"},
		{"severity is part of it", func(o *Occurrence) { o.Severity = Error }, "dev|comp|/class|k|4"},
		{"preset", func(o *Occurrence) { o.DedupID = "mine" }, "mine"},
		{"255 bytes at a character's border", func(o *Occurrence) { o.DedupID = "a" + strings.Repeat("ü", 200) }, "a" + strings.Repeat("ü", 127)},
	}
	for _, tt := range tests {
		o := o
		tt.change(&o)
		if got := o.Fingerprint(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
