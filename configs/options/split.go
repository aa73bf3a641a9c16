package options

import (
	"strings"

	"github.com/cespare/xxhash/v2"
)

// Split is one process's part of a monitor's devices. The zero Split is all
// of them.
type Split struct {
	Worker  int // this process, from 0
	Workers int // how many there are
}

// Has reports whether the device belongs to this part. Each device belongs to
// exactly one of the Workers, the same on every machine and in every version.
func (s Split) Has(device string) bool {
	if s.Workers <= 1 {
		return true
	}
	return xxhash.Sum64String(device)%uint64(s.Workers) == uint64(s.Worker)
}

// Split gives the part of the devices that --workers and --workerid leave to
// this process.
func (o *Options) Split() Split { return Split{Worker: o.WorkerID, Workers: o.Workers} }

// WantsDevice reports whether the device is collected here. A device asked
// for by name is collected whatever the split says (spec §4.5).
func (o *Options) WantsDevice(device string) bool {
	if o.Device != "" {
		return device == o.Device
	}
	return o.Split().Has(device)
}

// WantsPlugin reports whether --collect and --ignore let the plugin through.
// name is `module.Class`, for a type written in Go `datasource/<package>.<Type>`;
// the expressions are searched for anywhere in it (spec §4.6).
func (o *Options) WantsPlugin(name string) bool {
	if o.Collect != nil && !o.Collect.MatchString(name) {
		return false
	}
	return o.Ignore == nil || !o.Ignore.MatchString(name)
}

// DataSource names one data source of one template.
type DataSource struct {
	Template   string
	DataSource string
}

// IsZero reports whether none is named.
func (d DataSource) IsZero() bool { return d == DataSource{} }

// String gives the form the option takes; empty when none is named.
func (d DataSource) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Template + "/" + d.DataSource
}

// WantsDataSource reports whether --datasource lets the data source through.
func (o *Options) WantsDataSource(template, dataSource string) bool {
	return o.DataSource.IsZero() || o.DataSource == DataSource{template, dataSource}
}

// dataSource reads Template/datasource. Upstream took any text and failed
// later (spec §10, defect 7).
func dataSource(s string) (DataSource, error) {
	if s == "" {
		return DataSource{}, nil
	}
	template, name, ok := strings.Cut(s, "/")
	if !ok || template == "" || name == "" {
		return DataSource{}, expectedError("Template/datasource")
	}
	return DataSource{template, name}, nil
}
