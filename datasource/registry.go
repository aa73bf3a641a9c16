package datasource

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Type is a data source type written in Go. A package registers its types in init; a binary has the types of the
// packages that it links.
type Type struct {
	// Name is the sourcetype that inventories give, e.g. "HTTP".
	Name string
	// Class is "datasource/<package>.<Type>", what --collect and --ignore search and configs show as plugin class.
	Class string
	// Doc is one sentence for lists and the schema.
	Doc string
	// Params returns a pointer to a new params struct with its defaults set. Its fields' tags give form and schema:
	// `json:"url" doc:"…" required:"true" enum:"a,b" secret:"true"`. String fields are TALES evaluated.
	Params func() any
	// PointParams does for datapoints what Params does for data sources: the properties that a datapoint may have
	// besides those of spec §1.5. nil is none.
	PointParams func() any
	// Points are the datapoints that the type gives by their name alone.
	Points []PointDoc
	// AnyPoint says that datapoints of other names than those of Points may be given, told what to hold by their
	// properties.
	AnyPoint bool
	// New constructs the plugin instance of one task.
	New func(c *Config, h Handle) (Plugin, error)
	// ConfigKey decides which data sources are collected together; nil is upstream's default key
	// (device, cycle time, template, data source, class).
	ConfigKey func(s *Source) (ConfigKey, error)
	// ProxyAttributes are copied from the device or component to each DataSourceConfig (spec §3.5).
	ProxyAttributes []string
	// StartDelay, when set, replaces the spread first start (spec §4.7).
	StartDelay *float64
}

// PointDoc describes a datapoint that a type gives by name.
type PointDoc struct {
	Name string
	Type RRDType // the type that suits it
	Doc  string  // what it is, with its unit
}

// HasPoint reports whether a datapoint of that name can ever have a value.
func (t *Type) HasPoint(name string) bool {
	return t.AnyPoint || slices.ContainsFunc(t.Points, func(p PointDoc) bool { return p.Name == name })
}

var registry = struct {
	sync.RWMutex
	types map[string]*Type
}{types: map[string]*Type{}}

// Register adds a type. A second one of the same name, one without Name, Class or New, or one whose params are
// no params struct is a programmer's error and panics.
func Register(t *Type) {
	if t.Name == "" || t.Class == "" || t.New == nil {
		panic(fmt.Sprintf("BUG: data source type %q must have Name, Class and New", t.Name))
	}
	for _, params := range []func() any{t.Params, t.PointParams} {
		if params != nil {
			Fields(params())
		}
	}
	registry.Lock()
	defer registry.Unlock()
	if _, ok := registry.types[t.Name]; ok {
		panic(fmt.Sprintf("BUG: data source type %q is registered twice", t.Name))
	}
	registry.types[t.Name] = t
}

// Lookup returns the type of that name, or nil.
func Lookup(name string) *Type {
	registry.RLock()
	defer registry.RUnlock()
	return registry.types[name]
}

// Types returns the registered types, sorted by name.
func Types() []*Type {
	registry.RLock()
	defer registry.RUnlock()
	out := make([]*Type, 0, len(registry.types))
	for _, t := range registry.types {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *Type) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// typeNames lists the registered types for messages.
func typeNames() string {
	var names []string
	for _, t := range Types() {
		names = append(names, t.Name)
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ", ")
}
