package processor

import (
	"slices"
	"strings"

	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
)

// NewTimeoutKey returns what the clears of a task's timeout event are known by. Keep it with the task: every run that
// does not time out asks for it.
func NewTimeoutKey(task *configs.TaskConfig) events.ClearKey {
	component := ""
	if c, isOne := onlyComponent(task.Config); isOne {
		component = c.String()
	}
	return events.MakeClearKey(task.Config.ID, component, timeoutEventKey(task), "")
}

func timeoutEventKey(task *configs.TaskConfig) string { return events.KeyTimeout + "|" + task.Name() }

// timeoutEvent returns the event that tells of a running timeout, or its clear (spec §4.11).
func timeoutEvent(task *configs.TaskConfig, severity events.Severity) events.Event {
	config := task.Config
	sources, components := namesOf(config)
	summary := "timeout collecting multiple datasources"
	if len(sources) == 1 {
		summary = "timeout collecting " + sources[0] + " datasource"
	}
	var component any = ""
	if c, isOne := onlyComponent(config); isOne {
		component = componentField(c)
	} else {
		summary += " for multiple components"
	}
	return events.Event{
		events.FieldDevice: config.ID, events.FieldComponent: component, events.FieldSeverity: int64(severity),
		events.FieldEventClassKey: events.KeyTimeout, events.FieldEventKey: timeoutEventKey(task),
		events.FieldSummary: summary,
		"components":        strings.Join(components, ","), "datasources": strings.Join(sources, ","),
	}
}

// namesOf returns the task's data sources and its components, each sorted and once; the device is no component.
func namesOf(config *datasource.Config) (sources, components []string) {
	for _, ds := range config.DataSources {
		sources = append(sources, ds.DataSource)
		if !ds.Component.IsDevice() {
			components = append(components, string(ds.Component))
		}
	}
	slices.Sort(sources)
	slices.Sort(components)
	return slices.Compact(sources), slices.Compact(components)
}

// onlyComponent returns the component that all data sources are bound to, if there is one such.
func onlyComponent(config *datasource.Config) (datasource.Component, bool) {
	first := config.DataSources[0].Component
	for _, ds := range config.DataSources[1:] {
		if ds.Component != first {
			return "", false
		}
	}
	return first, true
}

// worstSeverity is the severity of a timeout event: the highest of the task's data sources.
func worstSeverity(task *configs.TaskConfig) events.Severity {
	worst := 0
	for _, ds := range task.Config.DataSources {
		worst = max(worst, ds.Severity)
	}
	return events.Severity(min(worst, int(events.Critical)))
}
