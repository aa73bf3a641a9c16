package configs

import (
	yaml "go.yaml.in/yaml/v3"

	"github.com/zenpython/zenpython/datasource"
)

// vocabulary is every table of keys that inventories and packs are read by, and the schema written from.
type vocabulary struct {
	types map[string]*datasource.Type

	inventory     *table[sections]
	pack          *table[sections]
	definition    *table[definition]
	deviceClass   *table[DeviceClass]
	template      *table[templateDraft]
	dataSource    *table[dataSourceDraft]
	dataPoint     *table[dataPointDraft]
	threshold     *table[thresholdDraft]
	class         *table[classDraft]
	classProperty *table[classProperty]
	eventClass    *table[EventClass]
	mapping       *table[eventMapping]
	device        *table[deviceDraft]
	component     *table[componentDraft]
}

// sections is what a whole file gives: everything goes to the loader.
type sections struct{}

func newVocabulary(types []*datasource.Type) *vocabulary {
	w := &vocabulary{types: map[string]*datasource.Type{}}
	for _, t := range types {
		w.types[t.Name] = t
	}
	w.definition = definitionTable()
	w.dataPoint = dataPointTable()
	w.dataSource = dataSourceTable(w)
	w.threshold = thresholdTable()
	w.template = templateTable(w)
	w.deviceClass = deviceClassTable(w)
	w.classProperty = classPropertyTable()
	w.class = classTable(w)
	w.mapping = eventMappingTable()
	w.eventClass = eventClassTable(w)
	w.component = componentTable()
	w.device = deviceTable(w)
	common := commonSections(w)
	w.pack = newTable("pack", append(common, packOnlySections()...)...)
	w.inventory = newTable("inventory", append(common, ownSections(w)...)...)
	return w
}

// commonSections are the top-level keys of our own files and of packs alike.
func commonSections(w *vocabulary) []field[sections] {
	section := func(name, doc string, s *shape, read func(r *reader, n *yaml.Node)) field[sections] {
		return field[sections]{keyInfo{name: name, doc: doc, shape: s}, func(r *reader, _ *sections, n *yaml.Node) { read(r, n) }}
	}
	return append([]field[sections]{
		section("zProperties", "Definitions of zProperties, by name; a single value is short for {default: value}.",
			&shape{kind: kindMap, of: &shape{kind: kindObject, object: w.definition, short: anyShape}}, (*reader).readDefinitions),
		section("device_classes", "Device classes by path, with zProperties and templates.", mapOf(w.deviceClass), (*reader).readDeviceClasses),
		section("classes", "Classes of components (and devices) by name.", mapOf(w.class), (*reader).readClasses),
		section("event_classes", "Event classes by path, with mappings.", mapOf(w.eventClass), (*reader).readEventClasses),
	}, ignoredFields[sections]("class_relationships", "process_class_organizers", "link_providers")...)
}

// ownSections are the top-level keys that only our own files have.
func ownSections(w *vocabulary) []field[sections] {
	return []field[sections]{
		{keyInfo{name: "zenpacks", doc: "Folders of ZenPacks to read, relative to this file.", shape: textsShape},
			func(*reader, *sections, *yaml.Node) {}}, // read before anything else, by findPacks
		{keyInfo{name: "devices", doc: "Devices by id.", shape: mapOf(w.device)},
			func(r *reader, _ *sections, n *yaml.Node) { r.sections = append(r.sections, deviceSection{r, n}) }},
	}
}

// packOnlySections are the further top-level keys of a zenpack.yaml.
func packOnlySections() []field[sections] {
	name := field[sections]{keyInfo{name: "name", doc: "The ZenPack's name.", shape: textShape}, func(r *reader, _ *sections, n *yaml.Node) {
		if text, ok := r.text(n); ok && text != "" {
			r.file.pack.Name = text
		}
	}}
	return append(ignoredFields[sections]("version", "author", "license", "organization", "compatZenossVers", "prevZenPackName",
		"install_requires", "id", "options"), name)
}
