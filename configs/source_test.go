package configs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	gomaps "maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"
)

// site is a LocalSource with the folder that it reads and the model that it seeds.
type site struct {
	*LocalSource
	t      *testing.T
	folder string
	model  *maps.Memory
	opts   LocalSourceOptions
	events fakeFolders
	log    *strings.Builder

	mu    sync.Mutex
	asked map[string]int // how often the builder was asked, by device
}

// fakeFolders is a folderWatch that tells what a test wants.
type fakeFolders chan struct{}

func (f fakeFolders) Watch([]string)           {}
func (f fakeFolders) Changed() <-chan struct{} { return f }
func (f fakeFolders) Close() error             { return nil }

// shop has two devices of one template each, in files of their own, and a password.
var shop = map[string]string{
	"classes.yaml": `
zProperties: {zShopPassword: {type: password, default: hunter2}}
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates:
      Web:
        datasources:
          page: {type: HTTP, cycletime: 60, url: "http://${here/rack}/", datapoints: {time: GAUGE}}
          other: {type: HTTP, cycletime: 60, url: "http://b/", datapoints: {time: GAUGE}}
`,
	"a.yaml": "devices: {a: {device_class: /Server, attributes: {rack: r1}}}\n",
	"b.yaml": "devices: {b: {device_class: /Server, attributes: {rack: r2}}}\n",
}

// newSite writes the files and makes a source of them; change may change its options.
func newSite(t *testing.T, files map[string]string, change func(*LocalSourceOptions)) *site {
	t.Helper()
	s := &site{t: t, folder: writeTree(t, files), log: &strings.Builder{}}
	s.opts = LocalSourceOptions{
		Paths: []string{s.folder}, StateDir: filepath.Join(t.TempDir(), "state"),
		Logger: hclog.New(&hclog.LoggerOptions{Output: s.log, Level: hclog.Trace}),
	}
	if change != nil {
		change(&s.opts)
	}
	s.restart()
	return s
}

// restart makes a new source with a new model, as a new process would.
func (s *site) restart() {
	s.t.Helper()
	s.model, s.asked, s.events = maps.NewMemory(), map[string]int{}, make(fakeFolders, 1)
	s.opts.Model, s.opts.Builder = s.model, s
	var err error
	if s.LocalSource, err = NewLocalSource(s.opts); err != nil {
		s.t.Fatal(err)
	}
	s.LocalSource.folders = s.events
}

// The site is the source's builder, to count.
func (s *site) Collects(sourceType, class string) bool {
	return datasource.GoBuilder{}.Collects(sourceType, class)
}

func (s *site) ConfigKey(ctx context.Context, src *datasource.Source) (datasource.ConfigKey, error) {
	s.mu.Lock()
	s.asked[src.Device]++
	s.mu.Unlock()
	return datasource.GoBuilder{}.ConfigKey(ctx, src)
}

func (s *site) Params(ctx context.Context, src *datasource.Source) (any, error) {
	return datasource.GoBuilder{}.Params(ctx, src)
}

func (s *site) ProxyAttributes(ctx context.Context, src *datasource.Source) (map[string]any, error) {
	return datasource.GoBuilder{}.ProxyAttributes(ctx, src)
}

func (s *site) load() *Set {
	s.t.Helper()
	set, err := s.Load(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return set
}

// reloaded reads everything again at once.
func (s *site) reloaded() *Set {
	s.t.Helper()
	s.Reload()
	set, err := s.Refresh(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return set
}

func (s *site) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) setRack(device, rack string) {
	s.t.Helper()
	if _, err := s.model.Apply(device, []maps.Map{&maps.ObjectMap{Attributes: map[string]any{"rack": rack}}}); err != nil {
		s.t.Fatal(err)
	}
	s.DeviceChanged(device)
}

// watch runs Watch until the test ends and returns the sets that it gives.
func (s *site) watch() <-chan *Set {
	sets := make(chan *Set, 100)
	done := make(chan error)
	go func() { done <- s.Watch(s.t.Context(), func(set *Set) { sets <- set }) }()
	s.t.Cleanup(func() {
		if err := <-done; !errors.Is(err, context.Canceled) {
			s.t.Errorf("Watch returned %v", err)
		}
	})
	return sets
}

// present returns the set given out last.
func (s *site) present() *Set {
	s.building.Lock()
	defer s.building.Unlock()
	return s.set
}

// urls lists "device data source: url" of all tasks.
func urls(set *Set) []string {
	out := []string{}
	for _, task := range set.Tasks {
		for _, ds := range task.Config.DataSources {
			rendered := string(appendCanonical(nil, ds.Params))
			i := strings.Index(rendered, "http://")
			out = append(out, fmt.Sprintf("%s %s: %s", ds.Device, ds.DataSource, strings.SplitAfter(rendered[i:], "/")[2]))
		}
	}
	slices.Sort(out)
	return out
}

var shopURLs = []string{"a other: b/", "a page: r1/", "b other: b/", "b page: r2/"}

// TestCheck28ChangedTasksAreReplaced: a change replaces the tasks whose config it changes and no others.
func TestCheck28ChangedTasksAreReplaced(t *testing.T) {
	s := newSite(t, shop, nil)
	set := s.load()
	diff(t, shopURLs, urls(set))
	diff(t, []string{"a", "b"}, s.model.DeviceIDs())
	if again := s.reloaded(); again != set {
		t.Errorf("reading the same again gives another set: %+v", Diff(set, again))
	}
	s.write("b.yaml", "devices: {b: {device_class: /Server, attributes: {rack: r3}}}\n")
	next := s.reloaded()
	changes := Diff(set, next)
	if len(changes.Replaced) != 1 || changes.Unchanged != 3 || next.Tasks[0] != set.Tasks[0] {
		t.Errorf("one device changed, and the differences are %+v", changes)
	}
	if err := os.Remove(filepath.Join(s.folder, "a.yaml")); err != nil {
		t.Fatal(err)
	}
	diff(t, []string{"b other: b/", "b page: r3/"}, urls(s.reloaded()))
	diff(t, []string{"b"}, s.model.DeviceIDs())
}

func TestRefreshFindsWhatChangedInTheModel(t *testing.T) {
	s := newSite(t, shop, nil)
	set := s.load()
	clear(s.asked)
	// Nobody tells the source.
	if _, err := s.model.Apply("a", []maps.Map{&maps.ObjectMap{Attributes: map[string]any{"rack": "r9"}}}); err != nil {
		t.Fatal(err)
	}
	next, err := s.Refresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	diff(t, []string{"a other: b/", "a page: r9/", "b other: b/", "b page: r2/"}, urls(next))
	diff(t, map[string]int{"a": 2}, s.asked)
	if d := Diff(set, next); len(d.Replaced) != 1 || d.Unchanged != 3 {
		t.Errorf("differences %+v", d)
	}
}

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
		{"device", "a.yaml", "devices: {a: {device_class: /Server, atributes: {rack: r5}}}\n", "device a"},
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
	slices.SortFunc(out, func(a, b string) int {
		return strings.Compare(a[:1]+a[strings.Index(a, "Web"):], b[:1]+b[strings.Index(b, "Web"):])
	})
	return out
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
	plain, err := encodeInventory(inv)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := decodeInventory(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, templates := range map[string][]string{"with none": {}, "as its class": nil} {
		if d := (&Inventory{Devices: []*Device{{ID: name, Templates: templates}}}); !keepsTemplates(t, d) {
			t.Errorf("a device %s is not what it was", name)
		}
	}
	if string(appendCanonical(nil, inv)) != string(appendCanonical(nil, kept)) {
		t.Error("the inventory is not what it was")
	}
	for name, definition := range inv.ZProperties {
		diff(t, definition, kept.ZProperties[name])
	}
	again, err := encodeInventory(kept)
	if err != nil || len(again) == 0 {
		t.Error(err)
	}
}

// keepsTemplates: no templates is not the same as none given.
func keepsTemplates(t *testing.T, inv *Inventory) bool {
	t.Helper()
	plain, err := encodeInventory(inv)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := decodeInventory(plain)
	if err != nil {
		t.Fatal(err)
	}
	return (kept.Devices[0].Templates == nil) == (inv.Devices[0].Templates == nil)
}

func TestFilterThatFindsNothing(t *testing.T) {
	s := newSite(t, shop, func(o *LocalSourceOptions) { o.Options = &options.Options{Device: "aa"} })
	if _, err := s.Load(t.Context()); err == nil || !strings.Contains(err.Error(), "nearest: 'a'") {
		t.Errorf("an unknown device gives %v", err)
	}
	s = newSite(t, shop, func(o *LocalSourceOptions) { o.Options = &options.Options{Device: "a"} })
	set := s.load()
	diff(t, shopURLs[:2], urls(set))
	if err := os.Remove(filepath.Join(s.folder, "a.yaml")); err != nil {
		t.Fatal(err)
	}
	next := s.reloaded() // the daemon goes on with what it has, and says so
	diff(t, shopURLs[:2], urls(next))
	if len(next.Problems) != 1 || next.Problems[0].Unit != "the inventory" {
		t.Errorf("problems %q", problemTexts(next))
	}
}

func TestNewLocalSourceNeedsItsParts(t *testing.T) {
	if _, err := NewLocalSource(LocalSourceOptions{}); err == nil {
		t.Error("a source of nothing was made")
	}
}

// TestWatchFollowsTheFiles is with real notifications.
func TestWatchFollowsTheFiles(t *testing.T) {
	s := newSite(t, shop, nil)
	s.LocalSource.folders = nil
	s.load()
	sets := s.watch()
	s.write("b.yaml", "devices: {b: {device_class: /Server, attributes: {rack: r4}}}\n")
	diff(t, []string{"a other: b/", "a page: r1/", "b other: b/", "b page: r4/"}, urls(<-sets))
	s.write("b.yaml", "devices: [\n")
	if set := <-sets; len(set.Problems) != 1 || len(set.Tasks) != 4 {
		t.Errorf("problems %q, tasks %q", problemTexts(set), names(set))
	}
	s.write("c.yml", "devices: {c: {device_class: /Server, attributes: {rack: r5}}}\n")
	if set := <-sets; len(set.Tasks) != 6 {
		t.Errorf("tasks %q", names(set))
	}
}

func TestWritesAreGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, shop, nil)
		s.load()
		sets := s.watch()
		start := time.Now()
		for i := range 4 {
			s.write("b.yaml", fmt.Sprintf("devices: {b: {device_class: /Server, attributes: {rack: s%d}}}\n%s", i, strings.Repeat("#", i)))
			s.events <- struct{}{}
			time.Sleep(filesQuiet / 2)
		}
		diff(t, []string{"a other: b/", "a page: r1/", "b other: b/", "b page: s3/"}, urls(<-sets))
		if took, want := time.Since(start), 3*filesQuiet/2+filesQuiet; took != want {
			t.Errorf("the set came after %s, want %s", took, want)
		}
		time.Sleep(time.Hour)
		if len(sets) > 0 {
			t.Errorf("%d further sets came", len(sets))
		}
	})
}

// TestEndlessWritesAreNotWaitedFor: somebody who never stops writing does not keep changes away.
func TestEndlessWritesAreNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, shop, nil)
		s.load()
		sets := s.watch()
		start := time.Now()
		ctx, stop := context.WithCancel(t.Context())
		var writing sync.WaitGroup
		writing.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				s.write("b.yaml", fmt.Sprintf("devices: {b: {device_class: /Server, attributes: {rack: s%d}}}\n%s", i, strings.Repeat("#", i)))
				s.events <- struct{}{}
				time.Sleep(filesQuiet / 2)
			}
		})
		<-sets
		if took := time.Since(start); took != filesPatient {
			t.Errorf("the first set came after %s, want %s", took, filesPatient)
		}
		stop()
		writing.Wait()
	})
}

// TestPollingFindsWhatNotificationsMiss: nobody tells of the write.
func TestPollingFindsWhatNotificationsMiss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, shop, nil)
		s.load()
		sets := s.watch()
		synctest.Wait()
		s.write("b.yaml", "devices: {b: {device_class: /Server, attributes: {rack: silent}}}\n")
		start := time.Now()
		<-sets
		if took := time.Since(start); took != pollEvery+filesQuiet {
			t.Errorf("the write was found after %s, want %s", took, pollEvery+filesQuiet)
		}
	})
}

func TestModelChangesAreGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, shop, nil)
		s.load()
		sets := s.watch()
		synctest.Wait()
		clear(s.asked)
		start := time.Now()
		for i := range 4 {
			s.setRack("a", fmt.Sprint("m", i))
			time.Sleep(modelGather / 8)
		}
		diff(t, []string{"a other: b/", "a page: m3/", "b other: b/", "b page: r2/"}, urls(<-sets))
		if took := time.Since(start); took != modelGather {
			t.Errorf("the set came after %s, want %s", took, modelGather)
		}
		diff(t, map[string]int{"a": 2}, s.asked)
		s.DeviceChanged("b") // nothing changed
		s.DeviceChanged("nobody")
		time.Sleep(time.Minute)
		if len(sets) > 0 {
			t.Error("a set came of nothing")
		}
		diff(t, map[string]int{"a": 2}, s.asked)
	})
}

func TestReloadIsNotKeptWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, shop, nil)
		s.load()
		sets := s.watch()
		synctest.Wait()
		s.write("b.yaml", "devices: {}\n")
		s.DeviceChanged("a")
		start := time.Now()
		s.Reload()
		<-sets
		if took := time.Since(start); took != 0 {
			t.Errorf("the reload took %s", took)
		}
	})
}
