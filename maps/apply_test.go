package maps

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type dict = map[string]any

const classM = "ZenPacks.example.Shop.Site"

// newModel returns a model with dev1: a static component comps/fixed, a locked one, and os/filesystems/boot.
func newModel(tb testing.TB) *Memory {
	tb.Helper()
	m := NewMemory()
	err := m.Seed([]Declaration{{
		ID: "dev1", ModName: "Products.ZenModel.Device", Attributes: dict{"serialNumber": "X1"},
		Components: map[string][]Declaration{"comps": {{ID: "fixed", ModName: classM, OnlyRelations: []string{"parts"}}}},
	}})
	if err != nil {
		tb.Fatal(err)
	}
	mustApply(tb, m,
		dict{"relname": "filesystems", "compname": "os", "id": "boot", "modname": "Products.ZenModel.FileSystem", "mount": "/boot"},
		dict{"relname": "comps", "id": "old", "modname": classM, "color": "red"},
	)
	return m
}

func parse(tb testing.TB, fields dict) Map {
	tb.Helper()
	m, err := Parse(fields)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func applyDicts(tb testing.TB, m *Memory, list ...dict) (Result, error) {
	tb.Helper()
	parsed := make([]Map, len(list))
	for i, fields := range list {
		parsed[i] = parse(tb, fields)
	}
	return m.Apply("dev1", parsed)
}

func mustApply(tb testing.TB, m *Memory, list ...dict) Result {
	tb.Helper()
	result, err := applyDicts(tb, m, list...)
	if err != nil {
		tb.Fatal(err)
	}
	return result
}

// changeLines writes changes so that a table can name them.
func changeLines(changes []Change) string {
	lines := make([]string, 0, len(changes))
	for _, c := range changes {
		line := c.Kind.String() + " " + strings.TrimPrefix(c.Path, "Devices/")
		if len(c.Attributes) > 0 {
			line += " " + strings.TrimPrefix(fmt.Sprint(c.Attributes), "map")
		}
		if c.Blocked != "" {
			line += " blocked: " + c.Blocked
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

// applyRow is one row of a table of spec §6: maps, and what they do to the model of newModel.
type applyRow struct {
	name    string
	lock    map[string]Lock // by path below the device, before
	maps    []dict
	changes string // "" is none
	warning string // part of the only warning
	err     string // part of the error
}

func runRows(t *testing.T, rows []applyRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			m := newModel(t)
			for path, lock := range row.lock {
				if err := m.SetLock("dev1", path, lock); err != nil {
					t.Fatal(err)
				}
			}
			before := m.Device("dev1")
			result, err := applyDicts(t, m, row.maps...)
			if got := changeLines(result.Changes); got != row.changes {
				t.Errorf("changes:\n got %s\nwant %s", got, row.changes)
			}
			if done := slices.ContainsFunc(result.Changes, func(c Change) bool { return c.Blocked == "" }); result.Changed != done {
				t.Errorf("Changed is %v with changes %+v", result.Changed, result.Changes)
			}
			if (m.Device("dev1") != before) != result.Changed {
				t.Errorf("Changed is %v, and the tree replaced: %v", result.Changed, m.Device("dev1") != before)
			}
			if warnings := strings.Join(result.Warnings, "\n"); (row.warning == "") != (warnings == "") || !strings.Contains(warnings, row.warning) {
				t.Errorf("warnings %q, want %q", warnings, row.warning)
			}
			if row.err == "" && err != nil || row.err != "" && (err == nil || !strings.Contains(err.Error(), row.err)) {
				t.Errorf("error %v, want %q", err, row.err)
			}
		})
	}
}

func comp(id string, more dict) dict {
	d := dict{"id": id, "relname": "comps", "modname": classM}
	maps.Copy(d, more)
	return d
}

// Every row of spec §6.2.
func TestTargets(t *testing.T) {
	runRows(t, []applyRow{
		{name: "the device", maps: []dict{{"rack": "r1"}}, changes: "Set dev1 [rack:r1]"},
		{name: "the device by its id", maps: []dict{{"id": "dev1", "rack": "r1"}}, changes: "Set dev1 [rack:r1]"},
		{name: "a child", maps: []dict{{"compname": "hw", "slots": 2}}, changes: "Set dev1/hw [slots:2]"},
		{name: "a path", maps: []dict{{"compname": "os/filesystems/boot", "mount": "/b"}}, changes: "Set dev1/os/filesystems/boot [mount:/b]"},
		{name: "a path of two parts", maps: []dict{{"compname": "comps/old", "color": "blue"}}, changes: "Set dev1/comps/old [color:blue]"},
		{name: "a path and its own id", maps: []dict{{"compname": "comps/old", "id": "old", "color": "blue"}}, changes: "Set dev1/comps/old [color:blue]"},
		{name: "id and relation on the device", maps: []dict{comp("old", dict{"color": "blue"})}, changes: "Set dev1/comps/old [color:blue]"},
		{name: "id and relation at a path", maps: []dict{{"compname": "comps/fixed", "relname": "parts", "id": "p", "modname": "a.Part"}},
			changes: "Add dev1/comps/fixed/parts/p"},
		{name: "relationship of the device", maps: []dict{{"relname": "racks", "maps": []any{dict{"id": "r", "modname": "a.Rack"}}}},
			changes: "Add dev1/racks/r"},
		{name: "relationship at a path", maps: []dict{{"relname": "filesystems", "compname": "os", "maps": []any{}}},
			changes: "Remove dev1/os/filesystems/boot"},
		{name: "relationship of a parentId", maps: []dict{{"relname": "parts", "parentId": "fixed", "maps": []any{dict{"id": "p", "modname": "a.Part"}}}},
			changes: "Add dev1/comps/fixed/parts/p"},
		{name: "parentId is the device", maps: []dict{{"relname": "filesystems", "parentId": "dev1", "maps": []any{}}}},

		{name: "relationship parent missing", maps: []dict{{"relname": "r", "compname": "os/nope/x", "maps": []any{}}}, warning: "nothing at compname"},
		{name: "relationship parentId missing", maps: []dict{{"relname": "r", "parentId": "nope", "maps": []any{}}}, warning: "0 components"},
		{name: "relationship parentId ambiguous", maps: []dict{
			{"relname": "x", "id": "old", "modname": "a.B"},
			{"relname": "r", "parentId": "old", "maps": []any{}},
		}, changes: "Add dev1/x/old", warning: "2 components"},
		{name: "relationship relation missing", maps: []dict{{"relname": "nope", "parentId": "fixed", "maps": []any{}}}, warning: "no relation nope"},
		{name: "relationship without a name", maps: []dict{{"maps": []any{}}}, warning: "names no relation"},
		{name: "object parentId is ignored", maps: []dict{comp("old", dict{"color": "blue", "parentId": "fixed"})}, changes: "Set dev1/comps/old [color:blue]"},
		{name: "object compname missing", maps: []dict{{"compname": "os/nope/x", "a": 1}}, warning: "nothing at compname"},
		{name: "object child missing", maps: []dict{{"compname": "nope", "a": 1}}, warning: "nothing at compname"},
		{name: "object compname missing, with relation", maps: []dict{comp("old", dict{"color": "blue", "compname": "no/such"})},
			changes: "Set dev1/comps/old [color:blue]"},
		{name: "object relation missing", maps: []dict{{"compname": "comps/fixed", "relname": "nope", "id": "x", "modname": "a.B"}}, err: "no relation nope"},
		{name: "object id differs from the device's", maps: []dict{{"id": "dev2", "rack": "r1"}}, warning: `id "dev2" differs`},
		{name: "object id differs from the path's", maps: []dict{{"compname": "comps/old", "id": "new"}}, warning: `id "new" differs`},
		{name: "new object without modname", maps: []dict{{"relname": "comps", "id": "new"}}, err: "needs a modname"},
		{name: "relname without id", maps: []dict{{"relname": "comps", "modname": classM, "color": "red"}}, err: "has no id"},
		{name: "relationship member without id", maps: []dict{{"relname": "comps", "modname": classM, "maps": []any{
			dict{"color": "red"}, dict{"id": "new"}, dict{"id": "old"},
		}}}, changes: "Add dev1/comps/new", err: "member 1: there is no id"},
		{name: "id that breaks paths", maps: []dict{comp("a/b", nil)}, err: `"a/b" cannot be an id`},
	})
}

// Every row of spec §6.3.
func TestDirectives(t *testing.T) {
	const add, set, remove = "Add dev1/comps/new [color:red]", "Set dev1/comps/old [color:blue]", "Remove dev1/comps/old"
	blue, same, fresh := dict{"color": "blue"}, dict{"color": "red"}, dict{"color": "red"}
	flagged := func(fields dict, name string, value any) dict {
		out := dict{name: value}
		maps.Copy(out, fields)
		return out
	}
	rows := []applyRow{
		{name: "nothing, exists, differs", maps: []dict{comp("old", blue)}, changes: set},
		{name: "nothing, exists, same", maps: []dict{comp("old", same)}},
		{name: "nothing, absent", maps: []dict{comp("new", fresh)}, changes: add},
		{name: "_add True, exists, differs", maps: []dict{comp("old", flagged(blue, "_add", true))}, changes: set},
		{name: "_add True, exists, same", maps: []dict{comp("old", flagged(same, "_add", true))}},
		{name: "_add True, absent", maps: []dict{comp("new", flagged(fresh, "_add", true))}, changes: add},
		{name: "_add False, exists, differs", maps: []dict{comp("old", flagged(blue, "_add", false))}, changes: set},
		{name: "_add False, exists, same", maps: []dict{comp("old", flagged(same, "_add", false))}},
		{name: "_add False, absent", maps: []dict{comp("new", flagged(fresh, "_add", false))}},
		{name: "_remove True, exists", maps: []dict{comp("old", flagged(blue, "_remove", true))}, changes: remove},
		{name: "_remove True, absent", maps: []dict{comp("new", flagged(fresh, "_remove", true))}},
		{name: "remove True, exists", maps: []dict{comp("old", flagged(blue, "remove", true))}, changes: remove},
		{name: "remove True, absent", maps: []dict{comp("new", flagged(fresh, "remove", true))}},
		{name: "_remove False, exists", maps: []dict{comp("old", flagged(blue, "_remove", false))}},
		{name: "_remove False, absent", maps: []dict{comp("new", flagged(fresh, "_remove", false))}},
		{name: "another class", maps: []dict{comp("old", dict{"modname": "a.Other", "size": 1})}, changes: "Rebuild dev1/comps/old [size:1]"},
		{name: "another class by classname", maps: []dict{comp("old", dict{"classname": "Other"})}, changes: "Rebuild dev1/comps/old"},
		{name: "same class elsewhere", maps: []dict{comp("old", dict{"modname": "moved.Site", "color": "red"})}},
		{name: "same class by classname", maps: []dict{comp("old", dict{"modname": "ZenPacks.example.sites", "classname": "Site", "color": "red"})}},
		{name: "no modname, exists", maps: []dict{{"relname": "comps", "id": "old", "color": "blue"}}, changes: set},
		{name: "no modname, absent", maps: []dict{{"relname": "comps", "id": "new", "color": "red"}}, err: "needs a modname"},
		{name: "no modname, absent, remove", maps: []dict{{"relname": "comps", "id": "new", "_remove": true}}},
		{name: "static: class is the inventory's", maps: []dict{comp("fixed", dict{"modname": "a.Other", "size": 1})}, changes: "Set dev1/comps/fixed [size:1]"},
		{name: "static: never removed", maps: []dict{comp("fixed", dict{"_remove": true})}, changes: "Remove dev1/comps/fixed blocked: declared by the inventory"},
		{name: "the device is never removed", maps: []dict{{"_remove": true}}, changes: "Remove dev1 blocked: declared by the inventory"},
	}
	for directive, want := range map[string][2]string{ // on the component that exists and differs, on the absent one
		"add": {set, add}, "update": {set, ""}, "remove": {remove, ""}, "nochange": {"", ""}, "update_locked": {"", ""}, "delete_locked": {"", ""},
		"rebuild": {"Rebuild dev1/comps/old [color:blue]", add},
	} {
		rows = append(rows,
			applyRow{name: directive + ", exists", maps: []dict{comp("old", flagged(blue, "_directive", directive))}, changes: want[0]},
			applyRow{name: directive + ", absent", maps: []dict{comp("new", flagged(fresh, "_directive", directive))}, changes: want[1]})
	}
	runRows(t, rows)
}

func TestRebuildForgetsWhatWasBelow(t *testing.T) {
	m := newModel(t)
	mustApply(t, m, dict{"compname": "comps/old", "relname": "parts", "id": "p", "modname": "a.Part"})
	mustApply(t, m, comp("old", dict{"modname": "a.Other", "size": 1}))
	o := m.Device("dev1").Find("comps/old")
	if o.ModName != "a.Other" || !cmp.Equal(o.Attributes, dict{"size": 1}) || len(o.Relations) != 0 {
		t.Errorf("rebuilt: %s %v %v", o.ModName, o.Attributes, o.Relations)
	}
}

// Check 38 of spec §11.
func TestCheck38(t *testing.T) {
	m := newModel(t)
	for i, tt := range []struct {
		fields dict
		want   bool
	}{
		{dict{"id": "c1", "relname": "comps", "modname": classM, "color": "red"}, true},
		{dict{"id": "c1", "relname": "comps", "modname": classM, "color": "red"}, false},
		{dict{"id": "c2", "relname": "comps", "modname": classM, "_add": false}, false},
		{dict{"id": "c1", "relname": "comps", "_remove": true}, true},
	} {
		if got := mustApply(t, m, tt.fields); got.Changed != tt.want {
			t.Errorf("step %d: changed %v, want %v", i+1, got.Changed, tt.want)
		}
	}
	for _, id := range []string{"c1", "c2"} {
		if m.Device("dev1").Member("comps", id) != nil {
			t.Errorf("%s is in the model", id)
		}
	}
}

func relationship(ids ...string) dict {
	members := []any{}
	for _, id := range ids {
		members = append(members, dict{"id": id})
	}
	return dict{"relname": "sites", "modname": classM, "objmaps": members}
}

func memberNames(o *Object, relation string) []string {
	names := []string{}
	for _, member := range o.Relations[relation] {
		names = append(names, member.ID)
	}
	return names
}

// Check 39 of spec §11.
func TestCheck39(t *testing.T) {
	m := newModel(t)
	for i, tt := range []struct {
		fields  dict
		changed bool
		members []string
	}{
		{relationship("a", "b"), true, []string{"a", "b"}},
		{relationship("a"), true, []string{"a"}},
		{relationship(), true, []string{}},
		{relationship(), false, []string{}},
		{relationship("a", "a", "a"), true, []string{"a", "a_2", "a_3"}},
		{relationship("a", "a", "a"), false, []string{"a", "a_2", "a_3"}},
	} {
		got := mustApply(t, m, tt.fields)
		if members := memberNames(m.Device("dev1"), "sites"); got.Changed != tt.changed || !cmp.Equal(members, tt.members) {
			t.Errorf("step %d: changed %v, members %v, want %v, %v", i+1, got.Changed, members, tt.changed, tt.members)
		}
	}
}

// Every row of spec §6.4 beyond check 39.
func TestRelationships(t *testing.T) {
	with := func(members ...any) []dict { return []dict{{"relname": "comps", "modname": classM, "maps": members}} }
	old := dict{"id": "old", "color": "red"}
	runRows(t, []applyRow{
		{name: "unchanged are left alone", maps: with(old)},
		{name: "updated", maps: with(dict{"id": "old", "color": "blue"}), changes: "Set dev1/comps/old [color:blue]"},
		{name: "added", maps: with(old, dict{"id": "new"}), changes: "Add dev1/comps/new"},
		{name: "rebuilt", maps: with(dict{"id": "old", "modname": "a.Other"}), changes: "Rebuild dev1/comps/old"},
		{name: "removed, but not what the inventory declares", maps: with(), changes: "Remove dev1/comps/old"},
		{name: "suffixes avoid given ids", maps: with(old, dict{"id": "a"}, dict{"id": "a_2"}, dict{"id": "a"}, dict{"id": "a_2"}),
			changes: "Add dev1/comps/a; Add dev1/comps/a_2; Add dev1/comps/a_3; Add dev1/comps/a_2_2"},
		{name: "members' directives", maps: with(dict{"id": "old", "_remove": true}, dict{"id": "new", "_add": false}), changes: "Remove dev1/comps/old"},
		{name: "members' own class", maps: with(old, dict{"id": "new", "classname": "Shop"}), changes: "Add dev1/comps/new"},
		{name: "a wrong member costs only itself", maps: []dict{{"relname": "comps", "maps": []any{dict{"id": "bad"}, dict{"id": "old", "color": "blue"}}}},
			changes: "Set dev1/comps/old [color:blue]", err: "member 1: create Devices/dev1/comps/bad: a new object needs a modname"},
	})
}

// Every row of spec §6.6.
func TestLocks(t *testing.T) {
	updates, deletion := Lock{Updates: true}, Lock{Deletion: true}
	onOld := func(l Lock) map[string]Lock { return map[string]Lock{"comps/old": l} }
	empty := dict{"relname": "comps", "maps": []any{}}
	runRows(t, []applyRow{
		{name: "device: object refused", lock: map[string]Lock{"": updates}, maps: []dict{comp("old", dict{"color": "blue"})},
			changes: "Set dev1 blocked: locked from updates"},
		{name: "device: relationship refused", lock: map[string]Lock{"": updates}, maps: []dict{empty}, changes: "Set dev1 blocked: locked from updates"},
		{name: "updates: no update", lock: onOld(updates), maps: []dict{comp("old", dict{"color": "blue"})},
			changes: "Set dev1/comps/old blocked: locked from updates"},
		{name: "updates: nothing to update", lock: onOld(updates), maps: []dict{comp("old", dict{"color": "red"})}},
		{name: "updates: no rebuild", lock: onOld(updates), maps: []dict{comp("old", dict{"modname": "a.Other"})},
			changes: "Rebuild dev1/comps/old blocked: locked from updates"},
		{name: "updates: no removal", lock: onOld(updates), maps: []dict{comp("old", dict{"_remove": true})},
			changes: "Remove dev1/comps/old blocked: locked from updates"},
		{name: "deletion: kept by relationship", lock: onOld(deletion), maps: []dict{empty}, changes: "Remove dev1/comps/old blocked: locked from deletion"},
		{name: "deletion: object removal refused", lock: onOld(deletion), maps: []dict{comp("old", dict{"_remove": true})},
			changes: "Remove dev1/comps/old blocked: locked from deletion"},
		{name: "deletion: update allowed", lock: onOld(deletion), maps: []dict{comp("old", dict{"color": "blue"})}, changes: "Set dev1/comps/old [color:blue]"},
	})
}

func TestBlockedChangesAskForEvents(t *testing.T) {
	m := newModel(t)
	if err := m.SetLock("dev1", "comps/old", Lock{Deletion: true, SendEvent: true}); err != nil {
		t.Fatal(err)
	}
	changes := mustApply(t, m, comp("old", dict{"_remove": true})).Changes
	if len(changes) != 1 || !changes[0].SendEvent || changes[0].ComponentID() != "old" {
		t.Errorf("changes: %+v", changes)
	}
	for _, tt := range []struct{ device, path string }{{"nope", ""}, {"dev1", "no/such"}} {
		if err := m.SetLock(tt.device, tt.path, Lock{}); err == nil {
			t.Errorf("SetLock(%q, %q) found something", tt.device, tt.path)
		}
	}
}

// A map that is wrong costs only itself (stance 5 of spec §10).
func TestBadMapsCostOnlyThemselves(t *testing.T) {
	m := newModel(t)
	var none *ObjectMap
	result, err := m.Apply("dev1", []Map{
		parse(t, comp("c1", nil)), parse(t, dict{"relname": "comps", "id": "c2"}), none, nil, &ObjectMap{Directive: "explode"}, parse(t, comp("c3", nil)),
	})
	if got := changeLines(result.Changes); got != "Add dev1/comps/c1; Add dev1/comps/c3" || result.Failed != 4 {
		t.Errorf("changes: %s; %d failed", got, result.Failed)
	}
	for _, want := range []string{"map 2 of 6 for dev1", "map 3 of 6", "map 4 of 6", `map 5 of 6 for dev1: "explode" is no directive`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
	if _, err := m.Apply("nope", nil); !errors.Is(err, ErrUnknownDevice) {
		t.Errorf("unknown device: %v", err)
	}
}
