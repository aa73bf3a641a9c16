package wire

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// recordReader decodes what recordWriter wrote.
type recordReader struct {
	*msgpack.Decoder
	rest *bytes.Reader
}

func newRecordReader(b []byte) recordReader {
	rest := bytes.NewReader(b)
	return recordReader{msgpack.NewDecoder(rest), rest}
}

// expect looks at the next code without taking it.
func (r recordReader) expect(want string, is func(byte) bool) error {
	code, err := r.PeekCode()
	if err != nil {
		return errCutShort
	}
	if !is(code) {
		return wrongType(want, code)
	}
	return nil
}

func isArray(c byte) bool {
	return msgpcode.IsFixedArray(c) || c == msgpcode.Array16 || c == msgpcode.Array32
}

func isMap(c byte) bool { return msgpcode.IsFixedMap(c) || c == msgpcode.Map16 || c == msgpcode.Map32 }

func isInt(c byte) bool { return msgpcode.IsFixedNum(c) || c >= msgpcode.Uint8 && c <= msgpcode.Int64 }

// array reads the head of an array of n.
func (r recordReader) array(n int) error {
	got, err := r.arrayLen()
	if err == nil && got != n {
		err = fmt.Errorf("an array of %d instead of %d", got, n)
	}
	return err
}

func (r recordReader) arrayLen() (int, error) {
	if err := r.expect("array", isArray); err != nil {
		return 0, err
	}
	n, err := r.DecodeArrayLen()
	return r.bounded(n, 1, err)
}

func (r recordReader) mapLen() (int, error) {
	if err := r.expect("map", isMap); err != nil {
		return 0, err
	}
	n, err := r.DecodeMapLen()
	return r.bounded(n, 2, err)
}

// bounded refuses a count of elements, each of at least so many bytes, that the rest cannot hold.
func (r recordReader) bounded(n, each int, err error) (int, error) {
	if err != nil || n < 0 || n > r.rest.Len()/each {
		return 0, errCutShort
	}
	return n, nil
}

func (r recordReader) text() (string, error) {
	if err := r.expect("str", msgpcode.IsString); err != nil {
		return "", err
	}
	s, err := r.DecodeString()
	if err != nil {
		return "", errCutShort
	}
	if !utf8.ValidString(s) {
		return "", errors.New("str is not UTF-8")
	}
	return s, nil
}

func (r recordReader) int() (int64, error) {
	if err := r.expect("int", isInt); err != nil {
		return 0, err
	}
	n, err := r.any(MaxDepth)
	if err != nil {
		return 0, err
	}
	exact, ok := n.(int64)
	if !ok {
		return 0, fmt.Errorf("int %d is above the greatest of 64 bits with a sign", n)
	}
	return exact, nil
}

// fields reads a map with str keys that lies below depth lists and maps, itself included.
func (r recordReader) fields(depth int) (map[string]any, error) {
	n, err := r.mapLen()
	if err != nil {
		return nil, err
	}
	m := make(map[string]any, min(n, 64))
	for range n {
		key, err := r.text()
		if err != nil {
			return nil, fmt.Errorf("key: %w", err)
		}
		if _, twice := m[key]; twice {
			return nil, fmt.Errorf("key %.100q stands twice", key)
		}
		if m[key], err = r.any(depth); err != nil {
			return nil, fmt.Errorf("%.100q: %w", key, err)
		}
	}
	return m, nil
}

// any reads a value that lies below depth lists and maps: nil, bool, int64, uint64 (above the greatest int64 only),
// float64, string, []byte, time.Time in UTC, []any or map[string]any.
func (r recordReader) any(depth int) (any, error) {
	code, err := r.PeekCode()
	if err != nil {
		return nil, errCutShort
	}
	switch {
	case isArray(code):
		return r.listed(depth)
	case isMap(code):
		if depth >= MaxDepth {
			return nil, errTooDeep
		}
		return r.fields(depth + 1)
	case msgpcode.IsString(code):
		return r.text()
	case msgpcode.IsExt(code):
		return r.time()
	}
	return r.scalar(code)
}

func (r recordReader) listed(depth int) (any, error) {
	if depth >= MaxDepth {
		return nil, errTooDeep
	}
	n, err := r.arrayLen()
	if err != nil {
		return nil, err
	}
	list := make([]any, 0, min(n, 64))
	for i := range n {
		v, err := r.any(depth + 1)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		list = append(list, v)
	}
	return list, nil
}

func (r recordReader) time() (any, error) {
	at, err := r.DecodeTime()
	if err != nil {
		return nil, errors.New("an extension type that is no timestamp")
	}
	return at.UTC(), nil
}

func (r recordReader) scalar(code byte) (v any, err error) {
	switch {
	case code == msgpcode.Nil:
		return nil, r.DecodeNil()
	case code == msgpcode.True, code == msgpcode.False:
		v, err = r.DecodeBool()
	case code == msgpcode.Uint64:
		v, err = r.unsigned()
	case isInt(code):
		v, err = r.DecodeInt64()
	case code == msgpcode.Float, code == msgpcode.Double:
		v, err = r.DecodeFloat64()
	case msgpcode.IsBin(code):
		v, err = r.DecodeBytes()
	default:
		return nil, wrongType("a value", code)
	}
	if err != nil {
		return nil, errCutShort
	}
	return v, nil
}

func (r recordReader) unsigned() (any, error) {
	n, err := r.DecodeUint64()
	if int64(n) >= 0 {
		return int64(n), err
	}
	return n, err
}
