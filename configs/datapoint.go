package configs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/zenpython/zenpython/datasource"
)

// dataPointDraft is a datapoint while it is read: which further keys it may have depends on the data source's type.
type dataPointDraft struct {
	*DataPoint
	key   *yaml.Node
	short *yaml.Node // what takes the place of type and bounds, those of DEFAULTS too
	own   []entry
}

func dataPointTable() *table[dataPointDraft] {
	t := newTable("dataPoint", append([]field[dataPointDraft]{
		{keyInfo{name: "rrdtype", doc: "GAUGE, COUNTER, DERIVE or ABSOLUTE; GAUGE when not given.", shape: &shape{kind: kindWord, words: rrdTypes}},
			func(r *reader, p *dataPointDraft, n *yaml.Node) { r.rrdType(p, n) }},
		{keyInfo{name: "shorthand", doc: "Type and bounds in one text: DERIVE_MIN_0_MAX_100.", shape: textShape},
			func(_ *reader, p *dataPointDraft, n *yaml.Node) { p.short = n }},
		rrdBoundField("rrdmin", "Least rate that is kept; U is no bound.", func(p *dataPointDraft) *string { return &p.Min }),
		rrdBoundField("rrdmax", "Greatest rate that is kept; U is no bound.", func(p *dataPointDraft) *string { return &p.Max }),
		{keyInfo{name: "tags", doc: "Tags of the stored values: a mapping, or lines of name:value; TALES is evaluated.", shape: anyShape},
			func(r *reader, p *dataPointDraft, n *yaml.Node) { p.Tags = r.tags(n) }},
		invertedField("store", "Whether its values are stored.", func(p *dataPointDraft) *bool { return &p.NoStore }),
		invertedField("forward", "Whether its values are forwarded.", func(p *dataPointDraft) *bool { return &p.NoForward }),
		{keyInfo{name: "extra_params", doc: "Properties of the type's datapoints, the same as beside it.", shape: anyMapShape},
			func(r *reader, p *dataPointDraft, n *yaml.Node) { p.own = append(p.own, r.mapping(n, nil)...) }},
	}, ignoredFields[dataPointDraft]("aliases", "description", "createCmd", "isrow", "name")...)...)
	t.other = func(_ *reader, p *dataPointDraft, e entry) { p.own = append(p.own, e) }
	return t
}

// rrdTypes are the types of spec §1.5.
var rrdTypes = []string{string(datasource.Gauge), string(datasource.Counter), string(datasource.Derive), string(datasource.Absolute)}

// shorthandForm is zenpacklib's: a type, then bounds, then a mark for an alias of the datapoint's name.
var shorthandForm = regexp.MustCompile(`(?i)^(GAUGE|COUNTER|DERIVE|ABSOLUTE)((?:_(?:MIN|MAX)_-?\d+(?:\.\d+)?)*)(?:_ALIAS)?$`)

var shorthandBound = regexp.MustCompile(`(?i)_(MIN|MAX)_(-?\d+(?:\.\d+)?)`)

// readDataPoints reads the datapoints of one data source. One without a value is a GAUGE.
func (r *reader) readDataPoints(s *dataSourceDraft, n *yaml.Node) {
	for _, e := range r.section(n, "shorthand", nil) {
		r.checkID(e.key, "datapoint")
		point := &DataPoint{ID: e.name(), RRDType: string(datasource.Gauge), Position: r.position(e.key)}
		draft := dataPointDraft{DataPoint: point, key: e.key}
		if e.value.Kind == yaml.ScalarNode && !isNull(e.value) {
			draft.short = e.value
		} else {
			r.words.dataPoint.read(r, e.value, &draft)
		}
		if draft.short != nil {
			r.shorthand(draft, draft.short)
		}
		s.points = append(s.points, draft)
		s.DataPoints = append(s.DataPoints, point)
	}
}

// settlePoints judges the keys of datapoints that are the type's own and puts them into Properties. A data source
// collected by Python code may have any: the code knows them.
func (r *reader) settlePoints(s *dataSourceDraft, t *datasource.Type) {
	for _, point := range s.points {
		if len(point.own) > 0 {
			point.Properties = make(map[string]any, len(point.own))
		}
		for _, e := range point.own {
			point.Properties[e.name()] = r.plain(e.value)
			if t != nil || s.PluginClassname != "" {
				r.checkTALES(e.value, false)
			}
		}
		if t == nil {
			continue
		}
		for _, problem := range datasource.CheckPointParams(t, point.Properties) {
			r.paramProblem(problem, point.own, point.key, r.words.dataPoint.names)
		}
		r.checkPointName(point, t)
	}
}

// checkPointName reports a datapoint that the type never gives a value.
func (r *reader) checkPointName(point dataPointDraft, t *datasource.Type) {
	if len(t.Points) == 0 || t.HasPoint(point.ID) {
		return
	}
	known := make([]string, len(t.Points))
	for i, p := range t.Points {
		known[i] = p.Name
	}
	r.report(point.key, suggest(point.ID, known), "type %s has no datapoint %q, it has %s", t.Name, point.ID, strings.Join(known, ", "))
}

// rrdType reads a type; one that does not exist is a GAUGE in a pack, as zenpacklib has it.
func (r *reader) rrdType(p *dataPointDraft, n *yaml.Node) {
	text, ok := r.text(n)
	if !ok || text == "" {
		return
	}
	name := strings.ToUpper(text)
	if !slices.Contains(rrdTypes, name) {
		r.report(n, suggest(name, rrdTypes), "want GAUGE, COUNTER, DERIVE or ABSOLUTE, got %s", describe(follow(n)))
		return
	}
	p.RRDType = name
}

// shorthand reads DERIVE_MIN_0_MAX_100 and the like.
func (r *reader) shorthand(p dataPointDraft, n *yaml.Node) {
	text, ok := r.text(n)
	if !ok || text == "" {
		return
	}
	match := shorthandForm.FindStringSubmatch(text)
	if match == nil {
		r.report(n, suggest(strings.ToUpper(text), rrdTypes), "want a type such as GAUGE or DERIVE_MIN_0_MAX_100, got %s", describe(follow(n)))
		if name, _, _ := strings.Cut(strings.ToUpper(text), "_"); slices.Contains(rrdTypes, name) {
			p.RRDType = name // as zenpacklib has it
		}
		return
	}
	p.RRDType = strings.ToUpper(match[1])
	for _, bound := range shorthandBound.FindAllStringSubmatch(match[2], -1) {
		if strings.EqualFold(bound[1], "MIN") {
			p.Min = bound[2]
		} else {
			p.Max = bound[2]
		}
	}
}

// rrdBoundField reads a bound of the rate.
func rrdBoundField(name, doc string, at func(*dataPointDraft) *string) field[dataPointDraft] {
	return field[dataPointDraft]{keyInfo{name: name, doc: doc, shape: &shape{kind: kindWord}}, func(r *reader, p *dataPointDraft, n *yaml.Node) {
		text, ok := r.text(n)
		if !ok {
			return
		}
		switch _, err := strconv.ParseFloat(text, 64); {
		case text == "" || text == "U" || err == nil:
			*at(p) = text
		default:
			r.problem(n, "want a number or U, got %s", describe(follow(n)))
		}
	}}
}

// invertedField reads a positive word into a negative flag, whose zero value is the default.
func invertedField(name, doc string, at func(*dataPointDraft) *bool) field[dataPointDraft] {
	return field[dataPointDraft]{keyInfo{name: name, doc: doc, shape: boolShape}, func(r *reader, p *dataPointDraft, n *yaml.Node) {
		if value, ok := r.boolean(n); ok {
			*at(p) = !value
		}
	}}
}

// tags reads a mapping, or lines of name:value in one text or a list (spec §1.5).
func (r *reader) tags(n *yaml.Node) map[string]string {
	n = follow(n)
	out := map[string]string{}
	if n.Kind == yaml.MappingNode {
		for _, e := range r.mapping(n, nil) {
			if text, ok := r.text(e.value); ok {
				out[e.name()] = text
				r.checkTALES(e.value, false)
			}
		}
		return out
	}
	for _, item := range r.list(n) {
		text, ok := r.text(item)
		if !ok {
			continue
		}
		r.checkTALES(item, false)
		for line := range strings.Lines(text) {
			name, value, found := strings.Cut(line, ":")
			if name = strings.TrimSpace(name); !found || name == "" {
				r.problem(item, "want a tag as name:value, got %s", describe(item))
				continue
			}
			out[name] = strings.TrimSpace(value)
		}
	}
	return out
}
