package wire

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/vmihailenco/msgpack/v5"
)

// ErrTooLarge is wrapped by the error of a record bigger than MaxRecordBytes.
var ErrTooLarge = errors.New("too large")

var errTooDeep = fmt.Errorf("nested deeper than %d", MaxDepth)

// recordWriter encodes events and maps. What a record may hold beyond its fixed parts is anything made of nil, bool, int,
// float, str, bin, time, array and map with str keys.
type recordWriter struct {
	*msgpack.Encoder
}

// appendTo is a writer that appends to a slice.
type appendTo struct{ b []byte }

// Write implements io.Writer.
func (a *appendTo) Write(p []byte) (int, error) {
	a.b = append(a.b, p...)
	return len(p), nil
}

// WriteByte implements io.ByteWriter, without which the library would allocate a buffer.
func (a *appendTo) WriteByte(b byte) error {
	a.b = append(a.b, b)
	return nil
}

// appendRecord appends what encode writes; on an error dst comes back as it was.
func appendRecord(dst []byte, encode func(recordWriter) error) ([]byte, error) {
	out := &appendTo{dst}
	enc := msgpack.GetEncoder()
	defer msgpack.PutEncoder(enc)
	enc.Reset(out)
	if err := encode(recordWriter{enc}); err != nil {
		return dst, err
	}
	if size := len(out.b) - len(dst); size > MaxRecordBytes {
		return dst, fmt.Errorf("record of %d bytes, more than %d: %w", size, MaxRecordBytes, ErrTooLarge)
	}
	return out.b, nil
}

// text writes a str; bytes that are not UTF-8 become the replacement character, for readers in other languages refuse them.
func (w recordWriter) text(s string) error {
	return w.EncodeString(strings.ToValidUTF8(s, string(utf8.RuneError)))
}

// fields writes a map in the order of its keys.
func (w recordWriter) fields(m map[string]any, depth int) error {
	if err := w.EncodeMapLen(len(m)); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		// A replacement character could make two keys one.
		if !utf8.ValidString(key) {
			return fmt.Errorf("key %.100q is not UTF-8", key)
		}
		if err := w.EncodeString(key); err != nil {
			return err
		}
		if err := w.any(m[key], depth); err != nil {
			return fmt.Errorf("%.100q: %w", key, err)
		}
	}
	return nil
}

// any writes v, which lies below depth lists and maps.
func (w recordWriter) any(v any, depth int) error {
	switch v := v.(type) {
	case nil:
		return w.EncodeNil()
	case string:
		return w.text(v)
	case int:
		return w.EncodeInt(int64(v))
	case float64:
		return w.EncodeFloat64(v)
	case bool:
		return w.EncodeBool(v)
	case []byte:
		return w.EncodeBytes(v)
	case time.Time:
		return w.EncodeTime(v)
	default:
		return w.reflected(reflect.ValueOf(v), depth)
	}
}

// reflected writes what any has no shorter way for: named types and typed containers.
func (w recordWriter) reflected(v reflect.Value, depth int) error {
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		return w.list(v, depth)
	case reflect.Map:
		return w.mapping(v, depth)
	case reflect.String:
		return w.text(v.String())
	case reflect.Bool:
		return w.EncodeBool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return w.EncodeInt(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return w.EncodeUint(v.Uint())
	case reflect.Float32, reflect.Float64:
		return w.EncodeFloat64(v.Float())
	case reflect.Pointer:
		if v.IsNil() {
			return w.EncodeNil()
		}
	}
	switch v := v.Interface().(type) {
	case error:
		return w.text(v.Error())
	case fmt.Stringer:
		return w.text(v.String())
	}
	return fmt.Errorf("a Go %s has no form on the wire", v.Type())
}

func (w recordWriter) list(v reflect.Value, depth int) error {
	if depth >= MaxDepth {
		return errTooDeep
	}
	if err := w.EncodeArrayLen(v.Len()); err != nil {
		return err
	}
	for i := range v.Len() {
		if err := w.any(v.Index(i).Interface(), depth+1); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return nil
}

func (w recordWriter) mapping(v reflect.Value, depth int) error {
	if depth >= MaxDepth {
		return errTooDeep
	}
	if v.Type().Key().Kind() != reflect.String {
		return fmt.Errorf("a Go %s has keys that are no text", v.Type())
	}
	plain := make(map[string]any, v.Len())
	for key, value := range v.Seq2() {
		plain[key.String()] = value.Interface()
	}
	return w.fields(plain, depth+1)
}
