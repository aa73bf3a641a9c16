package tales

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

type tokenKind int

const (
	endToken tokenKind = iota // the end of the text or, when embedded, the closing brace
	nameToken
	valueToken // a number or string
	opToken
)

// token is a piece of a Python expression. text is a name or an operator, value that of a literal.
type token struct {
	kind   tokenKind
	text   string
	value  any
	offset int
}

// lexer cuts Python source into tokens. Line ends are space: an expression is one line to Python, but YAML folds.
type lexer struct {
	src      string
	pos      int
	embedded bool // the expression ends at a closing brace
}

// operators holds the longest first, those that are only recognised to be refused included.
var operators = []string{
	"**=", "//=", "<<=", ">>=", "...",
	"**", "//", "<<", ">>", "<=", ">=", "==", "!=", "<>", ":=", "->", "+=", "-=", "*=", "/=", "%=",
	"+", "-", "*", "/", "%", "<", ">", "(", ")", "[", "]", "{", "}", ",", ".", ":", "=", "&", "|", "^", "~", "@", ";", "`",
}

func (l *lexer) next() (token, error) {
	for l.pos < len(l.src) && isSpace(l.src[l.pos]) {
		l.pos++
	}
	start := l.pos
	if l.ended() {
		return token{kind: endToken, offset: start}, nil
	}
	c := l.src[start]
	switch {
	case nameByte(c, true):
		return l.word()
	case isDigit(c) || c == '.' && start+1 < len(l.src) && isDigit(l.src[start+1]):
		return l.number()
	case c == '\'' || c == '"':
		return l.str(start, false)
	}
	for _, op := range operators {
		if strings.HasPrefix(l.src[start:], op) {
			l.pos += len(op)
			return token{kind: opToken, text: op, offset: start}, nil
		}
	}
	r, _ := utf8.DecodeRuneInString(l.src[start:])
	return token{}, problemAt(start, "unexpected character %q", r)
}

func (l *lexer) ended() bool {
	return l.pos == len(l.src) || l.embedded && l.src[l.pos] == '}'
}

// word reads a name, or the string that follows when the name is a string prefix.
func (l *lexer) word() (token, error) {
	start := l.pos
	for l.pos < len(l.src) && nameByte(l.src[l.pos], false) {
		l.pos++
	}
	text := l.src[start:l.pos]
	if l.pos == len(l.src) || l.src[l.pos] != '\'' && l.src[l.pos] != '"' {
		return token{kind: nameToken, text: text, offset: start}, nil
	}
	switch strings.ToLower(text) {
	case "u":
		return l.str(start, false)
	case "r", "ur":
		return l.str(start, true)
	}
	return token{}, problemAt(start, "a string with the prefix '%s' is not supported", text)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (l *lexer) number() (token, error) {
	start := l.pos
	l.takeNumber()
	text := l.src[start:l.pos]
	value, problem := parseNumber(text)
	if problem != "" {
		return token{}, problemAt(start, "%s: '%s'", problem, text)
	}
	return token{kind: valueToken, value: value, offset: start}, nil
}

// takeNumber moves over all that belongs to a number, well formed or not, so that 12ab is one bad number and not a
// number and a name.
func (l *lexer) takeNumber() {
	hex := strings.HasPrefix(strings.ToLower(l.src[l.pos:]), "0x")
	for ; l.pos < len(l.src); l.pos++ {
		c := l.src[l.pos]
		sign := (c == '+' || c == '-') && !hex && l.src[l.pos-1]|0x20 == 'e'
		if !nameByte(c, false) && c != '.' && !sign {
			return
		}
	}
}

// parseNumber returns the value of a numeric literal, or what is wrong with it.
func parseNumber(text string) (value any, problem string) {
	lower := strings.ToLower(text)
	if prefixed := len(lower) > 1 && lower[0] == '0' && strings.IndexByte("xob", lower[1]) >= 0; !prefixed {
		switch {
		case strings.HasSuffix(lower, "j"):
			return nil, "complex numbers are not supported"
		case strings.HasSuffix(lower, "l"):
			return nil, "long integers are written without 'L'"
		case strings.ContainsAny(lower, ".e"):
			if f, ok := parseFloat(text); ok {
				return f, ""
			}
			return nil, "bad number"
		case lower[0] == '0' && strings.Trim(lower, "0_") != "":
			return nil, "a number may not start with 0 (octal is written 0o17)"
		}
	}
	if i, ok := new(big.Int).SetString(text, 0); ok {
		return i, ""
	}
	return nil, "bad number"
}

// parseFloat reads what Python's float() reads, which beside the digits may be inf or nan. Unlike Go it knows no
// hexadecimal floats, and underscores between any digits.
func parseFloat(text string) (float64, bool) {
	digits, ok := withoutUnderscores(text)
	if !ok || strings.ContainsAny(digits, "xXpP") {
		return 0, false
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	return f, true
}

// withoutUnderscores removes underscores that stand between two digits; any other makes the number bad.
func withoutUnderscores(text string) (string, bool) {
	for i := range len(text) {
		if text[i] == '_' && (i == 0 || i == len(text)-1 || !isDigit(text[i-1]) || !isDigit(text[i+1])) {
			return "", false
		}
	}
	return strings.ReplaceAll(text, "_", ""), true
}
