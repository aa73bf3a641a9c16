package configs

import (
	"cmp"
	"encoding/binary"
	"math"
	"reflect"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/zenpython/zenpython/datasource"
)

// hashVersion changes when rendered configs are hashed in another way.
const hashVersion = 1

// rendered hashes tasks and remembers what they share. It is for one goroutine.
type rendered struct {
	buffer []byte
	specs  map[*datasource.SourceSpec]uint64
}

func newRendered() *rendered { return &rendered{specs: map[*datasource.SourceSpec]uint64{}} }

// hashTask returns the hash of a task's rendered config. It is the same in every process; it depends on the order of
// the data sources, since plugins look at the first, but not on that of datapoints, thresholds or anything in a map.
// Of the device's thresholds only those on the task's own datapoints count: a new filesystem is no reason to replace
// the tasks of the others.
func (r *rendered) hashTask(t *TaskConfig) uint64 {
	c := t.Config
	r.buffer = append(r.buffer[:0], hashVersion)
	b := r.buffer
	b = appendTexts(b, t.Device, t.Key.Encoded(), c.ID, c.ManageIP, c.DeviceGUID)
	b = binary.BigEndian.AppendUint64(b, uint64(t.Interval))
	for _, ds := range c.DataSources {
		b = binary.BigEndian.AppendUint64(b, r.specHash(ds.SourceSpec))
		b = appendTexts(b, ds.Device, ds.ManageIP, string(ds.Component), ds.ConfigKey.Encoded())
		b = appendTexts(b, ds.Context.Key, ds.Context.UUID, ds.Context.ID, ds.Context.DeviceUUID, ds.Context.MetricPrefix)
		b = binary.BigEndian.AppendUint64(b, uint64(ds.CycleTime))
		b = appendCanonical(b, ds.Params)
		b = appendCanonical(b, ds.Attributes)
	}
	b = binary.BigEndian.AppendUint64(b, thresholdsHash(c))
	r.buffer = b
	return xxhash.Sum64(b)
}

// rememberedSpecs bounds the memory of specs that are shared by nobody.
const rememberedSpecs = 4096

func (r *rendered) specHash(s *datasource.SourceSpec) uint64 {
	if h, ok := r.specs[s]; ok {
		return h
	}
	if len(r.specs) >= rememberedSpecs {
		clear(r.specs)
	}
	shallow := *s
	shallow.Points = nil
	sum := xxhash.Sum64(appendCanonical(nil, shallow))
	for _, p := range s.Points {
		sum += xxhash.Sum64(appendCanonical(nil, p))
	}
	r.specs[s] = sum
	return sum
}

// thresholdsHash is the sum over the thresholds that watch a datapoint of the config.
func thresholdsHash(c *datasource.Config) uint64 {
	var sum uint64
	for _, t := range c.Thresholds {
		if watches(t, c.DataSources) {
			sum += xxhash.Sum64(appendCanonical(nil, t))
		}
	}
	return sum
}

func watches(t *datasource.ThresholdConfig, sources []*datasource.DataSourceConfig) bool {
	return slices.ContainsFunc(sources, func(ds *datasource.DataSourceConfig) bool {
		return ds.Context.UUID == t.ContextUUID && slices.ContainsFunc(ds.Points, func(p *datasource.DataPointConfig) bool {
			return slices.Contains(t.DataPoints, p.Name)
		})
	})
}

func appendTexts(b []byte, texts ...string) []byte {
	for _, text := range texts {
		b = appendText(b, text)
	}
	return b
}

func appendText(b []byte, text string) []byte {
	b = binary.AppendUvarint(b, uint64(len(text)))
	return append(b, text...)
}

// appendCanonical appends bytes that are equal exactly for equal values: kinds are marked, maps sorted, whole numbers
// of all types alike. Of structs the exported fields count: what a params struct compiled for itself follows from them.
// Texts are in it as they are, secret ones too: the bytes are for hashing and searching, never to be shown.
func appendCanonical(b []byte, v any) []byte { return appendValue(b, reflect.ValueOf(v), 0) }

// deepest bounds what refers to itself; no inventory nests values so deeply.
const deepest = 64

func appendValue(b []byte, v reflect.Value, depth int) []byte {
	if depth > deepest {
		return append(b, '.')
	}
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return append(b, 'T')
		}
		return append(b, 'F')
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return binary.BigEndian.AppendUint64(append(b, 'i'), v.Uint())
	case reflect.Float32, reflect.Float64:
		return binary.BigEndian.AppendUint64(append(b, 'f'), math.Float64bits(v.Float()))
	case reflect.String:
		return appendText(append(b, 's'), v.String())
	case reflect.Slice, reflect.Array:
		b = binary.AppendUvarint(append(b, 'l'), uint64(v.Len()))
		for i := range v.Len() {
			b = appendValue(b, v.Index(i), depth+1)
		}
		return b
	case reflect.Map:
		return appendMap(b, v, depth)
	case reflect.Struct:
		return appendStruct(b, v, depth)
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return appendValue(b, v.Elem(), depth+1)
		}
	default: // nothing, or what is no data, such as a function
	}
	return append(b, 'n')
}

func appendMap(b []byte, v reflect.Value, depth int) []byte {
	type entry struct{ key, value []byte }
	entries := make([]entry, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		entries = append(entries, entry{appendValue(nil, it.Key(), depth+1), appendValue(nil, it.Value(), depth+1)})
	}
	slices.SortFunc(entries, func(x, y entry) int { return cmp.Compare(string(x.key), string(y.key)) })
	b = binary.AppendUvarint(append(b, 'm'), uint64(len(entries)))
	for _, e := range entries {
		b = append(append(b, e.key...), e.value...)
	}
	return b
}

func appendStruct(b []byte, v reflect.Value, depth int) []byte {
	b = append(b, '{')
	for i := range v.NumField() {
		if field := v.Type().Field(i); field.IsExported() {
			b = appendValue(appendText(b, field.Name), v.Field(i), depth+1)
		}
	}
	return append(b, '}')
}
