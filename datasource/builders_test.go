package datasource

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// oneType is a Builder of one sourcetype.
type oneType struct {
	sourceType string
	fail       error
}

func (b oneType) Collects(sourceType, _ string) bool { return sourceType == b.sourceType }

func (b oneType) ConfigKey(context.Context, *Source) (ConfigKey, error) { return MakeKey(b.sourceType) }

func (b oneType) Params(context.Context, *Source) (any, error) { return b.sourceType, nil }

func (b oneType) ProxyAttributes(context.Context, *Source) (map[string]any, error) {
	return map[string]any{"of": b.sourceType}, nil
}

// slowType is one that is asked ahead and has pack types.
type slowType struct{ oneType }

func (b slowType) Prefetch(_ context.Context, s *Source) bool {
	s.Asked = b.sourceType
	return true
}

func (b slowType) PackTypes(_ context.Context, packs []Pack) ([]PackType, error) {
	return []PackType{{Name: packs[0].Name + b.sourceType}}, b.fail
}

func TestBuilders(t *testing.T) {
	b := Builders{oneType{sourceType: "quick"}, slowType{oneType{sourceType: "slow"}}, oneType{sourceType: "slow"}}
	for _, name := range []string{"quick", "slow"} {
		s := &Source{Type: name}
		if ahead := b.Prefetch(t.Context(), s); ahead != (name == "slow") || ahead != (s.Asked != nil) {
			t.Errorf("%s: asked ahead: %v", name, ahead)
		}
		key, keyErr := b.ConfigKey(t.Context(), s)
		params, paramsErr := b.Params(t.Context(), s)
		attributes, attributesErr := b.ProxyAttributes(t.Context(), s)
		if err := errors.Join(keyErr, paramsErr, attributesErr); err != nil {
			t.Error(err)
		}
		if key.Name() != name || params != name || attributes["of"] != name || !b.Collects(name, "") {
			t.Errorf("%s: answers of %q, %v, %v", name, key.Name(), params, attributes)
		}
	}
	s := &Source{Type: "none"}
	_, keyErr := b.ConfigKey(t.Context(), s)
	_, paramsErr := b.Params(t.Context(), s)
	_, attributesErr := b.ProxyAttributes(t.Context(), s)
	if b.Collects("none", "") || b.Prefetch(t.Context(), s) || keyErr == nil || paramsErr == nil || attributesErr == nil {
		t.Error("what nobody collects was answered")
	}
}

func TestPackTypesOfBuilders(t *testing.T) {
	b := Builders{oneType{}, slowType{oneType{sourceType: "1"}}, slowType{oneType{sourceType: "2"}}}
	types, err := b.PackTypes(t.Context(), []Pack{{Name: "x"}})
	if d := cmp.Diff([]PackType{{Name: "x1"}, {Name: "x2"}}, types); d != "" || err != nil {
		t.Errorf("error %v, types:\n%s", err, d)
	}
	b = append(b, slowType{oneType{fail: context.Canceled}})
	if _, err := b.PackTypes(t.Context(), []Pack{{Name: "x"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
