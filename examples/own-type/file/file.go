// Package file is the data source type File: it tells how old and how large a file is, such as last night's backup,
// and makes an event when it is missing or too old.
package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// Registering in init is what makes an import enough.
func init() { datasource.Register(Type()) }

// Type describes the type: its name in inventories, its parameters, its datapoints, and how it is made.
func Type() *datasource.Type {
	return &datasource.Type{
		Name:   "File",
		Class:  "own-type/file.File",
		Doc:    "How old and how large a file is.",
		Params: func() any { return &Params{} },
		Points: []datasource.PointDoc{
			{Name: "age", Type: datasource.Gauge, Doc: "seconds since the file was written"},
			{Name: "size", Type: datasource.Gauge, Doc: "bytes"},
		},
		New: func(c *datasource.Config, _ datasource.Handle) (datasource.Plugin, error) {
			return datasource.PerSource(c, newSource)
		},
	}
}

// Params are what an inventory says of a data source. From the tags come its form, its JSON schema and the checks
// that `zenpython check` does; text may hold TALES expressions.
type Params struct {
	Path   string  `json:"path" required:"true" doc:"the file to look at"`
	MaxAge float64 `json:"max_age" min:"0" doc:"seconds after which the file is too old, 0 for never"`
}

// source is one data source of one task. It lives from the task's start to its end, so it could keep what a run needs
// to know of the one before.
type source struct {
	params *Params
	now    func() time.Time
}

func newSource(ds *datasource.DataSourceConfig) (datasource.Collector, error) {
	params, err := datasource.ParamsOf[Params](ds)
	if err != nil {
		return nil, err
	}
	return &source{params: params, now: time.Now}, nil
}

// Collect is one run. A Failure becomes an event, which the next run without one clears.
func (s *source) Collect(_ context.Context, ds *datasource.DataSourceConfig) (*datasource.Data, error) {
	info, err := os.Stat(s.params.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &datasource.Failure{
			Kind: "missing", Err: err,
			Summary: s.params.Path + " is missing",
			Advice:  "see why it was not written",
		}
	case err != nil:
		return nil, &datasource.Failure{
			Kind: "unreadable", Err: err,
			Summary: "cannot look at " + s.params.Path + ": " + err.Error(),
			Advice:  "check the rights of the collector's user",
		}
	}
	age := s.now().Sub(info.ModTime()).Seconds()
	data := datasource.NewData()
	for _, dp := range ds.Points {
		switch dp.ID {
		case "age":
			data.Values.Set(ds.Component, dp.Name, age)
		case "size":
			data.Values.Set(ds.Component, dp.Name, info.Size())
		}
	}
	if s.params.MaxAge > 0 && age > s.params.MaxAge {
		return data, &datasource.Failure{
			Kind:    "too_old",
			Summary: fmt.Sprintf("%s is %.0f seconds old", s.params.Path, age),
			Advice:  fmt.Sprintf("it should be at most %.0f; see why it was not written", s.params.MaxAge),
		}
	}
	return data, nil
}

// Close has nothing to free.
func (*source) Close() {}
