package configs

import (
	"cmp"
	"context"

	"github.com/zenpython/zenpython/datasource"
)

// askPacks learns which data source types the packs' code defines. When that fails, data sources that give their class
// themselves are collected all the same; the failure is a warning. An error is returned only when ctx ends.
func (l *loader) askPacks(ctx context.Context) error {
	if len(l.packList) == 0 {
		return nil
	}
	if l.opts.PackTypes == nil {
		l.unasked = true
		return nil
	}
	packs := make([]datasource.Pack, len(l.packList))
	for i, p := range l.packList {
		packs[i] = datasource.Pack(*p)
	}
	types, err := l.opts.PackTypes(ctx, packs)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		l.unasked = true
		at := Position{Path: l.packList[0].Path, Line: 1, Col: 1}
		l.problems = append(l.problems, Problem{
			Position: at, Severity: ProblemWarning,
			Message: "which data source types the packs define is not known: " + err.Error(),
		})
	}
	l.packTypes = make(map[string]datasource.PackType, len(types))
	for _, t := range types {
		l.packTypes[t.Name] = t
	}
	return nil
}

// takePackDefaults gives a data source of a pack's type what the type has for those that do not say.
func (r *reader) takePackDefaults(s *dataSourceDraft) {
	t, ok := r.packTypes[s.Type]
	if !ok || r.words.types[s.Type] != nil {
		return
	}
	s.PluginClassname = cmp.Or(s.PluginClassname, t.PluginClassname)
	s.CycleTime = cmp.Or(s.CycleTime, t.CycleTime)
}
