package configs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zenpython/zenpython/datasource"
)

// pageParams are the properties of the type that the tests know as HTTP.
type pageParams struct {
	URL     string            `json:"url" doc:"Address of the page." required:"true"`
	Method  string            `json:"method" doc:"How it is asked for." enum:"GET,HEAD"`
	Timeout float64           `json:"timeout" doc:"Seconds to wait." min:"0"`
	Token   datasource.Secret `json:"token" doc:"Who asks."`
	Headers map[string]string `json:"headers" doc:"What is sent along."`
}

// pointParams are the properties of its datapoints.
type pointParams struct {
	Pattern string `json:"pattern" doc:"What to find in the page."`
}

// pageType is a data source type such as the packages below datasource register.
func pageType() *datasource.Type {
	return &datasource.Type{
		Name:        "HTTP",
		Class:       "datasource/page.Type",
		Doc:         "A page.",
		Params:      func() any { return &pageParams{Method: "GET"} },
		PointParams: func() any { return &pointParams{} },
		Points:      []datasource.PointDoc{{Name: "time"}, {Name: "size"}, {Name: "status"}},
	}
}

func testTypes() []*datasource.Type { return []*datasource.Type{pageType()} }

// loadPath loads a file or folder with the tests' types.
func loadPath(t *testing.T, path string) *Inventory {
	t.Helper()
	inv, err := Load(t.Context(), []string{path}, LoadOptions{Types: testTypes()})
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

// loadText loads text as one of our own files.
func loadText(t *testing.T, text string) *Inventory {
	t.Helper()
	return loadAs(t, text, nil, LoadOptions{Types: testTypes()})
}

// loadPack loads text as the zenpack.yaml of a pack.
func loadPack(t *testing.T, text string) *Inventory {
	t.Helper()
	return loadAs(t, text, &Pack{Name: "ZenPacks.example.Shop"}, LoadOptions{Types: testTypes()})
}

func loadAs(t *testing.T, text string, pack *Pack, opts LoadOptions) *Inventory {
	t.Helper()
	l := newLoader(opts)
	l.spare = 1 << 18
	l.addFile("inventory.yaml", []byte(text), pack)
	if err := l.read(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l.finish()
}

// problems returns the problems as lines "line:col severity [unit] message (suggestion)".
func problems(inv *Inventory) []string {
	lines := make([]string, 0, len(inv.Problems))
	for _, p := range inv.Problems {
		line := strings.TrimPrefix(p.String(), p.Path+":")
		if p.Unit != "" {
			line += " [" + p.Unit + "]"
		}
		lines = append(lines, line)
	}
	return lines
}

// wantNoProblems fails the test when a good inventory is found fault with.
func wantNoProblems(t *testing.T, inv *Inventory) {
	t.Helper()
	for _, p := range inv.Problems {
		t.Error(p)
	}
}

// writeTree writes files, by path below a new folder, and returns the folder.
func writeTree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for path, text := range files {
		path = filepath.Join(root, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// template returns a template by class and name, and fails the test when it is not there.
func template(t *testing.T, inv *Inventory, class, name string) *Template {
	t.Helper()
	if c := inv.DeviceClasses[class]; c != nil && c.Templates[name] != nil {
		return c.Templates[name]
	}
	t.Fatalf("there is no template %s in %s; problems: %q", name, class, problems(inv))
	return nil
}

// source returns a data source of a template, and fails the test when it is not there.
func source(t *testing.T, template *Template, id string) *DataSource {
	t.Helper()
	i := slices.IndexFunc(template.DataSources, func(s *DataSource) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("template %s has no data source %s", template.Name, id)
	}
	return template.DataSources[i]
}

// text is a value as a message shows it.
func text(v any) string { return fmt.Sprint(v) }
