package datasource

import "strings"

// schemaDialect is the JSON Schema version that Schema writes.
const schemaDialect = "https://json-schema.org/draft/2020-12/schema"

// Words of JSON Schema.
const (
	keyType = "type"

	typeArray   = "array"
	typeBoolean = "boolean"
	typeInteger = "integer"
	typeNumber  = "number"
	typeObject  = "object"
	typeString  = "string"
)

// Schema returns the JSON schema of a type's own properties, for editors and for checking what is built by programs.
// Numbers and bools may be text as well, because that is how a TALES expression stands in an inventory.
func Schema(t *Type) map[string]any {
	s := objectSchema(t.Params)
	s["$schema"] = schemaDialect
	s["title"] = t.Name
	s["description"] = t.Doc
	return s
}

// PointSchema returns the JSON schema of the properties that a datapoint of the type may have.
func PointSchema(t *Type) map[string]any {
	s := objectSchema(t.PointParams)
	s["$schema"] = schemaDialect
	s["title"] = t.Name + " datapoint"
	return s
}

func objectSchema(newParams func() any) map[string]any {
	properties := map[string]any{}
	required := []any{}
	if newParams != nil {
		for _, f := range Fields(newParams()) {
			properties[f.Name] = fieldSchema(&f)
			if f.Required {
				required = append(required, f.Name)
			}
		}
	}
	s := map[string]any{keyType: typeObject, "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func fieldSchema(f *Field) map[string]any {
	s := valueSchema(f)
	s["description"] = strings.TrimSpace(f.Doc)
	if f.Secret {
		s["writeOnly"] = true
	} else if f.Default != nil {
		s["default"] = f.Default
	}
	return s
}

// expression is what text may be in place of a value that is not text.
const expression = `\$\{`

func valueSchema(f *Field) map[string]any {
	text := map[string]any{keyType: []any{typeString, typeNumber, typeBoolean}}
	switch f.Kind {
	case BoolField:
		return map[string]any{keyType: []any{typeBoolean, typeString}}
	case IntField, NumberField:
		return numberSchema(f)
	case ListField:
		return map[string]any{"anyOf": []any{text, map[string]any{keyType: typeArray, "items": text}}}
	case MapField:
		return map[string]any{keyType: typeObject, "additionalProperties": text}
	}
	if f.Enum == nil {
		return text
	}
	names := make([]any, 0, len(f.Enum))
	for _, name := range f.Enum {
		names = append(names, name)
	}
	return map[string]any{"anyOf": []any{
		map[string]any{"enum": names},
		map[string]any{keyType: typeString, "pattern": expression},
	}}
}

func numberSchema(f *Field) map[string]any {
	s := map[string]any{keyType: []any{typeNumber, typeString}}
	if f.Kind == IntField {
		s[keyType] = []any{typeInteger, typeString}
	}
	if f.Min != nil {
		s["minimum"] = *f.Min
	}
	if f.Max != nil {
		s["maximum"] = *f.Max
	}
	return s
}
