package configs

import (
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/zenpython/zenpython/configs/tales"
	"github.com/zenpython/zenpython/datasource"
)

// defaultCycleTime is the cycle time of data sources that have none (spec §1.1).
const defaultCycleTime = "${here/zCommandCollectionInterval}"

// compiledTemplate is a template ready to be bound to any number of objects.
type compiledTemplate struct {
	*Template
	sources    []*compiledSource
	thresholds []*compiledThreshold
}

// compiledSource is a data source ready to be bound, and what the objects that it was bound to share.
type compiledSource struct {
	*DataSource
	template            *Template
	fields, pointFields map[string]datasource.Field // of a type written in Go, by property
	class               string                      // what --collect and --ignore search
	goType              bool                        // its params follow from its properties alone
	origin              string                      // "path:line"
	cycle               compiledText
	properties          compiledMap
	params              compiledMap // to be laid over what a plugin gives
	points              []*compiledPoint
	fault               error // what cannot be compiled

	sharing sync.Mutex
	specs   map[string]*datasource.SourceSpec
	decoded map[string]any            // params by properties
	maps    map[string]map[string]any // what plugin code gave, by canonical form
}

// compiledPoint is a datapoint ready to be bound.
type compiledPoint struct {
	*DataPoint
	name       string
	tags       []compiledTag
	properties compiledMap
	fixed      *datasource.DataPointConfig // the config where nothing depends on the object, else nil
}

type compiledTag struct{ name, value compiledText }

// compiledThreshold is a threshold ready to be bound.
type compiledThreshold struct {
	*Threshold
	min, max compiledBound
	fault    error
}

// compiledBound is a bound of a threshold: nothing, a number, or an expression over here.
type compiledBound struct {
	fixed      *float64
	expression *tales.Expression
}

// compileTemplate never fails: what cannot be compiled is kept as the fault of its part.
func compileTemplate(t *Template) *compiledTemplate {
	c := &compiledTemplate{Template: t}
	var names []string
	for _, ds := range t.DataSources {
		c.sources = append(c.sources, compileSource(t, ds))
		for _, dp := range ds.DataPoints {
			names = append(names, pointName(ds, dp))
		}
	}
	for _, threshold := range t.Thresholds {
		hit := slices.ContainsFunc(threshold.DSNames, func(name string) bool { return slices.Contains(names, name) })
		if threshold.Enabled && hit {
			c.thresholds = append(c.thresholds, compileThreshold(threshold))
		}
	}
	return c
}

func pointName(ds *DataSource, dp *DataPoint) string { return ds.ID + "_" + dp.ID }

func compileSource(t *Template, ds *DataSource) *compiledSource {
	c := &compiledSource{
		DataSource: ds, template: t, class: ds.PluginClassname,
		origin: ds.Position.Path + ":" + strconv.Itoa(ds.Position.Line),
		specs:  map[string]*datasource.SourceSpec{}, decoded: map[string]any{}, maps: map[string]map[string]any{},
	}
	properties := ds.Properties
	if known := datasource.Lookup(ds.Type); known != nil {
		c.class, c.goType = known.Class, true
		c.fields, c.pointFields = fieldsByName(known.Params), fieldsByName(known.PointParams)
		// A type written in Go has no params() to lay something over.
		properties = laidOver(ds.Properties, ds.Params)
	} else {
		c.params, c.fault = compileMap(withLoneDollars(ds.Params).(map[string]any))
	}
	cycle := ds.CycleTime
	if cycle == "" {
		cycle = defaultCycleTime
	}
	c.cycle = c.compileText(cycle)
	var err error
	if !c.goType {
		// Plugin code evaluates what it asks for itself; in what it does not a $ is no mistake.
		c.properties = compiledMap{fixed: properties}
	} else if c.properties, err = compileMap(properties); err != nil {
		c.fault = err
	}
	for _, dp := range ds.DataPoints {
		c.points = append(c.points, c.compilePoint(dp))
	}
	return c
}

// withLoneDollars returns the params for plugin code such that only ${…} is an expression: they are data of any kind, and
// a regular expression among them is no mistake.
func withLoneDollars(v any) any {
	switch v := v.(type) {
	case string:
		if !strings.Contains(v, "${") {
			return strings.ReplaceAll(v, "$", "$$")
		}
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = withLoneDollars(item)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, item := range v {
			out[name] = withLoneDollars(item)
		}
		return out
	}
	return v
}

func (ds *compiledSource) compileText(text string) compiledText {
	compiled, err := compileText(text)
	if err != nil {
		ds.fault = err
	}
	return compiled
}

func (ds *compiledSource) compilePoint(dp *DataPoint) *compiledPoint {
	p := &compiledPoint{DataPoint: dp, name: pointName(ds.DataSource, dp)}
	var err error
	if p.properties, err = compileMap(dp.Properties); err != nil {
		ds.fault = err
	}
	dynamic := p.properties.dynamic
	for _, name := range slices.Sorted(maps.Keys(dp.Tags)) {
		tag := compiledTag{ds.compileText(name), ds.compileText(dp.Tags[name])}
		dynamic = dynamic || tag.name.dynamic() || tag.value.dynamic()
		p.tags = append(p.tags, tag)
	}
	if !dynamic {
		p.fixed = p.config(p.properties.fixed, dp.Tags)
	}
	return p
}

// config makes the datapoint's config; the maps must not be changed by anybody.
func (p *compiledPoint) config(properties map[string]any, tags map[string]string) *datasource.DataPointConfig {
	return &datasource.DataPointConfig{
		ID: p.ID, Name: p.name, RRDType: datasource.RRDType(p.RRDType), Min: rateBound(p.Min), Max: rateBound(p.Max),
		Tags: tags, Properties: properties, NoStore: p.NoStore, NoForward: p.NoForward,
	}
}

// rateBound reads a datapoint's bound; "" and "U" are none.
func rateBound(text string) *float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return nil
	}
	return &n
}

func compileThreshold(t *Threshold) *compiledThreshold {
	c := &compiledThreshold{Threshold: t}
	if t.Type != minMaxThreshold {
		return c
	}
	for _, bound := range []struct {
		text string
		into *compiledBound
	}{{t.Min, &c.min}, {t.Max, &c.max}} {
		compiled, err := compileBound(bound.text)
		if err != nil {
			c.fault = err
		}
		*bound.into = compiled
	}
	return c
}

func compileBound(text string) (compiledBound, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return compiledBound{}, nil
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		bound, err := numberBound(n)
		return compiledBound{fixed: bound}, err
	}
	expression, err := tales.CompilePython(text)
	return compiledBound{expression: expression}, err
}

// eval returns the bound for an object; nil is none.
func (c compiledBound) eval(names tales.Object) (*float64, error) {
	if c.expression == nil {
		return c.fixed, nil
	}
	v, err := c.expression.Eval(names)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case int64:
		return numberBound(float64(v))
	case float64:
		return numberBound(v)
	case *big.Int:
		n, _ := new(big.Float).SetInt(v).Float64()
		return numberBound(n)
	case string: // attributes that maps set are text at times
		if n, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil {
			return numberBound(n)
		}
	}
	return nil, errNoNumber
}
