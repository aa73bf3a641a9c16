package main

import (
	"context"
	"fmt"
	"time"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
)

// The data source types of the soak, by the names that its inventory gives them.
const (
	typeSound = "SoakSound" // gives values, and now and then an event
	typeHang  = "SoakHang"  // never ends
)

// soundParams are the params of typeSound.
type soundParams struct {
	Weight string `json:"weight" doc:"anything: another one replaces the task"`
}

// hangParams are the params of typeHang.
type hangParams struct {
	How string `json:"how" doc:"what is never done" required:"true" enum:"return,fire"`
}

// registerTypes makes the types known to the daemon.
func registerTypes() {
	datasource.Register(&datasource.Type{
		Name: typeSound, Class: "datasource/soak.Sound", Doc: "Gives values.", AnyPoint: true,
		Params: func() any { return &soundParams{} },
		New: func(*datasource.Config, datasource.Handle) (datasource.Plugin, error) {
			return &soundPlugin{}, nil
		},
	})
	datasource.Register(&datasource.Type{
		Name: typeHang, Class: "datasource/soak.Hang", Doc: "Never ends.", AnyPoint: true,
		Params: func() any { return &hangParams{} },
		New: func(c *datasource.Config, _ datasource.Handle) (datasource.Plugin, error) {
			return hangPlugin{how: c.DataSources[0].Params.(*hangParams).How}, nil
		},
	})
}

// soundPlugin is what most plugins are like.
type soundPlugin struct {
	datasource.Base
	runs int
}

// How often a sound plugin does what it does not do each time.
const (
	laterEvery = 2  // its result comes by a Deferred
	eventEvery = 20 // it gives an event, and the clear at the next run
)

// later is how long a Deferred takes.
const later = 5 * time.Millisecond

// Collect gives a counter and a gauge, at once or after a while.
func (p *soundPlugin) Collect(_ context.Context, c *datasource.Config) (any, error) {
	p.runs++
	data := datasource.NewData()
	data.Values.Set(datasource.DeviceLevel, "counted", p.runs)
	data.Values.Set(datasource.DeviceLevel, "measured", float64(p.runs%100))
	switch {
	case p.runs%eventEvery == 0:
		data.Events = append(data.Events, p.event(c, events.Warning))
	case p.runs > 1 && p.runs%eventEvery == 1:
		data.Events = append(data.Events, p.event(c, events.Clear))
	}
	if p.runs%laterEvery == 0 {
		return data, nil
	}
	d := datasource.NewDeferred(nil)
	time.AfterFunc(later, func() { d.Fire(data, nil) })
	return d, nil
}

func (p *soundPlugin) event(c *datasource.Config, severity events.Severity) events.Event {
	return events.Event{
		events.FieldDevice: c.ID, events.FieldSeverity: int(severity), events.FieldEventClass: "/Perf",
		events.FieldEventKey: c.DataSources[0].DataSource, events.FieldSummary: fmt.Sprintf("%s has run %d times", c.ID, p.runs),
	}
}

// hangPlugin never ends a run.
type hangPlugin struct {
	datasource.Base
	how string
}

// Collect does not return, whatever its context says, or hands back a Deferred that is never fired.
func (p hangPlugin) Collect(context.Context, *datasource.Config) (any, error) {
	if p.how == "return" {
		select {}
	}
	return datasource.NewDeferred(nil), nil
}
