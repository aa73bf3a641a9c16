package configs

import (
	"fmt"
	"slices"
)

// Inventory is what the files say, merged and checked but not yet bound to objects: the device-class tree with its
// templates, the zProperties, and the devices. It is immutable once loaded.
type Inventory struct {
	ZProperties      map[string]ZProperty       // the platform's, the packs' and our own definitions, by name
	DeviceClasses    map[string]*DeviceClass    // by path; every ancestor up to "/" is present
	ComponentClasses map[string]*ComponentClass // by class name, as `class` of a component or the last part of a modname
	EventClasses     map[string]*EventClass     // by path, as packs declare them
	Devices          []*Device                  // sorted by id, ids unique
	Packs            []Pack                     // in the order loaded
	Files            []string                   // every file read, for watching
	Problems         []Problem                  // everything found wrong, in file order
}

// Position is where something stands in a file. Lines and columns count from 1.
type Position struct {
	Path      string
	Line, Col int
}

// String returns "path:line:col".
func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.Path, p.Line, p.Col) }

// ProblemSeverity says how much a Problem matters.
type ProblemSeverity uint8

// A warning costs nothing; an error costs the unit that it stands in: a file, a device or a data source.
const (
	ProblemWarning ProblemSeverity = iota
	ProblemError
)

// Problem is one thing found wrong in the files or while building: what, where, and what to do.
type Problem struct {
	Position
	Severity ProblemSeverity
	// Unit is what an error costs: "file etc/web.yaml", "device web01", "data source WebServer/status",
	// "threshold WebServer/slow", or the second of two definitions, such as "template WebServer"; "" for nothing.
	Unit       string
	Message    string
	Suggestion string // the nearest known key, the command to run; may be empty
}

// String returns one line: position, severity, message and suggestion.
func (p Problem) String() string {
	word := "warning"
	if p.Severity == ProblemError {
		word = "error"
	}
	text := fmt.Sprintf("%s: %s: %s", p.Position, word, p.Message)
	if p.Suggestion != "" {
		text += " (" + p.Suggestion + ")"
	}
	return text
}

// Pack is one ZenPack folder that the inventory names.
type Pack struct {
	Name string // "ZenPacks.example.Shop"
	Path string // folder, absolute
}

// DeviceClass is one node of the device-class tree.
type DeviceClass struct {
	Path        string
	ZProperties map[string]any       // values set here, coerced to the definition's type
	Templates   map[string]*Template // defined here, by name
	Position    Position
}

// Template binds data sources to devices or components (spec §1).
type Template struct {
	Name              string
	DeviceClass       string // path of the class it is defined in
	Description       string
	TargetPythonClass string
	DataSources       []*DataSource // in file order
	Thresholds        []*Threshold
	Position          Position
}

// DataSource is a data source as its template defines it; texts may hold TALES.
type DataSource struct {
	ID              string
	Title           string
	Type            string
	Enabled         bool
	Component       string
	EventClass      string
	EventKey        string
	Severity        int
	CycleTime       string // "" is the type's default
	PluginClassname string
	Params          map[string]any // `params:`, laid over what the plugin's params() gives
	Properties      map[string]any // the type's own properties
	PropertyPos     map[string]Position
	DataPoints      []*DataPoint
	Position        Position
}

// DataPoint is a datapoint as its data source defines it.
type DataPoint struct {
	ID         string
	RRDType    string
	Min, Max   string // "" and "U" are unbounded
	Tags       map[string]string
	Properties map[string]any
	NoStore    bool
	NoForward  bool
	Position   Position
}

// Threshold is a threshold as its template defines it; Min and Max may be expressions over `here`.
type Threshold struct {
	ID            string
	Type          string
	DSNames       []string // "<ds>_<dp>"
	Min, Max      string
	Severity      int
	EventClass    string
	EscalateCount int
	Enabled       bool
	Properties    map[string]any
	Position      Position
}

// ComponentClass is what a pack declares of a class of components.
type ComponentClass struct {
	Name                string
	ModName             string // "ZenPacks.example.Shop.Site"
	Label               string
	MonitoringTemplates []string // nil: the label without spaces
	Bases               []string
	Properties          map[string]any // declared defaults, by attribute name
	Position            Position
}

// EventClass is an event class that a pack declares. Its mappings are kept as the file gives them, for the event
// pipeline.
type EventClass struct {
	Path     string
	Mappings map[string]map[string]any
	Position Position
}

// Device is a device as the inventory declares it.
type Device struct {
	ID              string
	Title           string
	DeviceClass     string
	ManageIP        string
	ProductionState int // 1000 (Production) when not given
	Attributes      map[string]any
	ZProperties     map[string]any
	Templates       []string // nil: as the class binds
	Components      []*Component
	Position        Position
}

// Component is a component that the inventory declares by hand.
type Component struct {
	Relation        string
	ID              string
	Title           string
	Class           string
	Monitored       bool
	ProductionState int      // 0: the device's
	Templates       []string // nil: by class
	Attributes      map[string]any
	ZProperties     map[string]any
	Components      []*Component // components of this component
	Position        Position
}

// Device returns the device of that id, or nil.
func (inv *Inventory) Device(id string) *Device {
	i, ok := slices.BinarySearchFunc(inv.Devices, id, func(d *Device, id string) int {
		switch {
		case d.ID < id:
			return -1
		case d.ID > id:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return inv.Devices[i]
}
