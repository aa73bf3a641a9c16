package http

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

func TestJSONPathFinds(t *testing.T) {
	const document = `{"queues": [{"depth": 7}, {"depth": 9}], "a.b": {"c": 1, "": 2}, "grid": [[1, 2], [3]], "$x": 5, "n": null}`
	var v any
	if err := json.Unmarshal([]byte(document), &v); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path string
		want any
	}{
		{"queues[0].depth", 7.0},
		{"$.queues[1].depth", 9.0},
		{"queues[-2].depth", 7.0},
		{`["a.b"].c`, 1.0},
		{`$["a.b"][""]`, 2.0},
		{"grid[1][0]", 3.0},
		{`["$x"]`, 5.0},
		{"n", nil},
	}
	for _, tt := range tests {
		path, err := parseJSONPath(tt.path)
		if err != nil {
			t.Errorf("%s: %v", tt.path, err)
			continue
		}
		if got, err := path.find(v); err != nil || got != tt.want {
			t.Errorf("%s = %v, %v, want %v", tt.path, got, err, tt.want)
		}
	}
	for path, want := range map[string]string{
		"queue":         `there is no key "queue"`,
		"queues[2]":     "there is no item 2 among 2",
		"queues[-3]":    "there is no item -3 among 2",
		"queues.depth":  `key "depth" is asked of what is no object`,
		"grid[0][0][0]": "item 0 is asked of what is no array",
		"n.x":           `key "x" is asked of what is no object`,
	} {
		parsed, err := parseJSONPath(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parsed.find(v); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", path, err, want)
		}
	}
}

func TestBadJSONPathsAreRefused(t *testing.T) {
	for path, want := range map[string]string{
		"":                        "names nothing",
		"$":                       "names nothing",
		"a..b":                    "character 2: want a key",
		".a":                      "character 1: want a key",
		"a.":                      "character 2: want a key",
		"a]":                      "character 2: want a dot or a bracket",
		"a[x]":                    `character 2: want [0], [-1] or ["key"]`,
		"a[1":                     `character 2: want [0], [-1] or ["key"]`,
		"a[]":                     `want [0]`,
		`a["b]`:                   "the quoted key does not end",
		`a["b"`:                   "want a bracket after the quoted key",
		`a["b"x]`:                 "want a bracket after the quoted key",
		"[0]a":                    "character 4: want a dot or a bracket",
		"$a":                      "character 2: want a dot or a bracket",
		"a[99999999999999999999]": `want [0]`,
	} {
		if got, err := parseJSONPath(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v, error %v, want %q", path, got, err, want)
		}
	}
}

// text writes a path so that it parses to an equal one.
func (p jsonPath) text() string {
	var b strings.Builder
	for _, step := range p {
		if step.isIndex {
			fmt.Fprintf(&b, "[%d]", step.index)
		} else {
			fmt.Fprintf(&b, "[%s]", strconv.Quote(step.key))
		}
	}
	return b.String()
}

// FuzzJSONPath holds that any path and document are safe together, that what a path finds is in the document, and that
// a path survives being written and read again.
func FuzzJSONPath(f *testing.F) {
	f.Add("queues[0].depth", `{"queues": [{"depth": 7}]}`)
	f.Add(`$["a.b"][-1]`, `{"a.b": [1, 2]}`)
	f.Add("[0]", `[null]`)
	f.Add("a..b", `{}`)
	f.Fuzz(func(t *testing.T, text, document string) {
		path, err := parseJSONPath(text)
		if err != nil {
			return
		}
		again, err := parseJSONPath(path.text())
		if err != nil || !reflect.DeepEqual(path, again) {
			t.Errorf("%q is %v, written %q, read %v, %v", text, path, path.text(), again, err)
		}
		d := newDocument(document)
		if d.decode() != nil {
			return
		}
		found, err := path.find(d.json)
		if err != nil {
			return
		}
		if value, err := scalar(text, found); err == nil && value == nil {
			t.Errorf("%q found nothing and says it is a value", text)
		}
	})
}

func newDocument(body string) *document { return &document{body: []byte(body)} }
