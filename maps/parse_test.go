package maps

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseObjectMap(t *testing.T) {
	tests := []struct {
		name string
		in   dict
		want ObjectMap
	}{
		{"all fields", dict{
			"id": "c1", "relname": "comps", "compname": "os", "modname": "a.b", "classname": "C", "parentId": "p", "plugin_name": "pn",
			"color": "red", "_private": 1, "_directive": "update",
		}, ObjectMap{
			ID: "c1", RelName: "comps", CompName: "os", ModName: "a.b", ClassName: "C", ParentID: "p", PluginName: "pn",
			Directive: DirectiveUpdate, Attributes: dict{"color": "red"},
		}},
		{"None is absent", dict{"id": nil, "compname": nil, "_directive": nil, "_add": nil, "remove": nil, "color": nil}, ObjectMap{Attributes: dict{"color": nil}}},
		{"a number as id", dict{"id": 5}, ObjectMap{ID: "5"}},
		{"bytes as id", dict{"id": []byte("b")}, ObjectMap{ID: "b"}},
		{"_add True", dict{"_add": true}, ObjectMap{Directive: DirectiveAdd}},
		{"_add False", dict{"_add": false}, ObjectMap{Directive: DirectiveUpdate}},
		{"_add 0", dict{"_add": 0}, ObjectMap{Directive: DirectiveUpdate}},
		{"_remove True", dict{"_remove": true}, ObjectMap{Directive: DirectiveRemove}},
		{"_remove 1", dict{"_remove": 1.0}, ObjectMap{Directive: DirectiveRemove}},
		{"_remove False", dict{"_remove": false}, ObjectMap{Directive: DirectiveNoChange}},
		{"remove True", dict{"remove": true}, ObjectMap{Directive: DirectiveRemove}},
		{"remove False", dict{"remove": false}, ObjectMap{}},
		{"removal wins over _add", dict{"_add": true, "_remove": true}, ObjectMap{Directive: DirectiveRemove}},
		{"_directive wins over flags", dict{"_directive": "add", "_remove": true}, ObjectMap{Directive: DirectiveAdd}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want.Attributes == nil {
				tt.want.Attributes = dict{}
			}
			before := len(tt.in)
			got, err := ParseObjectMap(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(tt.in) != before {
				t.Error("the dictionary was changed")
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for want, in := range map[string]dict{
		`ObjectMap c1: "explode" is no directive: want one of add, update`: {"id": "c1", "_directive": "explode"},
		`"" is no directive`:                     {"_directive": ""},
		"_directive is a int":                    {"_directive": 1},
		"_add is a string: want True or False":   {"_add": "yes"},
		"relname is a []interface {}: want text": {"relname": []any{}},
		"compname is a bool: want text":          {"maps": nil, "compname": true},
		"r: maps is a string: want a list":       {"relname": "r", "maps": "x"},
		"r: maps[1]: a int is no member":         {"relname": "r", "maps": []any{dict{}, 1}},
		"r: objmaps[0]: a *maps.ObjectMap is no": {"relname": "r", "objmaps": []any{(*ObjectMap)(nil)}},
		"r: maps[0]: ObjectMap x: _remove":       {"relname": "r", "maps": []map[string]any{{"id": "x", "_remove": "y"}}},
	} {
		if m, err := Parse(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%v) = %v, %v, want error %q", in, m, err, want)
		}
	}
}

// What upstream's constructor keeps of nested maps, and what append keeps (spec §6.1).
func TestRelationshipMembers(t *testing.T) {
	nested := &ObjectMap{
		ID: "n", ModName: "own.Class", ClassName: "Class", CompName: "os", Directive: DirectiveRemove, PluginName: "x",
		Attributes: dict{"a": 1},
	}
	original := *nested
	wrapped := &ObjectMap{ID: "n", ModName: "rel.Class", PluginName: "pn", Attributes: dict{"a": 1}}

	got := NewRelationshipMap(RelationshipMap{RelName: "r", ModName: "rel.Class", PluginName: "pn", Maps: []*ObjectMap{nested}}, nested)
	got.Append(nested)
	if diff := cmp.Diff([]*ObjectMap{wrapped, nested}, got.Maps); diff != "" {
		t.Errorf("constructed and appended (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&original, nested); diff != "" {
		t.Errorf("the nested map was changed:\n%s", diff)
	}

	own := dict{"id": "n", "modname": "own.Class", "_add": false, "a": 1}
	parsed := parse(t, dict{
		"relname": "r", "modname": "rel.Class", "plugin_name": "pn", "parentId": "p", "compname": "os",
		"objmaps": []any{nested, own}, "maps": []any{nested, own},
	})
	want := &RelationshipMap{RelName: "r", ModName: "rel.Class", PluginName: "pn", ParentID: "p", CompName: "os", Maps: []*ObjectMap{
		wrapped,
		{ID: "n", ModName: "rel.Class", PluginName: "pn", Directive: DirectiveUpdate, Attributes: dict{"a": 1}},
		nested,
		{ID: "n", ModName: "own.Class", Directive: DirectiveUpdate, Attributes: dict{"a": 1}},
	}}
	if diff := cmp.Diff(want, parsed); diff != "" {
		t.Errorf("parsed (-want +got):\n%s", diff)
	}
}

// FuzzParse: whatever a dictionary holds, it is refused or becomes a map that can be applied, twice with the same
// outcome, without harm to the model or to the map.
func FuzzParse(f *testing.F) {
	f.Add(`{"id":"c1","relname":"comps","modname":"a.B","color":"red"}`)
	f.Add(`{"relname":"comps","modname":"a.B","maps":[{"id":"a"},{"id":"a"},{"id":"old","setFoo":[1,{"x":null}]}]}`)
	f.Add(`{"compname":"os/filesystems/boot","_directive":"rebuild","set_x":[[1]],"setZenProperty":["z",1]}`)
	f.Add(`{"relname":"r","parentId":"old","objmaps":[{"id":"//","modname":"."}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var fields dict
		if json.Unmarshal([]byte(text), &fields) != nil {
			return
		}
		m, err := Parse(fields)
		if err != nil {
			return
		}
		again, err := Parse(fields)
		if err != nil {
			t.Fatal(err)
		}
		model := newModel(t)
		_, _ = model.Apply("dev1", []Map{m})
		if diff := cmp.Diff(again, m); diff != "" {
			t.Fatalf("applying changed the map:\n%s", diff)
		}
		checkTree(t, model.Device("dev1"))
		if result, _ := model.Apply("dev1", []Map{m}); result.Changed && !removesOrRebuilds(m) {
			t.Fatalf("the same map changes the model twice: %+v", result.Changes)
		}
	})
}

func removesOrRebuilds(m Map) bool {
	list := []*ObjectMap{}
	switch m := m.(type) {
	case *ObjectMap:
		list = append(list, m)
	case *RelationshipMap:
		list = m.Maps
	}
	for _, om := range list {
		if om.Directive == DirectiveRebuild || om.Directive == DirectiveRemove {
			return true
		}
	}
	return false
}
