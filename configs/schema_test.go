package configs_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	yaml "go.yaml.in/yaml/v3"

	"github.com/zenpython/zenpython/configs"
	_ "github.com/zenpython/zenpython/datasource/host"
	_ "github.com/zenpython/zenpython/datasource/http"
	_ "github.com/zenpython/zenpython/datasource/prometheus"
)

const (
	schemaPath = "../docs/inventory.schema.json"
	docPath    = "../docs/inventory.md"
)

// TestSchemaFile holds the schema in docs to the tables and the types that the binary links.
func TestSchemaFile(t *testing.T) {
	want, err := configs.Schema(nil)
	if err != nil {
		t.Fatal(err)
	}
	if update := flag.Lookup("update"); update.Value.String() == "true" { // the flag of the package's other tests
		if err := os.WriteFile(schemaPath, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not what the tables give; run go test ./configs -run TestSchemaFile -update (-want +got):\n%s", schemaPath, diff)
	}
}

// compiledSchema is the schema as an editor has it.
func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := configs.Schema(nil)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("inventory.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("inventory.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// validate says what the schema has against a YAML text.
func validate(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	var document any
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	return schema.Validate(document)
}

// docFiles are the YAML blocks of the page, by the file name in their first line.
func docFiles(t *testing.T) map[string]string {
	t.Helper()
	page, err := os.ReadFile(docPath)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)\n```\n").FindAllStringSubmatch(string(page), -1) {
		name, _, _ := strings.Cut(block[1], "\n")
		name, isNamed := strings.CutPrefix(name, "# ")
		if !isNamed || files[name] != "" {
			t.Errorf("a YAML block of %s must begin with a file name of its own, got %q", docPath, name)
		}
		files[name] = block[1] + "\n"
	}
	if len(files) < 5 {
		t.Fatalf("%s has %d YAML blocks", docPath, len(files))
	}
	return files
}

// TestDocExamples: each block of the page loads as it stands, without a word said, and fits the schema.
func TestDocExamples(t *testing.T) {
	schema := compiledSchema(t)
	files := docFiles(t)
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		inv, err := configs.Load(t.Context(), []string{filepath.Join(root, name)}, configs.LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range inv.Problems {
			t.Error(p)
		}
		if filepath.Base(name) == "zenpack.yaml" {
			continue
		}
		if err := validate(t, schema, text); err != nil {
			t.Errorf("%s against the schema: %v", name, err)
		}
	}
}

// TestSchemaRefuses: the mistakes that an editor is to underline, each also an error to Load.
func TestSchemaRefuses(t *testing.T) {
	schema := compiledSchema(t)
	head := "device_classes: {/A: {templates: {T: "
	tests := map[string]string{
		"unknown section":         "device: {}",
		"pack's section":          "author: me",
		"unknown key of a class":  "device_classes: {/A: {zProperty: {}}}",
		"unknown key in DEFAULTS": "devices: {DEFAULTS: {titel: x}, a: {device_class: /}}",
		"unknown key of a device": "devices: {a: {device_class: /, titel: x}}",
		"unknown key of a type":   head + "{datasources: {d: {type: HTTP, url: http://a/, ulr: x}}}}}}",
		"unknown key of a point":  head + "{datasources: {d: {type: HTTP, url: http://a/, datapoints: {time: {rrdtpe: GAUGE}}}}}}}}",
		"unknown key of Python":   head + "{datasources: {d: {type: Python, plugin_classname: a.B, parms: {}}}}}}}",
		"unknown type":            head + "{datasources: {d: {type: HTPP}}}}}}",
		"unknown threshold key":   head + "{thresholds: {h: {dsnames: [], max: 1}}}}}}",
		"severity":                head + "{thresholds: {h: {dsnames: [], severity: dire}}}}}}",
		"flag":                    head + "{thresholds: {h: {dsnames: [], enabled: maybe}}}}}}",
		"list for a mapping":      "devices: [a]",
		"mapping for a text":      "devices: {a: {device_class: {b: c}}}",
		"mapping for a list":      "devices: {a: {device_class: /, components: {sites: {id: x}}}}",
		"component without id":    "devices: {a: {device_class: /, components: {sites: [{title: x}]}}}",
		"type of a definition":    "zProperties: {zA: {type: integer}}",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			if err := validate(t, schema, text); err == nil {
				t.Error("the schema has nothing against it")
			}
			path := filepath.Join(t.TempDir(), "inventory.yaml")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			inv, err := configs.Load(t.Context(), []string{path}, configs.LoadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if len(inv.Problems) == 0 {
				t.Error("Load has nothing against it")
			}
		})
	}
}
