package options

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// pythonRegexp compiles an expression written for Python's re. What RE2 spells
// differently is translated; what it cannot do is an error that names the
// construct and the character it begins at, counted from 1. An empty text
// gives nil.
func pythonRegexp(s string) (*regexp.Regexp, error) {
	if s == "" {
		return nil, nil
	}
	t := translator{in: []rune(s)}
	if err := t.translate(); err != nil {
		return nil, err
	}
	compiled, err := regexp.Compile(t.result())
	if fault, ok := errors.AsType[*syntax.Error](err); ok {
		return nil, fmt.Errorf("not a regular expression: %s near %q", fault.Code, fault.Expr)
	}
	return compiled, err
}

// translator rewrites one expression, construct by construct.
type translator struct {
	in    []rune
	pos   int // of the next character of in
	out   strings.Builder
	flags string // of groups such as (?i), which in Python hold for the whole expression
}

// result is the expression for RE2.
func (t *translator) result() string {
	if t.flags == "" {
		return t.out.String()
	}
	return "(?" + t.flags + ")" + t.out.String()
}

func (t *translator) translate() error {
	for t.pos < len(t.in) {
		var err error
		switch t.in[t.pos] {
		case '\\':
			err = t.escape(false)
		case '[':
			err = t.class()
		case '(':
			err = t.group()
		case '*', '+', '?', '{':
			err = t.repeat()
		default:
			t.copy(1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// copy takes n characters over as they are.
func (t *translator) copy(n int) {
	end := min(t.pos+n, len(t.in))
	t.out.WriteString(string(t.in[t.pos:end]))
	t.pos = end
}

// replace writes text in place of n characters.
func (t *translator) replace(n int, text string) {
	t.out.WriteString(text)
	t.pos += n
}

// at reports whether text stands here.
func (t *translator) at(text string) bool {
	rest := t.in[t.pos:]
	return strings.HasPrefix(string(rest[:min(len(text), len(rest))]), text)
}

func (t *translator) peek(offset int) rune {
	if t.pos+offset < len(t.in) {
		return t.in[t.pos+offset]
	}
	return 0
}

// cannot is the error of a construct that RE2 has not.
func (t *translator) cannot(construct, instead string) error {
	return fmt.Errorf("%s at character %d cannot be done by this engine (RE2): %s", construct, t.pos+1, instead)
}

// escape translates what begins with a backslash.
func (t *translator) escape(inClass bool) error {
	next := t.peek(1)
	switch {
	case next == 'Z' && !inClass:
		t.replace(2, `\z`)
	case next == 'b' && inClass:
		t.replace(2, `\x08`)
	case next == 'u':
		return t.codePoint(4)
	case next == 'U':
		return t.codePoint(8)
	case next >= '1' && next <= '9' && !t.octal():
		return t.cannot(fmt.Sprintf(`backreference "\%c"`, next), "write the text out that is to repeat")
	default:
		t.copy(2)
	}
	return nil
}

// octal reports whether the escape here is a character by its three octal digits.
func (t *translator) octal() bool {
	for i := 1; i <= 3; i++ {
		if c := t.peek(i); c < '0' || c > '7' {
			return false
		}
	}
	return true
}

// codePoint translates \uXXXX and \UXXXXXXXX.
func (t *translator) codePoint(digits int) error {
	end := t.pos + 2 + digits
	if end > len(t.in) {
		return fmt.Errorf("not a regular expression: %d hex digits are missing after the escape at character %d", digits, t.pos+1)
	}
	t.replace(2+digits, `\x{`+string(t.in[t.pos+2:end])+`}`)
	return nil
}

// class translates a set in brackets, in which only escapes differ.
func (t *translator) class() error {
	t.copy(1)
	if t.peek(0) == '^' {
		t.copy(1)
	}
	if t.peek(0) == ']' {
		t.copy(1)
	}
	for t.pos < len(t.in) && t.in[t.pos] != ']' {
		if t.in[t.pos] != '\\' {
			t.copy(1)
			continue
		}
		if err := t.escape(true); err != nil {
			return err
		}
	}
	t.copy(1)
	return nil
}

// foreign are the groups that RE2 has not, the longer prefixes first.
var foreign = []struct{ prefix, construct, instead string }{
	{"(?<=", "lookbehind", "match the text before it too"},
	{"(?<!", "negative lookbehind", "list what may stand before it, or leave it out by --ignore"},
	{"(?=", "lookahead", "match the text after it too"},
	{"(?!", "negative lookahead", "list what may follow, or leave it out by --ignore"},
	{"(?>", "atomic group", "use (?:…), this engine never backtracks"},
	{"(?P=", "backreference", "write the text out that is to repeat"},
	{"(?(", "conditional", "write both cases out with |"},
}

// group translates an opening parenthesis and what kind of group it opens.
func (t *translator) group() error {
	for _, f := range foreign {
		if t.at(f.prefix) {
			return t.cannot(fmt.Sprintf("%s %q", f.construct, f.prefix), f.instead)
		}
	}
	switch {
	case t.at("(?#"):
		return t.comment()
	case t.at("(?P<"), t.at("(?:"), !t.at("(?"):
		t.copy(1)
		return nil
	}
	return t.inlineFlags()
}

// comment drops (?#…).
func (t *translator) comment() error {
	for i := t.pos; i < len(t.in); i++ {
		if t.in[i] == ')' {
			t.pos = i + 1
			return nil
		}
	}
	return fmt.Errorf("not a regular expression: the comment at character %d is not closed", t.pos+1)
}

// inlineFlags translates (?flags) and (?flags:…). Of Python's letters, a and
// u choose the alphabet of \w, for which RE2 has one only: they are dropped.
func (t *translator) inlineFlags() error {
	end := t.pos + 2
	for end < len(t.in) && strings.ContainsRune("aiLmsux-", t.in[end]) {
		end++
	}
	letters := string(t.in[t.pos+2 : end])
	if i := strings.IndexAny(letters, "xL"); i >= 0 {
		return t.cannot(fmt.Sprintf(`flag "(?%c)"`, letters[i]), "leave the flag out and write the expression without spaces and comments")
	}
	kept := strings.NewReplacer("a", "", "u", "").Replace(letters)
	switch {
	case t.pos+2 == end || end == len(t.in):
		t.copy(2) // not flags: the compiler says what is wrong
	case t.in[end] == ')':
		t.flags += kept
		t.pos = end + 1
	default:
		t.replace(end-t.pos, "(?"+kept)
	}
	return nil
}

// repeat translates a quantifier. A possessive one would read as a nested one.
func (t *translator) repeat() error {
	n := 1
	if t.in[t.pos] == '{' {
		if n = t.bounds(); n == 0 {
			t.replace(1, `\{`)
			return nil
		}
	}
	if t.peek(n) == '+' {
		return t.cannot(fmt.Sprintf("possessive quantifier %q", string(t.in[t.pos:t.pos+n+1])), "leave the last + out, this engine never backtracks")
	}
	if t.at("{,") {
		t.replace(2, "{0,")
		n -= 2
	}
	t.copy(n)
	if t.peek(0) == '?' {
		t.copy(1)
	}
	return nil
}

// bounds is the length of the {m,n} here, or 0 when the brace is a plain
// character. Python reads {,n} as {0,n}.
func (t *translator) bounds() int {
	n, digits, commas := 1, 0, 0
	for ; ; n++ {
		switch c := t.peek(n); {
		case c >= '0' && c <= '9':
			digits++
		case c == ',' && commas == 0:
			commas++
		case c == '}' && digits+commas > 0:
			return n + 1
		default:
			return 0
		}
	}
}
