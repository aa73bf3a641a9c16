package python

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/maps"
)

func TestReadData(t *testing.T) {
	tuple := datasource.Tuple{int64(1), "N"}
	got, err := readData(map[string]any{
		"events": []any{map[string]any{"summary": "s", "component": nil}},
		"values": Mapping{
			nil, map[string]any{"dp": tuple},
			"eth0", map[string]any{"ds_dp": []any{tuple, 2.5}},
		},
		"metrics": []any{map[string]any{"name": "m", "value": int64(3), "timestamp": 1.5, "tags": map[string]any{"a": int64(1)}}},
		"maps": []any{
			map[string]any{"type": "ObjectMap", "compname": "os", "relname": "disks", "modname": "a.Disk",
				"attributes": map[string]any{"id": "sda", "size": int64(5)}, "add": false},
			map[string]any{"type": "RelationshipMap", "relname": "disks", "modname": "a.Disk", "parentId": "x",
				"maps": []any{map[string]any{"attributes": map[string]any{"id": "sda"}, "modname": "b.Disk"}}},
			map[string]any{"attributes": map[string]any{"title": "t"}, "directive": "update", "add": true},
		},
		"interval": int64(60),
		"rejected": []any{[]any{"bad_event", "an int"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &datasource.Data{
		Events: []events.Event{{"summary": "s", "component": nil}},
		Values: datasource.Values{
			datasource.DeviceLevel: {"dp": tuple},
			"eth0":                 {"ds_dp": []any{tuple, 2.5}},
		},
		Metrics: []datasource.Metric{{Name: "m", Value: int64(3), Time: time.Unix(1, 5e8), Tags: map[string]string{"a": "1"}}},
		Maps: []maps.Map{
			&maps.ObjectMap{CompName: "os", RelName: "disks", ModName: "a.Disk", ID: "sda", Directive: maps.DirectiveUpdate,
				Attributes: map[string]any{"size": int64(5)}},
			&maps.RelationshipMap{RelName: "disks", ModName: "a.Disk", ParentID: "x",
				Maps: []*maps.ObjectMap{{ID: "sda", ModName: "b.Disk", Attributes: map[string]any{}}}},
			&maps.ObjectMap{Directive: maps.DirectiveUpdate, Attributes: map[string]any{"title": "t"}},
		},
		Interval: 60,
		Rejected: []datasource.RejectedItem{{Reason: "bad_event", Item: "an int"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a plugin got wrong costs that item alone.
func TestReadDataRejects(t *testing.T) {
	tests := map[string]struct {
		data   map[string]any
		reason string
	}{
		"event":               {map[string]any{"events": []any{"text"}}, reasonBadEvent},
		"event of other keys": {map[string]any{"events": []any{Mapping{int64(1), "a"}}}, reasonBadEvent},
		"component":           {map[string]any{"values": Mapping{int64(1), map[string]any{"dp": 1}}}, reasonUnknownComponent},
		"values":              {map[string]any{"values": map[string]any{"c": 5}}, reasonBadResult},
		"datapoint":           {map[string]any{"values": map[string]any{"c": Mapping{nil, 1}}}, reasonUnknownDatapoint},
		"metric":              {map[string]any{"metrics": []any{nil}}, reasonBadMetric},
		"metric name":         {map[string]any{"metrics": []any{map[string]any{"value": 1}}}, reasonBadMetric},
		"metric time":         {map[string]any{"metrics": []any{map[string]any{"name": "m", "timestamp": "noon"}}}, reasonBadMetric},
		"metric far off":      {map[string]any{"metrics": []any{map[string]any{"name": "m", "timestamp": 1e300}}}, reasonBadMetric},
		"map":                 {map[string]any{"maps": []any{1}}, reasonBadMap},
		"map type":            {map[string]any{"maps": []any{map[string]any{"type": "X"}}}, reasonBadMap},
		"map directive":       {map[string]any{"maps": []any{map[string]any{"directive": "explode"}}}, reasonBadMap},
		"member": {map[string]any{"maps": []any{map[string]any{"type": "RelationshipMap", "maps": []any{
			map[string]any{"directive": "explode"}}}}}, reasonBadMap},
		"member type": {map[string]any{"maps": []any{map[string]any{"type": "RelationshipMap", "maps": []any{5}}}}, reasonBadMap},
		"interval":    {map[string]any{"interval": "soon"}, reasonBadResult},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.data["metrics"] = append(listOf(tt.data["metrics"]), map[string]any{"name": "good", "timestamp": "N"})
			got, err := readData(tt.data)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Rejected) != 1 || got.Rejected[0].Reason != tt.reason {
				t.Errorf("rejected %+v, want %s", got.Rejected, tt.reason)
			}
			if len(got.Metrics) != 1 || !got.Metrics[0].Time.IsZero() || len(got.Events)+len(got.Maps) > 0 || got.Interval != 0 {
				t.Errorf("data %+v", got)
			}
		})
	}
}

func TestReadDataForms(t *testing.T) {
	if got, err := readData(nil); got != nil || err != nil {
		t.Errorf("no data gives %v, error %v", got, err)
	}
	if _, err := readData([]any{}); err == nil {
		t.Error("a list is data")
	}
	got, err := readData(map[string]any{
		"values": Mapping{"", map[string]any{"dp": 1}, "c", map[string]any{"a": 1}, "c", Mapping{"b", 2}}, "interval": " 30 ",
		"metrics": []any{map[string]any{"name": "m", "timestamp": "1.25"}},
	})
	if err != nil || got.Interval != 30 || !got.Metrics[0].Time.Equal(time.Unix(1, 25e7)) {
		t.Errorf("data %+v, error %v", got, err)
	}
	want := datasource.Values{"": {"dp": 1}, "c": {"a": 1, "b": 2}}
	if diff := cmp.Diff(want, got.Values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func TestConfigMap(t *testing.T) {
	config := testConfig()
	got := roundTrip(t, configMap(config)).(map[string]any)
	metadata := map[string]any{
		"type": "METRIC_DATA", "deviceId": "web01", "contextKey": "Devices/web01", "contextId": "web01", "deviceUUID": "u", "contextUUID": "u",
	}
	want := map[string]any{
		"id": "web01", "configId": "web01", "manageIp": "127.0.0.1", "deviceGuid": "guid",
		"datasources": []any{map[string]any{
			"device": "web01", "manageIp": "127.0.0.1", "component": nil, "template": "Web", "datasource": "page",
			"config_key": datasource.Tuple{"web01", int64(60), datasource.Tuple{"a", nil}},
			"params":     map[string]any{"limit": int64(10), "password": "s3cret"},
			"cycletime":  int64(60), "eventClass": "", "eventKey": "k", "severity": int64(3), "plugin_classname": "pack.Plugin",
			"points": []any{map[string]any{
				"id": "time", "dpName": "page_time", "component": nil, "rrdType": "GAUGE", "rrdCreateCommand": "", "rrdMin": nil, "rrdMax": nil,
				"rrdPath": `{"contextId":"web01","contextKey":"Devices/web01","contextUUID":"u","deviceId":"web01","deviceUUID":"u",` +
					`"type":"METRIC_DATA"}/page_time`,
				"metadata": metadata, "tags": map[string]any{"a": "b"}, "oid": "1.2",
			}},
			"attributes": map[string]any{"zPort": int64(80)},
		}},
		"thresholds": []any{map[string]any{
			"id": "slow", "type": "", "component": "", "contextUUID": "", "dsnames": []any{"page_time"}, "minval": nil, "maxval": nil,
			"severity": int64(0), "eventClass": "", "escalateCount": int64(0), "enabled": false,
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	config.DataSources[0].CycleTime = 1500 * time.Millisecond
	config.DataSources[0].Context.MetricPrefix = "web01/disk"
	changed := configMap(config)["datasources"].([]any)[0].(map[string]any)
	prefix := changed["points"].([]any)[0].(map[string]any)["metadata"].(map[string]any)["metricPrefix"]
	if changed["cycletime"] != 1.5 || prefix != "web01/disk" {
		t.Errorf("cycletime %v, prefix %v", changed["cycletime"], prefix)
	}
}
