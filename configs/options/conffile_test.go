package options

import (
	"slices"
	"strings"
	"testing"
)

func TestParseConf(t *testing.T) {
	for _, tc := range []struct {
		name string
		data string
		want []entry
	}{
		{"empty", "", nil},
		{"the three separators", "a 1\nb:2\nc=3\n", []entry{{"a", "1", 1}, {"b", "2", 2}, {"c", "3", 3}}},
		{"mixed separators", "a = 1\nb : 2\nc\t3\nd =\t: 4", []entry{{"a", "1", 1}, {"b", "2", 2}, {"c", "3", 3}, {"d", "4", 4}}},
		{"value with separators in it", "redis-url redis://h:1/0\ncollect a b", []entry{{"redis-url", "redis://h:1/0", 1}, {"collect", "a b", 2}}},
		{"comments and blanks", "# a 1\n\n  # b\n   c 3  \n", []entry{{"c", "3", 4}}},
		{"no comment behind a value", "a 1 # one", []entry{{"a", "1 # one", 1}}},
		{"key alone", "cycle\n", []entry{{"cycle", "", 1}}},
		{"separator alone", "=\n", []entry{{"", "", 1}}},
		{"line ends of elsewhere", "\ufeffa 1\r\nb 2\r\n", []entry{{"a", "1", 1}, {"b", "2", 2}}},
		{"keys repeat", "a 1\na 2", []entry{{"a", "1", 1}, {"a", "2", 2}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := parseConf(tc.data); !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func FuzzConfFile(f *testing.F) {
	f.Add("maxparallel = 3\r\nhubhost x\n#c\n=\ncollect (?!x)\n")
	f.Add("traceMetricName \\Z[\\b]{,3}(?i)\\u00e4\n")
	f.Fuzz(func(t *testing.T, data string) {
		lines := strings.Split(data, "\n")
		last := 0
		for _, e := range parseConf(data) {
			if e.line <= last || e.line > len(lines) {
				t.Fatalf("line %d after %d, of %d", e.line, last, len(lines))
			}
			last = e.line
			if text := lines[e.line-1]; !strings.Contains(text, e.key) || !strings.Contains(text, e.value) {
				t.Fatalf("%q and %q are not both in line %q", e.key, e.value, text)
			}
			if strings.ContainsFunc(e.key, isSeparator) || e.value != strings.TrimSpace(e.value) {
				t.Fatalf("parted badly: %q, %q", e.key, e.value)
			}
		}
		l := loader{origins: map[string]string{}, bad: map[string]bool{}}
		layer, unused := fileLayer("f", []byte(data))
		l.lay(layer)
		l.unused("f", unused)
	})
}
