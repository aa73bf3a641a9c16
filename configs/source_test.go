package configs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

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
	s.folders = s.events
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
