package configs

import (
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/zenpython/zenpython/configs/tales"
)

// What a threshold has where the file says nothing (spec §4.13.2).
const (
	minMaxThreshold       = "MinMaxThreshold"
	defaultSeverity       = 3
	defaultThresholdClass = "/Perf/Snmp"
)

// thresholdDraft is a threshold while it is read: which further keys it may have depends on its type.
type thresholdDraft struct {
	*Threshold
	names  *yaml.Node // dsnames
	bounds []*yaml.Node
	own    []entry
}

func thresholdTable() *table[thresholdDraft] {
	t := newTable("threshold", append([]field[thresholdDraft]{
		textField(typeKey, "MinMaxThreshold, the default, or a type that is kept and not evaluated.", func(t *thresholdDraft) *string { return &t.Type }),
		{keyInfo{name: "dsnames", doc: "Datapoints it watches, each <data source>_<datapoint> of the same template.", shape: textsShape},
			func(r *reader, t *thresholdDraft, n *yaml.Node) { t.names, t.DSNames = n, r.texts(n) }},
		boundField("minval", "Violated below: a number or an expression over here.", func(t *thresholdDraft) *string { return &t.Min }),
		boundField("maxval", "Violated above: a number or an expression over here.", func(t *thresholdDraft) *string { return &t.Max }),
		severityField("severity", func(t *thresholdDraft) *int { return &t.Severity }),
		textField("eventClass", "Event class of its events, /Perf/Snmp when not given.", func(t *thresholdDraft) *string { return &t.EventClass }),
		integerField("escalateCount", "After so many violations in a row the severity rises by one; 0 is never.", func(t *thresholdDraft) *int { return &t.EscalateCount }),
		boolField("enabled", "Whether it is evaluated.", func(t *thresholdDraft) *bool { return &t.Enabled }),
		{keyInfo{name: "extra_params", doc: "Further properties, the same as beside it.", shape: anyMapShape},
			func(r *reader, t *thresholdDraft, n *yaml.Node) { r.words.threshold.read(r, n, t) }},
	}, ignoredFields[thresholdDraft]("optional", "name", "description", "explanation", "resolution")...)...)
	t.other = func(_ *reader, into *thresholdDraft, e entry) { into.own = append(into.own, e) }
	return t
}

// readThresholds reads the thresholds of one template. Their datapoint names are checked once its data sources are
// known, which may stand below them.
func (r *reader) readThresholds(t *templateDraft, n *yaml.Node) {
	unit := func(id string) string { return "threshold " + t.Name + "/" + id }
	for _, e := range r.section(n, "", unit) {
		threshold := &Threshold{
			ID: e.name(), Type: minMaxThreshold, Severity: defaultSeverity, EventClass: defaultThresholdClass,
			Enabled: true, Position: r.position(e.key),
		}
		draft := thresholdDraft{Threshold: threshold}
		in := r.within(scope{unit: unit(e.name()), owner: threshold})
		in.checkID(e.key, "threshold")
		r.words.threshold.read(in, e.value, &draft)
		in.settleThreshold(&draft)
		if draft.names != nil {
			t.watched = append(t.watched, watchedNames{draft.names, in})
		}
		t.Thresholds = append(t.Thresholds, threshold)
	}
}

// settleThreshold judges what depends on the type. Types other than MinMaxThreshold have properties of their own,
// which are kept.
func (r *reader) settleThreshold(t *thresholdDraft) {
	for _, e := range t.own {
		if t.Type == minMaxThreshold {
			r.unknownKey(e.key, r.words.threshold.names)
			continue
		}
		if t.Properties == nil {
			t.Properties = map[string]any{}
		}
		t.Properties[e.name()] = r.plain(e.value)
	}
	for _, n := range t.bounds {
		if t.Type == minMaxThreshold {
			r.checkBound(n)
		}
	}
}

func boundField(name, doc string, at func(*thresholdDraft) *string) field[thresholdDraft] {
	return field[thresholdDraft]{keyInfo{name: name, doc: doc, shape: &shape{kind: kindWord}}, func(r *reader, t *thresholdDraft, n *yaml.Node) {
		if text, ok := r.text(n); ok && text != "" {
			*at(t) = strings.TrimSpace(text)
			t.bounds = append(t.bounds, n)
		}
	}}
}

// checkBound accepts a number, and an expression that is constant or asks here.
func (r *reader) checkBound(n *yaml.Node) {
	n = follow(n)
	text := strings.TrimSpace(n.Value)
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return
	}
	expression, err := tales.CompilePython(text)
	if err == nil && !strings.Contains(text, "here") {
		_, err = expression.Eval(tales.Names{})
	}
	if err != nil {
		r.problem(n, "%s is neither a number nor an expression over here: %v", describe(n), err)
	}
}
