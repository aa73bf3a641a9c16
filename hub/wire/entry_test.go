package wire

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vmihailenco/msgpack/v5"
	"pgregory.net/rapid"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/maps"
)

const testIncarnation = "0123456789abcdef0123456789abcdef"

// entryOf encodes a batch and returns its fields by name.
func entryOf(tb testing.TB, b *Batch) map[string]any {
	tb.Helper()
	fields, _, err := EncodeEntry(nil, b)
	if err != nil {
		tb.Fatal(err)
	}
	entry := map[string]any{}
	for i := 0; i < len(fields); i += 2 {
		entry[fields[i].(string)] = fields[i+1]
	}
	return entry
}

func batchOf(records any) *Batch {
	b := &Batch{Collector: "localhost-1", Incarnation: testIncarnation, First: 7, Floor: 5}
	switch r := records.(type) {
	case []Event:
		b.Lane, b.Events = Lane{Events, 1}, r
	case []Value:
		b.Lane, b.Values = Lane{Values, 2}, r
	case []Map:
		b.Lane, b.Maps = Lane{Maps, 3}, r
	}
	return b
}

func someValues(tb testing.TB) []Value {
	tb.Helper()
	series := mustSeries(tb, "dev1/ds1_dp1", map[string]string{"device": "dev1"})
	return []Value{
		{Series: series, Time: 1404160028000, Number: Number{Int: 42}},
		{Series: series, Time: 1404160088000, Number: Number{IsFloat: true, Float: 1.5}},
	}
}

func TestEntryHasExactlyTheEightFields(t *testing.T) {
	fields, _, err := EncodeEntry(nil, batchOf(someValues(t)))
	if err != nil {
		t.Fatal(err)
	}
	want := []any{"v", "1", "c", "localhost-1", "i", testIncarnation, "s", "7", "n", "2", "f", "5", "z", "0", "d"}
	if diff := cmp.Diff(want, fields[:len(fields)-1]); diff != "" {
		t.Error(diff)
	}
}

func TestPayloadGoesBehindWhatIsThere(t *testing.T) {
	plain, _, err := EncodeEntry(nil, batchOf(someValues(t)))
	if err != nil {
		t.Fatal(err)
	}
	behind, grown, err := EncodeEntry([]byte("head"), batchOf(someValues(t)))
	if err != nil || !bytes.HasPrefix(grown, []byte("head")) || !bytes.Equal(behind[15].([]byte), plain[15].([]byte)) {
		t.Errorf("got %q, %q, %v", behind[15], grown, err)
	}
}

// TestValuesAreWhatTheLibraryReads holds the hand-written encoder against the general one.
func TestValuesAreWhatTheLibraryReads(t *testing.T) {
	series := mustSeries(t, strings.Repeat("m", 300), nil)
	var values []Value
	for _, n := range []int64{0, 1, 127, 128, 255, 256, 65535, 65536, math.MaxUint32, math.MaxUint32 + 1, math.MaxInt64,
		-1, -32, -33, -128, -129, -32768, -32769, math.MinInt32, math.MinInt32 - 1, math.MinInt64} {
		values = append(values, Value{Series: series, Time: -n, Number: Number{Int: n}})
	}
	for _, f := range []float64{0, math.Copysign(0, -1), 1, 1.5, math.NaN(), math.Inf(1), math.Inf(-1), math.SmallestNonzeroFloat64} {
		values = append(values, Value{Series: series, Number: Number{IsFloat: true, Float: f}})
	}
	payload := entryOf(t, batchOf(values))["d"].([]byte)
	var got [][]any
	if err := msgpack.Unmarshal(payload, &got); err != nil {
		t.Fatal(err)
	}
	for i, v := range values {
		if !bytes.Equal(got[i][0].([]byte), series) || reflect.ValueOf(got[i][1]).Convert(reflect.TypeFor[int64]()).Int() != v.Time {
			t.Errorf("value %d: %v", i, got[i][:2])
		}
		if v.Number.IsFloat {
			if f := got[i][2].(float64); math.Float64bits(f) != math.Float64bits(v.Number.Float) {
				t.Errorf("%v became %v", v.Number.Float, f)
			}
		} else if n := reflect.ValueOf(got[i][2]).Convert(reflect.TypeFor[int64]()).Int(); n != v.Number.Int {
			t.Errorf("%d became %d", v.Number.Int, n)
		}
	}
}

func genAny(depth int) *rapid.Generator[any] {
	kinds := []*rapid.Generator[any]{
		rapid.Just[any](nil),
		rapid.Bool().AsAny(),
		rapid.Int64().AsAny(),
		rapid.Map(rapid.Uint64Min(1<<63), func(n uint64) any { return n }),
		rapid.Float64().AsAny(),
		rapid.String().AsAny(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) any { return append([]byte{}, b...) }),
		rapid.Map(rapid.Int64Range(-1e12, 1e12), func(ms int64) any { return time.UnixMilli(ms).UTC() }),
	}
	if depth > 0 {
		kinds = append(kinds,
			rapid.Map(rapid.SliceOfN(genAny(depth-1), 0, 4), func(l []any) any { return append([]any{}, l...) }),
			rapid.MapOfN(rapid.String(), genAny(depth-1), 0, 4).AsAny())
	}
	return rapid.OneOf(kinds...)
}

func genFields() *rapid.Generator[map[string]any] {
	return rapid.MapOfN(rapid.String(), genAny(3), 1, 6)
}

func genObject() *rapid.Generator[*maps.ObjectMap] {
	return rapid.Custom(func(t *rapid.T) *maps.ObjectMap {
		text := func(name string) string { return rapid.StringN(0, 8, 32).Draw(t, name) }
		return &maps.ObjectMap{
			CompName: text("compname"), RelName: text("relname"), ModName: text("modname"), ClassName: text("classname"),
			ParentID: text("parent"), PluginName: text("plugin"), ID: text("id"),
			Directive: maps.Directive(text("directive")), Attributes: genFields().Draw(t, "attributes"),
		}
	})
}

func genBatch() *rapid.Generator[*Batch] {
	return rapid.Custom(func(t *rapid.T) *Batch {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		var b *Batch
		switch rapid.IntRange(0, 2).Draw(t, "class") {
		case 0:
			records := make([]Event, n)
			for i := range records {
				records[i] = Event{Device: rapid.String().Draw(t, "device"), Event: events.Event(genFields().Draw(t, "fields"))}
			}
			b = batchOf(records)
		case 1:
			records := make([]Value, n)
			for i := range records {
				records[i] = Value{Series: mustSeries(panicker{}, rapid.StringN(1, 99, 400).Draw(t, "metric"), nil), Time: rapid.Int64().Draw(t, "time")}
				if rapid.Bool().Draw(t, "float") {
					records[i].Number = Number{IsFloat: true, Float: rapid.Float64().Draw(t, "number")}
				} else {
					records[i].Number = Number{Int: rapid.Int64().Draw(t, "number")}
				}
			}
			b = batchOf(records)
		default:
			records := make([]Map, n)
			for i := range records {
				records[i] = Map{Device: rapid.String().Draw(t, "device"), Task: rapid.String().Draw(t, "task"), Slot: rapid.Int64().Draw(t, "slot")}
				if rapid.Bool().Draw(t, "relationship") {
					records[i].Map = &maps.RelationshipMap{
						CompName: "os", RelName: rapid.String().Draw(t, "relname"), ModName: "m", ParentID: "p", PluginName: "x",
						Maps: rapid.SliceOfN(genObject(), 1, 3).Draw(t, "maps"),
					}
				} else {
					records[i].Map = genObject().Draw(t, "object")
				}
			}
			b = batchOf(records)
		}
		b.First = rapid.Uint64Range(1, math.MaxInt64-20).Draw(t, "first")
		b.Floor = rapid.Uint64Range(1, b.First).Draw(t, "floor")
		return b
	})
}

// panicker lets mustSeries run inside a rapid generator.
type panicker struct{ testing.TB }

func (panicker) Helper()           {}
func (panicker) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

func TestEntryRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := genBatch().Draw(t, "batch")
		got, err := DecodeEntry(b.Lane, entryOf(panicker{}, b))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, got, cmp.Comparer(sameFloat)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func sameFloat(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

type decimal string // as the data source contract's Decimal

func TestForeignTypesTravelAsTheNearest(t *testing.T) {
	var none *maps.ObjectMap
	in := events.Event{
		"decimal": decimal("1.50"), "int": 3, "int8": int8(-3), "uint": uint(3), "float32": float32(0.5), "severity": time.Saturday,
		"strings": []string{"a", "b"}, "tuple": [2]any{1, "x"}, "map": map[decimal]int{"k": 1}, "big": big.NewInt(9), "none": none,
		"error": errors.New("no route"), "bad UTF-8": "a\xffb", "bool": true, "zone": time.Unix(5, 0).In(time.FixedZone("", 3600)),
	}
	want := events.Event{
		"decimal": "1.50", "int": int64(3), "int8": int64(-3), "uint": int64(3), "float32": 0.5, "severity": int64(6),
		"strings": []any{"a", "b"}, "tuple": []any{int64(1), "x"}, "map": map[string]any{"k": int64(1)}, "big": "9", "none": nil,
		"error": "no route", "bad UTF-8": "a\uFFFDb", "bool": true, "zone": time.Unix(5, 0).UTC(),
	}
	b := batchOf([]Event{{Device: "d", Event: in}})
	got, err := DecodeEntry(b.Lane, entryOf(t, b))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Events[0].Event); diff != "" {
		t.Error(diff)
	}
}

func nested(depth int) any {
	var v any = "core"
	for range depth {
		v = []any{v}
	}
	return v
}

func TestWhatCannotBeSentIsRefused(t *testing.T) {
	event := func(v any) func() (int, error) {
		return func() (int, error) { return EventSize(&Event{Event: events.Event{"field": v}}) }
	}
	object := func(m maps.Map) func() (int, error) {
		return func() (int, error) { return MapSize(&Map{Map: m}) }
	}
	for name, tt := range map[string]struct {
		size func() (int, error)
		want string // part of the error; "" is none
	}{
		"deep enough":     {event(nested(MaxDepth - 1)), ""},
		"too deep":        {event(nested(MaxDepth)), "nested deeper than 32"},
		"too deep a map":  {event(map[string]any{"k": nested(MaxDepth - 1)}), "nested deeper"},
		"a channel":       {event(make(chan int)), `"field": a Go chan int`},
		"a struct":        {event(struct{}{}), "has no form"},
		"keys no text":    {event(map[int]int{1: 1}), "keys that are no text"},
		"key not UTF-8":   {event(map[string]any{"\xff": 1}), "is not UTF-8"},
		"large":           {event(strings.Repeat("x", MaxRecordBytes)), "too large"},
		"no map":          {object(nil), "neither an ObjectMap"},
		"a nil map":       {object((*maps.ObjectMap)(nil)), "neither an ObjectMap"},
		"a nil relation":  {object((*maps.RelationshipMap)(nil)), "neither an ObjectMap"},
		"a nil member":    {object(&maps.RelationshipMap{Maps: []*maps.ObjectMap{nil}}), "member 0"},
		"deep attribute":  {object(&maps.ObjectMap{Attributes: map[string]any{"a": nested(MaxDepth - 1)}}), ""},
		"deeper":          {object(&maps.ObjectMap{Attributes: map[string]any{"a": nested(MaxDepth)}}), `attribute "a"`},
		"deep in members": {object(&maps.RelationshipMap{Maps: []*maps.ObjectMap{{Attributes: map[string]any{"a": nested(MaxDepth - 1)}}}}), ""},
	} {
		_, err := tt.size()
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: error %v, want %q", name, err, tt.want)
		}
	}
	if _, err := event(strings.Repeat("x", MaxRecordBytes))(); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v is not ErrTooLarge", err)
	}
}

// TestWhatIsSentCanBeRead holds both sides to the same depth.
func TestWhatIsSentCanBeRead(t *testing.T) {
	attributes := map[string]any{"a": nested(MaxDepth - 1)}
	for _, b := range []*Batch{
		batchOf([]Event{{Event: events.Event{"field": nested(MaxDepth - 1)}}}),
		batchOf([]Map{{Map: &maps.ObjectMap{Attributes: attributes}}}),
		batchOf([]Map{{Map: &maps.RelationshipMap{Maps: []*maps.ObjectMap{{Attributes: attributes}}}}}),
	} {
		if _, err := DecodeEntry(b.Lane, entryOf(t, b)); err != nil {
			t.Errorf("%v: %v", b.Lane, err)
		}
	}
}

func TestEncodeEntryRefuses(t *testing.T) {
	for name, change := range map[string]func(*Batch){
		"no records":          func(b *Batch) { b.Values = nil },
		"too many records":    func(b *Batch) { b.Values = make([]Value, MaxRecords+1) },
		"no collector":        func(b *Batch) { b.Collector = "" },
		"long collector":      func(b *Batch) { b.Collector = strings.Repeat("c", MaxIDBytes+1) },
		"collector not UTF-8": func(b *Batch) { b.Collector = "\xff" },
		"short incarnation":   func(b *Batch) { b.Incarnation = "0123" },
		"upper incarnation":   func(b *Batch) { b.Incarnation = strings.ToUpper(testIncarnation) },
		"first 0":             func(b *Batch) { b.First = 0 },
		"first too high":      func(b *Batch) { b.First = math.MaxInt64 },
		"floor 0":             func(b *Batch) { b.Floor = 0 },
		"floor above first":   func(b *Batch) { b.Floor = b.First + 1 },
	} {
		b := batchOf(someValues(t))
		change(b)
		if _, _, err := EncodeEntry(nil, b); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDecodeEntryNamesTheField(t *testing.T) {
	manyValues, _, err := EncodeEntry(nil, batchOf(someValues(t)[:1]))
	if err != nil {
		t.Fatal(err)
	}
	one := manyValues[15].([]byte)
	for name, tt := range map[string]struct {
		change func(map[string]any)
		want   string
	}{
		"missing":           {func(e map[string]any) { delete(e, "z") }, "field z is missing"},
		"one more":          {func(e map[string]any) { e["x"] = "1" }, "9 fields"},
		"wrong type":        {func(e map[string]any) { e["s"] = 7 }, "field s is a int"},
		"version":           {func(e map[string]any) { e["v"] = "2" }, `field v: version "2"`},
		"compression":       {func(e map[string]any) { e["z"] = "zstd" }, `field z: compression "zstd"`},
		"first no number":   {func(e map[string]any) { e["s"] = "seven" }, "field s"},
		"first with sign":   {func(e map[string]any) { e["s"] = "+7" }, "field s"},
		"first with zero":   {func(e map[string]any) { e["s"] = "07" }, "field s"},
		"first negative":    {func(e map[string]any) { e["s"] = "-7" }, "field s"},
		"first too big":     {func(e map[string]any) { e["s"] = "9223372036854775808" }, "field s"},
		"first 0":           {func(e map[string]any) { e["s"], e["f"] = "0", "0" }, "first sequence number 0"},
		"floor above":       {func(e map[string]any) { e["f"] = "8" }, "floor 8"},
		"count 0":           {func(e map[string]any) { e["n"] = "0" }, "field n: 0 records"},
		"count huge":        {func(e map[string]any) { e["n"] = "10001" }, "field n: 10001 records"},
		"count differs":     {func(e map[string]any) { e["n"] = "3" }, "field d: 2 records, but field n says 3"},
		"collector":         {func(e map[string]any) { e["c"] = "" }, "collector id"},
		"incarnation":       {func(e map[string]any) { e["i"] = "x" }, "incarnation"},
		"payload empty":     {func(e map[string]any) { e["d"] = "" }, "field d: cut short"},
		"payload no array":  {func(e map[string]any) { e["d"] = "\x01" }, "field d"},
		"payload cut":       {func(e map[string]any) { e["n"], e["d"] = "1", one[:len(one)-1] }, "field d: value 1 of 1"},
		"payload trailing":  {func(e map[string]any) { e["n"], e["d"] = "1", string(one)+"\x00" }, "field d: bytes after"},
		"payload too large": {func(e map[string]any) { e["d"] = make([]byte, MaxEntryBytes+1) }, "field d: 16777217 bytes"},
		"record of two":     {func(e map[string]any) { e["n"], e["d"] = "1", "\x91\x92\xc4\x00\x00" }, "2 elements"},
		"no series":         {func(e map[string]any) { e["n"], e["d"] = "1", "\x91\x93\xc4\x00\x01\x01" }, "series: 0 bytes"},
		"series no bin":     {func(e map[string]any) { e["n"], e["d"] = "1", "\x91\x93\xa1m\x01\x01" }, "series"},
		"float time":        {func(e map[string]any) { e["n"], e["d"] = "1", "\x91\x93\xc4\x01m\xca\x00\x00\x00\x00\x01" }, "time: float"},
		"number nil":        {func(e map[string]any) { e["n"], e["d"] = "1", "\x91\x93\xc4\x01m\x01\xc0" }, "number"},
		"number too big": {func(e map[string]any) {
			e["n"], e["d"] = "1", "\x91\x93\xc4\x01m\x01\xcf\xff\xff\xff\xff\xff\xff\xff\xff"
		}, "number: int 18446744073709551615"},
		"array claims much": {func(e map[string]any) { e["d"] = "\xdd\xff\xff\xff\xff" }, "field d: cut short"},
	} {
		entry := entryOf(t, batchOf(someValues(t)))
		tt.change(entry)
		_, err := DecodeEntry(Lane{Values, 2}, entry)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", name, err, tt.want)
		}
	}
}

func TestDecodeRecordsRefuses(t *testing.T) {
	deep := strings.Repeat("\x91", MaxDepth) + "\x01"
	for name, tt := range map[string]struct {
		class   Class
		payload string // of one record
		want    string
	}{
		"event no array":       {Events, "\x01", "code 0x01"},
		"event of three":       {Events, "\x93\xa1d\x80\x80", "an array of 3"},
		"device no str":        {Events, "\x92\x01\x80", "device"},
		"fields no map":        {Events, "\x92\xa1d\x90", "fields"},
		"fields cut":           {Events, "\x92\xa1d\x81\xa1k", "cut short"},
		"key no str":           {Events, "\x92\xa1d\x81\x01\x01", "key"},
		"key twice":            {Events, "\x92\xa1d\x82\xa1k\x01\xa1k\x01", "stands twice"},
		"str not UTF-8":        {Events, "\x92\xa1d\x81\xa1k\xa1\xff", "not UTF-8"},
		"too deep":             {Events, "\x92\xa1d\x81\xa1k" + deep, "nested deeper"},
		"unknown extension":    {Events, "\x92\xa1d\x81\xa1k\xd4\x05\x00", "extension"},
		"never used code":      {Events, "\x92\xa1d\x81\xa1k\xc1", "0xc1"},
		"str claims much":      {Events, "\x92\xa1d\x81\xa1k\xdb\xff\xff\xff\xffx", "cut short"},
		"map claims much":      {Events, "\x92\xa1d\xdf\xff\xff\xff\xff", "cut short"},
		"list claims much":     {Events, "\x92\xa1d\x81\xa1k\xdd\xff\xff\xff\xff", "cut short"},
		"bin claims much":      {Events, "\x92\xa1d\x81\xa1k\xc6\xff\xff\xff\xffx", "cut short"},
		"bytes after":          {Events, "\x92\xa1d\x80\x00", "bytes after"},
		"map of four":          {Maps, "\x94\xa1d\xa1t\x01\xa6object", "an array of 4"},
		"slot no int":          {Maps, "\x95\xa1d\xa1t\xa1x\xa6object\x80", "slot"},
		"slot too big":         {Maps, "\x95\xa1d\xa1t\xcf\xff\xff\xff\xff\xff\xff\xff\xff\xa6object\x80", "slot: int 18446744073709551615"},
		"unknown kind":         {Maps, "\x95\xa1d\xa1t\x01\xa3abc\x80", `kind "abc"`},
		"unknown key":          {Maps, "\x95\xa1d\xa1t\x01\xa6object\x81\xa1k\xa1v", `object map: "k": unknown key`},
		"body key twice":       {Maps, "\x95\xa1d\xa1t\x01\xa6object\x82\xa2id\xa1v\xa2id\xa1v", "stands twice"},
		"id no str":            {Maps, "\x95\xa1d\xa1t\x01\xa6object\x81\xa2id\x01", `"id"`},
		"attributes no map":    {Maps, "\x95\xa1d\xa1t\x01\xa6object\x81\xaaattributes\x01", `"attributes"`},
		"members no array":     {Maps, "\x95\xa1d\xa1t\x01\xacrelationship\x81\xa4maps\x80", `"maps"`},
		"member no map":        {Maps, "\x95\xa1d\xa1t\x01\xacrelationship\x81\xa4maps\x91\x01", "[0]"},
		"members claim much":   {Maps, "\x95\xa1d\xa1t\x01\xacrelationship\x81\xa4maps\xdd\xff\xff\xff\xff", "cut short"},
		"attributes' depth":    {Maps, "\x95\xa1d\xa1t\x01\xa6object\x81\xaaattributes\x81\xa1k" + deep, "nested deeper"},
		"relation with an id":  {Maps, "\x95\xa1d\xa1t\x01\xacrelationship\x81\xa2id\xa1v", "unknown key"},
		"relation's directive": {Maps, "\x95\xa1d\xa1t\x01\xacrelationship\x81\xa9directive\xa1v", "unknown key"},
	} {
		entry := entryOf(t, batchOf(someValues(t)))
		entry["n"], entry["d"] = "1", "\x91"+tt.payload
		_, err := DecodeEntry(Lane{tt.class, 0}, entry)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", name, err, tt.want)
		}
	}
}

// TestMapsLoseNoField fails when the model's maps grow a field that the codec does not carry.
func TestMapsLoseNoField(t *testing.T) {
	object := &maps.ObjectMap{Attributes: map[string]any{"color": "red"}}
	fillTexts(reflect.ValueOf(object).Elem())
	relationship := &maps.RelationshipMap{Maps: []*maps.ObjectMap{object}}
	fillTexts(reflect.ValueOf(relationship).Elem())
	b := batchOf([]Map{{"dev1", "dev1 300", 1404160028000, object}, {"dev1", "", 0, relationship}})
	got, err := DecodeEntry(b.Lane, entryOf(t, b))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, got); diff != "" {
		t.Error(diff)
	}
}

func fillTexts(v reflect.Value) {
	for i := range v.NumField() {
		switch field := v.Field(i); field.Kind() {
		case reflect.String:
			field.SetString("text of " + v.Type().Field(i).Name)
		case reflect.Map, reflect.Slice:
		default:
			panic("a field of a new kind: teach the codec and this test: " + v.Type().Field(i).Name)
		}
	}
}

func FuzzDecodeEntry(f *testing.F) {
	for _, b := range []*Batch{
		batchOf(someValues(f)),
		batchOf([]Event{{"dev1", events.Event{"summary": "s", "severity": int64(3), "at": time.Unix(1, 2).UTC(), "list": []any{nil, 1.5, true}}}}),
		batchOf([]Map{{"dev1", "task", 5, &maps.RelationshipMap{RelName: "r", Maps: []*maps.ObjectMap{{ID: "a", Attributes: map[string]any{"x": []byte{1}}}}}}}),
	} {
		e := entryOf(f, b)
		text := func(field string) string { return e[field].(string) }
		f.Add(uint8(b.Lane.Class), text("v"), text("c"), text("i"), text("s"), text("n"), text("f"), text("z"), e["d"].([]byte))
	}
	f.Fuzz(func(t *testing.T, class uint8, v, c, i, s, n, floor, z string, d []byte) {
		lane := Lane{Class: Class(class % 3)}
		b, err := DecodeEntry(lane, map[string]any{"v": v, "c": c, "i": i, "s": s, "n": n, "f": floor, "z": z, "d": d})
		if err != nil {
			return
		}
		// What is accepted can be said again, and then reads the same.
		again, err := DecodeEntry(lane, entryOf(t, b))
		if err != nil {
			t.Fatalf("written again: %v", err)
		}
		if diff := cmp.Diff(b, again, cmp.Comparer(sameFloat), cmp.Comparer(sameMember)); diff != "" {
			t.Error(diff)
		}
	})
}

// sameMember takes an object map without attributes for one with none.
func sameMember(a, b *maps.ObjectMap) bool {
	x, y := *a, *b
	if len(x.Attributes) == 0 && len(y.Attributes) == 0 {
		x.Attributes, y.Attributes = nil, nil
	}
	return cmp.Equal(x, y, cmp.Comparer(sameFloat))
}

func BenchmarkEncodeValues(b *testing.B) {
	batch := benchBatch(b)
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if _, buf, err = EncodeEntry(buf[:0], batch); err != nil {
			b.Fatal(err)
		}
	}
	reportRecords(b, batch)
}

func BenchmarkDecodeValues(b *testing.B) {
	batch := benchBatch(b)
	entry := entryOf(b, batch)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeEntry(batch.Lane, entry); err != nil {
			b.Fatal(err)
		}
	}
	reportRecords(b, batch)
}

func benchBatch(b *testing.B) *Batch {
	b.Helper()
	values := make([]Value, 1000)
	for i := range values {
		values[i] = Value{
			Series: mustSeries(b, "dev1/ds1_dp"+strconv.Itoa(i), map[string]string{"device": "dev1", "key": "Devices/dev1", "contextUUID": testIncarnation}),
			Time:   1404160028000,
			Number: Number{IsFloat: true, Float: float64(i)},
		}
	}
	return batchOf(values)
}

func reportRecords(b *testing.B, batch *Batch) {
	b.Helper()
	b.ReportMetric(float64(b.N*batch.Len())/b.Elapsed().Seconds(), "records/s")
}
