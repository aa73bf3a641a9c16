package python

import (
	"encoding/json"
	"maps"
	"math"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// configMap gives a config the form of docs/worker-protocol.md: what the plugin's hooks see (spec §3.4 to §3.6).
func configMap(c *datasource.Config) map[string]any {
	sources := make([]any, len(c.DataSources))
	for i, ds := range c.DataSources {
		sources[i] = sourceMap(c, ds)
	}
	thresholds := make([]any, len(c.Thresholds))
	for i, t := range c.Thresholds {
		thresholds[i] = thresholdMap(t)
	}
	return map[string]any{
		"id": c.ID, "configId": c.ID, "manageIp": c.ManageIP, "deviceGuid": c.DeviceGUID,
		"datasources": sources, "thresholds": thresholds,
	}
}

func sourceMap(c *datasource.Config, ds *datasource.DataSourceConfig) map[string]any {
	metadata := metadataOf(c, ds)
	points := make([]any, len(ds.Points))
	for i, dp := range ds.Points {
		points[i] = pointMap(ds, dp, metadata)
	}
	return map[string]any{
		"device": ds.Device, "manageIp": ds.ManageIP, "component": ds.Component, "template": ds.Template,
		"datasource": ds.DataSource, "config_key": ds.ConfigKey, "params": ds.Params, "cycletime": wholeSeconds(ds.CycleTime),
		"eventClass": ds.EventClass, "eventKey": ds.EventKey, "severity": ds.Severity,
		"plugin_classname": ds.PluginClassname, "points": points, "attributes": ds.Attributes,
	}
}

// wholeSeconds is an int where it can be, as plugins know it: they divide by it and format it.
func wholeSeconds(d time.Duration) any {
	if s := d.Seconds(); s != math.Trunc(s) {
		return s
	}
	return int64(d / time.Second)
}

// metadataOf says where a datapoint's metric is stored (spec §3.5).
func metadataOf(c *datasource.Config, ds *datasource.DataSourceConfig) map[string]any {
	m := map[string]any{"type": "METRIC_DATA", "deviceId": ds.Device}
	if ctx := ds.Context; ctx != nil {
		m["contextKey"], m["contextId"] = ctx.Key, ctx.ID
		m["deviceUUID"], m["contextUUID"] = ctx.DeviceUUID, ctx.UUID
		if ctx.MetricPrefix != "" && ctx.MetricPrefix != c.ID {
			m["metricPrefix"] = ctx.MetricPrefix
		}
	}
	return m
}

// pointMap gives a datapoint. Its further properties are fields like its own, which win over them.
func pointMap(ds *datasource.DataSourceConfig, dp *datasource.DataPointConfig, metadata map[string]any) map[string]any {
	m := make(map[string]any, len(dp.Properties)+10)
	maps.Copy(m, dp.Properties)
	maps.Copy(m, map[string]any{
		"id": dp.ID, "dpName": dp.Name, "component": ds.Component, "rrdPath": rrdPath(metadata, dp.Name),
		"rrdType": string(dp.RRDType), "rrdMin": dp.Min, "rrdMax": dp.Max, "metadata": metadata, "tags": dp.Tags,
	})
	if _, given := m["rrdCreateCommand"]; !given {
		m["rrdCreateCommand"] = ""
	}
	return m
}

// rrdPath is the metadata as JSON and the datapoint's name: what upstream's getEventKey takes apart.
func rrdPath(metadata map[string]any, dpName string) string {
	text, err := json.Marshal(metadata)
	if err != nil {
		return "/" + dpName // metadata holds text alone, which always has a form
	}
	return string(text) + "/" + dpName
}

func thresholdMap(t *datasource.ThresholdConfig) map[string]any {
	return map[string]any{
		"id": t.ID, "type": t.Type, "component": t.Component, "contextUUID": t.ContextUUID, "dsnames": t.DataPoints,
		"minval": t.Min, "maxval": t.Max, "severity": t.Severity, "eventClass": t.EventClass,
		"escalateCount": t.EscalateCount, "enabled": t.Enabled,
	}
}
