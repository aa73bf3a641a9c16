package datasource

import "time"

// Component names what a data source is bound to within its device: the device itself or the id of a component.
// Upstream's None is DeviceLevel; the empty string is no component and matches nothing.
type Component string

// DeviceLevel is the Component of data sources bound to the device itself (None in plugins). No component id can be
// equal to it, since ids hold no control characters.
const DeviceLevel Component = "\x00"

// IsDevice reports whether c is the device itself.
func (c Component) IsDevice() bool { return c == DeviceLevel }

// String returns the component's id, or "" for the device.
func (c Component) String() string {
	if c == DeviceLevel {
		return ""
	}
	return string(c)
}

// Config is the config object that a plugin's hooks see (spec §3.4): one device, the data sources of one task.
// It is shared between runs and must not be changed.
type Config struct {
	ID          string // device id
	ManageIP    string
	DeviceGUID  string
	DataSources []*DataSourceConfig // only this task's, never empty
	Thresholds  []*ThresholdConfig  // the whole device's
}

// DataSourceConfig is one data source bound to one device or component (spec §3.5).
type DataSourceConfig struct {
	*SourceSpec
	Device     string
	ManageIP   string // of the component where it has one, else of the device
	Component  Component
	ConfigKey  ConfigKey
	CycleTime  time.Duration
	Params     any // pointer to the type's params struct; shared, read only
	Context    *Context
	Attributes map[string]any // proxy attributes, missing ones nil
}

// SourceSpec is what a data source's config takes from its template alone. All devices that use the template share
// it, which is what keeps a task small; its fields read as fields of DataSourceConfig.
type SourceSpec struct {
	Template        string
	DataSource      string // the title where one is set, else the id
	Type            string // sourcetype, e.g. "HTTP" or "Python"
	PluginClassname string // dotted class for Python, "datasource/<package>.<Type>" for Go types
	EventClass      string
	EventKey        string
	Severity        int // 0 to 5
	Points          []*DataPointConfig
}

// Context is the identity, for storing, of the device or component that a data source is bound to (spec §3.5,
// metadata). Data sources of the same context share one.
type Context struct {
	Key          string // contextKey: "Devices/web01/…"
	UUID         string // contextUUID
	ID           string // contextId
	DeviceUUID   string
	MetricPrefix string // in front of "/<ds>_<dp>" in metric names; the device id unless the class says otherwise
}

// RRDType says how a datapoint's raw values become stored ones (spec §1.5).
type RRDType string

// The types of spec §1.5.
const (
	Gauge    RRDType = "GAUGE"
	Counter  RRDType = "COUNTER"
	Derive   RRDType = "DERIVE"
	Absolute RRDType = "ABSOLUTE"
)

// DataPointConfig is one datapoint (spec §3.5). Where nothing in it depends on the device, all devices that use the
// template share it.
type DataPointConfig struct {
	ID         string // "time"
	Name       string // "<data source id>_<datapoint id>"
	RRDType    RRDType
	Min, Max   *float64 // bounds of the derived rate, inclusive; nil is unbounded
	Tags       map[string]string
	Properties map[string]any // further properties of the datapoint, TALES evaluated
	NoStore    bool
	NoForward  bool
}

// ThresholdConfig is one threshold instance of one context (spec §3.6, §4.13.2).
type ThresholdConfig struct {
	ID            string
	Type          string // "MinMaxThreshold"
	Component     Component
	ContextUUID   string
	DataPoints    []string // names "<ds>_<dp>"
	Min, Max      *float64 // nil is unbounded; Min > Max means violated when between
	Severity      int
	EventClass    string
	EscalateCount int
	Enabled       bool
}
