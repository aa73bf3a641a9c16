package configs

import (
	"time"

	"github.com/zenpython/zenpython/configs/tales"
)

// sourceNames are the names that the TALES of a data source and its datapoints may begin with (spec §1.2, §3.5).
type sourceNames struct {
	here  object
	ds    *compiledSource
	dp    *compiledPoint // nil outside datapoints
	now   time.Time
	cycle float64 // seconds, once they are known
}

// TalesNames lists the names.
func (n *sourceNames) TalesNames() []string {
	names := []string{"here", "context", "device", "dev", "devname", "datasource", "ds", "now", "nothing"}
	if n.dp != nil {
		names = append(names, "datapoint", "dp")
	}
	return names
}

// TalesGet returns what stands behind a name.
func (n *sourceNames) TalesGet(name string) (any, bool) {
	switch name {
	case "here", "context":
		return n.here, true
	case "device", "dev":
		return n.here.at(n.here.Device()), true
	case "devname":
		return n.here.Device().ID, true
	case "datasource", "ds":
		return sourceObject{n}, true
	case "now":
		return n.now, true
	case "datapoint", "dp":
		return pointObject{n.dp}, n.dp != nil
	}
	return nil, false
}

// sourceObject is the data source as expressions see it.
type sourceObject struct{ names *sourceNames }

// TalesGet returns a common property of data sources, or one of the type's own as the inventory gives it.
func (s sourceObject) TalesGet(name string) (any, bool) {
	ds := s.names.ds
	switch name {
	case "id", "getId":
		return ds.ID, true
	case attributeTitle, "titleOrId", attributeName:
		return ds.name(), true
	case "sourcetype":
		return ds.Type, true
	case "plugin_classname":
		return ds.PluginClassname, true
	case "component":
		return ds.Component, true
	case "eventClass":
		return ds.EventClass, true
	case "eventKey":
		return ds.EventKey, true
	case "severity":
		return ds.Severity, true
	case "cycletime":
		return int64(s.names.cycle), s.names.cycle > 0
	}
	v, ok := ds.Properties[name]
	return v, ok
}

// pointObject is a datapoint as expressions see it.
type pointObject struct{ *compiledPoint }

// TalesGet returns a common property of datapoints, or one of the type's own as the inventory gives it.
func (p pointObject) TalesGet(name string) (any, bool) {
	switch name {
	case "id", "getId", "titleOrId":
		return p.ID, true
	case attributeName:
		return p.name, true
	case "rrdtype":
		return p.RRDType, true
	case "rrdmin":
		return p.Min, true
	case "rrdmax":
		return p.Max, true
	}
	v, ok := p.Properties[name]
	return v, ok
}

// thresholdNames are the names that a threshold's bounds may use: here alone (spec §3.6).
type thresholdNames struct{ here object }

// TalesGet returns what stands behind a name.
func (n thresholdNames) TalesGet(name string) (any, bool) { return n.here, name == "here" }

// TalesNames lists the names.
func (n thresholdNames) TalesNames() []string { return []string{"here"} }

var (
	_ tales.Lister = (*sourceNames)(nil)
	_ tales.Lister = thresholdNames{}
	_ tales.Lister = object{}
)
