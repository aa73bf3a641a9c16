package configs

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ids lists the devices of an inventory.
func ids(inv *Inventory) []string {
	var out []string
	for _, d := range inv.Devices {
		out = append(out, d.ID)
	}
	return out
}

// TestPaths: what a path may be, and which files it stands for.
func TestPaths(t *testing.T) {
	device := func(id string) string { return "devices: {" + id + ": {device_class: /}}\n" }
	pack := "name: ZenPacks.example.Shop\ndevice_classes: {/Shop: {}}\n"
	root := writeTree(t, map[string]string{
		"b.yaml": device("b"), "a.yml": device("a"), "notes.txt": ": no YAML", ".hidden.yaml": ": no YAML", "below/c.yaml": device("c"),
		"ZenPacks.example.Shop/zenpack.yaml":                            pack,
		"ZenPacks.example.Shop/classes.yaml":                            "device_classes: {/Shop/Corner: {}}\n",
		"tree/ZenPacks.example.Tree/ZenPacks/example/Tree/zenpack.yaml": "device_classes: {/Tree: {}}\n",
		"checkout/ZenPacks/example/deep/Oak/zenpack.yaml":               "device_classes: {/Oak: {}}\n",
		"uses/inventory.yaml": "zenpacks: [../ZenPacks.example.Shop, ../tree/ZenPacks.example.Tree, ../checkout, ../ZenPacks.example.Shop]\n" +
			"devices: {s: {device_class: /Shop/Corner}, t: {device_class: /Tree}, o: {device_class: /Oak}}\n",
	})
	tests := []struct {
		name           string
		paths, devices []string
		packs, files   []string
	}{
		{"a folder", []string{"."}, []string{"a", "b"}, nil, []string{"a.yml", "b.yaml"}},
		{"a file", []string{"b.yaml"}, []string{"b"}, nil, []string{"b.yaml"}},
		{"several", []string{"below", "a.yml"}, []string{"a", "c"}, nil, []string{"below/c.yaml", "a.yml"}},
		{"a file twice", []string{"a.yml", "."}, []string{"a", "b"}, nil, []string{"a.yml", "b.yaml"}},
		{"a pack's folder", []string{"ZenPacks.example.Shop"}, nil, []string{"ZenPacks.example.Shop"}, []string{"ZenPacks.example.Shop/classes.yaml", "ZenPacks.example.Shop/zenpack.yaml"}},
		{"a zenpack.yaml", []string{"ZenPacks.example.Shop/zenpack.yaml"}, nil, []string{"ZenPacks.example.Shop"}, []string{"ZenPacks.example.Shop/classes.yaml", "ZenPacks.example.Shop/zenpack.yaml"}},
		{"packs of an inventory", []string{"uses"}, []string{"o", "s", "t"},
			[]string{"ZenPacks.example.Shop", "ZenPacks.example.Tree", "ZenPacks.example.deep.Oak"},
			[]string{
				"uses/inventory.yaml", "ZenPacks.example.Shop/classes.yaml", "ZenPacks.example.Shop/zenpack.yaml",
				"tree/ZenPacks.example.Tree/ZenPacks/example/Tree/zenpack.yaml", "checkout/ZenPacks/example/deep/Oak/zenpack.yaml",
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var paths []string
			for _, p := range tt.paths {
				paths = append(paths, filepath.Join(root, p))
			}
			inv, err := Load(t.Context(), paths, LoadOptions{Types: testTypes()})
			if err != nil {
				t.Fatal(err)
			}
			wantNoProblems(t, inv)
			var packs, files []string
			for _, p := range inv.Packs {
				packs = append(packs, p.Name)
				if !filepath.IsAbs(p.Path) {
					t.Errorf("pack %s at %s, want an absolute path", p.Name, p.Path)
				}
			}
			for _, f := range inv.Files {
				files = append(files, strings.TrimPrefix(f, root+"/"))
			}
			if diff := cmp.Diff([][]string{tt.devices, tt.packs, tt.files}, [][]string{ids(inv), packs, files}); diff != "" {
				t.Errorf("devices, packs and files (-want +got):\n%s", diff)
			}
		})
	}
}

// TestUnreadablePaths: what cannot be read is a problem of that path, and the rest goes on.
func TestUnreadablePaths(t *testing.T) {
	root := writeTree(t, map[string]string{
		"good.yaml":      "devices: {web01: {device_class: /}}\nzenpacks: [lost, " + strings.Repeat("x", 300) + "]\n",
		"bad.yaml":       "devices: [\n",
		"dir.yaml/x.txt": "a folder with a file's name",
	})
	inv, err := Load(t.Context(), []string{filepath.Join(root, "lost"), root, os.DevNull}, LoadOptions{Types: testTypes()})
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(inv); !slices.Equal(got, []string{"web01"}) {
		t.Errorf("devices %q, want the good file's", got)
	}
	var got []string
	for _, p := range inv.Problems {
		if p.Severity == ProblemError && strings.HasPrefix(p.Unit, "file ") {
			got = append(got, strings.TrimPrefix(p.Path, root+"/"))
		}
	}
	slices.Sort(got)
	want := []string{os.DevNull, "bad.yaml", "dir.yaml", "good.yaml", "good.yaml", "lost"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths with a problem that costs them (-want +got):\n%s", diff)
	}
}

// TestOursOverPacks: a template and a default of ours take the place of a pack's, whichever file comes first.
func TestOursOverPacks(t *testing.T) {
	root := writeTree(t, map[string]string{
		"a.yaml": "zProperties: {zShopPort: 2}\ndevice_classes: {/Shop: {zProperties: {zShopOpen: false}, templates: {Shop: {description: ours}}}}\n" +
			"devices: {s: {device_class: /Shop, templates: [Shop, Till]}}\n",
		"b.yaml": "zenpacks: [pack]\n",
		"pack/zenpack.yaml": "zProperties: {zShopPort: {default: 1, label: port}, zShopOpen: true}\n" +
			"device_classes: {/Shop: {zProperties: {zShopOpen: true, zShopPort: 7}, templates: {Shop: {description: theirs}, Till: {}}}}\n",
	})
	inv := loadPath(t, root)
	wantNoProblems(t, inv)
	if got := template(t, inv, "/Shop", "Shop").Description; got != "ours" {
		t.Errorf("template %q, want ours", got)
	}
	template(t, inv, "/Shop", "Till")
	if got, want := inv.ZProperties["zShopPort"], (ZProperty{Name: "zShopPort", Type: ZInt, Default: 2, Label: "port"}); !cmp.Equal(got, want) {
		t.Errorf("definition %+v, want %+v", got, want)
	}
	if diff := cmp.Diff(map[string]any{"zShopOpen": false, "zShopPort": 7}, inv.DeviceClasses["/Shop"].ZProperties); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

// TestSameDeviceTwice: the first of two equal ids is kept, within a file and across files.
func TestSameDeviceTwice(t *testing.T) {
	root := writeTree(t, map[string]string{
		"a.yaml": "devices:\n  web01: {device_class: /, title: first}\n  web01: {device_class: /, title: second}\n",
		"b.yaml": "devices: {web01: {device_class: /, title: third}}\n",
	})
	inv := loadPath(t, root)
	if len(inv.Devices) != 1 || inv.Devices[0].Title != "first" {
		t.Errorf("want the first device alone, got %v", inv.Devices)
	}
	var got []string
	for _, p := range inv.Problems {
		got = append(got, strings.ReplaceAll(p.String()+" ["+p.Unit+"]", root+"/", ""))
	}
	want := []string{
		`a.yaml:3:3: error: "web01" is given twice, first in line 2 [device web01]`,
		`b.yaml:1:11: error: device web01 is given twice, first at a.yaml:2:3 [device web01]`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestLoadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	root := writeTree(t, map[string]string{"a.yaml": "devices: {}\n"})
	if inv, err := Load(ctx, []string{root}, LoadOptions{}); !errors.Is(err, context.Canceled) || inv != nil {
		t.Errorf("Load gave %v, %v, want the context's error", inv, err)
	}
}
