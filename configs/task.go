// Package configs says WHAT to collect: it reads inventories and ZenPacks, applies the device-class tree, templates,
// zProperties and TALES, and gives task configs as plain data.
package configs

import (
	"slices"
	"strconv"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// Identity names a task for good: schedules, ledgers and hand-overs go by it (never by the task's name, which is a
// label).
type Identity struct {
	Device string
	Key    datasource.ConfigKey
}

// TaskConfig is everything that the collector needs to make one task. It is plain data: the collector constructs the
// plugin from it.
type TaskConfig struct {
	Identity
	Duplicate int // 0, or n for the nth further task of the same name
	Interval  time.Duration
	Config    *datasource.Config
	Hash      uint64 // of the rendered config: a task is replaced only when it changes
	Origin    string // "path:line" of the first data source
}

// Name returns the task's label: the key's elements joined by spaces, with a suffix where another task had the name
// first. It is put together on each call, since most of the tasks never show it.
func (t *TaskConfig) Name() string {
	name := t.Key.Name()
	if t.Duplicate > 0 {
		name += " #" + strconv.Itoa(t.Duplicate+1)
	}
	return name
}

// Type returns the data source type of the task's data sources, "" for a task without any.
func (t *TaskConfig) Type() string {
	if len(t.Config.DataSources) == 0 {
		return ""
	}
	return t.Config.DataSources[0].Type
}

// DataSourceNames returns "Template/datasource" of the task's data sources, each once, in their order.
func (t *TaskConfig) DataSourceNames() []string {
	var names []string
	for _, ds := range t.Config.DataSources {
		name := ds.Template + "/" + ds.DataSource
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// PluginClass returns the class that --collect and --ignore search, the same for all of the task's data sources.
func (t *TaskConfig) PluginClass() string {
	if len(t.Config.DataSources) == 0 {
		return ""
	}
	return t.Config.DataSources[0].PluginClassname
}
