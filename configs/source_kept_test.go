package configs

import (
	"bytes"
	"io/fs"
	gomaps "maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLastGoodVersions breaks one unit after the other. The set stays what it was, also for a process that starts
// with the broken files, and is told of.
func TestLastGoodVersions(t *testing.T) {
	tests := []struct {
		name, file string
		broken     string
		problem    string // the unit
	}{
		{"file of a device", "a.yaml", "devices: {a: [\n", "file "},
		{"file of the classes", "classes.yaml", ": {\n", "file "},
		{"device", "a.yaml", "devices: {a: {device_class: /Server, rak: 1, attributes: {rack: r5}}}\n", "device a"},
		{"device of an unknown class", "a.yaml", "devices: {a: {device_class: /Serve, attributes: {rack: r5}}}\n", "device a"},
		{"data source", "classes.yaml", strings.Replace(shop["classes.yaml"], `page: {type: HTTP,`, `page: {type: HTTP, tpye: x,`, 1), "data source Web/page"},
		{"data source when built", "classes.yaml", strings.Replace(shop["classes.yaml"], `here/rack`, `here/wrack`, 1), "data source Web/page of device a and others"},
		{"cycle time when built", "classes.yaml", strings.Replace(shop["classes.yaml"], `cycletime: 60, url: "http://${here/rack}/"`, `cycletime: "${here/rack}", url: "http://${here/rack}/"`, 1), "data source Web/page of device a and others"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.broken == shop[test.file] {
				t.Fatal("the test breaks nothing")
			}
			s := newSite(t, shop, nil)
			good := s.load()
			check := func(set *Set) {
				t.Helper()
				diff(t, shopURLs, urls(set))
				if d := Diff(good, set); !d.Empty() {
					t.Errorf("differences %+v", d)
				}
				told := false
				for _, p := range set.Problems {
					told = told || p.Severity == ProblemError && strings.HasPrefix(p.Unit, test.problem)
				}
				if !told {
					t.Errorf("problems %q, want one of %q", problemTexts(set), test.problem)
				}
			}
			s.write(test.file, test.broken)
			check(s.reloaded())
			check(s.reloaded())
			s.restart()
			check(s.load())
			s.restart() // the kept versions outlive more than one restart
			check(s.load())

			s.write(test.file, shop[test.file])
			set := s.reloaded()
			if len(set.Problems) > 0 {
				t.Errorf("problems stay: %q", problemTexts(set))
			}
			diff(t, shopURLs, urls(set))
		})
	}
}

// TestModelThatCannotBeBuilt: what maps make unusable stays as it last was, not as it was loaded.
func TestModelThatCannotBeBuilt(t *testing.T) {
	files := gomaps.Clone(shop)
	files["classes.yaml"] = strings.Replace(files["classes.yaml"], `page: {type: HTTP, cycletime: 60,`, `page: {type: HTTP, cycletime: "${here/rack}",`, 1)
	files["a.yaml"], files["b.yaml"] = strings.Replace(files["a.yaml"], "r1", "60", 1), strings.Replace(files["b.yaml"], "r2", "60", 1)
	s := newSite(t, files, nil)
	s.load()
	for _, step := range []struct{ rack, want string }{{"120", "120"}, {"often", "120"}, {"never", "120"}, {"30", "30"}} {
		s.setRack("a", step.rack)
		set, err := s.Refresh(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		diff(t, []string{"a 60 Web other datasource/http.HTTP", "a " + step.want + " Web page datasource/http.HTTP"}, sortedNames(set)[:2])
		if failed := len(set.Problems) > 0; failed != (step.rack != step.want) {
			t.Errorf("with %s the problems are %q", step.rack, problemTexts(set))
		}
	}
}

func sortedNames(set *Set) []string {
	out := []string{}
	for _, task := range set.Tasks {
		out = append(out, task.Name())
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(a[:1]+afterWeb(a), b[:1]+afterWeb(b)) })
	return out
}

func afterWeb(name string) string {
	_, after, _ := strings.Cut(name, "Web")
	return after
}

// TestGoodPartsOfABadChange: what is good in a change that is bad elsewhere is taken.
func TestGoodPartsOfABadChange(t *testing.T) {
	s := newSite(t, shop, nil)
	s.load()
	s.write("a.yaml", "devices: {a: [\n")
	s.write("b.yaml", "devices: {b: {device_class: /Server, attributes: {rack: r7}}, c: {device_class: /Server, attributes: {rack: r8}}}\n")
	diff(t, []string{"a other: b/", "a page: r1/", "b other: b/", "b page: r7/", "c other: b/", "c page: r8/"}, urls(s.reloaded()))
}

// TestPackOfABrokenFile: a pack that only a broken file names stays.
func TestPackOfABrokenFile(t *testing.T) {
	files := map[string]string{
		"inventory/own.yaml":              "zenpacks: [../packs/ZenPacks.a.B]\n",
		"inventory/dev.yaml":              "devices: {a: {device_class: /Server}}\n",
		"packs/ZenPacks.a.B/zenpack.yaml": "name: ZenPacks.a.B\n" + strings.Replace(strings.Replace(shop["classes.yaml"], "${here/rack}", "p", 1), "zProperties: {zShopPassword: {type: password, default: hunter2}}\n", "", 1),
	}
	s := newSite(t, files, nil)
	s.opts.Paths = []string{filepath.Join(s.folder, "inventory")}
	s.restart()
	want := []string{"a other: b/", "a page: p/"}
	diff(t, want, urls(s.load()))
	s.write("inventory/own.yaml", "zenpacks: [\n")
	diff(t, want, urls(s.reloaded()))
	s.restart()
	diff(t, want, urls(s.load()))
}

func TestKeptVersionsAreSealed(t *testing.T) {
	s := newSite(t, shop, nil)
	s.load()
	s.write("a.yaml", "devices: {a: [\n")
	s.reloaded()
	err := filepath.WalkDir(s.opts.StateDir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", e.Name(), info.Mode().Perm())
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), "hunter2") || strings.Contains(string(data), "zShopPassword") {
			t.Errorf("%s can be read by anybody", e.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(s.log.String(), "hunter2") {
		t.Error("the log has the password")
	}
}

// TestDamagedKeptVersions: what cannot be read counts as absent, and is said.
func TestDamagedKeptVersions(t *testing.T) {
	for name, damage := range map[string]func(path string, data []byte) error{
		"bytes":     func(path string, data []byte) error { data[len(data)-1] ^= 1; return os.WriteFile(path, data, 0o600) },
		"truncated": func(path string, data []byte) error { return os.WriteFile(path, data[:30], 0o600) },
		"empty":     func(path string, _ []byte) error { return os.WriteFile(path, nil, 0o600) },
		"key is bad": func(path string, _ []byte) error {
			return os.WriteFile(filepath.Join(filepath.Dir(path), stateKeyName), []byte("x"), 0o600)
		},
		"no key": func(path string, _ []byte) error { return os.Remove(filepath.Join(filepath.Dir(path), stateKeyName)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, shop, nil)
			s.load()
			path := filepath.Join(s.opts.StateDir, stateName)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(path, data); err != nil {
				t.Fatal(err)
			}
			s.restart()
			diff(t, shopURLs, urls(s.load()))
			if !strings.Contains(s.log.String(), "cannot be used") {
				t.Errorf("the log says nothing: %s", s.log)
			}
			s.write("a.yaml", "devices: {a: [\n")
			s.restart() // kept anew by the load before
			diff(t, shopURLs, urls(s.load()))
		})
	}
}

// TestKeptInventoryIsWhole: an inventory with everything that files can hold builds the same after it was kept.
func TestKeptInventoryIsWhole(t *testing.T) {
	inv, err := Load(t.Context(), []string{"testdata/constructs"}, LoadOptions{Types: testTypes()})
	if err != nil {
		t.Fatal(err)
	}
	inv.Problems = nil
	kept := keptAndRead(t, inv)
	for name, templates := range map[string][]string{"with none": {}, "as its class": nil} {
		one := keptAndRead(t, &Inventory{Devices: []*Device{{ID: "a", Templates: templates}}})
		if (one.Devices[0].Templates == nil) != (templates == nil) {
			t.Errorf("a device with templates %s is not what it was", name)
		}
	}
	if !bytes.Equal(appendCanonical(nil, inv), appendCanonical(nil, kept)) {
		t.Error("the inventory is not what it was")
	}
	for name, definition := range inv.ZProperties {
		diff(t, definition, kept.ZProperties[name])
	}
}

// keptAndRead returns what a process finds that reads what another has kept.
func keptAndRead(t *testing.T, inv *Inventory) *Inventory {
	t.Helper()
	plain, err := keptState{Inventory: inv}.encode()
	if err != nil {
		t.Fatal(err)
	}
	kept, err := decodeState(plain)
	if err != nil {
		t.Fatal(err)
	}
	return kept.Inventory
}

// TestKeptVersionsOfAnotherInventory: they say nothing about the one that is read now.
func TestKeptVersionsOfAnotherInventory(t *testing.T) {
	s := newSite(t, shop, nil)
	s.load()
	other := newSite(t, map[string]string{"own.yaml": shop["classes.yaml"], "a.yaml": "devices: [\n"}, func(o *LocalSourceOptions) { o.StateDir = s.opts.StateDir })
	diff(t, []string{}, urls(other.load()))
}
