package configs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// boundSource is a data source bound to one object.
type boundSource struct {
	config *datasource.DataSourceConfig
	ds     *compiledSource
	kept   bool // the config of an earlier set
}

// preparedSource is a data source of which all is known but what its plugin's own code says.
type preparedSource struct {
	in     *bindingPlace
	ds     *compiledSource
	names  *sourceNames
	source *datasource.Source
	config *datasource.DataSourceConfig
	noted  []byte // what its properties came to
	err    error  // it cannot be bound
}

// bindingPlace is an object that data sources are bound to, with what their configs share.
type bindingPlace struct {
	object
	shared *datasource.Context
}

// component returns what results call the object.
func (p *bindingPlace) component() datasource.Component {
	if p.IsDevice() {
		return datasource.DeviceLevel
	}
	return datasource.Component(p.ID)
}

func (p *bindingPlace) context() *datasource.Context {
	if p.shared == nil {
		device := p.Device()
		p.shared = &datasource.Context{
			Key: p.Path, UUID: p.UUID, ID: p.ID, DeviceUUID: device.UUID, MetricPrefix: device.ID,
		}
	}
	return p.shared
}

// name is what plugins and people call the data source: the title where one is set (spec §3.5).
func (ds *DataSource) name() string {
	if ds.Title != "" {
		return ds.Title
	}
	return ds.ID
}

func (ds *compiledSource) label() string { return ds.template.Name + "/" + ds.ID }

// prepare evaluates for an object what the template says of a data source.
func (w *deviceBuild) prepare(in *bindingPlace, ds *compiledSource) *preparedSource {
	s := &preparedSource{in: in, ds: ds, names: &sourceNames{here: in.object, ds: ds, now: w.now}, err: ds.fault}
	if s.err != nil {
		return s
	}
	passwords := &passwordsRead{}
	s.names.here.passwords = passwords
	var cycle time.Duration
	if cycle, s.err = ds.cycleTime(s.names); s.err != nil {
		return s
	}
	s.names.cycle = cycle.Seconds()
	properties := &evaluation{names: s.names, passwords: passwords, fields: ds.fields}
	var evaluated map[string]any
	if evaluated, s.err = ds.properties.eval(properties); s.err != nil {
		return s
	}
	s.noted = properties.noted
	spec := w.spec(in, ds, s.names)
	s.source = &datasource.Source{
		Device: in.Device().ID, Component: in.component(), Template: ds.template.Name, ID: ds.ID, Name: ds.name(),
		Type: ds.Type, PluginClassname: ds.class, CycleTime: cycle, EventClass: ds.EventClass, EventKey: ds.EventKey,
		Severity: ds.Severity, Properties: evaluated, Points: spec.Points, Object: in.object, Node: in.Object, Tree: w.tree,
	}
	s.config = &datasource.DataSourceConfig{
		SourceSpec: spec, Device: s.source.Device, ManageIP: in.manageIP(), Component: s.source.Component,
		CycleTime: cycle, Context: in.context(),
	}
	return s
}

// ask fills in what only the plugin's own code can say. A panic in that code costs the data source too.
func (w *deviceBuild) ask(s *preparedSource) (err error) {
	config, source, ds := s.config, s.source, s.ds
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in %s while building its config: %v", ds.class, r)
		}
	}()
	if config.ConfigKey, err = w.plugins.ConfigKey(w.ctx, source); err != nil {
		return fmt.Errorf("config key: %w", err)
	}
	if _, err = config.ConfigKey.Interval(); err != nil {
		return err
	}
	config.Params, err = ds.paramsOf(w.ctx, w.plugins, s)
	if warning, ok := errors.AsType[*datasource.Warning](err); ok {
		w.warn(s.in.component(), ds.Position, fmt.Errorf("data source %s: %w", ds.label(), warning))
	} else if err != nil {
		return err
	}
	attributes, err := w.plugins.ProxyAttributes(w.ctx, source)
	if err != nil {
		return fmt.Errorf("proxy attributes: %w", err)
	}
	config.Attributes = ds.sharedMap(attributes)
	return nil
}

// cycleTime evaluates the cycle time: seconds, above 0.
func (ds *compiledSource) cycleTime(names *sourceNames) (time.Duration, error) {
	text, err := ds.cycle.eval(names)
	if err != nil {
		return 0, fmt.Errorf("cycletime: %w", err)
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(seconds) || seconds <= 0 || seconds > maxCycleSeconds {
		return 0, fmt.Errorf("cycletime %s gives no number of seconds above 0 and at most %d", cmp.Or(ds.CycleTime, defaultCycleTime), maxCycleSeconds)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

// maxShared bounds what a data source remembers for sharing: where nearly every object has properties of its own there
// is nothing to share, and remembering would only cost.
const maxShared = 256

// paramsOf returns the params. Those of a type written in Go follow from its properties alone, so that objects with
// equal properties share them.
func (ds *compiledSource) paramsOf(ctx context.Context, plugins datasource.Builder, s *preparedSource) (any, error) {
	noted := s.noted
	if ds.goType {
		ds.sharing.Lock()
		params, ok := ds.decoded[string(noted)]
		ds.sharing.Unlock()
		if ok {
			return params, nil
		}
	}
	params, err := plugins.Params(ctx, s.source)
	warning, usable := errors.AsType[*datasource.Warning](err)
	if err != nil && !usable {
		return nil, fmt.Errorf("params: %w", err)
	}
	if !ds.goType {
		if params, err = ds.overlaid(params, s.names); err != nil {
			return nil, err
		}
		if m, ok := params.(map[string]any); ok && len(m) > 0 {
			params = ds.sharedMap(m)
		}
		if usable {
			return params, warning
		}
		return params, nil
	}
	ds.sharing.Lock()
	defer ds.sharing.Unlock()
	if shared, ok := ds.decoded[string(noted)]; ok {
		return shared, nil
	}
	if len(ds.decoded) < maxShared {
		ds.decoded[string(noted)] = params
	}
	return params, nil
}

// errNoMap says why `params:` cannot be used.
var errNoMap = errors.New("params: are given, but the plugin's own params are no mapping to lay them over")

// overlaid lays the inventory's params over those that the plugin gave.
func (ds *compiledSource) overlaid(params any, names *sourceNames) (any, error) {
	if len(ds.params.names) == 0 {
		return params, nil
	}
	given, ok := params.(map[string]any)
	if !ok && params != nil {
		return nil, errNoMap
	}
	over, err := ds.params.eval(&evaluation{names: names})
	if err != nil {
		return nil, fmt.Errorf("params: %w", err)
	}
	out := make(map[string]any, len(given)+len(over))
	maps.Copy(out, given)
	maps.Copy(out, over)
	return out, nil
}

// sharedMap returns a map that is equal to m and shared by the objects for which plugin code gave the same; nil for an
// empty one.
func (ds *compiledSource) sharedMap(m map[string]any) map[string]any {
	if len(m) == 0 {
		return nil
	}
	form := appendCanonical(nil, m)
	ds.sharing.Lock()
	defer ds.sharing.Unlock()
	if shared, ok := ds.maps[string(form)]; ok {
		return shared
	}
	if len(ds.maps) < maxShared {
		ds.maps[string(form)] = m
	}
	return m
}

// spec returns what the config takes from the template, shared by all objects for which the datapoints come to the
// same.
func (w *deviceBuild) spec(in *bindingPlace, ds *compiledSource, names *sourceNames) *datasource.SourceSpec {
	noted := &evaluation{names: names, passwords: names.here.passwords, fields: ds.pointFields}
	points := make([]*datasource.DataPointConfig, 0, len(ds.points))
	for _, p := range ds.points {
		points = append(points, w.point(in, ds, p, noted))
	}
	ds.sharing.Lock()
	defer ds.sharing.Unlock()
	if spec := ds.specs[string(noted.noted)]; spec != nil {
		return spec
	}
	spec := &datasource.SourceSpec{
		Template: ds.template.Name, DataSource: ds.name(), Type: ds.Type, PluginClassname: ds.class,
		EventClass: ds.EventClass, EventKey: ds.EventKey, Severity: ds.Severity, Points: points,
	}
	if len(ds.specs) < maxShared {
		ds.specs[string(noted.noted)] = spec
	}
	return spec
}

// point returns a datapoint's config. A property or tag that cannot be evaluated costs itself alone (spec §3.5).
func (w *deviceBuild) point(in *bindingPlace, ds *compiledSource, p *compiledPoint, e *evaluation) *datasource.DataPointConfig {
	if p.fixed != nil {
		return p.fixed
	}
	names := e.names.(*sourceNames)
	names.dp = p
	defer func() { names.dp = nil }()
	lost := func(what string, err error) {
		// What is lost must not look like what came to nothing.
		e.noted = append(e.noted, 0xff)
		w.fail(in.component(), p.Position, what+" of datapoint "+ds.template.Name+"/"+p.name, err)
	}
	properties := p.properties.each(e, func(name string, err error) { lost("property "+name, err) })
	tags := make(map[string]string, len(p.tags))
	for _, tag := range p.tags {
		name, err := e.text(tag.name)
		if err != nil {
			lost("tag "+p.ID, err)
			continue
		}
		value, err := e.text(tag.value)
		if err != nil {
			lost("tag "+name, err)
			continue
		}
		if shown := e.passwords.take(func(password string) bool { return strings.Contains(name+"\x00"+value, password) }); shown != "" {
			lost("tag "+p.ID, errors.New("shows the password "+shown))
			continue
		}
		tags[name] = value
	}
	return p.config(properties, tags)
}
