package datasource

import (
	"context"
	"time"

	"github.com/zenpython/zenpython/maps"
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
	// Properties are the type's own as the inventory gives them: TALES evaluated for a type written in Go, and as they
	// stand for plugin code, which evaluates what it asks for itself.
	Properties map[string]any
	Points     []*DataPointConfig
	Object     Attributes         // the device or component
	Node       *maps.Object       // the same in the model
	Tree       func() *DeviceTree // the device as a whole, made when first called
	// Asked is the Builder's own: what it keeps of the source from one question to the next. A source is asked about by
	// one goroutine at a time.
	Asked any
}

// DeviceTree is a device as a whole, for plugin code that looks around in the model while configs are built.
type DeviceTree struct {
	Root        *maps.Object
	DeviceClass string // path
	PythonClass string // zPythonClass, "" for none
	// ZProperties are all that are defined, resolved for the device. Those of type password are a Secret.
	ZProperties map[string]any
	Templates   []string            // names of the templates that the device class has or inherits, sorted
	Bound       map[string][]string // names of the templates bound, by path of the object
	Version     uint64              // another one whenever anything but Root differs
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
	// Params returns what DataSourceConfig.Params holds. With a Warning they can be used.
	Params(ctx context.Context, s *Source) (any, error)
	// ProxyAttributes returns the attributes to set on the DataSourceConfig.
	ProxyAttributes(ctx context.Context, s *Source) (map[string]any, error)
}

// Prefetcher is a Builder whose answers take their time, since another process gives them.
type Prefetcher interface {
	// Prefetch starts to find out what the questions about the source will be answered with and reports whether it did:
	// then the caller does better to go on with other sources first. ctx ends only the starting.
	Prefetch(ctx context.Context, s *Source) bool
}

// PackBuilder is a Builder whose types are defined by the code of ZenPacks.
type PackBuilder interface {
	// PackTypes makes packs those whose code is asked, from now on, and returns the types that they define.
	PackTypes(ctx context.Context, packs []Pack) ([]PackType, error)
}

// Pack is the folder of a ZenPack.
type Pack struct {
	Name string // "ZenPacks.example.Shop"
	Path string // absolute
}

// PackType is a data source type that a pack's code defines, with what it gives to data sources that do not say.
type PackType struct {
	Name            string // sourcetype
	PluginClassname string // "" when each data source must say
	CycleTime       string // seconds or TALES
}

// Warning is an error that costs nothing: what was asked for is returned beside it.
type Warning struct{ Err error } //nolint:errname // what it is, not that it is an error

// Error is the error's text.
func (w *Warning) Error() string { return w.Err.Error() }

// Unwrap returns what is wrong.
func (w *Warning) Unwrap() error { return w.Err }

// DefaultKey is upstream's default config key (spec §2.4).
func DefaultKey(s *Source) (ConfigKey, error) {
	return MakeKey(s.Device, s.CycleTime.Seconds(), s.Template, s.ID, s.PluginClassname)
}
