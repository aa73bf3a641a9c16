package python

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/big"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/zenpython/zenpython/datasource"
)

var compare = cmp.Options{
	cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }),
	// An offset that was said, and whether one was, must survive; its name has no place on the wire.
	cmp.Comparer(func(a, b time.Time) bool {
		_, east := a.Zone()
		_, west := b.Zone()
		return a.Equal(b) && east == west && (a.Location() == time.Local) == (b.Location() == time.Local)
	}),
	cmp.Comparer(func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }),
}

// anyValue draws values of all forms, which read back as they were written.
func anyValue() *rapid.Generator[any] {
	leaf := rapid.OneOf(
		rapid.Just[any](nil),
		rapid.Bool().AsAny(),
		rapid.Int64().AsAny(),
		rapid.Uint64Min(1<<63).AsAny(),
		rapid.Float64().AsAny(),
		rapid.String().AsAny(),
		rapid.SliceOf(rapid.Byte()).AsAny(),
		rapid.Custom(drawTime).AsAny(),
		rapid.Custom(drawBig).AsAny(),
		rapid.Custom(drawDecimal).AsAny(),
		rapid.Custom(func(t *rapid.T) Date { return Date(drawTime(t).Format(dateLayout)) }).AsAny(),
		rapid.Custom(func(t *rapid.T) Native { return Native("\xff" + rapid.StringN(0, 9, -1).Draw(t, "native")) }).AsAny(),
		rapid.Custom(func(t *rapid.T) Opaque { return rapid.SliceOf(rapid.Byte()).Draw(t, "opaque") }).AsAny(),
	)
	const depth = 4
	value := leaf
	for range depth {
		value = rapid.OneOf(leaf, containers(value))
	}
	return value
}

func containers(inner *rapid.Generator[any]) *rapid.Generator[any] {
	const few = 4
	items := rapid.SliceOfN(inner, 0, few)
	hashable := rapid.SliceOfNDistinct(rapid.Int64(), 0, few, rapid.ID)
	return rapid.OneOf(
		items.AsAny(),
		rapid.MapOfN(rapid.String(), inner, 0, few).AsAny(),
		rapid.Map(items, func(l []any) any { return datasource.Tuple(l) }),
		rapid.Map(hashable, func(l []int64) any { return Set(anys(l)) }),
		rapid.Map(hashable, func(l []int64) any { return FrozenSet(anys(l)) }),
		rapid.Custom(func(t *rapid.T) any {
			m := Mapping{nil, inner.Draw(t, "of None")} // a key that is no text, or it would be a map
			for _, key := range hashable.Draw(t, "keys") {
				m = append(m, key, inner.Draw(t, "value"))
			}
			return m
		}),
	)
}

func anys(l []int64) []any {
	out := make([]any, len(l))
	for i, n := range l {
		out[i] = n
	}
	return out
}

func drawTime(t *rapid.T) time.Time {
	// From the year 2 to 9998, so that no offset leads out of Python's years.
	sec := rapid.Int64Range(-62_100_000_000, 253_360_000_000).Draw(t, "seconds")
	at := time.Unix(sec, 1000*rapid.Int64Range(0, 999_999).Draw(t, "microseconds"))
	switch rapid.IntRange(0, 2).Draw(t, "zone") {
	case 0:
		return at.UTC()
	case 1:
		return at.In(time.FixedZone("", rapid.IntRange(-86_399, 86_399).Draw(t, "offset")))
	}
	return at.In(time.Local)
}

func drawBig(t *rapid.T) *big.Int {
	n, _ := new(big.Int).SetString(rapid.StringMatching(`-?[1-9][0-9]{20,40}`).Draw(t, "integer"), 10)
	return n
}

func drawDecimal(t *rapid.T) datasource.Decimal {
	return datasource.Decimal(rapid.StringMatching(`-?[1-9][0-9]{0,9}\.[0-9]{1,9}`).Draw(t, "decimal"))
}

func roundTrip(t interface {
	Helper()
	Fatal(args ...any)
}, v any,
) any {
	t.Helper()
	frame, err := encodeFrame(frameBuilt, v)
	if err != nil {
		t.Fatal(err)
	}
	kind, elements, err := decodeFrame(frame[frameHead:])
	if err != nil {
		t.Fatal(err)
	}
	if kind != frameBuilt || len(elements) != 1 {
		t.Fatal("frame", kind, "has", len(elements), "elements")
	}
	return elements[0]
}

func TestValuesRoundTrip(t *testing.T) {
	values := anyValue()
	rapid.Check(t, func(t *rapid.T) {
		v := values.Draw(t, "value")
		if diff := cmp.Diff(v, roundTrip(t, v), compare); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func TestEncodeGoTypes(t *testing.T) {
	key, err := datasource.MakeKey("a", 1, []any{"b", []any{nil}})
	if err != nil {
		t.Fatal(err)
	}
	number := 1.5
	tests := map[string]struct{ v, want any }{
		"secret":      {datasource.Secret("s3cret"), "s3cret"},
		"url":         {datasource.URL("http://u:p@h/"), "http://u:p@h/"},
		"component":   {datasource.Component("eth0"), "eth0"},
		"the device":  {datasource.DeviceLevel, nil},
		"key":         {key, datasource.Tuple{"a", int64(1), datasource.Tuple{"b", datasource.Tuple{nil}}}},
		"pointer":     {&number, 1.5},
		"nil pointer": {(*float64)(nil), nil},
		"nil big":     {(*big.Int)(nil), nil},
		"small big":   {big.NewInt(7), int64(7)},
		"strings":     {[]string{"a"}, []any{"a"}},
		"string map":  {map[string]string{"a": "b"}, map[string]any{"a": "b"}},
		"int map":     {map[int]string{1: "b"}, Mapping{int64(1), "b"}},
		"named ints":  {[]any{int8(-1), uint16(2), float32(0.5)}, []any{int64(-1), int64(2), 0.5}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, roundTrip(t, tt.v), compare); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEncodeRefuses(t *testing.T) {
	var deep any
	for range maxDepth + 1 {
		deep = []any{deep}
	}
	tests := map[string]struct {
		v    any
		want string
	}{
		"a function": {map[string]any{"f": func() {}}, "f: a func() has no form in Python"},
		"depth":      {deep, errTooDeep.Error()},
		"tuples":     {datasource.Tuple{deep}, errTooDeep.Error()},
		"a year":     {time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "year 10000"},
		"digits":     {new(big.Int).Lsh(big.NewInt(1), 20_000), "digits"},
		"size":       {strings.Repeat("x", maxFrameBytes), errFrameTooLarge.Error()},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := encodeFrame(1, tt.v); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	ext := func(id byte, payload string) string {
		return "\x92\x01\xc7" + string(rune(len(payload))) + string(rune(id)) + payload
	}
	tests := map[string]struct{ frame, want string }{
		"nothing":            {"", "ends within"},
		"no array":           {"\x80", "array is wanted"},
		"no number":          {"\x90", "without a number"},
		"a text for number":  {"\x91\xa1x", "no number"},
		"a negative number":  {"\x91\xff", "no number"},
		"cut short":          {"\x92\x01", "ends within"},
		"cut in text":        {"\x92\x01\xa5abc", "ends within"},
		"a huge array":       {"\xdd\xff\xff\xff\xff\x01", "ends within"},
		"a huge map":         {"\x92\x01\xdf\xff\xff\xff\xff", "ends within"},
		"a huge extension":   {"\x92\x01\xc9\xff\xff\xff\xff\x01", "ends within"},
		"a rest":             {"\x91\x01\xc0", "after its end"},
		"depth":              {"\x92\x01" + strings.Repeat("\x91", 200) + "\xc0", "levels deep"},
		"keys":               {"\x92\x01\x81\x01\x01", "no text"},
		"code":               {"\x92\x01\xc1", "no value"},
		"unknown type":       {ext(99, "x"), "type 99"},
		"datetime":           {ext(4, "yesterday"), "datetime"},
		"date":               {ext(8, "2020-13-01"), "date"},
		"integer":            {ext(5, "1e5"), "integer"},
		"odd mapping":        {ext(9, "\x91\x01"), "without a value"},
		"tuple of no array":  {ext(1, "\x01"), "array is wanted"},
		"tuple that ends":    {ext(1, "\x90\x00"), "another length"},
		"tuple that goes on": {"\x93\x01\xd4\x01\x91\x05\x05", "another length"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if _, _, err := decodeFrame([]byte(tt.frame)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// What goes to stores and screens is text; what goes back to Python stays as it was.
func TestNativeStringsAreTextInData(t *testing.T) {
	for kind, want := range map[uint64]any{frameResult: "caf\u00e9", frameBuilt: Native("caf\xe9")} {
		frame, err := encodeFrame(kind, Native("caf\xe9"))
		if err != nil {
			t.Fatal(err)
		}
		if _, got, err := decodeFrame(frame[frameHead:]); err != nil || got[0] != want {
			t.Errorf("frame %d gives %q, error %v", kind, got, err)
		}
	}
}

func TestReaderTakesFramesApart(t *testing.T) {
	var stream []byte
	for _, text := range []string{"a", strings.Repeat("b", 2<<20), "c"} {
		frame, err := encodeFrame(frameLog, text)
		if err != nil {
			t.Fatal(err)
		}
		stream = append(stream, frame...)
	}
	r := newFrameReader(iotest.OneByteReader(bytes.NewReader(stream)))
	for _, want := range []int{1, 2 << 20, 1} {
		payload, err := r.next()
		if err != nil {
			t.Fatal(err)
		}
		if _, elements, err := decodeFrame(payload); err != nil || len(elements[0].(string)) != want {
			t.Errorf("error %v, want text of %d", err, want)
		}
	}
	if _, err := r.next(); !errors.Is(err, io.EOF) {
		t.Errorf("error %v at the end", err)
	}
	if _, err := newFrameReader(bytes.NewReader(stream[:8])).next(); err != nil {
		t.Errorf("error %v for a whole frame", err)
	}
	if _, err := newFrameReader(bytes.NewReader(stream[:7])).next(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v within a frame", err)
	}
	long := binary.BigEndian.AppendUint32(nil, maxFrameBytes+1)
	if _, err := newFrameReader(bytes.NewReader(long)).next(); !errors.Is(err, errFrameTooLarge) {
		t.Errorf("error %v for a frame that is too large", err)
	}
}

// countingWriter counts writes and holds the first one up.
type countingWriter struct {
	bytes.Buffer
	entered, leave chan struct{}
	writes         int
}

func (w *countingWriter) Write(p []byte) (int, error) {
	w.writes++
	if w.writes == 1 {
		close(w.entered)
		<-w.leave
	}
	return w.Buffer.Write(p)
}

func TestWriterBatches(t *testing.T) {
	out := &countingWriter{entered: make(chan struct{}), leave: make(chan struct{})}
	w := newFrameWriter(out)
	done := make(chan error)
	go func() { done <- w.run() }()
	put := func(frame string) {
		if err := w.put([]byte(frame)); err != nil {
			t.Error(err)
		}
	}
	put("first ")
	<-out.entered
	for range 100 {
		put("more ")
	}
	close(out.leave)
	eventually(t, "all is taken", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.pending) == 0
	})
	w.close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if want := "first " + strings.Repeat("more ", 100); out.String() != want || out.writes != 2 {
		t.Errorf("%d writes of %q", out.writes, out.String())
	}
	if err := w.put([]byte("late")); !errors.Is(err, errGone) {
		t.Errorf("error %v after the end", err)
	}
}

func TestWriterIsBounded(t *testing.T) {
	w := newFrameWriter(io.Discard) // which nobody runs
	frame := make([]byte, maxFrameBytes)
	for range maxBacklog / maxFrameBytes {
		if err := w.put(frame); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.put(frame[:1]); !errors.Is(err, errBacklog) {
		t.Errorf("error %v", err)
	}
}

func FuzzDecodeFrame(f *testing.F) {
	for _, v := range []any{
		nil, []any{int64(1), "a"}, datasource.Tuple{Set{int64(1)}, Mapping{nil, 1.5}}, time.Unix(0, 0).UTC(),
		map[string]any{"events": []any{map[string]any{"summary": "s"}}, "values": Mapping{nil, map[string]any{"dp": int64(1)}},
			"maps": []any{map[string]any{"type": "RelationshipMap", "maps": []any{map[string]any{"attributes": map[string]any{"id": "x"}}}}}},
	} {
		for _, kind := range []uint64{frameResult, frameBuilt} {
			frame, err := encodeFrame(kind, uint64(1), "ok", v)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(frame[frameHead:])
		}
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		kind, elements, err := decodeFrame(payload)
		if err != nil {
			return
		}
		// What can be read can be handled and, but for how Go reads repeated keys and clocks, written again.
		w := &Worker{writer: newFrameWriter(io.Discard), log: newLogger(&logBuffer{})}
		w.opts.setDefaults()
		_ = w.handle(kind, elements)
		if _, err := encodeFrame(kind, elements...); err != nil {
			t.Fatalf("%v cannot be written again: %v", elements, err)
		}
	})
}
