package python

import (
	"maps"
	"slices"
	"strconv"

	"github.com/zenpython/zenpython/datasource"
	model "github.com/zenpython/zenpython/maps"
)

func classSubject(s *datasource.Source) string { return "class " + s.PluginClassname }

func deviceSubject(device string) string { return "the model of device " + device }

// sourceArgs is the map of a `source` request.
func sourceArgs(s *datasource.Source) map[string]any {
	points := make([]any, len(s.Points))
	for i, dp := range s.Points {
		points[i] = pointArgs(dp)
	}
	return map[string]any{
		"object":   []any{s.Device, pathBelow(s.Node)},
		"template": s.Template,
		"datasource": map[string]any{
			"id": s.ID, "title": s.Name, "type": s.Type, "plugin_classname": s.PluginClassname,
			"cycletime": strconv.FormatFloat(s.CycleTime.Seconds(), 'f', -1, 64), "severity": s.Severity,
			"eventClass": s.EventClass, "eventKey": s.EventKey, "properties": s.Properties, "points": points,
		},
	}
}

func pointArgs(dp *datasource.DataPointConfig) map[string]any {
	m := make(map[string]any, len(dp.Properties)+4)
	maps.Copy(m, dp.Properties)
	m["id"], m["rrdtype"], m["rrdmin"], m["rrdmax"] = dp.ID, string(dp.RRDType), dp.Min, dp.Max
	return m
}

// pathBelow is the way from the device to an object: pairs of relation and id.
func pathBelow(o *model.Object) []any {
	path := []any{}
	for ; o != nil && o.Parent != nil; o = o.Parent {
		path = append(path, []any{o.Relation, o.ID})
	}
	slices.Reverse(path)
	return path
}

// modelArgs is the map of a `model` request for one device.
func modelArgs(t *datasource.DeviceTree) map[string]any {
	root := nodeMap(t, t.Root)
	root["class"], root["device_class"], root["templates"] = t.PythonClass, t.DeviceClass, t.Templates
	root["zproperties"] = t.ZProperties
	return map[string]any{"devices": []any{root}}
}

// nodeMap describes an object and what is below it. Its own zProperties are told apart from its attributes, since code
// asks which ones an object has itself.
func nodeMap(t *datasource.DeviceTree, o *model.Object) map[string]any {
	attributes, own := make(map[string]any, len(o.Attributes)), map[string]any{}
	for name, value := range o.Attributes {
		if _, isZProperty := t.ZProperties[name]; isZProperty {
			own[name] = value
		} else {
			attributes[name] = value
		}
	}
	relations := make(map[string]any, len(o.Relations))
	for relation, members := range o.Relations {
		list := make([]any, len(members))
		for i, member := range members {
			list[i] = nodeMap(t, member)
		}
		relations[relation] = list
	}
	m := map[string]any{
		"id": o.ID, "uuid": o.UUID, "modname": o.ModName, "attributes": attributes, "zproperties": own, "relations": relations,
	}
	if bound, ok := t.Bound[o.Path]; ok {
		m["bound"] = bound
	}
	return m
}
