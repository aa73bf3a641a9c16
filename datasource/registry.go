package datasource

import (
	"fmt"
	"slices"
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

var registry = struct {
	sync.RWMutex
	types map[string]*Type
}{types: map[string]*Type{}}

// Register adds a type. A second one of the same name, or one without Name, Class or New, is a programmer's error and
// panics.
func Register(t *Type) {
	if t.Name == "" || t.Class == "" || t.New == nil {
		panic(fmt.Sprintf("BUG: data source type %q must have Name, Class and New", t.Name))
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
	slices.SortFunc(out, func(a, b *Type) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return out
}
