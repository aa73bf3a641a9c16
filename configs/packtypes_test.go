package configs

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zenpython/zenpython/datasource"
)

// typedPack is a pack whose code defines a type, and an inventory that uses it.
func typedPack(t *testing.T) string {
	t.Helper()
	return writeTree(t, map[string]string{
		"ZenPacks.example.Shop/zenpack.yaml": "name: ZenPacks.example.Shop\n",
		"shop.yaml": `
zenpacks: [ZenPacks.example.Shop]
device_classes:
  /Shop:
    templates:
      Shop:
        datasources:
          plain: {type: Shop, datapoints: {x: GAUGE}}
          own: {type: Shop, cycletime: 10, plugin_classname: a.B, datapoints: {x: GAUGE}}
`})
}

// loadTyped loads it and returns class and cycle time of its data sources, and the problems.
func loadTyped(t *testing.T, root string, types func(context.Context, []datasource.Pack) ([]datasource.PackType, error)) (map[string][2]string, []Problem) {
	t.Helper()
	inv, err := Load(t.Context(), []string{filepath.Join(root, "shop.yaml")}, LoadOptions{PackTypes: types})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][2]string{}
	for _, ds := range inv.DeviceClasses["/Shop"].Templates["Shop"].DataSources {
		got[ds.ID] = [2]string{ds.PluginClassname, ds.CycleTime}
	}
	return got, inv.Problems
}

func TestPackTypesGiveDefaults(t *testing.T) {
	root := typedPack(t)
	got, problems := loadTyped(t, root, func(_ context.Context, packs []datasource.Pack) ([]datasource.PackType, error) {
		diff(t, []datasource.Pack{{Name: "ZenPacks.example.Shop", Path: filepath.Join(root, "ZenPacks.example.Shop")}}, packs)
		return []datasource.PackType{{Name: "Shop", PluginClassname: "pack.Shop", CycleTime: "77"}}, nil
	})
	diff(t, map[string][2]string{"plain": {"pack.Shop", "77"}, "own": {"a.B", "10"}}, got)
	if len(problems) > 0 {
		t.Errorf("problems %v", problems)
	}
}

func TestTypesOfPacksThatAreNotKnown(t *testing.T) {
	failing := func(context.Context, []datasource.Pack) ([]datasource.PackType, error) {
		return nil, errors.New("no Python")
	}
	other := func(context.Context, []datasource.Pack) ([]datasource.PackType, error) { return nil, nil }
	for name, c := range map[string]struct {
		types    func(context.Context, []datasource.Pack) ([]datasource.PackType, error)
		severity ProblemSeverity
		want     []string
	}{
		"nobody is asked": {nil, ProblemWarning, []string{"collected only if the code of a pack defines it"}},
		"asking fails":    {failing, ProblemWarning, []string{"which data source types the packs define is not known: no Python", "only if the code"}},
		"no such type":    {other, ProblemError, []string{`type "Shop" is not collected`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := loadTyped(t, typedPack(t), c.types)
			if len(problems) != len(c.want) {
				t.Fatalf("problems %v", problems)
			}
			for i, p := range problems {
				if p.Severity != c.severity || !strings.Contains(p.Message, c.want[i]) {
					t.Errorf("problem %v, want %q", p, c.want[i])
				}
			}
		})
	}
}

func TestPackTypesHonourContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Load(ctx, []string{filepath.Join(typedPack(t), "shop.yaml")}, LoadOptions{
		PackTypes: func(context.Context, []datasource.Pack) ([]datasource.PackType, error) {
			cancel()
			return nil, ctx.Err()
		},
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
