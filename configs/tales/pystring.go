package tales

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// str reads a string literal whose quote is at the current position; start is where its prefix began.
func (l *lexer) str(start int, raw bool) (token, error) {
	quote := l.src[l.pos]
	if strings.HasPrefix(l.src[l.pos:], strings.Repeat(string(quote), 3)) {
		return token{}, problemAt(start, "a string in triple quotes is not supported")
	}
	l.pos++
	var b strings.Builder
	for {
		if l.pos == len(l.src) || l.src[l.pos] == '\n' {
			return token{}, problemAt(start, "the string is not closed by %c", quote)
		}
		switch c := l.src[l.pos]; c {
		case quote:
			l.pos++
			return token{kind: valueToken, value: b.String(), offset: start}, nil
		case '\\':
			if err := l.escape(&b, raw); err != nil {
				return token{}, err
			}
		default:
			l.pos++
			b.WriteByte(c)
		}
	}
}

// simpleEscapes are the escapes of one letter.
var simpleEscapes = map[byte]byte{
	'\\': '\\', '\'': '\'', '"': '"', 'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', '0': 0,
}

// escapeDigits are the escapes that take a fixed number of hexadecimal digits.
var escapeDigits = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// escape reads a backslash and what belongs to it. As in Python, an unknown escape stands for itself, and in a raw
// string all do.
func (l *lexer) escape(b *strings.Builder, raw bool) error {
	at := l.pos
	l.pos++
	if l.pos == len(l.src) {
		return problemAt(at, "the string ends in a backslash")
	}
	c := l.src[l.pos]
	l.pos++
	if raw {
		b.WriteString(l.src[at:l.pos])
		return nil
	}
	octal := c == '0' && l.pos < len(l.src) && isDigit(l.src[l.pos])
	if plain, ok := simpleEscapes[c]; ok && !octal {
		b.WriteByte(plain)
		return nil
	}
	if digits, ok := escapeDigits[c]; ok {
		return l.codePoint(b, at, digits)
	}
	if isDigit(c) {
		return problemAt(at, "an octal escape is not supported; write \\x and two digits")
	}
	if c == 'N' {
		return problemAt(at, "an escape by character name is not supported; write \\u and four digits")
	}
	b.WriteString(l.src[at:l.pos])
	return nil
}

func (l *lexer) codePoint(b *strings.Builder, at, digits int) error {
	if l.pos+digits > len(l.src) {
		return problemAt(at, "the escape needs %d hexadecimal digits", digits)
	}
	r, err := strconv.ParseUint(l.src[l.pos:l.pos+digits], 16, 32)
	if err != nil {
		return problemAt(at, "the escape needs %d hexadecimal digits", digits)
	}
	if r > utf8.MaxRune || !utf8.ValidRune(rune(r)) {
		return problemAt(at, "the escape is not a character")
	}
	l.pos += digits
	b.WriteRune(rune(r))
	return nil
}
