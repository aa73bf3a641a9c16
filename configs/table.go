package configs

import (
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// typeKey is the key by which data sources, thresholds and zProperties say what they are.
const typeKey = "type"

// kind is what sort of value may stand at a place.
type kind uint8

const (
	kindAny kind = iota
	kindText
	kindBool
	kindInteger
	kindWord   // one of shape.words, or what kindText accepts where shape.words is empty
	kindList   // of shape.of; a single value is a list of one
	kindMap    // of names that the user chooses to shape.of, with DEFAULTS
	kindObject // with the keys of shape.object
)

// shape says what may stand at a place. The strict check reads by it and the JSON schema is written from it, so that
// neither knows a key that the other does not.
type shape struct {
	kind   kind
	words  []string
	of     *shape
	object described
	short  *shape // of a map's value: a scalar form that stands for the whole object
}

var (
	anyShape     = &shape{kind: kindAny}
	textShape    = &shape{kind: kindText}
	boolShape    = &shape{kind: kindBool}
	integerShape = &shape{kind: kindInteger}
	textsShape   = &shape{kind: kindList, of: textShape}
	anyMapShape  = &shape{kind: kindMap, of: anyShape}
)

// mapOf is the shape of a section: names to objects.
func mapOf(object described) *shape {
	return &shape{kind: kindMap, of: &shape{kind: kindObject, object: object}}
}

// described is a table as the schema sees it.
type described interface {
	// definition returns the table's name in the schema, its keys, and whether others are accepted too.
	definition() (name string, keys []keyInfo, isOpen bool)
}

// keyInfo is one key of a table.
type keyInfo struct {
	name     string
	doc      string
	shape    *shape
	required bool // in every entry, DEFAULTS counted in
}

// field is one key of the mappings that give a T. A nil read is a key that is known and ignored.
type field[T any] struct {
	keyInfo
	read func(r *reader, into *T, n *yaml.Node)
}

// table is the list of keys of the mappings that give a T.
type table[T any] struct {
	name   string // of its definition in the schema
	fields []field[T]
	// other takes the keys that are in no field. Nil: they are problems.
	other func(r *reader, into *T, e entry)

	index map[string]*field[T]
	names []string
}

func newTable[T any](name string, fields ...field[T]) *table[T] {
	t := &table[T]{name: name, index: make(map[string]*field[T], len(fields))}
	t.add(fields...)
	return t
}

// add appends fields, for a table that refers to itself.
func (t *table[T]) add(fields ...field[T]) {
	for i := range fields {
		t.fields = append(t.fields, fields[i])
		t.index[fields[i].name] = &fields[i]
		t.names = append(t.names, fields[i].name)
	}
}

func (t *table[T]) definition() (string, []keyInfo, bool) {
	keys := make([]keyInfo, len(t.fields))
	for i := range t.fields {
		keys[i] = t.fields[i].keyInfo
	}
	return t.name, keys, t.other != nil
}

// read fills into from a mapping.
func (t *table[T]) read(r *reader, n *yaml.Node, into *T) {
	given := make([]string, 0, fewKeys)
	for _, e := range r.mapping(n, nil) {
		given = append(given, e.name())
		f := t.index[e.name()]
		switch {
		case f != nil && f.read != nil:
			f.read(r, into, e.value)
		case f != nil:
		case t.other != nil:
			t.other(r, into, e)
		default:
			r.unknownKey(e.key, t.names)
		}
	}
	for i := range t.fields {
		if f := &t.fields[i]; f.required && !slices.Contains(given, f.name) {
			r.problem(n, "%s is missing: %s", f.name, f.doc)
		}
	}
}

// unknownKey reports a key that the place does not have.
func (r *reader) unknownKey(key *yaml.Node, known []string) {
	if r.scope.secret {
		r.report(key, suggest(key.Value, known), "unknown key: want %s", strings.Join(known, ", "))
		return
	}
	r.report(key, suggest(key.Value, known), "unknown key %q", key.Value)
}

// Constructors of fields for the usual kinds of values. Each names where in T the value goes.

func textField[T any](name, doc string, at func(*T) *string) field[T] {
	return field[T]{keyInfo{name: name, doc: doc, shape: textShape}, func(r *reader, into *T, n *yaml.Node) {
		if text, ok := r.text(n); ok {
			*at(into) = text
		}
	}}
}

func boolField[T any](name, doc string, at func(*T) *bool) field[T] {
	return field[T]{keyInfo{name: name, doc: doc, shape: boolShape}, func(r *reader, into *T, n *yaml.Node) {
		if isNull(n) {
			return
		}
		if value, ok := r.boolean(n); ok {
			*at(into) = value
		}
	}}
}

func integerField[T any](name, doc string, at func(*T) *int) field[T] {
	return field[T]{keyInfo{name: name, doc: doc, shape: integerShape}, func(r *reader, into *T, n *yaml.Node) {
		if isNull(n) {
			return
		}
		if value, ok := r.integer(n); ok {
			*at(into) = value
		}
	}}
}

func textsField[T any](name, doc string, at func(*T) *[]string) field[T] {
	return field[T]{keyInfo{name: name, doc: doc, shape: textsShape}, func(r *reader, into *T, n *yaml.Node) {
		*at(into) = r.texts(n)
	}}
}

func plainMapField[T any](name, doc string, at func(*T) *map[string]any) field[T] {
	return field[T]{keyInfo{name: name, doc: doc, shape: anyMapShape}, func(r *reader, into *T, n *yaml.Node) {
		*at(into) = r.plainMap(n)
	}}
}

// plainMap returns a mapping of any values, nil when it is empty.
func (r *reader) plainMap(n *yaml.Node) map[string]any {
	var out map[string]any
	for _, e := range r.mapping(n, nil) {
		if out == nil {
			out = map[string]any{}
		}
		out[e.name()] = r.plain(e.value)
	}
	return out
}

// ignoredFields are keys that packs hold and that say nothing about what to collect.
func ignoredFields[T any](names ...string) []field[T] {
	fields := make([]field[T], len(names))
	for i, name := range names {
		fields[i] = field[T]{keyInfo: keyInfo{name: name, doc: "Read and ignored.", shape: anyShape}}
	}
	return fields
}
