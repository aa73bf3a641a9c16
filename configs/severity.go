package configs

import (
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// severities are the names that packs use beside the numbers 0 to 5.
var severities = map[string]int{
	"clear": 0, "debug": 1, "info": 2, "information": 2, "warn": 3, "warning": 3, "err": 4, "error": 4, "crit": 5, "critical": 5,
}

// severityWords is severities in order of weight, for the schema and for suggestions.
var severityWords = []string{"clear", "debug", "info", "information", "warn", "warning", "err", "error", "crit", "critical"}

const maxSeverity = 5

func severityField[T any](name string, at func(*T) *int) field[T] {
	doc := "Severity of its events: " + strings.Join(severityWords, ", ") + " or 0 to 5; warning when not given."
	return field[T]{keyInfo{name: name, doc: doc, shape: &shape{kind: kindWord, words: severityWords}}, func(r *reader, into *T, n *yaml.Node) {
		if isNull(n) {
			return
		}
		if severity, ok := r.severity(n); ok {
			*at(into) = severity
		}
	}}
}

// severity reads a severity's name, in any case, or number.
func (r *reader) severity(n *yaml.Node) (int, bool) {
	n = follow(n)
	if n.Kind == yaml.ScalarNode {
		if severity, ok := severities[strings.ToLower(n.Value)]; ok {
			return severity, true
		}
		if severity, err := strconv.Atoi(n.Value); err == nil && severity >= 0 && severity <= maxSeverity {
			return severity, true
		}
	}
	r.report(n, suggest(n.Value, severityWords), "want a severity (clear, debug, info, warning, error, critical or 0 to 5), got %s", describe(n))
	return 0, false
}
