package options

import (
	"strings"
	"testing"
)

// TestPythonRegexp compares with what Python's re.search finds.
func TestPythonRegexp(t *testing.T) {
	for _, tc := range []struct{ expr, yes, no string }{
		{`MyPlugin$`, "a.MyPlugin", "a.MyPlugin2"},
		{`a\Z`, "ba", "ab"},
		{`(?P<n>a)b`, "ab", "ac"},
		{`a(?#not b) c`, "a c", "a b"},
		{`[\b]`, "\b", "b"},
		{`[^]a]`, "b", "]"},
		{`[]a]`, "]", "b"},
		{`[*+(]`, "+", "a"},
		{`^a{,2}$`, "aa", "aaa"},
		{`^a{,}$`, "aaaa", "b"},
		{`^a{1,2}?$`, "a", "aaa"},
		{`a{b`, "a{b", "ab"},
		{`a{}`, "a{}", "a"},
		{`^a{x,y}`, "a{x,y}", "a"},
		{`b(?i)a`, "BA", "BC"},
		{`(?u)a`, "a", "b"},
		{`(?au:a)`, "a", "b"},
		{`(?i:a)b`, "Ab", "AB"},
		{`\u00e4`, "ä", "a"},
		{`\U0001F600`, "😀", "a"},
		{`\101`, "A", "B"},
		{`\\1`, `\1`, "1"},
		{`\.`, ".", "a"},
		{`a+?b*?c??`, "a", "b"},
		{`(a|b)(?:c)`, "bc", "b"},
	} {
		re, err := pythonRegexp(tc.expr)
		if err != nil {
			t.Errorf("%s: %v", tc.expr, err)
			continue
		}
		if !re.MatchString(tc.yes) || re.MatchString(tc.no) {
			t.Errorf("%s (as %s) finds %q: %t, %q: %t", tc.expr, re, tc.yes, re.MatchString(tc.yes), tc.no, re.MatchString(tc.no))
		}
	}
}

func TestPythonRegexpNamesWhatItCannotDo(t *testing.T) {
	for expr, want := range map[string]string{
		`foo(?!bar)`:     `negative lookahead "(?!" at character 4`,
		`foo(?=bar)`:     `lookahead "(?=" at character 4`,
		`(?<!a)b`:        `negative lookbehind "(?<!" at character 1`,
		`ä(?<=a)b`:       `lookbehind "(?<=" at character 2`,
		`(a)\1`:          `backreference "\1" at character 4`,
		`(?P<x>a)(?P=x)`: `backreference "(?P=" at character 9`,
		`(a)?(?(1)b|c)`:  `conditional "(?(" at character 5`,
		`(?>a)`:          `atomic group "(?>" at character 1`,
		`xa*+`:           `possessive quantifier "*+" at character 3`,
		`a{2,3}+`:        `possessive quantifier "{2,3}+" at character 2`,
		`(?x) a`:         `flag "(?x)" at character 1`,
		`[a(?!b]c\2`:     `backreference "\2" at character 9`,
	} {
		_, err := pythonRegexp(expr)
		if err == nil || !strings.HasPrefix(err.Error(), want+" cannot be done by this engine (RE2): ") {
			t.Errorf("%s: %v, want %s", expr, err, want)
		}
	}
	for _, expr := range []string{`(`, `a)`, `[a`, `*`, `a{2}{3}`, `(?#a`, `(?`, `(?i`, `\u12`, `\uzzzz`, `\`, `a{9999}`} {
		if _, err := pythonRegexp(expr); err == nil || !strings.HasPrefix(err.Error(), "not a regular expression: ") {
			t.Errorf("%s: %v", expr, err)
		}
	}
}

func TestRegexpErrorNamesItsOrigin(t *testing.T) {
	_, _, err := Load(Sources{Flags: map[string][]string{"collect": {"My(?!Plugin)"}}})
	want := `--collect: negative lookahead "(?!" at character 3 cannot be done by this engine (RE2): list what may follow, or leave it out by --ignore (in "My(?!Plugin)")`
	if errText(err) != want {
		t.Errorf("error %q, want %q", errText(err), want)
	}
}
