package datasource

import (
	"context"
	"errors"
	"fmt"
)

// GoBuilder is the Builder of the types written in Go: it answers from the registry.
type GoBuilder struct{}

var _ Builder = GoBuilder{}

// Collects reports whether the type is registered.
func (GoBuilder) Collects(sourceType, _ string) bool { return Lookup(sourceType) != nil }

// ConfigKey asks the type, or gives the default key when the type has no opinion. In it stands the class of the type
// where Python data sources have their plugin's.
func (GoBuilder) ConfigKey(_ context.Context, s *Source) (ConfigKey, error) {
	t, err := typeOf(s)
	if err != nil {
		return ConfigKey{}, err
	}
	if t.ConfigKey != nil {
		return t.ConfigKey(s)
	}
	return MakeKey(s.Device, s.CycleTime.Seconds(), s.Template, s.ID, t.Class)
}

// Params decodes the data source's own properties. The error joins one ParamProblem for each thing that is wrong.
func (GoBuilder) Params(_ context.Context, s *Source) (any, error) {
	t, err := typeOf(s)
	if err != nil {
		return nil, err
	}
	params, problems := DecodeParams(t, s.Properties)
	if len(problems) > 0 {
		errs := make([]error, 0, len(problems))
		for _, p := range problems {
			errs = append(errs, p)
		}
		return nil, errors.Join(errs...)
	}
	return params, nil
}

// ProxyAttributes returns the type's proxy attributes of the device or component, nil for those that nothing on the
// way up to the device class has.
func (GoBuilder) ProxyAttributes(_ context.Context, s *Source) (map[string]any, error) {
	t, err := typeOf(s)
	if err != nil {
		return nil, err
	}
	if len(t.ProxyAttributes) == 0 {
		return nil, nil
	}
	out := make(map[string]any, len(t.ProxyAttributes))
	for _, name := range t.ProxyAttributes {
		value, found := s.Object.Attribute(name)
		if !found {
			value = nil
		}
		out[name] = value
	}
	return out, nil
}

func typeOf(s *Source) (*Type, error) {
	if t := Lookup(s.Type); t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("no data source type %q is linked into this binary: it has %s", s.Type, typeNames())
}
