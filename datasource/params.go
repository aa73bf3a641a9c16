package datasource

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// ParamProblem is one property that does not fit the params struct of its type.
type ParamProblem struct { //nolint:errname // one of several that an error joins; it is read for its fields
	Name    string   // the property; "" when it is about several
	Message string   // what is wrong and what is wanted; never a secret's value
	Unknown bool     // the type has no such property
	Known   []string // the properties that the type has, for an Unknown one
}

// Error returns the problem in one line.
func (p ParamProblem) Error() string {
	switch {
	case p.Unknown && len(p.Known) > 0:
		return fmt.Sprintf("%s: %s, it has %s", p.Name, p.Message, strings.Join(p.Known, ", "))
	case p.Name == "":
		return p.Message
	}
	return p.Name + ": " + p.Message
}

// Provisioner is implemented by params structs that have rules beyond their tags. Provision is called once, after
// decoding, on a struct that nobody else has seen yet: it checks, and keeps what it compiled in unexported fields.
type Provisioner interface{ Provision() error }

// DecodeParams puts a data source's own properties, their TALES evaluated, into a new params struct of the type.
// Absent and nil properties leave the default. With problems the struct must not be used.
func DecodeParams(t *Type, properties map[string]any) (any, []ParamProblem) {
	return decode("data source type "+t.Name, t.Params, properties, false)
}

// DecodePointParams does for a datapoint's properties what DecodeParams does for a data source's.
func DecodePointParams(t *Type, properties map[string]any) (any, []ParamProblem) {
	return decode("a datapoint of type "+t.Name, t.PointParams, properties, false)
}

// CheckParams finds the problems that can be seen before TALES is evaluated: text that holds an expression is taken
// to be right.
func CheckParams(t *Type, properties map[string]any) []ParamProblem {
	_, problems := decode("data source type "+t.Name, t.Params, properties, true)
	return problems
}

// CheckPointParams does for a datapoint's properties what CheckParams does for a data source's.
func CheckPointParams(t *Type, properties map[string]any) []ParamProblem {
	_, problems := decode("a datapoint of type "+t.Name, t.PointParams, properties, true)
	return problems
}

// decode fills a struct made by newParams, which may be nil for what has no properties. Static decoding skips values
// with expressions, and with them the rules of the struct as a whole.
func decode(what string, newParams func() any, properties map[string]any, static bool) (any, []ParamProblem) {
	if newParams == nil {
		newParams = func() any { return &struct{}{} }
	}
	params := newParams()
	d := decoder{what: what, fields: Fields(params), target: reflect.ValueOf(params).Elem(), static: static}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		d.set(name, properties[name])
	}
	d.checkRequired(properties)
	if p, ok := params.(Provisioner); ok && len(d.problems) == 0 && !d.skipped {
		if err := p.Provision(); err != nil {
			d.problems = append(d.problems, ParamProblem{Message: err.Error()})
		}
	}
	return params, d.problems
}

type decoder struct {
	what     string
	fields   []Field
	target   reflect.Value
	static   bool
	skipped  bool // a value held an expression
	problems []ParamProblem
}

func (d *decoder) set(name string, value any) {
	i := slices.IndexFunc(d.fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		d.problems = append(d.problems, ParamProblem{
			Name: name, Unknown: true, Known: d.names(), Message: d.what + " has no such property",
		})
		return
	}
	if value == nil {
		return
	}
	if d.static && holdsExpression(value) {
		d.skipped = true
		return
	}
	field := &d.fields[i]
	v, err := field.convert(value)
	if err != nil {
		d.problems = append(d.problems, ParamProblem{Name: name, Message: err.Error()})
		return
	}
	d.target.FieldByIndex(field.index).Set(v)
}

func (d *decoder) names() []string {
	names := make([]string, 0, len(d.fields))
	for _, f := range d.fields {
		names = append(names, f.Name)
	}
	return names
}

func (d *decoder) checkRequired(properties map[string]any) {
	for _, f := range d.fields {
		given := properties[f.Name]
		if text, isText := given.(string); f.Required && (given == nil || isText && text == "") {
			d.problems = append(d.problems, ParamProblem{Name: f.Name, Message: "missing, and " + d.what + " cannot do without it"})
		}
	}
}

// holdsExpression tells whether TALES has something to evaluate in the value.
func holdsExpression(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, "${")
	case []any:
		return slices.ContainsFunc(v, holdsExpression)
	case map[string]any:
		for _, item := range v {
			if holdsExpression(item) {
				return true
			}
		}
	}
	return false
}
