package test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const dependenciesDoc = "docs/dependencies.md"

// TestDependenciesAreDocumented holds docs/dependencies.md to the modules that
// the source imports, in both directions. go.mod's "indirect" marks are not
// asked: they are only right after a tidy.
func TestDependenciesAreDocumented(t *testing.T) {
	required := requiredModules(readFile(t, "../go.mod"))
	used := map[string]bool{}
	for _, pkg := range sourceTree(t) {
		for _, file := range pkg.files {
			for _, imported := range file.imports {
				if module := owningModule(imported, required); module != "" {
					used[module] = true
				}
			}
		}
	}
	documented := documentedModules(readFile(t, "../"+dependenciesDoc))
	for _, complaint := range dependencyComplaints(slices.Sorted(maps.Keys(used)), documented) {
		t.Error(complaint)
	}
}

func TestDependencyRulesCanFail(t *testing.T) {
	used := []string{"example.org/a", "example.org/b/v2"}
	documented := []documentedModule{{"example.org/b/v2", ""}, {"example.org/c", "gone"}, {"example.org/c", "twice"}}
	want := []string{
		"example.org/a is imported and has no line in docs/dependencies.md",
		"example.org/b/v2 has no reason in docs/dependencies.md",
		"example.org/c has more than one line in docs/dependencies.md",
		"example.org/c has a line in docs/dependencies.md and is not imported: remove the line",
	}
	if diff := cmp.Diff(want, dependencyComplaints(used, documented)); diff != "" {
		t.Errorf("dependencyComplaints (-want +got):\n%s", diff)
	}
}

func TestModulesAreRead(t *testing.T) {
	required := requiredModules(`module example.org/own

go 1.26.0

require example.org/single v1.0.0

require (
	example.org/a v1.2.3 // indirect
	example.org/a/nested v0.1.0
	// example.org/comment v1.0.0
)

replace example.org/a => ../a
`)
	if diff := cmp.Diff([]string{"example.org/single", "example.org/a", "example.org/a/nested"}, required); diff != "" {
		t.Errorf("requiredModules (-want +got):\n%s", diff)
	}
	for imported, want := range map[string]string{
		"example.org/a":            "example.org/a",
		"example.org/a/pkg":        "example.org/a",
		"example.org/a/nested/pkg": "example.org/a/nested",
		"example.org/ab":           "",
		"net/http":                 "",
	} {
		if got := owningModule(imported, required); got != want {
			t.Errorf("owningModule(%q) = %q, want %q", imported, got, want)
		}
	}
	documented := documentedModules("| Module | Why |\n| --- | --- |\n| `example.org/a` | because |\nprose on `example.org/b`\n| `make` | a word |\n")
	want := []documentedModule{{"example.org/a", "because"}}
	if diff := cmp.Diff(want, documented, cmp.AllowUnexported(documentedModule{})); diff != "" {
		t.Errorf("documentedModules (-want +got):\n%s", diff)
	}
}

// documentedModule is one row of the tables in docs/dependencies.md.
type documentedModule struct {
	path, reason string
}

// dependencyComplaints compares the modules in use (sorted) with the rows.
func dependencyComplaints(used []string, documented []documentedModule) []string {
	var complaints []string
	rows := map[string]int{}
	for _, module := range documented {
		rows[module.path]++
	}
	for _, path := range used {
		if rows[path] == 0 {
			complaints = append(complaints, fmt.Sprintf("%s is imported and has no line in %s", path, dependenciesDoc))
		}
	}
	for _, module := range documented {
		if module.reason == "" {
			complaints = append(complaints, fmt.Sprintf("%s has no reason in %s", module.path, dependenciesDoc))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(rows)) {
		if rows[path] > 1 {
			complaints = append(complaints, fmt.Sprintf("%s has more than one line in %s", path, dependenciesDoc))
		}
		if !slices.Contains(used, path) {
			complaints = append(complaints, fmt.Sprintf("%s has a line in %s and is not imported: remove the line", path, dependenciesDoc))
		}
	}
	return complaints
}

// requiredModules lists the module paths of go.mod's require directives.
func requiredModules(gomod string) []string {
	var modules []string
	inRequire := false
	for line := range strings.Lines(gomod) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || fields[0] == "//":
		case fields[0] == ")":
			inRequire = false
		case fields[0] == "require" && fields[1] == "(":
			inRequire = true
		case fields[0] == "require":
			modules = append(modules, fields[1])
		case inRequire:
			modules = append(modules, fields[0])
		}
	}
	return modules
}

// owningModule gives the longest of modules that holds the package, or "".
func owningModule(imported string, modules []string) string {
	owner := ""
	for _, module := range modules {
		if len(module) > len(owner) && matches(module+"/...", imported) {
			owner = module
		}
	}
	return owner
}

// moduleRow is a table row that begins with a module path in code quotes; its
// host name has a dot, a program's name in another table has none.
var moduleRow = regexp.MustCompile("(?m)^\\| `([^`/]+\\.[^`/]+/[^`]+)` \\|(.*)\\|\\s*$")

func documentedModules(markdown string) []documentedModule {
	var modules []documentedModule
	for _, row := range moduleRow.FindAllStringSubmatch(markdown, -1) {
		modules = append(modules, documentedModule{row[1], strings.TrimSpace(row[2])})
	}
	return modules
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
