package datasource

import (
	"errors"
	"strings"
	"testing"
)

func TestTypesAreFoundByName(t *testing.T) {
	if got := Lookup("Probe"); got == nil || got.Class != "datasource/probe.Probe" {
		t.Errorf("Lookup(Probe) = %+v", got)
	}
	if Lookup("probe") != nil || Lookup("") != nil {
		t.Error("a name that is not registered was found")
	}
	all := Types()
	for i := 1; i < len(all); i++ {
		if all[i-1].Name >= all[i].Name {
			t.Errorf("%s before %s", all[i-1].Name, all[i].Name)
		}
	}
}

func TestBadTypesPanic(t *testing.T) {
	construct := func(*Config, Handle) (Plugin, error) { return nil, errors.New("not for running") }
	tests := map[string]*Type{
		"no name":        {Class: "c", New: construct},
		"no class":       {Name: "X", New: construct},
		"no constructor": {Name: "X", Class: "c"},
		"twice":          {Name: "Probe", Class: "c", New: construct},
		"bad params":     {Name: "X", Class: "c", New: construct, Params: func() any { return 1 }},
		"bad points":     {Name: "X", Class: "c", New: construct, PointParams: func() any { return 1 }},
	}
	for name, bad := range tests {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(r.(string), "BUG: ") {
					t.Errorf("recovered %v, want a BUG", r)
				}
			}()
			Register(bad)
		})
	}
	if Lookup("X") != nil {
		t.Error("a bad type was registered")
	}
}

func TestHasPoint(t *testing.T) {
	closed := &Type{Points: []PointDoc{{Name: "up"}}}
	if !closed.HasPoint("up") || closed.HasPoint("down") {
		t.Error("a closed type has the points it lists and no other")
	}
	if !(&Type{AnyPoint: true}).HasPoint("down") {
		t.Error("an open type has any point")
	}
}
