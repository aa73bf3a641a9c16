package test

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	modulePath = "github.com/zenpython/zenpython"
	// maxFileLines is where a file has more than one subject.
	maxFileLines = 450
)

// shapelessNames say nothing about what a package is for, so that everything
// would find its way in.
var shapelessNames = []string{"util", "utils", "common", "helper", "helpers", "misc"}

// goPackage is a folder of Go source; path is relative to the module root.
type goPackage struct {
	path  string
	files []goFile
}

// goFile is what the rules ask of a source file. Build constraints do not hide
// it from them.
type goFile struct {
	path      string
	pkgName   string
	isTest    bool
	hasPkgDoc bool
	lines     int
	imports   []string
}

func TestSourceKeepsTheHouseRules(t *testing.T) {
	for _, pkg := range sourceTree(t) {
		for _, complaint := range sourceComplaints(pkg) {
			t.Error(complaint)
		}
	}
}

func TestHouseRulesCanFail(t *testing.T) {
	good := goFile{path: "spool/spool.go", pkgName: "spool", hasPkgDoc: true, lines: maxFileLines}
	tests := []struct {
		name string
		pkg  goPackage
		want string // part of the one complaint, empty for none
	}{
		{"good", goPackage{"spool", []goFile{good}}, ""},
		{"comment in one file of two", goPackage{"spool", []goFile{good, {pkgName: "spool"}}}, ""},
		{"tests alone need no comment", goPackage{"test", []goFile{{pkgName: "test", isTest: true}}}, ""},
		{"tests may be long", goPackage{"spool", []goFile{good, {pkgName: "spool", isTest: true, lines: 2 * maxFileLines}}}, ""},
		{"too long", goPackage{"spool", []goFile{good, {path: "spool/segment.go", pkgName: "spool", lines: maxFileLines + 1}}}, "spool/segment.go has 451 lines"},
		{"no comment", goPackage{"spool", []goFile{{pkgName: "spool"}}}, "spool has no package comment"},
		{"comment in a test alone", goPackage{"spool", []goFile{{pkgName: "spool"}, {pkgName: "spool", isTest: true, hasPkgDoc: true}}}, "spool has no package comment"},
		{"shapeless folder", goPackage{"collector/util", []goFile{good}}, `"util" says nothing`},
		{"shapeless parent", goPackage{"common/spool", []goFile{good}}, `"common" says nothing`},
		{"shapeless package name", goPackage{"collector/x", []goFile{{pkgName: "helpers", hasPkgDoc: true}}}, `"helpers" says nothing`},
		{"shapeless test package", goPackage{"collector/x", []goFile{good, {pkgName: "util_test", isTest: true}}}, `"util" says nothing`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := sourceComplaints(tt.pkg)
			switch {
			case tt.want == "" && len(got) > 0:
				t.Errorf("complaints about a good package: %q", got)
			case tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)):
				t.Errorf("complaints %q, want one with %q", got, tt.want)
			}
		})
	}
}

// sourceComplaints says which rules of the house a package breaks.
func sourceComplaints(pkg goPackage) []string {
	var complaints []string
	names := strings.Split(pkg.path, "/")
	hasCode, hasDoc := false, false
	for _, file := range pkg.files {
		names = append(names, strings.TrimSuffix(file.pkgName, "_test"))
		if file.isTest {
			continue
		}
		hasCode = true
		hasDoc = hasDoc || file.hasPkgDoc
		if file.lines > maxFileLines {
			complaints = append(complaints, fmt.Sprintf("%s has %d lines, more than %d: give its second subject a file", file.path, file.lines, maxFileLines))
		}
	}
	if hasCode && !hasDoc {
		complaints = append(complaints, fmt.Sprintf("%s has no package comment", pkg.path))
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if slices.Contains(shapelessNames, name) {
			complaints = append(complaints, fmt.Sprintf("%s: the name %q says nothing about what is in it", pkg.path, name))
		}
	}
	return complaints
}

// sourceTree reads all packages of the module, by path. Folders that the go
// command passes over, and modules of their own, are not of it.
func sourceTree(t *testing.T) []goPackage {
	t.Helper()
	root := ".."
	packages := map[string]goPackage{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipForeign(rel, name, entry)
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		file, err := readGoFile(name, filepath.ToSlash(rel))
		if err != nil {
			return err
		}
		folder := path.Dir(file.path)
		packages[folder] = goPackage{folder, append(packages[folder].files, file)}
		return nil
	})
	if err != nil {
		t.Fatalf("reading the source tree: %v", err)
	}
	// A walk that starts in the wrong place would find every rule kept.
	for _, landmark := range []string{"datasource", "events", "maps", "test"} {
		if _, found := packages[landmark]; !found {
			t.Fatalf("reading the source tree: no package %s below %s", landmark, root)
		}
	}
	return slices.SortedFunc(maps.Values(packages), func(a, b goPackage) int { return strings.Compare(a.path, b.path) })
}

// skipForeign gives filepath.SkipDir for a folder that is no part of the module.
func skipForeign(rel, name string, entry fs.DirEntry) error {
	if rel == "." {
		return nil
	}
	base := entry.Name()
	if base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
		return filepath.SkipDir
	}
	return nil
}

// readGoFile parses a file's head: package comment, package clause, imports.
func readGoFile(name, rel string) (goFile, error) {
	source, err := os.ReadFile(name)
	if err != nil {
		return goFile{}, err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), rel, source, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return goFile{}, err
	}
	file := goFile{
		path:      rel,
		pkgName:   parsed.Name.Name,
		isTest:    strings.HasSuffix(rel, "_test.go"),
		hasPkgDoc: parsed.Doc != nil,
		lines:     bytes.Count(source, []byte("\n")),
	}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return goFile{}, fmt.Errorf("%s: import %s: %w", rel, spec.Path.Value, err)
		}
		file.imports = append(file.imports, imported)
	}
	return file, nil
}
