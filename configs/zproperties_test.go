package configs

import (
	"cmp"
	"flag"
	"math"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the pages under docs that tests compare")

const zPropertiesPage = "../docs/zproperties.md"

func TestZPropertiesPage(t *testing.T) {
	want := ZPropertiesMarkdown()
	if *update {
		if err := os.WriteFile(zPropertiesPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(zPropertiesPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/zproperties.md differs from the table: go test ./configs -run TestZPropertiesPage -update")
	}
}

// TestPlatformZPropertiesAreSound: each default is what Coerce would make of it, so that a definition and a value
// set later look alike to whoever reads them.
func TestPlatformZPropertiesAreSound(t *testing.T) {
	name := regexp.MustCompile(`^z[A-Z][A-Za-z0-9]*$`)
	for _, p := range PlatformZProperties() {
		if got, err := p.Coerce(p.Default); err != nil || !reflect.DeepEqual(got, p.Default) {
			t.Errorf("%s: the default %#v becomes %#v, %v", p.Name, p.Default, got, err)
		}
		if !name.MatchString(p.Name) || p.Label == "" || p.Category == "" {
			t.Errorf("%+v is incomplete", p)
		}
		if p.Secret() != strings.HasSuffix(p.Name, "Password") {
			t.Errorf("%s has the type %s", p.Name, p.Type)
		}
		if p.Secret() && p.Default != "" {
			t.Errorf("%s has a default", p.Name)
		}
	}
}

func TestPlatformZPropertiesAreSortedAndUnique(t *testing.T) {
	properties := PlatformZProperties()
	if !slices.IsSortedFunc(properties, func(a, b ZProperty) int {
		return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.Name, b.Name))
	}) {
		t.Error("not sorted by category and name")
	}
	if n := len(platformDefinitions()); n != len(properties) {
		t.Errorf("%d zProperties, %d names", len(properties), n)
	}
}

func TestPlatformDefaults(t *testing.T) {
	tests := map[string]any{
		"zCommandCollectionInterval": 300, "zSnmpPort": 161, "zSnmpVer": "v2c", "zSnmpTimeout": 1.0, "zCommandPort": 22,
		"zProdStateThreshold": 300, "zDeviceTemplates": []string{"Device"}, "zCommandUsername": "", "zCommandPassword": "",
		"zPingMonitorIgnore": false, "zCollectorLogChanges": true, "zEventSeverity": -1, "zFileSystemSizeOffset": 1.0,
	}
	definitions := platformDefinitions()
	for name, want := range tests {
		if got := definitions[name].Default; !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v, want %#v", name, got, want)
		}
	}
}

func TestPlatformZPropertiesAreTheCallers(t *testing.T) {
	platformDefinitions()["zDeviceTemplates"].Default.([]string)[0] = "changed"
	if got := platformDefinitions()["zDeviceTemplates"].Default.([]string)[0]; got != "Device" {
		t.Errorf("a caller changed the table: %q", got)
	}
}

func TestParseZType(t *testing.T) {
	for _, name := range zTypeNames() {
		if got, ok := parseZType(name); !ok || string(got) != name {
			t.Errorf("%s is %s, %t", name, got, ok)
		}
	}
	for _, name := range []string{"", "bool", "Int", "long"} {
		if _, ok := parseZType(name); ok {
			t.Errorf("%q is a type", name)
		}
	}
}

func TestCoerce(t *testing.T) {
	tests := []struct {
		of          ZType
		value, want any
	}{
		{ZString, nil, ""}, {ZString, "a b ", "a b "}, {ZString, int64(300), "300"}, {ZString, 1.0, "1.0"}, {ZString, 0.25, "0.25"}, {ZString, true, "True"},
		{ZPassword, nil, ""}, {ZPassword, "s3cret", "s3cret"}, {ZPassword, 1234, "1234"},
		{ZInt, nil, 0}, {ZInt, 5, 5}, {ZInt, int64(-5), -5}, {ZInt, uint64(5), 5}, {ZInt, 300.0, 300}, {ZInt, " 22 ", 22}, {ZInt, "-1", -1},
		{ZFloat, nil, 0.0}, {ZFloat, 2, 2.0}, {ZFloat, int64(2), 2.0}, {ZFloat, uint64(2), 2.0}, {ZFloat, 2.5, 2.5}, {ZFloat, " 2.5e1 ", 25.0},
		{ZBool, nil, false}, {ZBool, true, true}, {ZBool, "True", true}, {ZBool, " no ", false}, {ZBool, "on", true}, {ZBool, "", false},
		{ZBool, int64(1), true}, {ZBool, 0, false}, {ZBool, "0", false},
		{ZLines, nil, []string{}}, {ZLines, []any{}, []string{}}, {ZLines, []any{"b", "a", 1, "b", ""}, []string{"b", "a", "1"}},
		{ZLines, []string{"x", "x"}, []string{"x"}}, {ZLines, "one", []string{"one"}}, {ZLines, " a\r\n\nb\n", []string{"a", "b"}}, {ZLines, "", []string{}},
	}
	for _, tt := range tests {
		got, err := ZProperty{Name: "zX", Type: tt.of}.Coerce(tt.value)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s of %#v is %#v, %v, want %#v", tt.of, tt.value, got, err, tt.want)
		}
	}
}

func TestCoerceErrors(t *testing.T) {
	mapping := map[string]any{"a": "hunter2"}
	tests := []struct {
		of    ZType
		value any
		want  string
	}{
		{ZString, []any{"hunter2"}, "zX: a string is needed, not a list"}, {ZString, mapping, "zX: a string is needed, not a mapping"},
		{ZPassword, mapping, "zX: a password is needed, not a mapping"}, {ZString, time.Time{}, "zX: a string is needed, not another value"},
		{ZInt, "hunter2", "zX: an int is needed, and this text is no whole number"}, {ZInt, "", "zX: an int is needed"}, {ZInt, "1.0", "zX: an int"},
		{ZInt, 1.5, "zX: an int is needed, not a number with a fraction"}, {ZInt, 1e300, "zX: an int"}, {ZInt, math.NaN(), "zX: an int"},
		{ZInt, uint64(math.MaxUint64), "zX: the whole number is too large"}, {ZInt, true, "zX: an int is needed, not a boolean"}, {ZInt, mapping, "zX: an int"},
		{ZFloat, "hunter2", "zX: a float is needed, and this text is no number"}, {ZFloat, math.Inf(1), "zX: a float is needed that is a finite number"},
		{ZFloat, "nan", "zX: a float is needed that is"}, {ZFloat, "1e999", "zX: a float is needed that is"}, {ZFloat, []any{}, "zX: a float is needed, not a list"},
		{ZBool, "hunter2", "zX: a boolean is needed, and this text is neither"}, {ZBool, 2, "zX: a boolean is needed, and this number is neither"},
		{ZBool, 1.0, "zX: a boolean is needed, not a number"}, {ZLines, mapping, "zX: lines are needed, not a mapping"}, {ZLines, 5, "zX: lines are needed"},
		{ZLines, []any{"hunter2", mapping}, "zX: line 2: a string is needed, not a mapping"}, {"tokens", "x", "zX: unknown zProperty type 'tokens'"},
	}
	for _, tt := range tests {
		got, err := ZProperty{Name: "zX", Type: tt.of}.Coerce(tt.value)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s of %#v is %#v, %v, want %s", tt.of, tt.value, got, err, tt.want)
		}
	}
}
