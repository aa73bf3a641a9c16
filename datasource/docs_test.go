package datasource_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"

	_ "github.com/zenpython/zenpython/datasource/host"
	_ "github.com/zenpython/zenpython/datasource/http"
	_ "github.com/zenpython/zenpython/datasource/prometheus"
)

var update = flag.Bool("update", false, "write the tables in docs/datasources anew")

const docsFolder = "../docs/datasources"

// documented are the types that have a page, by the page's name.
var documented = map[string]string{"host.md": "Host", "http.md": "HTTP", "prometheus.md": "Prometheus"}

// generated finds what stands between a page's marks: <!-- table: parameters --> … <!-- end -->.
var generated = regexp.MustCompile(`(?s)(<!-- table: ([a-z ]+) -->\n).*?(<!-- end -->)`)

// TestPagesHoldTheTypesTables compares the tables of each page with what the type's tags say.
func TestPagesHoldTheTypesTables(t *testing.T) {
	for page, name := range documented {
		t.Run(page, func(t *testing.T) {
			typ := datasource.Lookup(name)
			tables := map[string]string{"parameters": fieldTable(typ.Params), "datapoints": pointTable(typ.Points)}
			if typ.PointParams != nil {
				tables["datapoint properties"] = fieldTable(typ.PointParams)
			}
			path := filepath.Join(docsFolder, page)
			text := read(t, path)
			found := map[string]bool{}
			want := generated.ReplaceAllStringFunc(text, func(block string) string {
				parts := generated.FindStringSubmatch(block)
				found[parts[2]] = true
				return parts[1] + tables[parts[2]] + parts[3]
			})
			if len(found) != len(tables) {
				t.Errorf("%s has the tables %v, want %d", path, found, len(tables))
			}
			if want == text {
				return
			}
			if !*update {
				t.Fatalf("%s is out of date: run go test ./datasource -update", path)
			}
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func fieldTable(params func() any) string {
	var b strings.Builder
	b.WriteString("| Name | Holds | Default | Meaning |\n| --- | --- | --- | --- |\n")
	for _, f := range datasource.Fields(params()) {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, holds(&f), defaultText(&f), cell(f.Doc))
	}
	return b.String()
}

func holds(f *datasource.Field) string {
	text := string(f.Kind)
	switch {
	case f.Enum != nil:
		text = "one of " + strings.Join(f.Enum, ", ")
	case f.Min != nil && f.Max != nil:
		text += fmt.Sprintf(", %v to %v", plain(*f.Min), plain(*f.Max))
	}
	if f.Secret {
		text += ", secret"
	}
	return text
}

func plain(n float64) string {
	if n == float64(int64(n)) {
		return strconv.FormatInt(int64(n), 10)
	}
	return fmt.Sprint(n)
}

func defaultText(f *datasource.Field) string {
	switch d := f.Default.(type) {
	case nil:
		if f.Required {
			return "required"
		}
		return ""
	case []string:
		return "`" + strings.Join(d, "`, `") + "`"
	default:
		return "`" + cell(fmt.Sprint(d)) + "`"
	}
}

func pointTable(points []datasource.PointDoc) string {
	var b strings.Builder
	b.WriteString("| Name | Type | Meaning |\n| --- | --- | --- |\n")
	for _, p := range points {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", p.Name, p.Type, cell(p.Doc))
	}
	return b.String()
}

// cell keeps a text from ending its table's cell.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// yamlBlock finds the inventories that a page shows.
var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// TestPagesShowInventoriesThatWork loads and builds every inventory on the pages: what a reader copies is collected.
func TestPagesShowInventoriesThatWork(t *testing.T) {
	for page, name := range documented {
		blocks := yamlBlock.FindAllStringSubmatch(read(t, filepath.Join(docsFolder, page)), -1)
		if len(blocks) == 0 {
			t.Errorf("%s shows no inventory", page)
		}
		for i, block := range blocks {
			t.Run(fmt.Sprintf("%s/%d", page, i+1), func(t *testing.T) { wantTasks(t, block[1], name) })
		}
	}
}

func wantTasks(t *testing.T, inventory, typeName string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inventory.yaml")
	if err := os.WriteFile(path, []byte(inventory), 0o600); err != nil {
		t.Fatal(err)
	}
	inv, err := configs.Load(t.Context(), []string{path}, configs.LoadOptions{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	model := maps.NewMemory()
	if err := configs.Seed(inv, model); err != nil {
		t.Fatal(err)
	}
	set, err := configs.Build(t.Context(), inv, model, datasource.GoBuilder{}, configs.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range set.Problems {
		t.Error(p)
	}
	if len(set.Tasks) == 0 {
		t.Error("nothing is collected")
	}
	for _, task := range set.Tasks {
		if task.Type() != typeName {
			t.Errorf("task %s is of type %s", task.Name(), task.Type())
			continue
		}
		plugin, err := datasource.Lookup(typeName).New(task.Config, nil)
		if err != nil {
			t.Errorf("task %s: %v", task.Name(), err)
			continue
		}
		if err := plugin.Cleanup(t.Context(), task.Config); err != nil {
			t.Error(err)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
