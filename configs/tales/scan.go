package tales

import (
	"slices"
	"strings"

	"github.com/zenpython/zenpython/configs/nearest"
)

// maxScanDepth bounds expressions within expressions, as in ${a | string:${b | string:${c}}}.
const maxScanDepth = 16

// expressionTypes are the words that may stand before a colon at the start of an alternative.
var expressionTypes = []string{"exists", "not", "path", "python", "string"}

// scanner reads the string and path forms of TALES. Python is read by its own parser, from the same text, so that
// every position is one of the whole text.
type scanner struct {
	text  string
	pos   int
	depth int
}

// parts reads text and interpolations up to the end or, if nested, up to the brace that closes what is around it.
func (s *scanner) parts(nested bool) ([]part, error) {
	var parts []part
	for s.pos < len(s.text) && (!nested || s.text[s.pos] != '}') {
		if s.text[s.pos] != '$' {
			parts = append(parts, part{literal: s.literal(nested)})
			continue
		}
		p, err := s.dollar()
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, nil
}

func (s *scanner) literal(nested bool) string {
	stop := "$"
	if nested {
		stop = "$}"
	}
	rest := s.text[s.pos:]
	end := strings.IndexAny(rest, stop)
	if end < 0 {
		end = len(rest)
	}
	s.pos += end
	return rest[:end]
}

// dollar reads what a dollar sign starts: an escape, a name or an expression in braces.
func (s *scanner) dollar() (part, error) {
	start := s.pos
	s.pos++
	switch {
	case s.at('$'):
		s.pos++
		return part{literal: "$"}, nil
	case s.at('{'):
		s.pos++
		expr, err := s.braced(start)
		if err != nil {
			return part{}, inExpr(s.written(start), err)
		}
		return part{expr: expr, source: s.text[start:s.pos], offset: start}, nil
	}
	name := s.name()
	if name == "" {
		err := problemAt(start, "'$' must be followed by a name or '{'; write '$$' for a dollar sign")
		return part{}, inExpr("$", err)
	}
	path := &pathNode{names: []pathStep{{name, start + 1}}}
	return part{expr: path, source: s.text[start:s.pos], offset: start}, nil
}

// braced reads an expression and the brace that closes it. The one that opens it, after the dollar sign at start,
// has been read.
func (s *scanner) braced(start int) (node, error) {
	expr, err := s.expression(start)
	if err != nil {
		return nil, err
	}
	if !s.at('}') {
		return nil, problemAt(start, "'${' is not closed by '}'")
	}
	s.pos++
	return expr, nil
}

// written is the interpolation from start as far as it can be made out in spite of a syntax error.
func (s *scanner) written(start int) string {
	if end := strings.IndexByte(s.text[start:], '}'); end >= 0 {
		return s.text[start : start+end+1]
	}
	return s.text[start:]
}

// expression reads alternatives up to the closing brace, which it leaves. start is where the interpolation began.
func (s *scanner) expression(start int) (node, error) {
	s.depth++
	if s.depth > maxScanDepth {
		return nil, problemAt(s.pos, "expressions are nested deeper than %d", maxScanDepth)
	}
	defer func() { s.depth-- }()
	var found alternatives
	for {
		s.skipSpace()
		if s.pos == len(s.text) {
			return nil, problemAt(start, "'${' is not closed by '}'")
		}
		expr, err := s.alternative(start)
		if err != nil {
			return nil, err
		}
		found = append(found, expr)
		if !s.at('|') {
			break
		}
		s.pos++
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return found, nil
}

// alternative reads one path, or a typed expression, which takes all that is left up to the closing brace.
func (s *scanner) alternative(start int) (node, error) {
	at := s.pos
	name := s.name()
	if !s.at(':') {
		s.pos = at
		return s.path()
	}
	s.pos++
	switch name {
	case "path":
		s.skipSpace()
		return s.path()
	case "string":
		parts, err := s.parts(true)
		return stringNode(parts), err
	case "python":
		return s.python()
	case "not":
		expr, err := s.expression(start)
		return negation{expr}, err
	case "exists":
		expr, err := s.expression(start)
		return existence{expr}, err
	}
	return nil, problemAt(at, "expression type '%s:' is not known; write one of %s:%s",
		name, strings.Join(expressionTypes, ":, "), nearest.Hint(name, expressionTypes))
}

// python hands the text after "python:" to the Python parser, which stops at the closing brace.
func (s *scanner) python() (node, error) {
	expr, end, err := parsePython(s.text, s.pos, true)
	s.pos = end
	return expr, err
}

// path reads name/step/step. Steps are ids and keys as well as names, so they may hold spaces and dots.
func (s *scanner) path() (node, error) {
	at := s.pos
	name := s.name()
	if name == "" {
		return nil, problemAt(at, "a path starts with a name, as in here/zSnmpPort")
	}
	names := []pathStep{{name, at}}
	s.skipSpace()
	for s.at('/') {
		s.pos++
		step, err := s.pathStep()
		if err != nil {
			return nil, err
		}
		names = append(names, step)
	}
	if s.pos < len(s.text) && !s.at('|') && !s.at('}') {
		return nil, problemAt(s.pos, "'/', '|' or '}' must follow a name in a path")
	}
	return &pathNode{names: slices.Clip(names)}, nil
}

func (s *scanner) pathStep() (pathStep, error) {
	rest := s.text[s.pos:]
	end := strings.IndexAny(rest, "/|}${")
	if end < 0 {
		end = len(rest)
	}
	name := strings.TrimSpace(rest[:end])
	at := s.pos + strings.Index(rest, name)
	s.pos += end
	switch {
	case s.at('$') || s.at('{'):
		return pathStep{}, problemAt(s.pos, "'%c' cannot stand in a path", s.text[s.pos])
	case name == "":
		return pathStep{}, problemAt(at, "a step of the path is empty")
	case name[0] == '?':
		return pathStep{}, problemAt(at, "a step taken from a variable ('%s') is not supported", name)
	}
	return pathStep{name, at}, nil
}

// name reads an ASCII identifier, or nothing.
func (s *scanner) name() string {
	start := s.pos
	for s.pos < len(s.text) && nameByte(s.text[s.pos], s.pos == start) {
		s.pos++
	}
	return s.text[start:s.pos]
}

func nameByte(c byte, first bool) bool {
	letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	return letter || !first && '0' <= c && c <= '9'
}

func (s *scanner) at(c byte) bool { return s.pos < len(s.text) && s.text[s.pos] == c }

func (s *scanner) skipSpace() {
	for s.pos < len(s.text) && isSpace(s.text[s.pos]) {
		s.pos++
	}
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
