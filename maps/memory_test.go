package maps

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// checkTree fails the test when a tree is not one: wrong parents, order, paths or UUIDs.
func checkTree(t interface {
	Helper()
	Fatalf(string, ...any)
}, o *Object) {
	t.Helper()
	for relation, members := range o.Relations {
		if len(members) == 0 {
			t.Fatalf("%s: relation %q is empty and there", o.Path, relation)
		}
		for i, member := range members {
			want := newMember(o, relation, member.ID)
			if member.Parent != o || member.Relation != relation || member.Path != want.Path || member.UUID != want.UUID {
				t.Fatalf("%s is not in its place below %s in %q", member.Path, o.Path, relation)
			}
			if i > 0 && members[i-1].ID >= member.ID {
				t.Fatalf("%s: relation %q is not sorted: %q, %q", o.Path, relation, members[i-1].ID, member.ID)
			}
			checkTree(t, member)
		}
	}
}

// tree writes a tree with everything that maps can change.
func tree(o *Object) string {
	var b strings.Builder
	fmt.Fprintln(&b, o.Path, o.ModName, o.Attributes)
	for c := range o.Components() {
		fmt.Fprintln(&b, c.Path, c.ModName, c.Attributes)
	}
	return b.String()
}

func TestSnapshotsDoNotChange(t *testing.T) {
	m := newModel(t)
	snapshot := m.Device("dev1")
	before := tree(snapshot)
	list := []any{"a"}
	mustApply(t, m,
		dict{"rack": "r1", "list": list},
		comp("old", dict{"color": "blue"}), comp("new", nil),
		dict{"relname": "filesystems", "compname": "os", "maps": []any{}},
		comp("old", dict{"modname": "a.Other"}),
	)
	if diff := cmp.Diff(before, tree(snapshot)); diff != "" {
		t.Errorf("a snapshot changed:\n%s", diff)
	}
	checkTree(t, snapshot)
	checkTree(t, m.Device("dev1"))
	list[0] = "changed by the plugin"
	if got := m.Device("dev1").Attributes["list"]; !cmp.Equal(got, []any{"a"}) {
		t.Errorf("the model shares a list with the map: %v", got)
	}
}

func TestObjectQueries(t *testing.T) {
	m := newModel(t)
	mustApply(t, m, dict{"compname": "comps/fixed", "relname": "parts", "id": "p", "modname": "a.Part"})
	device := m.Device("dev1")
	var ids []string
	for o := range device.Components() {
		ids = append(ids, o.ID)
	}
	if want := []string{"boot", "fixed", "p", "old"}; !cmp.Equal(ids, want) {
		t.Errorf("components %v, want %v", ids, want)
	}
	for range device.Components() {
		break // stopping early must not go on
	}
	for path, want := range map[string]string{
		"": "Devices/dev1", "os": "Devices/dev1/os", "/os/": "Devices/dev1/os", "os/filesystems/boot": "Devices/dev1/os/filesystems/boot",
		"comps/fixed/parts/p": "Devices/dev1/comps/fixed/parts/p", "comps": "", "comps/nope": "", "comps/nope/parts/p": "", "nope": "", "os/nope": "",
	} {
		got := ""
		if o := device.Find(path); o != nil {
			got = o.Path
		}
		if got != want {
			t.Errorf("Find(%q) = %q, want %q", path, got, want)
		}
	}
	part := device.Find("comps/fixed/parts/p")
	if part.Device() != device || part.IsDevice() || part.IsChild() || !device.Find("os").IsChild() || device.IsChild() {
		t.Error("objects do not know what they are")
	}
}

// UUIDs are in time series: they must never change for a path.
func TestUUIDsAreStable(t *testing.T) {
	a, b := newModel(t).Device("dev1"), newModel(t).Device("dev1")
	if a.UUID != b.UUID || a.Find("comps/old").UUID != b.Find("comps/old").UUID {
		t.Error("two models differ in UUIDs")
	}
	if want := "d1887449-a252-54a5-8bb0-5ec81291502e"; a.UUID != want {
		t.Errorf("UUID of dev1 is %s, want %s as ever", a.UUID, want)
	}
	if a.UUID == a.Find("os").UUID {
		t.Error("two objects have one UUID")
	}
}

func TestSeed(t *testing.T) {
	m := NewMemory()
	seed := func(devices ...Declaration) {
		t.Helper()
		if err := m.Seed(devices); err != nil {
			t.Fatal(err)
		}
	}
	device := func(attributes dict, sites ...Declaration) Declaration {
		return Declaration{ID: "dev1", Attributes: attributes, Components: map[string][]Declaration{"sites": sites}}
	}
	eu := Declaration{ID: "eu", ModName: classM, UUID: "fixed-uuid", Attributes: dict{"path": "/eu"}}
	seed(device(dict{"a": 1, "b": 1}, eu, Declaration{ID: "us", ModName: classM}), Declaration{ID: "dev2"})
	mustApply(t, m, dict{"b": 2, "found": 1}, dict{"relname": "sites", "id": "modelled", "modname": classM})
	if ids := m.DeviceIDs(); !cmp.Equal(ids, []string{"dev1", "dev2"}) {
		t.Errorf("devices %v", ids)
	}

	seed(device(dict{"a": 1, "b": 1}, eu))
	o := m.Device("dev1")
	if want := (dict{"a": 1, "b": 2, "found": 1}); !cmp.Equal(o.Attributes, want) {
		t.Errorf("declared again: %v, want %v: what maps changed must stay", o.Attributes, want)
	}
	if got := memberNames(o, "sites"); !cmp.Equal(got, []string{"eu", "modelled"}) {
		t.Errorf("sites %v: the undeclared must go, the modelled stay", got)
	}
	if got := o.Find("sites/eu"); !got.Static || got.UUID != "fixed-uuid" || got.ModName != classM || got.Attributes["path"] != "/eu" {
		t.Errorf("declared component: %+v", got)
	}
	if m.Device("dev2") != nil {
		t.Error("a device that is not declared any more is in the model")
	}

	seed(device(dict{"b": 3}))
	if want, got := (dict{"b": 3, "found": 1}), m.Device("dev1").Attributes; !cmp.Equal(got, want) {
		t.Errorf("declared otherwise: %v, want %v", got, want)
	}
	if m.Device("dev1").Find("os") == nil || m.Device("dev1").Find("hw") == nil {
		t.Error("a device lacks os or hw")
	}
	if !m.RemoveDevice("dev1") || m.RemoveDevice("dev1") || m.Device("dev1") != nil {
		t.Error("RemoveDevice")
	}
	if err := m.AddDevice(device(dict{"b": 3})); err != nil || len(m.Device("dev1").Attributes) != 1 {
		t.Errorf("a device declared anew: %v, %v", err, m.Device("dev1").Attributes)
	}
}

func TestSeedRefuses(t *testing.T) {
	m := newModel(t)
	for want, devices := range map[string][]Declaration{
		"declared twice":                        {{ID: "d"}, {ID: "d"}},
		`"a/b" cannot be an id`:                 {{ID: "a/b"}},
		"component x of relation r is declared": {{ID: "d", Components: map[string][]Declaration{"r": {{ID: "x"}, {ID: "x"}}}}},
		`relation r: "" cannot be an id`:        {{ID: "d", Components: map[string][]Declaration{"r": {{}}}}},
	} {
		if err := m.Seed(devices); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Seed: %v, want %q", err, want)
		}
	}
	if err := m.AddDevice(Declaration{}); err == nil || m.Device("dev1") == nil {
		t.Errorf("AddDevice without an id: %v; or a refused seed removed devices", err)
	}
}

func TestMemoryIsSafeForConcurrentUse(t *testing.T) {
	m := newModel(t)
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 50 {
				id := fmt.Sprintf("w%d-%d", worker, i)
				if _, err := m.Apply("dev1", []Map{&ObjectMap{RelName: "comps", ID: id, ModName: classM}}); err != nil {
					t.Error(err)
				}
				_ = tree(m.Device("dev1"))
				_ = m.DeviceIDs()
			}
		})
	}
	wg.Wait()
	if n := len(m.Device("dev1").Relations["comps"]); n != 202 {
		t.Errorf("%d components, want 202: changes were lost", n)
	}
}

// naiveModel is a flat set of components by "relation/id", changed as spec §6.3 and §6.4 read.
type naiveModel map[string]string // path → class and color

func (n naiveModel) object(m *ObjectMap, relation, id string) (changed bool) {
	path := relation + "/" + id
	old, exists := n[path]
	class, color := m.ModName, fmt.Sprint(m.Attributes["color"])
	switch {
	case m.Directive == DirectiveNoChange:
	case m.Directive == DirectiveRemove:
		delete(n, path)
		return exists
	case exists && (m.Directive == DirectiveRebuild || !strings.HasPrefix(old, class+" ")):
		n[path] = class + " " + color
		return true
	case exists || m.Directive != DirectiveUpdate:
		n[path] = class + " " + color
		return n[path] != old
	}
	return false
}

func (n naiveModel) relationship(m *RelationshipMap) (changed bool) {
	named, seen := map[string]bool{}, map[string]int{}
	for _, member := range m.Maps {
		seen[member.ID]++
		id := member.ID
		if seen[id] > 1 {
			id = fmt.Sprintf("%s_%d", id, seen[id])
		}
		named[m.RelName+"/"+id] = true
		changed = n.object(member, m.RelName, id) || changed
	}
	for path := range n {
		if strings.HasPrefix(path, m.RelName+"/") && !named[path] {
			delete(n, path)
			changed = true
		}
	}
	return changed
}

func TestMemoryAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		naive, m := naiveModel{}, NewMemory()
		if err := m.AddDevice(Declaration{ID: "dev1"}); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 15).Draw(t, "maps") {
			var want bool
			var item Map
			relation := rapid.SampledFrom([]string{"r", "s"}).Draw(t, "relation")
			if rapid.Bool().Draw(t, "whole relation") {
				rm := &RelationshipMap{RelName: relation, Maps: rapid.SliceOfN(rapid.Custom(drawObjectMap), 0, 4).Draw(t, "members")}
				item, want = rm, naive.relationship(rm)
			} else {
				om := drawObjectMap(t)
				om.RelName = relation
				item, want = om, naive.object(om, relation, om.ID)
			}
			result, err := m.Apply("dev1", []Map{item})
			if err != nil || result.Changed != want {
				t.Fatalf("Apply(%+v): changed %v, %v, want %v", item, result.Changed, err, want)
			}
			checkTree(t, m.Device("dev1"))
			if got := flat(m.Device("dev1")); !cmp.Equal(got, naive) {
				t.Fatalf("after %+v:\n%s", item, cmp.Diff(naive, got))
			}
		}
	})
}

func drawObjectMap(t *rapid.T) *ObjectMap {
	return &ObjectMap{
		ID:      rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id"),
		ModName: rapid.SampledFrom([]string{"m.A", "m.A", "m.B"}).Draw(t, "class"),
		Directive: rapid.SampledFrom([]Directive{
			DirectiveNone, DirectiveNone, DirectiveAdd, DirectiveUpdate, DirectiveRemove, DirectiveRebuild, DirectiveNoChange,
		}).Draw(t, "directive"),
		Attributes: dict{"color": rapid.SampledFrom([]string{"red", "blue"}).Draw(t, "color")},
	}
}

func flat(device *Object) naiveModel {
	n := naiveModel{}
	for o := range device.Components() {
		n[o.Relation+"/"+o.ID] = o.ModName + " " + fmt.Sprint(o.Attributes["color"])
	}
	return n
}

func TestManyMembersKeepOrder(t *testing.T) {
	m := newModel(t)
	rm := &RelationshipMap{RelName: "comps", ModName: classM}
	for i := range 2000 {
		rm.Append(&ObjectMap{ID: strconv.Itoa((i * 7919) % 2000)})
	}
	if _, err := m.Apply("dev1", []Map{rm}); err != nil {
		t.Fatal(err)
	}
	names := memberNames(m.Device("dev1"), "comps")
	if len(names) != 2001 || !slices.IsSorted(names) {
		t.Errorf("%d members, sorted %v", len(names), slices.IsSorted(names))
	}
}
