package python

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func describedPacks(t *testing.T, packs ...string) *Description {
	t.Helper()
	r := hostBuilder(t)
	opts := r.opts.Worker
	for _, name := range packs {
		path, err := filepath.Abs("host/tests/packs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		opts.Welcome.Packs = append(opts.Welcome.Packs, Pack{Path: path})
	}
	d, err := Describe(t.Context(), opts, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDescribe(t *testing.T) {
	d := describedPacks(t, "ZenPacks.test.ModelYaml", "ZenPacks.test.compatshop", "ZenPacks.test.ModelBroken")
	classes := map[string]PluginClass{}
	for _, c := range d.Classes {
		classes[c.Name] = c
	}
	more := classes["ZenPacks.test.ModelYaml.dsplugins.NeedsMore"]
	if more.Loads() || !more.Imports || more.Err == nil || more.Err.Type != "TypeError" || more.Line == 0 || more.Advice == "" {
		t.Errorf("a class that cannot be constructed: %+v", more)
	}
	wanting := classes["ZenPacks.test.compatshop.dsplugins.Wanting.Wanting"]
	if wanting.Imports || wanting.Pack != "ZenPacks.test.compatshop" || !strings.Contains(wanting.Err.RaisedAt(), "Wanting.py") {
		t.Errorf("a class that cannot be imported: %+v", wanting)
	}
	array := classes["ZenPacks.test.ModelYaml.datasources.ArrayDataSource.ArrayPlugin"]
	if !array.Loads() || strings.Join(array.Hooks, " ") != "collect config_key params" || array.Err.RaisedAt() != "" {
		t.Errorf("a class that loads: %+v", array)
	}
	var types []string
	for _, typ := range d.Types {
		types = append(types, typ.Name+" of "+typ.Pack)
	}
	if got := strings.Join(types, ", "); !strings.Contains(got, "Array of ZenPacks.test.ModelYaml") || strings.Contains(got, "PythonCollector") {
		t.Errorf("types %s", got)
	}
	if len(d.Problems) == 0 || d.Problems[0].Pack != "ZenPacks.test.ModelBroken" {
		t.Errorf("problems %+v", d.Problems)
	}
	if len(d.Waiting) != 2 || d.Waiting[0].ComponentClass != "Disk" || d.Waiting[0].Modelers[0] != "test.ArrayDisks" {
		t.Errorf("waiting %+v", d.Waiting)
	}
	if len(d.StandIns) == 0 {
		t.Error("no stand-ins")
	}
}

func TestDescribeBoundsWhatPacksMayTake(t *testing.T) {
	r := hostBuilder(t)
	opts := r.opts.Worker
	path, err := filepath.Abs("host/tests/packs/ZenPacks.test.ModelYaml")
	if err != nil {
		t.Fatal(err)
	}
	opts.Welcome.Packs = []Pack{{Path: path}}
	if _, err := Describe(t.Context(), opts, time.Millisecond); err == nil || !strings.Contains(err.Error(), "busy with the packs") {
		t.Errorf("error %v", err)
	}
}
