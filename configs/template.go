package configs

import (
	"maps"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// templateDraft is a template while it is read, with what its thresholds may name.
type templateDraft struct {
	*Template
	points  map[string]bool // "<ds>_<dp>" of every datapoint given, of failed data sources too
	watched []watchedNames
}

// watchedNames are the dsnames of one threshold, and the reader of its scope.
type watchedNames struct {
	names *yaml.Node
	in    *reader
}

func templateTable(w *vocabulary) *table[templateDraft] {
	return newTable("template",
		textField("description", "What the template is for.", func(t *templateDraft) *string { return &t.Description }),
		textField("targetPythonClass", "Class of devices or components that the template is for.", func(t *templateDraft) *string { return &t.TargetPythonClass }),
		field[templateDraft]{keyInfo{name: "datasources", doc: "Data sources by id.", shape: mapOf(w.dataSource)},
			func(r *reader, t *templateDraft, n *yaml.Node) { r.readDataSources(t, n) }},
		field[templateDraft]{keyInfo{name: "thresholds", doc: "Thresholds by id.", shape: mapOf(w.threshold)},
			func(r *reader, t *templateDraft, n *yaml.Node) { r.readThresholds(t, n) }},
		field[templateDraft]{keyInfo: keyInfo{name: "graphs", doc: "Read and ignored.", shape: anyShape}},
		field[templateDraft]{keyInfo: keyInfo{name: "name", doc: "Read and ignored: the name is the key.", shape: anyShape}},
	)
}

// readTemplates reads the templates of one device class.
func (r *reader) readTemplates(class *DeviceClass, n *yaml.Node) {
	unit := func(name string) string { return "template " + name }
	for _, e := range r.section(n, "", unit) {
		in := r.within(scope{})
		in.checkID(e.key, "template")
		draft := templateDraft{
			Template: &Template{Name: e.name(), DeviceClass: class.Path, Position: r.position(e.key)},
			points:   map[string]bool{},
		}
		r.words.template.read(in, e.value, &draft)
		for _, watched := range draft.watched {
			watched.in.checkNames(&draft, watched.names)
		}
		draft.leaveOutFailed(r.failed)
		r.addTemplate(class, draft.Template, e.key)
	}
}

// leaveOutFailed drops the data sources and thresholds that an error costs.
func (t *templateDraft) leaveOutFailed(failed map[any]bool) {
	t.DataSources = slices.DeleteFunc(t.DataSources, func(s *DataSource) bool { return failed[s] })
	t.Thresholds = slices.DeleteFunc(t.Thresholds, func(h *Threshold) bool { return failed[h] })
}

// addTemplate puts a template into its class. Ours takes the place of a pack's; of two packs, or of two of our files,
// it is a problem.
func (r *reader) addTemplate(class *DeviceClass, t *Template, at *yaml.Node) {
	if before, ok := class.Templates[t.Name]; ok {
		if r.file.pack != nil || !r.isPackFile(before.Position.Path) {
			r.within(scope{unit: "template " + t.Name}).problem(at, "template %s of %s is given twice, first at %s", t.Name, class.Path, before.Position)
		}
		if r.file.pack == nil && !r.isPackFile(before.Position.Path) {
			return
		}
	}
	if class.Templates == nil {
		class.Templates = map[string]*Template{}
	}
	class.Templates[t.Name] = t
}

// isPackFile reports whether path is one of a pack's files.
func (l *loader) isPackFile(path string) bool {
	return slices.ContainsFunc(l.packs, func(f *file) bool { return f.path == path })
}

// checkNames reports the datapoint names of a threshold that its template does not have. Those of a data source that
// failed are let be: its own error says enough.
func (r *reader) checkNames(t *templateDraft, names *yaml.Node) {
	for _, item := range r.list(names) {
		if item.Kind != yaml.ScalarNode || t.points[item.Value] || r.ofFailed(t, item.Value) {
			continue
		}
		known := slices.Sorted(maps.Keys(t.points))
		r.report(item, suggest(item.Value, known), "template %s has no datapoint %q: want <data source>_<datapoint>", t.Name, item.Value)
	}
}

// ofFailed reports whether a datapoint's name can be one of a data source that an error costs.
func (r *reader) ofFailed(t *templateDraft, name string) bool {
	return slices.ContainsFunc(t.DataSources, func(s *DataSource) bool {
		return r.failed[s] && strings.HasPrefix(name, s.ID+"_")
	})
}
