package configs

import (
	"context"
	"maps"

	"github.com/zenpython/zenpython/datasource"
)

// keptSource finds a data source that fails now as it is in the set in use. It is called while building only.
func (s *LocalSource) keptSource(device string, component datasource.Component, template, name string) *datasource.DataSourceConfig {
	return s.built(device).find(component, template, name)
}

// keptOrGood returns what finds failing data sources during a load: in the set in use or, right after a start, by
// building them of the versions that an earlier process has kept.
func (s *LocalSource) keptOrGood(ctx context.Context) keeper {
	if s.builder != nil {
		return s.keptSource
	}
	good := s.builtOfGood(ctx)
	return func(device string, component datasource.Component, template, name string) *datasource.DataSourceConfig {
		return good(device).find(component, template, name)
	}
}

// builtOfGood returns what devices come to by the kept versions alone.
func (s *LocalSource) builtOfGood(ctx context.Context) func(id string) *deviceConfigs {
	none := func(string) *deviceConfigs { return nil }
	if s.good == nil {
		return none
	}
	b, err := newBuilder(s.good, s.opts.Model, s.opts.Builder, BuildOptions{Options: s.opts.Options, ZProperties: s.opts.ZProperties})
	if err != nil { // the filter asks for what they do not have
		return none
	}
	return func(id string) *deviceConfigs {
		device := s.good.Device(id)
		if device == nil {
			return nil
		}
		return b.device(ctx, device)
	}
}

// find returns a data source of the device, or nil. d may be nil.
func (d *deviceConfigs) find(component datasource.Component, template, name string) *datasource.DataSourceConfig {
	if d == nil {
		return nil
	}
	for _, task := range d.tasks {
		for _, ds := range task.Config.DataSources {
			if ds.Component == component && ds.Template == template && ds.DataSource == name {
				return ds
			}
		}
	}
	return nil
}

// keepGood notes the inventory as good, but for the data sources that could not be built of it: of those the earlier
// version stays.
func (s *LocalSource) keepGood(inv *Inventory) {
	failed := map[*DataSource]bool{}
	for _, d := range s.devices {
		for _, ds := range d.failed {
			failed[ds.DataSource] = true
		}
	}
	s.good = withoutFailed(inv, s.good, failed)
	if s.state == nil {
		return
	}
	if err := s.state.save(s.good); err != nil {
		s.log.Warn("last good versions of the inventory cannot be kept", "error", err)
	}
}

// withoutFailed returns the inventory with the failed data sources as they are in old, where it has them.
func withoutFailed(inv, old *Inventory, failed map[*DataSource]bool) *Inventory {
	out := *inv
	out.Problems = nil
	if len(failed) == 0 || old == nil {
		return &out
	}
	out.DeviceClasses = maps.Clone(inv.DeviceClasses)
	for path, class := range inv.DeviceClasses {
		for name, t := range class.Templates {
			if earlier := withEarlier(t, old.DeviceClasses[path].template(name), failed); earlier != t {
				changed := *out.DeviceClasses[path]
				changed.Templates = maps.Clone(changed.Templates)
				changed.Templates[name] = earlier
				out.DeviceClasses[path] = &changed
			}
		}
	}
	return &out
}

// withEarlier returns the template with failed data sources as they are in old, which may be nil.
func withEarlier(t, old *Template, failed map[*DataSource]bool) *Template {
	out := t
	for i, ds := range t.DataSources {
		earlier := old.source(ds.ID)
		if !failed[ds] || earlier == nil {
			continue
		}
		if out == t {
			changed := *t
			changed.DataSources = append([]*DataSource(nil), t.DataSources...)
			out = &changed
		}
		out.DataSources[i] = earlier
	}
	return out
}

// template returns a template of this very class, or nil. c may be nil.
func (c *DeviceClass) template(name string) *Template {
	if c == nil {
		return nil
	}
	return c.Templates[name]
}

// source returns a data source by id, or nil. t may be nil.
func (t *Template) source(id string) *DataSource {
	if t == nil {
		return nil
	}
	for _, ds := range t.DataSources {
		if ds.ID == id {
			return ds
		}
	}
	return nil
}
