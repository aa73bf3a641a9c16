package datasource

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// FieldKind is what a parameter holds, in the words of its form and its documentation.
type FieldKind string

// The kinds, each with the Go types of a params struct that have it.
const (
	TextField   FieldKind = "text"         // string, Secret, URL
	BoolField   FieldKind = "yes or no"    // bool
	IntField    FieldKind = "whole number" // int
	NumberField FieldKind = "number"       // float64, *float64
	ListField   FieldKind = "list of text" // []string
	MapField    FieldKind = "map of text"  // map[string]string
)

// Field is one parameter as the tags of a params struct declare it.
type Field struct {
	Name     string // `json:"…"`
	Kind     FieldKind
	Doc      string   // `doc:"…"`
	Required bool     // `required:"true"`
	Enum     []string // `enum:"a,b"`, for text
	Min, Max *float64 // `min:"0"`, `max:"1"`, inclusive, for numbers
	Secret   bool     // `secret:"true"` or type Secret: never shown
	Default  any      // what the constructor of the struct set; nil for the zero value

	index []int
	typ   reflect.Type
}

// Shown returns what may be seen of a text that the parameter holds: all of it, unless it is secret or an address.
func (f *Field) Shown(text string) string {
	switch {
	case f.Secret:
		return ""
	case f.typ == reflect.TypeFor[URL]():
		return URL(text).String()
	}
	return text
}

// Fields describes the parameters of a params struct, given by a pointer to one with its defaults set, in the order in
// which they are declared. Embedded structs are read as if their fields stood in their place. A struct that cannot be
// a params struct is a programmer's error and panics.
func Fields(params any) []Field {
	v := reflect.ValueOf(params)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("BUG: params are a %T, want a pointer to a struct", params))
	}
	var out []Field
	for _, sf := range reflect.VisibleFields(v.Elem().Type()) {
		if sf.Anonymous || !sf.IsExported() {
			continue
		}
		f := fieldOf(sf)
		if value := v.Elem().FieldByIndex(sf.Index); !value.IsZero() {
			f.Default = value.Interface()
		}
		out = append(out, f)
	}
	return out
}

func fieldOf(sf reflect.StructField) Field {
	name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
	kind, ok := kindOf(sf.Type)
	if name == "" || !ok {
		panic(fmt.Sprintf("BUG: params field %s of type %s needs a json tag and a type that Field names", sf.Name, sf.Type))
	}
	f := Field{
		Name:     name,
		Kind:     kind,
		Doc:      sf.Tag.Get("doc"),
		Required: sf.Tag.Get("required") == "true",
		Min:      tagNumber(sf, "min"),
		Max:      tagNumber(sf, "max"),
		Secret:   sf.Tag.Get("secret") == "true" || sf.Type == reflect.TypeFor[Secret](),
		index:    sf.Index,
		typ:      sf.Type,
	}
	if enum := sf.Tag.Get("enum"); enum != "" {
		f.Enum = strings.Split(enum, ",")
	}
	return f
}

func kindOf(t reflect.Type) (FieldKind, bool) {
	switch t {
	case reflect.TypeFor[string](), reflect.TypeFor[Secret](), reflect.TypeFor[URL]():
		return TextField, true
	case reflect.TypeFor[bool]():
		return BoolField, true
	case reflect.TypeFor[int]():
		return IntField, true
	case reflect.TypeFor[float64](), reflect.TypeFor[*float64]():
		return NumberField, true
	case reflect.TypeFor[[]string]():
		return ListField, true
	case reflect.TypeFor[map[string]string]():
		return MapField, true
	}
	return "", false
}

func tagNumber(sf reflect.StructField, tag string) *float64 {
	text, ok := sf.Tag.Lookup(tag)
	if !ok {
		return nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(fmt.Sprintf("BUG: params field %s: tag %s is %q, want a number", sf.Name, tag, text))
	}
	return &n
}
