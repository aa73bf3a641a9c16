// Package configs says WHAT to collect: it reads inventories and ZenPacks, applies the device-class tree, templates,
// zProperties and TALES, and gives task configs as plain data.
package configs

import (
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
	Name     string // the key's elements joined by spaces; made unique with a suffix
	Interval time.Duration
	Config   *datasource.Config
	Type     string // data source type of all its data sources
	Hash     uint64 // of the rendered config: a task is replaced only when it changes
	Origin   string // "path:line" of the first data source
}
