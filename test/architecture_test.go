// Package test holds what can only be said of the whole: that the source tree
// keeps its own rules, and that the binary does what its documents promise.
package test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// layer says what the packages matching a pattern may import of this module.
// Patterns are Go's: "events" is that package alone, "events/..." also what is
// below it, "..." everything.
type layer struct {
	packages string
	mayUse   []string
}

// layers is the import rule of the house, the first match wins. What is missing
// from it has no place yet: a new top-level package is a decision to be made here.
var layers = []layer{
	{"events/...", []string{"events/..."}},
	{"maps/...", []string{"maps/..."}},
	// The contract alone, so that no data source type becomes part of it.
	{"datasource", []string{"events/...", "maps/..."}},
	{"datasource/...", []string{"datasource/...", "events/...", "maps/..."}},
	{"configs/...", []string{"configs/...", "datasource", "maps/..."}},
	{"hub/wire/...", []string{"hub/wire/...", "events/...", "maps/..."}},
	{"collector/...", []string{"collector/...", "configs/...", "datasource", "events/...", "maps/...", "hub/wire/..."}},
	{"hub/...", []string{"hub/...", "configs/...", "datasource", "events/...", "maps/..."}},
	{"cmd/...", []string{"cmd/...", "collector/...", "configs/...", "datasource/...", "events/...", "hub/...", "maps/..."}},
	// Programs that measure the whole may use the whole.
	{"test/...", []string{"..."}},
}

// importsOfTests is for test files outside cmd and test: a test may bring
// together what the code keeps apart, but not through the command line.
var importsOfTests = layer{"...", []string{
	"collector/...", "configs/...", "datasource/...", "events/...", "hub/...", "maps/...", "test/...",
}}

func TestImportsKeepTheLayers(t *testing.T) {
	for _, pkg := range sourceTree(t) {
		for _, file := range pkg.files {
			for _, complaint := range importComplaints(pkg.path, file.imports, file.isTest) {
				t.Errorf("%s: %s", file.path, complaint)
			}
		}
	}
}

// TestImportRulesCanFail runs the rule on packages that do not exist, so that a
// rule which forbids nothing is noticed.
func TestImportRulesCanFail(t *testing.T) {
	const notAllowed = "may not import "
	tests := []struct {
		name    string
		pkg     string
		imports []string
		isTest  bool
		want    []string
	}{
		{name: "libraries are no layer", pkg: "events", imports: []string{"time", "github.com/cespare/xxhash/v2"}},
		{name: "a like-named module is not ours", pkg: "events", imports: []string{modulePath + "-contrib/maps"}},
		{name: "events use nothing", pkg: "events", imports: ours("maps", "datasource"), want: []string{notAllowed + "maps", notAllowed + "datasource"}},
		{name: "below events neither", pkg: "events/rules", imports: ours("events", "maps"), want: []string{notAllowed + "maps"}},
		{name: "maps use nothing", pkg: "maps", imports: ours("events"), want: []string{notAllowed + "events"}},
		{name: "the contract", pkg: "datasource", imports: ours("events", "maps")},
		{name: "the contract knows no type", pkg: "datasource", imports: ours("datasource/http"), want: []string{notAllowed + "datasource/http"}},
		{name: "a type", pkg: "datasource/http", imports: ours("datasource", "events", "maps", "datasource/http/body")},
		{name: "a type knows no inventory, collector, hub", pkg: "datasource/python/host", imports: ours("configs", "collector", "hub", "hub/wire"), want: []string{notAllowed + "configs", notAllowed + "collector", notAllowed + "hub", notAllowed + "hub/wire"}},
		{name: "configs", pkg: "configs", imports: ours("datasource", "maps", "configs/tales")},
		{name: "configs see the contract, no type, no events", pkg: "configs", imports: ours("datasource/http", "events"), want: []string{notAllowed + "datasource/http", notAllowed + "events"}},
		{name: "wire", pkg: "hub/wire", imports: ours("events", "maps")},
		{name: "wire knows neither side", pkg: "hub/wire", imports: ours("hub", "collector", "datasource"), want: []string{notAllowed + "hub", notAllowed + "collector", notAllowed + "datasource"}},
		{name: "collector", pkg: "collector/spool", imports: ours("collector", "configs", "datasource", "events", "maps", "hub/wire")},
		{name: "collector and hub do not meet", pkg: "collector", imports: ours("hub", "hub/values"), want: []string{notAllowed + "hub", notAllowed + "hub/values"}},
		{name: "hub", pkg: "hub/values", imports: ours("hub", "hub/wire", "configs", "datasource", "events", "maps")},
		{name: "hub and collector do not meet", pkg: "hub", imports: ours("collector", "collector/spool"), want: []string{notAllowed + "collector", notAllowed + "collector/spool"}},
		{name: "cmd joins them", pkg: "cmd", imports: ours("collector", "hub", "datasource/http", "configs", "events", "maps")},
		{name: "nobody uses cmd", pkg: "collector", imports: ours("cmd", "cmd/zenpython"), want: []string{notAllowed + "cmd", notAllowed + "cmd/zenpython"}},
		{name: "the binary uses no test code", pkg: "cmd", imports: ours("test/soak"), want: []string{notAllowed + "test/soak"}},
		{name: "a test joins what code keeps apart", pkg: "collector", imports: ours("hub", "datasource/http"), isTest: true},
		{name: "a test does not use cmd", pkg: "collector", imports: ours("cmd"), isTest: true, want: []string{"its tests may not import cmd"}},
		{name: "tests of cmd do", pkg: "cmd/zenpython", imports: ours("cmd"), isTest: true},
		{name: "tests of the whole do", pkg: "test/compat", imports: ours("cmd", "hub"), isTest: true},
		{name: "a new package needs a rule", pkg: "alerting", imports: ours("events"), want: []string{"package alerting has no import rule: give it one in test/architecture_test.go"}},
		{name: "a like-named package is another", pkg: "eventstore", imports: nil, want: []string{"package eventstore has no import rule: give it one in test/architecture_test.go"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := importComplaints(tt.pkg, tt.imports, tt.isTest)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("importComplaints (-want +got):\n%s", diff)
			}
		})
	}
}

// importComplaints says what is wrong with the imports (full paths) of a file of
// the package pkg (relative to the module).
func importComplaints(pkg string, imports []string, isTest bool) []string {
	i := slices.IndexFunc(layers, func(l layer) bool { return matches(l.packages, pkg) })
	if i < 0 {
		return []string{"package " + pkg + " has no import rule: give it one in test/architecture_test.go"}
	}
	rule, whose := layers[i], ""
	if isTest && !matches("cmd/...", pkg) && !matches("test/...", pkg) {
		rule, whose = importsOfTests, "its tests "
	}
	var complaints []string
	for _, path := range imports {
		imported, isOurs := strings.CutPrefix(path, modulePath+"/")
		if isOurs && !rule.allows(imported) {
			complaints = append(complaints, whose+"may not import "+imported)
		}
	}
	return complaints
}

func (l layer) allows(pkg string) bool {
	return slices.ContainsFunc(l.mayUse, func(pattern string) bool { return matches(pattern, pkg) })
}

// matches tells whether a pattern of package paths covers pkg.
func matches(pattern, pkg string) bool {
	if pattern == "..." {
		return true
	}
	root, isTree := strings.CutSuffix(pattern, "/...")
	return pkg == root || isTree && strings.HasPrefix(pkg, root+"/")
}

// ours gives the full import paths of packages of this module.
func ours(packages ...string) []string {
	paths := make([]string, len(packages))
	for i, pkg := range packages {
		paths[i] = modulePath + "/" + pkg
	}
	return paths
}
