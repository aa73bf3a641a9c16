package datasource

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Collector collects one data source, run after run. One lives as long as its task and keeps state from run to run;
// Collect is never called twice at once.
type Collector interface {
	// Collect may give data and an error: what is known of a failure, such as `up` = 0.
	Collect(ctx context.Context, ds *DataSourceConfig) (*Data, error)
	// Close frees what the collector holds. It is called once.
	Close()
}

// PerSource returns the plugin for types that collect each data source by itself: it makes a Collector for every data
// source of the task and, in each run, lets them work beside each other without holding a pool slot. A source that
// fails gets a FailureEvent, one that does not a ClearEvent. When any fails, the run's error is a *DataError: it counts as
// failed, and neither the events nor the healthy sources' values are lost.
// When the run itself is given up, nothing is told of the sources.
func PerSource(c *Config, newCollector func(ds *DataSourceConfig) (Collector, error)) (Plugin, error) {
	p := &perSource{config: c}
	for _, ds := range c.DataSources {
		collector, err := newCollector(ds)
		if err != nil {
			p.close()
			return nil, fmt.Errorf("%s/%s: %w", ds.Template, ds.DataSource, err)
		}
		p.collectors = append(p.collectors, collector)
	}
	return p, nil
}

// ParamsOf returns a data source's params as the type's params struct.
func ParamsOf[T any](ds *DataSourceConfig) (*T, error) {
	params, ok := ds.Params.(*T)
	if !ok {
		return nil, fmt.Errorf("params are a %T, want a %T", ds.Params, params)
	}
	return params, nil
}

type perSource struct {
	Base

	config     *Config
	collectors []Collector // as the config's data sources
}

// Collect starts the collectors.
func (p *perSource) Collect(ctx context.Context, _ *Config) (any, error) {
	return Go(ctx, p.collectAll), nil
}

// Cleanup closes the collectors.
func (p *perSource) Cleanup(context.Context, *Config) error {
	p.close()
	return nil
}

func (p *perSource) close() {
	for _, collector := range p.collectors {
		collector.Close()
	}
}

// parallelSources is how many data sources of a task are collected at a time.
const parallelSources = 8

func (p *perSource) collectAll(ctx context.Context) (any, error) {
	results := make([]sourceResult, len(p.collectors))
	var running sync.WaitGroup
	free := make(chan struct{}, parallelSources)
	for i, ds := range p.config.DataSources {
		free <- struct{}{}
		running.Go(func() {
			defer func() { <-free }()
			results[i] = collectOne(ctx, ds, p.collectors[i])
		})
	}
	running.Wait()
	all, err := joinResults(p.config, results)
	switch {
	case err == nil:
		return all, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	return nil, &DataError{Data: all, Err: err}
}

type sourceResult struct {
	data *Data
	err  error
}

// collectOne turns a panic into an error, because it happens on a goroutine that nobody else watches.
func collectOne(ctx context.Context, ds *DataSourceConfig, collector Collector) sourceResult {
	var data *Data
	_, err := call(ctx, func(ctx context.Context) (any, error) {
		var err error
		data, err = collector.Collect(ctx, ds)
		return nil, err
	})
	return sourceResult{data, err}
}

func joinResults(c *Config, results []sourceResult) (*Data, error) {
	all := NewData()
	var errs []error
	for i, ds := range c.DataSources {
		if data := results[i].data; data != nil {
			all.add(data)
		}
		if err := results[i].err; err != nil {
			all.Events = append(all.Events, FailureEvent(ds, err))
			errs = append(errs, fmt.Errorf("%s/%s: %w", ds.Template, ds.DataSource, err))
			continue
		}
		all.Events = append(all.Events, ClearEvent(ds))
	}
	return all, errors.Join(errs...)
}

// add appends other to d. Of values of the same component and datapoint the other's win.
func (d *Data) add(other *Data) {
	d.Events = append(d.Events, other.Events...)
	d.Metrics = append(d.Metrics, other.Metrics...)
	d.Maps = append(d.Maps, other.Maps...)
	d.Rejected = append(d.Rejected, other.Rejected...)
	for component, points := range other.Values {
		for name, value := range points {
			d.Values.Set(component, name, value)
		}
	}
}
