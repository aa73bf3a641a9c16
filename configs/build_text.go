package configs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/zenpython/zenpython/configs/tales"
	"github.com/zenpython/zenpython/datasource"
)

// errNoNumber is what a threshold's bound is that comes to something else.
var errNoNumber = errors.New("the expression gives no number")

// numberBound refuses what cannot be compared.
func numberBound(n float64) (*float64, error) {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return nil, errors.New("the bound is no finite number")
	}
	return &n, nil
}

// compiledText is text that may hold TALES.
type compiledText struct {
	fixed    string
	template *tales.Template // nil when the text is fixed
}

func compileText(text string) (compiledText, error) {
	if !strings.Contains(text, "$") {
		return compiledText{fixed: text}, nil
	}
	template, err := tales.Compile(text)
	if err != nil {
		return compiledText{fixed: text}, err
	}
	if template.IsStatic() {
		fixed, err := template.Eval(nil)
		return compiledText{fixed: fixed}, err
	}
	return compiledText{template: template}, nil
}

func (c compiledText) dynamic() bool { return c.template != nil }

func (c compiledText) eval(names tales.Object) (string, error) {
	if c.template == nil {
		return c.fixed, nil
	}
	return c.template.Eval(names)
}

// compiledValue is a value of any form that may hold TALES in its texts.
type compiledValue struct {
	fixed   any // the value, when nothing in it depends on the object
	text    compiledText
	list    []compiledValue
	fields  compiledMap
	dynamic bool
}

func compileValue(v any) (compiledValue, error) {
	switch v := v.(type) {
	case string:
		text, err := compileText(v)
		return compiledValue{fixed: text.fixed, text: text, dynamic: text.dynamic()}, err
	case []any:
		return compileList(v)
	case map[string]any:
		fields, err := compileMap(v)
		return compiledValue{fixed: fields.fixed, fields: fields, dynamic: fields.dynamic}, err
	}
	return compiledValue{fixed: v}, nil
}

func compileList(items []any) (compiledValue, error) {
	c := compiledValue{list: make([]compiledValue, len(items))}
	fixed := make([]any, len(items))
	for i, item := range items {
		var err error
		if c.list[i], err = compileValue(item); err != nil {
			return c, fmt.Errorf("item %d: %w", i+1, err)
		}
		fixed[i] = c.list[i].fixed
		c.dynamic = c.dynamic || c.list[i].dynamic
	}
	c.fixed = fixed
	return c, nil
}

// eval returns the value for an object.
func (c *compiledValue) eval(e *evaluation) (any, error) {
	switch {
	case !c.dynamic:
		return c.fixed, nil
	case c.text.dynamic():
		return e.text(c.text)
	case c.list == nil:
		// What stands in a property is no property, whatever its name.
		inner := evaluation{names: e.names, noted: e.noted}
		fields, err := c.fields.eval(&inner)
		e.noted = inner.noted
		return fields, err
	}
	out := make([]any, len(c.list))
	for i := range c.list {
		var err error
		if out[i], err = c.list[i].eval(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// compiledMap is a map of properties that may hold TALES.
type compiledMap struct {
	fixed   map[string]any // the properties, when nothing in them depends on the object
	names   []string       // sorted
	values  []compiledValue
	dynamic bool
}

func compileMap(properties map[string]any) (compiledMap, error) {
	c := compiledMap{names: slices.Sorted(maps.Keys(properties))}
	if len(properties) == 0 {
		return c, nil
	}
	c.fixed = make(map[string]any, len(properties))
	for _, name := range c.names {
		v, err := compileValue(properties[name])
		if err != nil {
			return c, fmt.Errorf("property %s: %w", name, err)
		}
		c.values = append(c.values, v)
		c.fixed[name] = v.fixed
		c.dynamic = c.dynamic || v.dynamic
	}
	return c, nil
}

// eval returns the properties for an object. Fixed ones are shared and must not be changed.
func (c *compiledMap) eval(e *evaluation) (map[string]any, error) {
	if !c.dynamic {
		return c.fixed, nil
	}
	out := make(map[string]any, len(c.names))
	for i, name := range c.names {
		v, err := c.property(i, e)
		if err != nil {
			return nil, fmt.Errorf("property %s: %w", name, err)
		}
		out[name] = v
	}
	return out, nil
}

func (c *compiledMap) property(i int, e *evaluation) (any, error) {
	v, err := c.values[i].eval(e)
	if err != nil {
		return nil, err
	}
	return v, e.keepsPasswords(c.names[i], v)
}

// each evaluates property by property; those that fail are left out of the result and told to fail.
func (c *compiledMap) each(e *evaluation, fail func(name string, err error)) map[string]any {
	if !c.dynamic {
		return c.fixed
	}
	out := make(map[string]any, len(c.names))
	for i, name := range c.names {
		v, err := c.property(i, e)
		if err != nil {
			fail(name, err)
			continue
		}
		out[name] = v
	}
	return out
}

// evaluation is the evaluation of many texts for one object. What they came to is noted, so that objects for which they
// come to the same can share the result.
type evaluation struct {
	names tales.Object
	noted []byte

	passwords *passwordsRead              // what was read since the last property; nil when nobody asks
	fields    map[string]datasource.Field // of a type written in Go, by property
}

func (e *evaluation) text(c compiledText) (string, error) {
	text, err := c.eval(e.names)
	if c.dynamic() {
		e.noted = binary.AppendUvarint(e.noted, uint64(len(text)))
		e.noted = append(e.noted, text...)
	}
	return text, err
}
