package python

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"
)

// builderRig is a Builder that runs testdata/builder.py.
type builderRig struct {
	*Builder
	t      testing.TB
	log    *logBuffer
	folder string // where the script notes what it was told
}

func newBuilderRig(tb testing.TB, change func(*BuilderOptions)) *builderRig {
	tb.Helper()
	script, err := filepath.Abs("testdata/builder.py")
	if err != nil {
		tb.Fatal(err)
	}
	r := &builderRig{t: tb, log: &logBuffer{}, folder: tb.TempDir()}
	opts := BuilderOptions{Logger: newLogger(r.log), Timeout: patience, BlameFor: time.Hour, Worker: Options{
		Python: testPython(tb), Args: []string{script}, Env: []string{"BUILDER_FOLDER=" + r.folder},
	}}
	if change != nil {
		change(&opts)
	}
	r.Builder = NewBuilder(opts)
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		r.Close(ctx)
		if tb.Failed() {
			tb.Log(r.log)
		}
	})
	return r
}

// noted returns the lines that the script noted under a name.
func (r *builderRig) noted(name string) []any {
	r.t.Helper()
	f, err := os.Open(filepath.Join(r.folder, name))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var out []any
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var v any
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			r.t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// shop is a device with a component below a child.
func shop(id string) *datasource.DeviceTree {
	root := &maps.Object{ID: id, Path: "Devices/" + id, UUID: "u1", Attributes: map[string]any{"title": "Shop", "zPort": 81}}
	child := &maps.Object{ID: "os", Path: root.Path + "/os", Parent: root}
	site := &maps.Object{
		ID: "eu", Path: child.Path + "/sites/eu", ModName: "pack.Site", Relation: "sites", Parent: child,
		Attributes: map[string]any{"path": "/eu", "zPassword": `o'n`},
	}
	child.Relations = map[string][]*maps.Object{"sites": {site}}
	root.Relations = map[string][]*maps.Object{maps.ChildRelation: {child}}
	return &datasource.DeviceTree{
		Root: root, DeviceClass: "/Server", PythonClass: "pack.Device", Version: 1, Templates: []string{"Web"},
		ZProperties: map[string]any{"zPort": 81, "zPassword": datasource.Secret("s3cret")},
		Bound:       map[string][]string{root.Path: {"Web"}},
	}
}

func sourceOf(tree *datasource.DeviceTree, class, id string) *datasource.Source {
	return &datasource.Source{
		Device: tree.Root.ID, Component: datasource.DeviceLevel, Template: "Web", ID: id, Name: id, Type: "Python",
		PluginClassname: class, CycleTime: time.Minute, Severity: 3, Node: tree.Root,
		Tree: func() *datasource.DeviceTree { return tree },
	}
}

func (r *builderRig) key(class string) error {
	r.t.Helper()
	_, err := r.ConfigKey(r.t.Context(), sourceOf(shop("dev1"), class, "s"))
	return err
}

func (r *builderRig) mustKey(class string) {
	r.t.Helper()
	if err := r.key(class); err != nil {
		r.t.Fatal(err)
	}
}

func TestBuilderAnswers(t *testing.T) {
	r := newBuilderRig(t, nil)
	tree := shop("dev1")
	s := sourceOf(tree, "pack.Note", "orders")
	s.Node = tree.Root.Find("os/sites/eu")
	s.Properties = map[string]any{"url": "${here/id}"}
	low := 0.0
	s.Points = []*datasource.DataPointConfig{{ID: "time", RRDType: datasource.Derive, Min: &low, Properties: map[string]any{"oid": "1.2"}}}
	key, err := r.ConfigKey(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	params, err := r.Params(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	attributes, err := r.ProxyAttributes(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if want, _ := datasource.MakeKey("dev1", 60, "orders", []any{"a", nil}); key != want {
		t.Errorf("key %q", key.Name())
	}
	want := any(map[string]any{"set": Set{"a", "b", "c"}, "id": "orders", "pid": int64(0)})
	if d := cmp.Diff(want, params); d != "" {
		t.Errorf("params:\n%s", d)
	}
	if d := cmp.Diff(map[string]any{"zPort": int64(81), "nope": nil}, attributes); d != "" {
		t.Errorf("attributes:\n%s", d)
	}
	asked := r.noted("sources")
	if len(asked) != 1 {
		t.Fatalf("asked %d times for three answers", len(asked))
	}
	wantAsked := map[string]any{
		"object": []any{"dev1", []any{[]any{"", "os"}, []any{"sites", "eu"}}}, "template": "Web",
		"datasource": map[string]any{
			"id": "orders", "title": "orders", "type": "Python", "plugin_classname": "pack.Note", "cycletime": "60",
			"severity": 3.0, "eventClass": "", "eventKey": "", "properties": map[string]any{"url": "${here/id}"},
			"points": []any{map[string]any{"id": "time", "rrdtype": "DERIVE", "rrdmin": 0.0, "rrdmax": nil, "oid": "1.2"}},
		},
	}
	if d := cmp.Diff(any(wantAsked), asked[0]); d != "" {
		t.Errorf("asked:\n%s", d)
	}
}

func TestBuilderTellsTheModel(t *testing.T) {
	r := newBuilderRig(t, nil)
	tree := shop("dev1")
	ask := func(tree *datasource.DeviceTree) {
		t.Helper()
		if _, err := r.ConfigKey(t.Context(), sourceOf(tree, "pack.Plugin", "s")); err != nil {
			t.Fatal(err)
		}
	}
	ask(tree)
	want := map[string]any{
		"id": "dev1", "uuid": "u1", "modname": "", "class": "pack.Device", "device_class": "/Server",
		"templates": []any{"Web"}, "bound": []any{"Web"}, "attributes": map[string]any{"title": "Shop"},
		"zproperties": map[string]any{"zPort": 81.0, "zPassword": "s3cret"},
		"relations": map[string]any{"": []any{map[string]any{
			"id": "os", "uuid": "", "modname": "", "attributes": map[string]any{}, "zproperties": map[string]any{},
			"relations": map[string]any{"sites": []any{map[string]any{
				"id": "eu", "uuid": "", "modname": "pack.Site", "attributes": map[string]any{"path": "/eu"},
				"zproperties": map[string]any{"zPassword": "o'n"}, "relations": map[string]any{},
			}}},
		}}},
	}
	if d := cmp.Diff([]any{want}, r.noted("models")); d != "" {
		t.Errorf("the model:\n%s", d)
	}
	told := func(want int) {
		t.Helper()
		if got := len(r.noted("models")); got != want {
			t.Errorf("told %d times, want %d", got, want)
		}
	}
	ask(tree)
	told(1)
	tree.Version++
	ask(tree)
	told(2)
	ask(shop("dev1")) // another tree with the same contents, as far as a pointer tells
	told(3)
	ask(shop("dev2"))
	told(4)
}

func TestBuilderErrors(t *testing.T) {
	r := newBuilderRig(t, nil)
	const raised = `: ValueError: invalid: '********' and '********' (File "pack.py", line 7, in hook: int(z))`
	cases := map[string]struct{ key, params, attributes string }{
		"pack.config_key": {key: "pack.config_key.config_key" + raised},
		"pack.params":     {params: "pack.params.params" + raised},
		"pack.attributes": {attributes: "pack.attributes.proxy_attributes" + raised},
		"pack.NoTuple":    {key: "pack.NoTuple.config_key: it gives a string, want a tuple"},
		"pack.Dict":       {key: "pack.Dict.config_key: config key element [1]: a map"},
		"pack.Whole":      {key: "pack.Whole: KeyError: 'nothing'", params: "pack.Whole: ", attributes: "pack.Whole: "},
	}
	for class, want := range cases {
		t.Run(class, func(t *testing.T) {
			s := sourceOf(shop("dev1"), class, "s")
			_, err := r.ConfigKey(t.Context(), s)
			checkError(t, "config key", err, want.key)
			params, err := r.Params(t.Context(), s)
			checkError(t, "params", err, want.params)
			if _, isWarning := errors.AsType[*datasource.Warning](err); isWarning != (class == "pack.params") {
				t.Errorf("params are in doubt: %v", isWarning)
			} else if d := cmp.Diff(any(map[string]any{}), params); isWarning && d != "" {
				t.Errorf("params that failed:\n%s", d)
			}
			_, err = r.ProxyAttributes(t.Context(), s)
			checkError(t, "attributes", err, want.attributes)
		})
	}
	if log := r.log.String(); strings.Contains(log, "s3cret") {
		t.Errorf("the log shows a password:\n%s", log)
	}
}

func checkError(t *testing.T, what string, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: %v", what, err)
	case want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)):
		t.Errorf("%s: %v\nwant %s", what, err, want)
	case err != nil && strings.Contains(err.Error(), "s3cret"):
		t.Errorf("%s shows a password: %v", what, err)
	}
}

func TestBuilderModelThatIsNotTaken(t *testing.T) {
	r := newBuilderRig(t, nil)
	for range 2 { // it is told again, and fails again
		_, err := r.ConfigKey(t.Context(), sourceOf(shop("broken"), "pack.Plugin", "s"))
		checkError(t, "config key", err, "the model of device broken was not taken by the python builder: ValueError: no such class for ********")
	}
	r.mustKey("pack.Plugin")
}

// A class that hangs or kills the process costs its own data sources, and after the second time is not asked any more.
func TestBuilderContainsClasses(t *testing.T) {
	for _, c := range []struct{ class, want string }{
		{"pack.Hang", "it was busy with class pack.Hang for"},
		{"pack.Crash", "signal 9"},
	} {
		t.Run(c.class, func(t *testing.T) {
			r := newBuilderRig(t, func(o *BuilderOptions) {
				if c.class == "pack.Hang" {
					o.Timeout = 2 * time.Second
				}
			})
			tree := shop("dev1")
			bad := []*datasource.Source{sourceOf(tree, c.class, "a"), sourceOf(tree, c.class, "b")}
			var good []*datasource.Source
			r.Prefetch(t.Context(), bad[0])
			for i := range 20 {
				s := sourceOf(tree, "pack.Plugin", fmt.Sprint("s", i))
				r.Prefetch(t.Context(), s)
				good = append(good, s)
			}
			_, err := r.ConfigKey(t.Context(), bad[0])
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
			for _, s := range good {
				if _, err := r.ConfigKey(t.Context(), s); err != nil {
					t.Errorf("%s: %v", s.ID, err)
				}
			}
			starts := strings.Count(r.log.String(), "python worker started")
			if _, err := r.ConfigKey(t.Context(), bad[1]); err == nil || !strings.Contains(err.Error(), "is not asked again before") {
				t.Errorf("error %v, want that the class is not asked", err)
			}
			if again := strings.Count(r.log.String(), "python worker started"); starts != 3 || again != starts {
				t.Errorf("%d processes, then %d; want 3", starts, again)
			}
		})
	}
}

func TestBuilderTriesAgain(t *testing.T) {
	for _, class := range []string{"pack.Hang.once", "pack.Crash.once"} {
		t.Run(class, func(t *testing.T) {
			r := newBuilderRig(t, func(o *BuilderOptions) { o.Timeout = 2 * time.Second })
			r.mustKey(class)
			if told := len(r.noted("models")); told != 2 {
				t.Errorf("the model was told %d times to two processes", told)
			}
		})
	}
}

func TestBuilderBlamesADevice(t *testing.T) {
	r := newBuilderRig(t, func(o *BuilderOptions) { o.Timeout = 2 * time.Second })
	tree := shop("stuck")
	sources := []*datasource.Source{sourceOf(tree, "pack.Plugin", "a"), sourceOf(tree, "pack.Plugin", "b")}
	for _, s := range sources {
		r.Prefetch(t.Context(), s)
	}
	for _, s := range sources {
		_, err := r.ConfigKey(t.Context(), s)
		checkError(t, s.ID, err, "the model of device stuck")
	}
	r.mustKey("pack.Plugin") // of another device
}

func TestBuilderThatCannotStart(t *testing.T) {
	r := newBuilderRig(t, func(o *BuilderOptions) { o.Worker.Python = "no-such-python" })
	checkError(t, "first", r.key("pack.Plugin"), "asking plugin code for configs: no Python to run plugins with")
	checkError(t, "second", r.key("pack.Plugin"), "the python builder is not started again before ")
}

// A process that does not come through loading the packs is ill itself: nothing else is blamed.
func TestBuilderThatDiesAtOnce(t *testing.T) {
	for mode, want := range map[string]string{"dies": "the python builder died: exit status 3", "loads forever": "it was busy with the packs for"} {
		t.Run(mode, func(t *testing.T) {
			r := newBuilderRig(t, func(o *BuilderOptions) {
				o.Worker.Env = append(o.Worker.Env, "BUILDER_MODE="+mode)
				o.Timeout = 2 * time.Second
			})
			for _, prefix := range []string{"asking plugin code for configs: ", "the python builder is not started again before "} {
				err := r.key("pack.Plugin")
				checkError(t, "config key", err, prefix)
				if err != nil && !strings.Contains(err.Error(), want) {
					t.Errorf("error %v, want one with %q", err, want)
				}
			}
		})
	}
}

func TestBackOff(t *testing.T) {
	var f backOff
	if f.refuse() != nil {
		t.Error("refused before anything failed")
	}
	cause := errors.New("why")
	last := time.Duration(0)
	for i := range 70 {
		before := time.Now()
		f.failed(cause)
		delay := f.until.Sub(before).Truncate(100 * time.Millisecond)
		if delay < last || i == 0 && delay != firstDelay || i > 6 && delay != longestDelay {
			t.Errorf("delay %d is %s after %s", i, delay, last)
		}
		last = delay
	}
	if err := f.refuse(); !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
}

func TestBuilderHonoursContext(t *testing.T) {
	r := newBuilderRig(t, nil)
	r.mustKey("pack.Plugin")
	ctx, cancel := context.WithCancel(t.Context())
	s := sourceOf(shop("dev1"), "pack.Hang.once", "s")
	r.Prefetch(ctx, s)
	eventually(t, "it is busy with the class", func() bool {
		_, err := os.Stat(filepath.Join(r.folder, s.PluginClassname))
		return err == nil
	})
	cancel()
	if _, err := r.ConfigKey(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	r.process.worker.Kill("test")
	if _, err := r.ConfigKey(t.Context(), s); err != nil {
		t.Errorf("asked again: %v", err)
	}
}

func TestBuilderCloses(t *testing.T) {
	r := newBuilderRig(t, nil)
	r.mustKey("pack.Plugin")
	r.Close(t.Context())
	if err := r.key("pack.Plugin"); !errors.Is(err, errBuilderClosed) {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(r.log.String(), "drained") {
		t.Errorf("it was not let finish:\n%s", r.log)
	}
}

func TestBuilderTypes(t *testing.T) {
	r := newBuilderRig(t, nil)
	if types, err := r.PackTypes(t.Context(), nil); len(types) > 0 || err != nil || r.log.String() != "" {
		t.Errorf("without packs: %v, %v\n%s", types, err, r.log)
	}
	for range 2 {
		for _, pack := range []string{"One", "Two"} {
			packs := []datasource.Pack{{Name: pack, Path: "/p"}}
			for range 2 {
				types, err := r.PackTypes(t.Context(), packs)
				want := []datasource.PackType{{Name: "Shop", PluginClassname: "pack.Shop", CycleTime: "77"}}
				if d := cmp.Diff(want, types); d != "" || err != nil {
					t.Fatalf("error %v, types:\n%s", err, d)
				}
			}
		}
	}
	one, two := any([]any{"One"}), any([]any{"Two"})
	if d := cmp.Diff([]any{one, two, one, two}, r.noted("types")); d != "" {
		t.Errorf("asked for:\n%s", d)
	}
	for _, c := range []struct {
		sourceType, class string
		want              bool
	}{
		{"Python", "pack.Plugin", true},
		{"Python", "", false},
		{"Python", "datasource/http.HTTP", false},
		{"Shop", "pack.Shop", true},
		{"Shop", "", false},
		{"COMMAND", "pack.Plugin", false},
	} {
		if got := r.Collects(c.sourceType, c.class); got != c.want {
			t.Errorf("collects %s of class %q: %v", c.sourceType, c.class, got)
		}
	}
}

func TestBuilderTellsWhatFailsInPacks(t *testing.T) {
	r := newBuilderRig(t, nil)
	r.mustKey("pack.Plugin")
	if log := r.log.String(); !strings.Contains(log, "a part of a ZenPack cannot be used: what=class name=pack.Shaky error=\"ImportError: no module named x\"") {
		t.Errorf("the log does not tell:\n%s", log)
	}
}

func TestBuilderTypesThatFail(t *testing.T) {
	r := newBuilderRig(t, func(o *BuilderOptions) { o.Worker.Env = append(o.Worker.Env, "BUILDER_MODE=no types") })
	_, err := r.PackTypes(t.Context(), []datasource.Pack{{Name: "One", Path: "/p"}})
	checkError(t, "types", err, "asking for the packs' data source types: ImportError")
	if !r.Collects("Shop", "pack.Shop") {
		t.Error("as long as the types are not known any can be a pack's")
	}
}

// buildMany asks for n sources of many devices from several goroutines, as building does.
func buildMany(tb testing.TB, b *Builder, class string, devices, each int) {
	tb.Helper()
	var builds sync.WaitGroup
	limit := make(chan struct{}, 64)
	for d := range devices {
		limit <- struct{}{}
		builds.Go(func() {
			defer func() { <-limit }()
			tree := shop(fmt.Sprint("dev", d))
			sources := make([]*datasource.Source, each)
			for i := range sources {
				sources[i] = sourceOf(tree, class, fmt.Sprint("s", i))
				b.Prefetch(tb.Context(), sources[i])
			}
			for _, s := range sources {
				if key, err := b.ConfigKey(tb.Context(), s); err != nil || !strings.HasPrefix(key.Name(), tree.Root.ID+" 60 ") || !strings.Contains(key.Name(), " "+s.ID) {
					tb.Errorf("%s/%s: key %q, error %v", tree.Root.ID, s.ID, key.Name(), err)
				}
			}
		})
	}
	builds.Wait()
}

func TestBuilderManyAtOnce(t *testing.T) {
	r := newBuilderRig(t, nil)
	buildMany(t, r.Builder, "pack.Plugin", 20, 200) // more than the window
}

func BenchmarkBuilder(b *testing.B) {
	r := newBuilderRig(b, func(o *BuilderOptions) { o.Worker.Env = nil })
	for b.Loop() {
		buildMany(b, r.Builder, "pack.Plugin", 1000, 10)
	}
	b.ReportMetric(10_000*float64(b.N)/b.Elapsed().Seconds(), "sources/s")
}
