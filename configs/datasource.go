package configs

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/zenpython/zenpython/configs/tales"
	"github.com/zenpython/zenpython/datasource"
)

// pythonType is the type of data sources whose code is a Python plugin. No Go type registers it.
const pythonType = "Python"

// dataSourceDraft is a data source while it is read: which keys are the type's own is known only once the type is.
type dataSourceDraft struct {
	*DataSource
	typeAt *yaml.Node
	own    []entry // the keys that are not common to all types
	points []dataPointDraft
}

func dataSourceTable(w *vocabulary) *table[dataSourceDraft] {
	t := newTable("dataSource",
		field[dataSourceDraft]{keyInfo{name: typeKey, doc: "What collects it: Python or a type of this binary.", shape: textShape},
			func(r *reader, s *dataSourceDraft, n *yaml.Node) { s.typeAt, s.Type = n, r.typeName(n) }},
		textField("title", "Name that plugins see in place of the id.", func(s *dataSourceDraft) *string { return &s.Title }),
		boolField("enabled", "Whether it is collected.", func(s *dataSourceDraft) *bool { return &s.Enabled }),
		textField("component", "Component for its events.", func(s *dataSourceDraft) *string { return &s.Component }),
		textField("eventClass", "Event class for its events.", func(s *dataSourceDraft) *string { return &s.EventClass }),
		textField("eventKey", "Event key for its events.", func(s *dataSourceDraft) *string { return &s.EventKey }),
		severityField("severity", func(s *dataSourceDraft) *int { return &s.Severity }),
		field[dataSourceDraft]{keyInfo{name: "cycletime", doc: "Seconds from run to run, a number or TALES; the type's default when not given.", shape: &shape{kind: kindWord}},
			func(r *reader, s *dataSourceDraft, n *yaml.Node) { s.CycleTime = r.cycleTime(n) }},
		textField("plugin_classname", "Python class that collects: package.module.Class.", func(s *dataSourceDraft) *string { return &s.PluginClassname }),
		plainMapField("params", "Laid over what the plugin's params() gives.", func(s *dataSourceDraft) *map[string]any { return &s.Params }),
		field[dataSourceDraft]{keyInfo{name: "extra_params", doc: "Properties of the type, the same as beside it.", shape: anyMapShape},
			func(r *reader, s *dataSourceDraft, n *yaml.Node) { s.own = append(s.own, r.mapping(n, nil)...) }},
		field[dataSourceDraft]{keyInfo{name: "datapoints", doc: "Datapoints by id; text such as GAUGE or DERIVE_MIN_0 is short for the type and bounds.",
			shape: &shape{kind: kindMap, of: &shape{kind: kindObject, object: w.dataPoint, short: textShape}}},
			func(r *reader, s *dataSourceDraft, n *yaml.Node) { r.readDataPoints(s, n) }},
		field[dataSourceDraft]{keyInfo: keyInfo{name: "name", doc: "Read and ignored: the id is the key.", shape: anyShape}},
		field[dataSourceDraft]{keyInfo: keyInfo{name: "description", doc: "Read and ignored.", shape: anyShape}},
	)
	t.other = func(_ *reader, s *dataSourceDraft, e entry) { s.own = append(s.own, e) }
	return t
}

// typeName reads a type. Some packs write sourcetypes with blanks around them.
func (r *reader) typeName(n *yaml.Node) string {
	text, _ := r.text(n)
	return strings.TrimSpace(text)
}

// readDataSources reads the data sources of one template.
func (r *reader) readDataSources(t *templateDraft, n *yaml.Node) {
	unit := func(id string) string { return "data source " + t.Name + "/" + id }
	for _, e := range r.section(n, "", unit) {
		source := &DataSource{ID: e.name(), Enabled: true, Severity: defaultSeverity, Position: r.position(e.key)}
		draft := dataSourceDraft{DataSource: source}
		in := r.within(scope{unit: unit(e.name()), owner: source})
		in.checkID(e.key, "data source")
		r.words.dataSource.read(in, e.value, &draft)
		in.settleType(&draft, e.key)
		for _, point := range draft.points {
			t.points[source.ID+"_"+point.ID] = true
		}
		t.DataSources = append(t.DataSources, source)
	}
}

// settleType judges the keys that are the type's own and puts them into Properties.
func (r *reader) settleType(s *dataSourceDraft, key *yaml.Node) {
	goType := r.words.types[s.Type]
	r.takePackDefaults(s)
	switch {
	case s.Type == "" && s.PluginClassname != "":
		s.Type = pythonType
	case s.Type == "":
		r.problem(key, "the data source has no type")
	case goType == nil && s.Type != pythonType && s.PluginClassname == "" && r.unasked:
		r.warn(s.typeAt, suggest(s.Type, r.words.typeNames()), "type %q is collected only if the code of a pack defines it: it is not a type of this program", s.Type)
	case goType == nil && s.Type != pythonType && s.PluginClassname == "":
		r.report(s.typeAt, suggest(s.Type, r.words.typeNames()), "type %q is not collected: no such data source type is in this program", s.Type)
	}
	r.keepProperties(s)
	if goType != nil {
		r.checkProperties(s, goType, key)
	} else if s.Type == pythonType {
		r.checkPython(s, key)
	}
	r.settlePoints(s, goType)
}

// typeNames lists what a data source's type may be.
func (w *vocabulary) typeNames() []string {
	return append(slices.Sorted(maps.Keys(w.types)), pythonType)
}

// keepProperties puts the type's own keys into the data source.
func (r *reader) keepProperties(s *dataSourceDraft) {
	if len(s.own) == 0 {
		return
	}
	s.Properties = make(map[string]any, len(s.own))
	s.PropertyPos = make(map[string]Position, len(s.own))
	for _, e := range s.own {
		s.Properties[e.name()] = r.plain(e.value)
		s.PropertyPos[e.name()] = r.position(e.value)
	}
}

// checkPython judges a data source whose code is a plugin: its settings stand in params.
func (r *reader) checkPython(s *dataSourceDraft, key *yaml.Node) {
	if s.PluginClassname == "" {
		r.problem(key, "a data source of type %s needs plugin_classname", pythonType)
	} else if !strings.Contains(s.PluginClassname, ".") {
		r.problem(key, "plugin_classname %q is no dotted name such as ZenPacks.example.Shop.dsplugins.Orders", s.PluginClassname)
	}
	for _, e := range s.own {
		if e.name() != "commandTemplate" { // every data source of the platform has it, and no plugin uses it
			r.unknownKey(e.key, r.words.dataSource.names)
		}
	}
}

// checkProperties judges the properties of a type written in Go by its params struct.
func (r *reader) checkProperties(s *dataSourceDraft, t *datasource.Type, key *yaml.Node) {
	for _, problem := range datasource.CheckParams(t, s.Properties) {
		r.paramProblem(problem, s.own, key, r.words.dataSource.names)
	}
	if s.Params != nil {
		r.problem(key, "params is for Python data sources: the properties of type %s stand beside type", t.Name)
	}
	secret := secretNames(t.Params)
	for _, e := range s.own {
		r.checkTALES(e.value, secret[e.name()])
	}
}

// paramProblem places what the params struct finds: an unknown key at the key, anything else at the value.
func (r *reader) paramProblem(p datasource.ParamProblem, own []entry, key *yaml.Node, common []string) {
	i := slices.IndexFunc(own, func(e entry) bool { return e.name() == p.Name })
	switch {
	case i < 0 && p.Name == "":
		r.problem(key, "%s", p.Message)
	case i < 0:
		r.problem(key, "%s: %s", p.Name, p.Message)
	case p.Unknown:
		r.unknownKey(own[i].key, slices.Concat(p.Known, common))
	default:
		r.problem(own[i].value, "%s: %s", p.Name, p.Message)
	}
}

// secretNames returns the properties whose values must not be shown.
func secretNames(params func() any) map[string]bool {
	secret := map[string]bool{}
	if params != nil {
		for _, f := range datasource.Fields(params()) {
			secret[f.Name] = f.Secret
		}
	}
	return secret
}

// checkTALES reports an expression that cannot be evaluated, wherever in the value it stands. Of a secret value
// nothing is quoted.
func (r *reader) checkTALES(n *yaml.Node, isSecret bool) {
	n = follow(n)
	if n.Kind != yaml.ScalarNode {
		for _, child := range n.Content {
			r.checkTALES(child, isSecret)
		}
		return
	}
	if !strings.Contains(n.Value, "$") {
		return
	}
	_, err := tales.Compile(n.Value)
	switch {
	case err == nil:
	case isSecret:
		r.problem(n, "the text holds an expression that cannot be evaluated")
	default:
		r.problem(n, "%v", err)
	}
}

// cycleTime reads seconds: a number above 0, or TALES that gives one.
func (r *reader) cycleTime(n *yaml.Node) string {
	text, ok := r.text(n)
	if !ok || text == "" {
		return ""
	}
	if strings.Contains(text, "$") {
		r.checkTALES(n, false)
		return text
	}
	if seconds, err := strconv.ParseFloat(text, 64); err != nil || !(seconds > 0) || seconds > maxCycleSeconds {
		r.problem(n, "want a cycle time in seconds, a number above 0 or TALES, got %s", describe(follow(n)))
	}
	return text
}

// maxCycleSeconds is a year: above it a cycle time is a mistake of units.
const maxCycleSeconds = 366 * 24 * 3600
