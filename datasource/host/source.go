package host

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"

	"github.com/zenpython/zenpython/datasource"
)

// source collects one data source.
type source struct {
	params      *Params
	machine     machine
	firstWindow time.Duration
	mount       string // of the component; "" is none
	iface       string
	groups      []*group // those that the datapoints are of
	lastCPU     *cpu.TimesStat
	model       *modeler // nil: none is wanted
}

func newSource(ds *datasource.DataSourceConfig, m machine, firstWindow time.Duration) (*source, error) {
	params, err := datasource.ParamsOf[Params](ds)
	if err != nil {
		return nil, err
	}
	s := &source{params: params, machine: m, firstWindow: firstWindow}
	if ds.Component.IsDevice() {
		if params.Model {
			s.model = &modeler{params: params, machine: m}
		}
	} else {
		s.mount, _ = ds.Attributes[attributeMount].(string)
		s.iface, _ = ds.Attributes[attributeInterface].(string)
	}
	for i := range groups {
		for _, dp := range ds.Points {
			if groups[i].has(dp.ID) {
				s.groups = append(s.groups, &groups[i])
				break
			}
		}
	}
	return s, nil
}

// Close has nothing to free.
func (*source) Close() {}

// Collect reads the groups that the datapoints are of, and the components. What fails costs only itself.
func (s *source) Collect(ctx context.Context, ds *datasource.DataSourceConfig) (*datasource.Data, error) {
	data := datasource.NewData()
	values := map[string]any{}
	var errs []error
	for _, g := range s.groups {
		read, err := g.read(s, ctx)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		maps.Copy(values, read)
	}
	for _, dp := range ds.Points {
		if value, ok := values[dp.ID]; ok {
			data.Values.Set(ds.Component, dp.Name, value)
		} else if !s.reads(dp.ID) {
			data.Reject(ds, dp, datasource.ReasonBadValue, fmt.Sprintf("Host has no datapoint %s", dp.ID))
		}
	}
	if s.model != nil {
		found, err := s.model.changed(ctx)
		data.Maps = found
		errs = append(errs, err)
	}
	return data, errors.Join(errs...)
}

func (s *source) reads(point string) bool {
	for _, g := range s.groups {
		if g.has(point) {
			return true
		}
	}
	return false
}

// unreadable is the failure of a group that the system gives no figures for.
func unreadable(what string, err error) error {
	return &datasource.Failure{
		Kind:    "unreadable",
		Summary: "cannot read this machine's " + what + ": " + err.Error(),
		Advice:  "check that the collector may read /proc and /sys",
		Err:     err,
	}
}

// misbound is the failure of datapoints that are not of what the data source is bound to.
func misbound(bound, attribute string) error {
	return &datasource.Failure{
		Kind:    "misbound",
		Summary: "has datapoints of a " + bound + ", but is bound to something without the attribute " + attribute,
		Advice:  "bind the template to the components that Host found",
	}
}

// gone is the failure of a component that is no longer there.
func gone(what, name string) error {
	return &datasource.Failure{
		Kind:    "gone",
		Summary: what + " " + name + " is not there",
		Advice:  "its component goes with the next model, unless the inventory declares it",
	}
}
