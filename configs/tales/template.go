// Package tales evaluates what Zenoss calls TALES in the properties of data sources and datapoints, and the Python
// expressions in threshold bounds (spec §1.2, §3.5, §3.6).
//
// A property is evaluated as a string: expression: text in which
//
//	$name, ${path}     stand for a value; a path is a name and steps: here/zCommandPort, dev/manageIp
//	${a/b | c | string:none}   is the first alternative that exists
//	${python: expr}    is a Python expression, ${not: expr} and ${exists: path} give 1 or 0
//	$$                 is a dollar sign
//
// A step asks an Object for an attribute or zProperty, or a map for a key; what can be called is called. A value is
// written as Python writes it: None, True, 1.0. The time now is written as Unix time in whole seconds.
//
// A Python expression knows numbers, strings, lists, attributes, calls and items, arithmetic, comparison, the
// boolean and conditional operators, and a few builtins. It has Python 3's semantics (7 / 2 is 3.5), no loops and no
// assignment, and bounds on length, depth and the size of results, so that evaluating it always ends soon. It can
// do nothing but ask the objects it is given. See CompilePython.
package tales

import "strings"

// Template is a compiled text. It is immutable and may be evaluated concurrently.
type Template struct {
	static string // the whole result when parts is empty
	parts  []part
}

// part is a piece of a template: literal text or, if expr is set, an interpolation.
type part struct {
	literal string
	expr    node
	source  string // the interpolation as written, for errors
	offset  int
}

// node is a compiled expression. Its eval returns a normal value, or an error that holds the column.
type node interface {
	eval(names Object) (any, error)
}

// Compile parses text once for any number of evaluations. Text without a dollar sign costs next to nothing.
// A syntax error is an *Error with the column at which the text stops making sense.
func Compile(text string) (*Template, error) {
	if !strings.Contains(text, "$") {
		return &Template{static: text}, nil
	}
	s := scanner{text: text}
	parts, err := s.parts(false)
	if err != nil {
		return nil, err
	}
	return newTemplate(parts), nil
}

// newTemplate folds parts without an interpolation, as escapes leave them, into one string.
func newTemplate(parts []part) *Template {
	var b strings.Builder
	for _, p := range parts {
		if p.expr != nil {
			return &Template{parts: parts}
		}
		b.WriteString(p.literal)
	}
	return &Template{static: b.String()}
}

// IsStatic reports whether every evaluation gives the same text, whatever the names.
func (t *Template) IsStatic() bool { return len(t.parts) == 0 }

// Eval returns the text with its expressions replaced by their values. A failure is an *Error; it wraps ErrMissing
// if a name or attribute does not exist. Whoever wants a number converts the text.
func (t *Template) Eval(names Object) (string, error) {
	if t.IsStatic() {
		return t.static, nil
	}
	return joined(t.parts, names)
}

func joined(parts []part, names Object) (string, error) {
	if len(parts) == 1 {
		return parts[0].eval(names)
	}
	var b strings.Builder
	for i := range parts {
		s, err := parts[i].eval(names)
		if err != nil {
			return "", err
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

func (p *part) eval(names Object) (string, error) {
	if p.expr == nil {
		return p.literal, nil
	}
	v, err := p.expr.eval(names)
	if err != nil {
		return "", inExpr(p.source, err)
	}
	s, err := textOf(v)
	if err != nil {
		return "", inExpr(p.source, placed(p.offset, err))
	}
	return s, nil
}
