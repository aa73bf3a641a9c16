package configs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"
)

// Limits on one file. They are far above any real inventory and keep a hostile one from taking the process.
const (
	maxFileBytes = 64 << 20
	// maxDepth bounds mappings within lists within mappings, aliases followed. The vocabulary needs 12.
	maxDepth = 64
	// Reading visits each node about once; aliases, merge keys and DEFAULTS make it visit some again. A file may
	// cost spareVisits, some seconds, plus visitsPerNode times its own nodes.
	spareVisits   = 16 << 20
	visitsPerNode = 4
)

// syntaxError is what costs a whole file, with the place where it is known.
type syntaxError struct {
	line, col int
	text      string
}

func (e *syntaxError) Error() string { return e.text }

// parseYAML returns the root nodes of the documents in data, empty documents left out, and the number of nodes in
// them. Every error is a *syntaxError.
func parseYAML(data []byte) (roots []*yaml.Node, nodes int, err error) {
	if len(data) > maxFileBytes {
		return nil, 0, &syntaxError{1, 1, fmt.Sprintf("the file has %d bytes, more than %d: split it into several", len(data), maxFileBytes)}
	}
	if err := checkUTF8(data); err != nil {
		return nil, 0, err
	}
	// The decoder reports what it finds by panics of its own; one that it does not catch must cost this file alone.
	defer func() {
		if r := recover(); r != nil {
			roots, nodes, err = nil, 0, &syntaxError{1, 1, fmt.Sprintf("the YAML parser failed: %v", r)}
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		document := new(yaml.Node)
		err := decoder.Decode(document)
		if errors.Is(err, io.EOF) {
			return roots, nodes, nil
		}
		if err != nil {
			return nil, 0, positioned(err)
		}
		survey := survey{heights: map[*yaml.Node]int{}}
		if _, err := survey.height(document); err != nil {
			return nil, 0, err
		}
		nodes += survey.nodes
		if len(document.Content) == 1 && document.Content[0].Tag != "!!null" {
			roots = append(roots, document.Content[0])
		}
	}
}

// checkUTF8 gives the position of the first bytes that are no UTF-8. Files with a UTF-16 mark are left to the parser.
func checkUTF8(data []byte) error {
	if utf8.Valid(data) || bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return nil
	}
	line, col := 1, 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			break
		}
		col++
		if r == '\n' {
			line, col = line+1, 1
		}
		data = data[size:]
	}
	return &syntaxError{line, col, "the file is not UTF-8: save it as UTF-8"}
}

var yamlErrorLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

// countedFromZero finds the errors whose line the parser counts from 0: those of its grammar, not those of its scanner.
var countedFromZero = regexp.MustCompile(`^did not find expected (node content|key|'-' indicator|',' or '[]}]'|<document start>)$`)

// positioned takes the line out of a parser's error text; the parser gives no column.
func positioned(err error) *syntaxError {
	text := err.Error()
	match := yamlErrorLine.FindStringSubmatch(text)
	line, parseErr := strconv.Atoi(match[1])
	if parseErr != nil || line < 1 {
		line = 1
	}
	text = text[len(match[0]):]
	if match[1] != "" && countedFromZero.MatchString(text) {
		line++
	}
	return &syntaxError{line, 1, text}
}

// survey measures a document before anything walks it by recursion.
type survey struct {
	nodes   int
	heights map[*yaml.Node]int // of anchored nodes; open is one whose height is being taken
}

const open = -1

// height returns how deep the nodes below n are nested, aliases followed. A node that contains itself, or one deeper
// than maxDepth, is an error.
func (s *survey) height(n *yaml.Node) (int, error) {
	if n.Kind == yaml.AliasNode {
		height := s.heights[n.Alias]
		if height == open {
			return 0, &syntaxError{n.Line, n.Column, fmt.Sprintf("the alias *%s stands inside what it repeats", n.Value)}
		}
		return height, nil
	}
	s.nodes++
	if n.Anchor != "" {
		s.heights[n] = open
	}
	height := 0
	for _, child := range n.Content {
		below, err := s.height(child)
		if err != nil {
			return 0, err
		}
		if height = max(height, below+1); height > maxDepth {
			return 0, &syntaxError{child.Line, child.Column, fmt.Sprintf("nested deeper than %d levels", maxDepth)}
		}
	}
	if n.Anchor != "" {
		s.heights[n] = height
	}
	return height, nil
}
