package maps

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// difference returns the attributes of an object that a map's would change, with their new values as the model keeps
// them. Objects here have no code, so that all attributes are plain: a name that is absent is added, and the setters of
// upstream's classes become the attributes behind them (see assignments).
func difference(o *Object, attributes map[string]any) map[string]any {
	changed := map[string]any{}
	for name, value := range assignments(o, attributes) {
		if !equalValues(o.Attributes[name], value) {
			changed[name] = value
		}
	}
	return changed
}

// assignments returns what a map's attributes come to on an object (spec §6.5):
//   - names that start with "_" are never applied;
//   - setZenProperty with (name, value) assigns that zProperty;
//   - setFooBar assigns fooBar and set_foo assigns foo, the setter of a relation in zenpacklib's classes;
//   - everything else assigns the attribute of that name.
//
// Where two names come to one attribute the later in alphabetical order wins, so that the result does not depend on chance.
func assignments(o *Object, attributes map[string]any) map[string]any {
	decode := decoderOf(o)
	assigned := make(map[string]any, len(attributes))
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributes[name]
		if name == "setZenProperty" {
			if property, propertyValue, ok := nameAndValue(value); ok {
				assigned[property] = plain(propertyValue, decode)
			}
			continue
		}
		if attribute := attributeBehind(name); attribute != "" {
			assigned[attribute] = plain(value, decode)
		}
	}
	return assigned
}

// attributeBehind returns the attribute that a name of a map assigns, or "" for none.
func attributeBehind(name string) string {
	if strings.HasPrefix(name, "_") {
		return ""
	}
	rest, isSetter := strings.CutPrefix(name, "set")
	if !isSetter || rest == "" {
		return name
	}
	if relation, ok := strings.CutPrefix(rest, "_"); ok && relation != "" {
		return relation
	}
	first, size := utf8.DecodeRuneInString(rest)
	if !unicode.IsUpper(first) {
		return name // "settings" is no setter
	}
	return string(unicode.ToLower(first)) + rest[size:]
}

// nameAndValue reads the arguments of setZenProperty.
func nameAndValue(v any) (name string, value any, ok bool) {
	rv := reflect.ValueOf(v)
	if !rv.IsValid() || rv.Kind() != reflect.Slice || rv.Len() != 2 {
		return "", nil, false
	}
	name, ok = reflect.TypeAssert[string](rv.Index(0))
	return name, rv.Index(1).Interface(), ok && name != "" && name[0] != '_'
}

// plain returns a value as the model keeps it: a copy that nobody else can change, tuples as lists, byte strings as text.
func plain(v any, decode func([]byte) string) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return strings.ToValidUTF8(v, "")
	case []byte:
		return decode(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = plain(item, decode)
		}
		return out
	}
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.Slice:
		out := make([]any, rv.Len())
		for i := range out {
			out[i] = plain(rv.Index(i).Interface(), decode)
		}
		return out
	case reflect.Map:
		out := make(map[string]any, rv.Len())
		for it := rv.MapRange(); it.Next(); {
			out[valueText(it.Key().Interface())] = plain(it.Value().Interface(), decode)
		}
		return out
	}
	return v
}

// decoderOf returns how byte strings become text on an object: by its own or its device's zCollectorDecoding, UTF-8 when
// there is none. Bytes that cannot be decoded are left out.
func decoderOf(o *Object) func([]byte) string {
	for ; o != nil; o = o.Parent {
		if name, ok := o.Attributes["zCollectorDecoding"].(string); ok && name != "" {
			if isLatin1(name) {
				return decodeLatin1
			}
			break
		}
	}
	return func(b []byte) string { return strings.ToValidUTF8(string(b), "") }
}

func isLatin1(name string) bool {
	switch strings.ReplaceAll(strings.ToLower(name), "_", "-") {
	case "latin-1", "latin1", "iso-8859-1", "iso8859-1", "l1":
		return true
	}
	return false
}

func decodeLatin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}
