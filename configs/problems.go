package configs

import (
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/zenpython/zenpython/configs/nearest"
)

// scope is what an error costs: the thing being read. Its owner is the pointer that goes into the Inventory.
type scope struct {
	unit   string // Problem.Unit; "" costs nothing
	owner  any
	secret bool // what is read may be a password: no problem repeats any of it
}

// report notes a problem at n, as an error where the file is judged strictly and a warning else. An error marks the
// scope's owner as failed, so that it is left out of the inventory.
func (r *reader) report(n *yaml.Node, suggestion, format string, args ...any) {
	severity := ProblemWarning
	if r.strict() {
		severity = ProblemError
	}
	r.note(severity, n, suggestion, format, args...)
}

// problem is report without a suggestion.
func (r *reader) problem(n *yaml.Node, format string, args ...any) {
	r.report(n, "", format, args...)
}

// warn notes something that is never worth an error.
func (r *reader) warn(n *yaml.Node, suggestion, format string, args ...any) {
	r.note(ProblemWarning, n, suggestion, format, args...)
}

func (r *reader) note(severity ProblemSeverity, n *yaml.Node, suggestion, format string, args ...any) {
	r.noteAt(severity, r.position(n), suggestion, fmt.Sprintf(format, args...))
}

// noteAt is note for a place inside a node.
func (r *reader) noteAt(severity ProblemSeverity, at Position, suggestion, message string) {
	if r.file.broken {
		return // nothing of it is used: what else is wrong with it comes from reading it in part
	}
	unit := r.scope.unit
	if severity == ProblemWarning {
		unit = ""
	} else if r.scope.owner != nil {
		r.failed[r.scope.owner] = true
	}
	r.problems = append(r.problems, Problem{
		Position: at, Severity: severity, Unit: unit, Message: message, Suggestion: suggestion,
	})
}

// position gives the place of n in the file being read.
func (r *reader) position(n *yaml.Node) Position {
	return Position{Path: r.file.path, Line: n.Line, Col: n.Column}
}

// suggest words the names of known that are like name, "" when there are none.
func suggest(name string, known []string) string {
	names := nearest.Names(name, known)
	if len(names) == 0 {
		return ""
	}
	return "nearest known: " + strings.Join(names, ", ")
}
