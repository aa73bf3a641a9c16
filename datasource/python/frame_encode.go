package python

import (
	"bytes"
	"fmt"
	"math/big"
	"reflect"
	"time"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/zenpython/zenpython/datasource"
)

// encoder writes values, those of Python's own forms as extension types.
type encoder struct {
	buf   bytes.Buffer
	mp    *msgpack.Encoder
	depth int
}

func newEncoder() *encoder {
	e := &encoder{}
	e.mp = msgpack.NewEncoder(&e.buf)
	return e
}

// encodeFrame returns one frame, its length in front.
func encodeFrame(kind uint64, elements ...any) ([]byte, error) {
	e := newEncoder()
	e.buf.Write(make([]byte, frameHead))
	if err := e.mp.EncodeArrayLen(1 + len(elements)); err != nil {
		return nil, err
	}
	if err := e.mp.EncodeUint(kind); err != nil {
		return nil, err
	}
	for i, v := range elements {
		if err := e.value(v); err != nil {
			return nil, fmt.Errorf("encoding element %d of frame %d: %w", i+1, kind, err)
		}
	}
	return sealFrame(e.buf.Bytes())
}

// value writes any value that has a form in Python.
func (e *encoder) value(v any) error {
	e.depth++
	if e.depth > maxDepth {
		return errTooDeep
	}
	defer func() { e.depth-- }()
	switch v := v.(type) {
	case nil:
		return e.mp.EncodeNil()
	case string:
		return e.mp.EncodeString(v)
	case []byte:
		return e.mp.EncodeBytes(v)
	case []any:
		return e.array(v)
	case map[string]any:
		return e.textMap(v)
	case time.Time:
		text, err := datetimeText(v)
		if err != nil {
			return err
		}
		return e.bytesExt(extDatetime, text)
	case *big.Int:
		return e.bigInt(v)
	case datasource.Component:
		if v.IsDevice() {
			return e.mp.EncodeNil()
		}
		return e.mp.EncodeString(string(v))
	case datasource.ConfigKey:
		return e.items(extTuple, tuples(v.Elements()))
	}
	if done, err := e.foreign(v); done {
		return err
	}
	return e.reflected(reflect.ValueOf(v))
}

// foreign writes the forms that only Python has, and reports whether v is one.
func (e *encoder) foreign(v any) (done bool, err error) {
	switch v := v.(type) {
	case datasource.Tuple:
		return true, e.items(extTuple, v)
	case Set:
		return true, e.items(extSet, v)
	case FrozenSet:
		return true, e.items(extFrozenSet, v)
	case Mapping:
		return true, e.items(extMapping, v)
	case datasource.Decimal:
		return true, e.bytesExt(extDecimal, string(v))
	case Native:
		return true, e.bytesExt(extNative, string(v))
	case Date:
		return true, e.bytesExt(extDate, string(v))
	case Opaque:
		return true, e.bytesExt(extOpaque, string(v))
	}
	return false, nil
}

func (e *encoder) bigInt(n *big.Int) error {
	switch {
	case n == nil:
		return e.mp.EncodeNil()
	case n.IsInt64():
		return e.mp.EncodeInt(n.Int64())
	case n.IsUint64():
		return e.mp.EncodeUint(n.Uint64())
	}
	text := n.String()
	if len(text) > maxBigDigits {
		return fmt.Errorf("an integer of %d digits: at most %d are taken", len(text), maxBigDigits)
	}
	return e.bytesExt(extBigInt, text)
}

// reflected writes the rarer Go types. Named text is written as it is: hiding secrets is for people's eyes, a plugin
// needs them.
func (e *encoder) reflected(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Bool:
		return e.mp.EncodeBool(v.Bool())
	case reflect.String:
		return e.mp.EncodeString(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return e.mp.EncodeInt(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return e.mp.EncodeUint(v.Uint())
	case reflect.Float32, reflect.Float64:
		return e.mp.EncodeFloat64(v.Float())
	case reflect.Slice, reflect.Array:
		return e.reflectedArray(v)
	case reflect.Map:
		return e.reflectedMap(v)
	case reflect.Pointer:
		if v.IsNil() {
			return e.mp.EncodeNil()
		}
		return e.value(v.Elem().Interface())
	}
	return fmt.Errorf("a %s has no form in Python", v.Type())
}

func (e *encoder) reflectedArray(v reflect.Value) error {
	items := make([]any, v.Len())
	for i := range items {
		items[i] = v.Index(i).Interface()
	}
	return e.array(items)
}

func (e *encoder) reflectedMap(v reflect.Value) error {
	texts, items := make(map[string]any, v.Len()), make(Mapping, 0, 2*v.Len())
	isText := v.Type().Key().Kind() == reflect.String
	for key, value := range v.Seq2() {
		if isText {
			texts[key.String()] = value.Interface()
		} else {
			items = append(items, key.Interface(), value.Interface())
		}
	}
	if isText {
		return e.textMap(texts)
	}
	return e.items(extMapping, items)
}

func (e *encoder) array(items []any) error {
	if err := e.mp.EncodeArrayLen(len(items)); err != nil {
		return err
	}
	for i, item := range items {
		if err := e.value(item); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return nil
}

func (e *encoder) textMap(m map[string]any) error {
	if err := e.mp.EncodeMapLen(len(m)); err != nil {
		return err
	}
	for key, value := range m {
		if err := e.mp.EncodeString(key); err != nil {
			return err
		}
		if err := e.value(value); err != nil {
			return fmt.Errorf("%s: %w", clip(key), err)
		}
	}
	return nil
}

// items writes an extension type that holds an array. Its length stands in front, so it is written apart first.
func (e *encoder) items(id int8, items []any) error {
	inner := newEncoder()
	inner.depth = e.depth
	if err := inner.array(items); err != nil {
		return err
	}
	return e.bytesExt(id, inner.buf.String())
}

func (e *encoder) bytesExt(id int8, payload string) error {
	if err := e.mp.EncodeExtHeader(id, len(payload)); err != nil {
		return err
	}
	e.buf.WriteString(payload)
	return nil
}

// tuples makes the lists within a config key what they are in Python.
func tuples(elements []any) datasource.Tuple {
	for i, e := range elements {
		if inner, ok := e.([]any); ok {
			elements[i] = tuples(inner)
		}
	}
	return elements
}
