package datasource

import (
	"context"
	"fmt"
)

// Builders is the Builder of several kinds of types: each data source is the business of the first that collects it.
type Builders []Builder

var (
	_ Builder     = Builders{}
	_ Prefetcher  = Builders{}
	_ PackBuilder = Builders{}
)

// Collects reports whether any of them does.
func (b Builders) Collects(sourceType, pluginClass string) bool {
	return b.of(sourceType, pluginClass) != nil
}

// ConfigKey asks the one that collects the source.
func (b Builders) ConfigKey(ctx context.Context, s *Source) (ConfigKey, error) {
	one, err := b.must(s)
	if err != nil {
		return ConfigKey{}, err
	}
	return one.ConfigKey(ctx, s)
}

// Params asks the one that collects the source.
func (b Builders) Params(ctx context.Context, s *Source) (any, error) {
	one, err := b.must(s)
	if err != nil {
		return nil, err
	}
	return one.Params(ctx, s)
}

// ProxyAttributes asks the one that collects the source.
func (b Builders) ProxyAttributes(ctx context.Context, s *Source) (map[string]any, error) {
	one, err := b.must(s)
	if err != nil {
		return nil, err
	}
	return one.ProxyAttributes(ctx, s)
}

// Prefetch asks ahead where the one that collects the source does so.
func (b Builders) Prefetch(ctx context.Context, s *Source) bool {
	ahead, ok := b.of(s.Type, s.PluginClassname).(Prefetcher)
	return ok && ahead.Prefetch(ctx, s)
}

// PackTypes joins the types of all that have some.
func (b Builders) PackTypes(ctx context.Context, packs []Pack) ([]PackType, error) {
	var all []PackType
	for _, one := range b {
		if of, ok := one.(PackBuilder); ok {
			types, err := of.PackTypes(ctx, packs)
			if err != nil {
				return nil, err
			}
			all = append(all, types...)
		}
	}
	return all, nil
}

// of returns the one that collects a type, or nil.
func (b Builders) of(sourceType, pluginClass string) Builder {
	for _, one := range b {
		if one.Collects(sourceType, pluginClass) {
			return one
		}
	}
	return nil
}

func (b Builders) must(s *Source) (Builder, error) {
	if one := b.of(s.Type, s.PluginClassname); one != nil {
		return one, nil
	}
	return nil, fmt.Errorf("nothing in this program collects data sources of type %q and class %q", s.Type, s.PluginClassname)
}
