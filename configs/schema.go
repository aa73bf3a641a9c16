package configs

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zenpython/zenpython/datasource"
)

// The keywords of JSON Schema that are written in many places.
const (
	schemaType       = "type"
	schemaEnum       = "enum"
	schemaProperties = "properties"
	schemaRequired   = "required"
)

// Schema returns the JSON schema of our own inventory files, for editors: the same tables that Load reads by, with the
// parameters of the given data source types, nil for the registered ones. It is no more lenient than Load in what a
// key may be called, and it knows nothing of what names must exist.
func Schema(types []*datasource.Type) ([]byte, error) {
	if types == nil {
		types = datasource.Types()
	}
	w := newVocabulary(types)
	s := schemaWriter{words: w, definitions: map[string]any{}}
	s.reference(w.inventory)
	s.addTypes()
	root := map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "zenpython inventory",
		"$ref":    "#/$defs/" + w.inventory.name,
		"$defs":   s.definitions,
	}
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the inventory's schema: %w", err)
	}
	return append(text, '\n'), nil
}

// schemaWriter gathers the definitions that a schema refers to.
type schemaWriter struct {
	words       *vocabulary
	definitions map[string]any
}

// Pieces of schemas. Values that YAML reads as something else than text are text to the reader, and a key without a
// value is a key not given.
var (
	schemaNull   = map[string]any{schemaType: "null"}
	schemaScalar = map[string]any{schemaType: []any{"string", "number", "boolean", "null"}}
)

func anyOf(schemas ...any) map[string]any { return map[string]any{"anyOf": schemas} }

// reference returns a reference to an object's definition, adding it the first time.
func (s *schemaWriter) reference(object described) map[string]any {
	name, keys, isOpen := object.definition()
	if _, ok := s.definitions[name]; !ok {
		definition := map[string]any{schemaType: "object"}
		s.definitions[name] = definition // before its keys: a component holds components
		properties := map[string]any{}
		for _, key := range keys {
			property := maps.Clone(s.schema(key.shape))
			property["description"] = key.doc
			properties[key.name] = property
		}
		definition[schemaProperties] = properties
		if !isOpen {
			definition["additionalProperties"] = false
		}
	}
	return map[string]any{"$ref": "#/$defs/" + name}
}

// schema returns the schema of what may stand at a place.
func (s *schemaWriter) schema(sh *shape) map[string]any {
	switch sh.kind {
	case kindText:
		return schemaScalar
	case kindBool:
		return anyOf(map[string]any{schemaType: "boolean"}, map[string]any{schemaEnum: []any{"yes", "no", "on", "off"}}, schemaNull)
	case kindInteger:
		return anyOf(map[string]any{schemaType: "integer"}, map[string]any{schemaType: "string", "pattern": "^-?[0-9]+$"}, schemaNull)
	case kindWord:
		return wordSchema(sh.words)
	case kindList:
		return s.listSchema(sh.of)
	case kindMap:
		return s.mapSchema(sh.of)
	case kindObject:
		return s.reference(sh.object)
	}
	return map[string]any{}
}

// wordSchema offers the words in lower and upper case and as written, beside numbers. Without words any text may be an
// expression.
func wordSchema(words []string) map[string]any {
	if words == nil {
		return map[string]any{schemaType: []any{"string", "number", "null"}}
	}
	var names []any
	for _, form := range []func(string) string{func(s string) string { return s }, strings.ToLower, strings.ToUpper, capitalized} {
		for _, word := range words {
			if name := form(word); !slices.Contains(names, any(name)) {
				names = append(names, name)
			}
		}
	}
	return anyOf(map[string]any{schemaEnum: names}, map[string]any{schemaType: "integer"}, schemaNull)
}

func capitalized(word string) string { return strings.ToUpper(word[:1]) + strings.ToLower(word[1:]) }

// listSchema lets a single value stand for a list of one, unless the items are objects: those must be whole, since
// DEFAULTS does not reach into lists.
func (s *schemaWriter) listSchema(item *shape) map[string]any {
	if item.kind != kindObject {
		one := s.schema(item)
		return anyOf(map[string]any{schemaType: "array", "items": one}, one)
	}
	_, keys, _ := item.object.definition()
	items := s.reference(item.object)
	var required []any
	for _, key := range keys {
		if key.required {
			required = append(required, key.name)
		}
	}
	items[schemaRequired] = required
	return anyOf(map[string]any{schemaType: "array", "items": items}, schemaNull)
}

// mapSchema lets each entry be left empty: DEFAULTS may say it all.
func (s *schemaWriter) mapSchema(value *shape) map[string]any {
	values := s.schema(value)
	if value.kind == kindObject {
		values = anyOf(values, schemaNull)
	}
	if value.short != nil {
		values = anyOf(values, map[string]any{schemaType: []any{"string", "number", "boolean", "array", "null"}})
	}
	return anyOf(map[string]any{schemaType: "object", "additionalProperties": values}, schemaNull)
}

// addTypes closes data sources and thresholds for the types whose keys are known.
func (s *schemaWriter) addTypes() {
	source := s.definitions[s.words.dataSource.name].(map[string]any)
	rules := []any{map[string]any{
		"if":   map[string]any{schemaRequired: []any{typeKey}, "not": map[string]any{schemaRequired: []any{"plugin_classname"}}},
		"then": map[string]any{schemaProperties: map[string]any{typeKey: map[string]any{schemaEnum: anys(s.words.typeNames())}}},
	}}
	for _, name := range slices.Sorted(maps.Keys(s.words.types)) {
		rules = append(rules, map[string]any{"if": typeIs(name), "then": s.typeSchema(s.words.types[name])})
	}
	rules = append(rules, map[string]any{
		"if":   typeIs(pythonType),
		"then": map[string]any{"propertyNames": map[string]any{schemaEnum: anys(append(s.words.dataSource.names, "commandTemplate"))}},
	})
	source["allOf"] = rules
	threshold := s.definitions[s.words.threshold.name].(map[string]any)
	threshold["if"] = map[string]any{"anyOf": []any{
		typeIs(minMaxThreshold), map[string]any{"not": map[string]any{schemaRequired: []any{typeKey}}},
	}}
	threshold["then"] = map[string]any{"propertyNames": map[string]any{schemaEnum: anys(s.words.threshold.names)}}
}

// typeIs is the condition that type: says name.
func typeIs(name string) map[string]any {
	return map[string]any{schemaRequired: []any{typeKey}, schemaProperties: map[string]any{typeKey: map[string]any{"const": name}}}
}

// typeSchema is what a data source of a Go type must satisfy beyond what all do. Required properties are not asked
// for: DEFAULTS may give them.
func (s *schemaWriter) typeSchema(t *datasource.Type) map[string]any {
	properties := maps.Clone(datasource.Schema(t)[schemaProperties].(map[string]any))
	names := slices.Concat(s.words.dataSource.names, slices.Sorted(maps.Keys(properties)))
	pointProperties := datasource.PointSchema(t)[schemaProperties].(map[string]any)
	pointNames := slices.Concat(s.words.dataPoint.names, slices.Sorted(maps.Keys(pointProperties)))
	properties["datapoints"] = map[string]any{"additionalProperties": map[string]any{
		schemaProperties: pointProperties,
		"propertyNames":  map[string]any{schemaEnum: anys(pointNames)},
	}}
	return map[string]any{schemaProperties: properties, "propertyNames": map[string]any{schemaEnum: anys(names)}}
}

func anys(texts []string) []any {
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = text
	}
	return out
}
