package configs

import (
	"fmt"

	"github.com/zenpython/zenpython/datasource"
)

// taskGroup is what one config key puts together.
type taskGroup struct {
	key     datasource.ConfigKey
	members []*boundSource
}

// group makes the device's tasks: one for each config key (spec §4.6), sorted by key.
func (w *deviceBuild) group(device object) []*TaskConfig {
	groups := w.groups()
	if len(groups) == 0 {
		return nil
	}
	hashes := newRendered()
	tasks := make([]*TaskConfig, 0, len(groups))
	for _, g := range groups {
		task := &TaskConfig{
			Identity: Identity{Device: device.ID, Key: g.key},
			Config: &datasource.Config{
				ID: device.ID, ManageIP: device.manageIP(), DeviceGUID: device.UUID,
				DataSources: make([]*datasource.DataSourceConfig, 0, len(g.members)), Thresholds: w.thresholds,
			},
			Origin: g.members[0].ds.origin,
		}
		task.Interval, _ = g.key.Interval() // checked when the data source was bound
		for _, m := range g.members {
			task.Config.DataSources = append(task.Config.DataSources, m.config)
		}
		task.Hash = hashes.hashTask(task)
		tasks = append(tasks, task)
	}
	sortTasks(tasks)
	return tasks
}

// groups puts the data sources together by key, in the order of the first of each. A task has one plugin: a data source
// whose key belongs to another class already fails.
func (w *deviceBuild) groups() []*taskGroup {
	var groups []*taskGroup
	index := make(map[datasource.ConfigKey]*taskGroup, len(w.sources))
	for _, s := range w.sources {
		g := index[s.config.ConfigKey]
		if g == nil {
			g = &taskGroup{key: s.config.ConfigKey}
			index[g.key] = g
			groups = append(groups, g)
		} else if first := g.members[0].ds; first.class != s.ds.class || first.Type != s.ds.Type {
			w.fail(s.config.Component, s.ds.Position, "data source "+s.ds.label(), fmt.Errorf(
				"config key %q belongs to data source %s of class %s, and this one is of class %s: a task has one class",
				g.key.Name(), first.label(), first.class, s.ds.class))
			continue
		}
		if !s.kept { // a kept one is in use already
			s.config.ConfigKey = g.key // equal, but one string for all
		}
		g.members = append(g.members, s)
	}
	return groups
}
