package datasource

import (
	"context"
	"time"
)

// Source is a data source while its config is being built: the template's definition, bound to one device or component
// and with its TALES evaluated.
type Source struct {
	Device          string
	Component       Component
	Template        string
	ID              string // the data source's id within the template
	Name            string // title, or the id where there is none
	Type            string // sourcetype
	PluginClassname string
	CycleTime       time.Duration
	EventClass      string
	EventKey        string
	Severity        int
	Properties      map[string]any // the type's own properties as the inventory gives them, TALES evaluated
	Object          Attributes     // the device or component
}

// Attributes answers for a device or component: its own attributes and zProperties, acquired from the device and the
// device class where it has none itself.
type Attributes interface {
	// Attribute returns the value, or false when nothing on the way up has it.
	Attribute(name string) (any, bool)
}

// Builder gives what only the plugin's own code can say about a data source's config (spec §2.4, §3.5). Go types and
// the Python host satisfy it. An error costs that data source alone.
type Builder interface {
	// Collects reports whether data sources of a type, and for Python of a plugin class, can be collected at all. Those
	// that cannot are listed and left out; nothing else is asked of them.
	Collects(sourceType, pluginClass string) bool
	// ConfigKey says which data sources are collected together.
	ConfigKey(ctx context.Context, s *Source) (ConfigKey, error)
	// Params returns what DataSourceConfig.Params holds.
	Params(ctx context.Context, s *Source) (any, error)
	// ProxyAttributes returns the attributes to set on the DataSourceConfig.
	ProxyAttributes(ctx context.Context, s *Source) (map[string]any, error)
}

// DefaultKey is upstream's default config key (spec §2.4).
func DefaultKey(s *Source) (ConfigKey, error) {
	return MakeKey(s.Device, s.CycleTime.Seconds(), s.Template, s.ID, s.PluginClassname)
}
