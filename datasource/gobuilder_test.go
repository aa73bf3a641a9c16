package datasource

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func init() {
	probe := newProbe()
	probe.ProxyAttributes = []string{"zProbePort", "serialNumber"}
	Register(probe)
	keyed := newProbe()
	keyed.Name, keyed.ConfigKey = "KeyedProbe", func(s *Source) (ConfigKey, error) {
		return MakeKey("all", s.CycleTime.Seconds())
	}
	Register(keyed)
}

// attributes answer for a device whose class has some of them.
type attributes map[string]any

func (a attributes) Attribute(name string) (any, bool) {
	v, ok := a[name]
	return v, ok
}

func probeSource() *Source {
	return &Source{
		Device: "web01", Template: "Web", ID: "ping", Type: "Probe", CycleTime: 90 * time.Second,
		Properties: map[string]any{"url": "http://h/"},
		Object:     attributes{"zProbePort": 80, "unasked": 1},
	}
}

func TestGoBuilderGivesTheDefaultKey(t *testing.T) {
	key, err := GoBuilder{}.ConfigKey(t.Context(), probeSource())
	if err != nil {
		t.Fatal(err)
	}
	if want := "web01 90 Web ping datasource/probe.Probe"; key.Name() != want {
		t.Errorf("key %q, want %q", key.Name(), want)
	}
}

func TestGoBuilderAsksTheTypeForTheKey(t *testing.T) {
	s := probeSource()
	s.Type = "KeyedProbe"
	key, err := GoBuilder{}.ConfigKey(t.Context(), s)
	if err != nil || key.Name() != "all 90" {
		t.Errorf("key %q, error %v", key.Name(), err)
	}
}

func TestGoBuilderDecodesParams(t *testing.T) {
	got, err := GoBuilder{}.Params(t.Context(), probeSource())
	if err != nil || got.(*probeParams).URL != "http://h/" {
		t.Errorf("params %v, error %v", got, err)
	}
	s := probeSource()
	s.Properties = map[string]any{"retries": "x", "zap": 1}
	_, err = GoBuilder{}.Params(t.Context(), s)
	if err == nil {
		t.Fatal("bad params were taken")
	}
	for _, part := range []string{"retries: ", "zap: ", "url: missing"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
}

// Missing proxy attributes are nil, not absent (spec §3.5).
func TestGoBuilderCopiesProxyAttributes(t *testing.T) {
	got, err := GoBuilder{}.ProxyAttributes(t.Context(), probeSource())
	if diff := cmp.Diff(map[string]any{"zProbePort": 80, "serialNumber": nil}, got); err != nil || diff != "" {
		t.Errorf("error %v, attributes (-want +got):\n%s", err, diff)
	}
}

func TestGoBuilderNamesTheTypesItHas(t *testing.T) {
	s := probeSource()
	s.Type = "Prob"
	_, keyErr := GoBuilder{}.ConfigKey(t.Context(), s)
	_, paramsErr := GoBuilder{}.Params(t.Context(), s)
	_, attributesErr := GoBuilder{}.ProxyAttributes(t.Context(), s)
	for _, err := range []error{keyErr, paramsErr, attributesErr} {
		if err == nil || !strings.Contains(err.Error(), `"Prob"`) || !strings.Contains(err.Error(), "KeyedProbe, Probe") {
			t.Errorf("error %v, want it to name Prob and the types there are", err)
		}
	}
}
