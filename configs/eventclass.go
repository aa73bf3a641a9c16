package configs

import (
	yaml "go.yaml.in/yaml/v3"
)

// eventMapping is one mapping of an event class, kept as the file gives it.
type eventMapping map[string]any

func eventClassTable(w *vocabulary) *table[EventClass] {
	return newTable("eventClass", append([]field[EventClass]{
		{keyInfo{name: "mappings", doc: "Mappings of events to the class, by name.", shape: mapOf(w.mapping)},
			func(r *reader, c *EventClass, n *yaml.Node) { r.readMappings(c, n) }},
	}, ignoredFields[EventClass]("path", "description", "zProperties", "create", "remove", "reset", "transform")...)...)
}

func eventMappingTable() *table[eventMapping] {
	var fields []field[eventMapping]
	for _, key := range []keyInfo{
		{name: "eventClassKey", doc: "Key of the events that it is for.", shape: textShape},
		{name: "sequence", doc: "Order among mappings of the same key.", shape: integerShape},
		{name: "rule", doc: "Python expression over evt that must hold.", shape: textShape},
		{name: "regex", doc: "Regular expression that the message must match.", shape: textShape},
		{name: "transform", doc: "Python code that changes the event.", shape: textShape},
		{name: "example", doc: "A message it is for.", shape: textShape},
		{name: "explanation", doc: "What the event means.", shape: textShape},
		{name: "resolution", doc: "What to do about it.", shape: textShape},
		{name: "zProperties", doc: "Values of zProperties for its events.", shape: anyMapShape},
		{name: "remove", doc: "Whether it goes when the pack goes.", shape: boolShape},
	} {
		fields = append(fields, field[eventMapping]{key, func(r *reader, m *eventMapping, n *yaml.Node) {
			(*m)[key.name] = r.plain(n)
		}})
	}
	return newTable("eventMapping", fields...)
}

// readEventClasses reads event_classes:. A class given in several files has the mappings of all.
func (r *reader) readEventClasses(n *yaml.Node) {
	unit := func(path string) string { return "event class " + path }
	for _, e := range r.section(n, "", unit) {
		in := r.within(scope{unit: unit(e.name())})
		path, ok := classPath(e.name())
		if !ok {
			in.problem(e.key, "%q is no path of an event class: want one such as /Status/Web", e.name())
			continue
		}
		class := r.inventory.EventClasses[path]
		if class == nil {
			class = &EventClass{Path: path, Mappings: map[string]map[string]any{}, Position: r.position(e.key)}
			r.inventory.EventClasses[path] = class
		}
		r.words.eventClass.read(in, e.value, class)
	}
}

func (r *reader) readMappings(c *EventClass, n *yaml.Node) {
	for _, e := range r.section(n, "", nil) {
		mapping := eventMapping{}
		r.words.mapping.read(r, e.value, &mapping)
		c.Mappings[e.name()] = mapping
	}
}
