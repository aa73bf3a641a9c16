package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// Values are nearly all of the traffic and of one shape, so the little of MessagePack that they need is written out here:
// several times faster than a general encoder. Events and maps go by the library (recordWriter, recordReader).

func appendArrayLen(dst []byte, n int) []byte {
	switch {
	case n < 16:
		return append(dst, msgpcode.FixedArrayLow|byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, msgpcode.Array16), uint16(n))
	default:
		return binary.BigEndian.AppendUint32(append(dst, msgpcode.Array32), uint32(n))
	}
}

func appendStr(dst []byte, s string) []byte {
	switch n := len(s); {
	case n < 32:
		dst = append(dst, msgpcode.FixedStrLow|byte(n))
	case n <= math.MaxUint8:
		dst = append(dst, msgpcode.Str8, byte(n))
	case n <= math.MaxUint16:
		dst = binary.BigEndian.AppendUint16(append(dst, msgpcode.Str16), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint32(append(dst, msgpcode.Str32), uint32(n))
	}
	return append(dst, s...)
}

func appendBin(dst, b []byte) []byte {
	switch n := len(b); {
	case n <= math.MaxUint8:
		dst = append(dst, msgpcode.Bin8, byte(n))
	case n <= math.MaxUint16:
		dst = binary.BigEndian.AppendUint16(append(dst, msgpcode.Bin16), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint32(append(dst, msgpcode.Bin32), uint32(n))
	}
	return append(dst, b...)
}

func appendInt(dst []byte, n int64) []byte {
	switch {
	case n >= 0 && n <= math.MaxInt8, n < 0 && n >= -32:
		return append(dst, byte(n))
	case n >= 0 && n <= math.MaxUint8:
		return append(dst, msgpcode.Uint8, byte(n))
	case n >= 0 && n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, msgpcode.Uint16), uint16(n))
	case n >= 0 && n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(dst, msgpcode.Uint32), uint32(n))
	case n >= 0:
		return binary.BigEndian.AppendUint64(append(dst, msgpcode.Uint64), uint64(n))
	case n >= math.MinInt8:
		return append(dst, msgpcode.Int8, byte(n))
	case n >= math.MinInt16:
		return binary.BigEndian.AppendUint16(append(dst, msgpcode.Int16), uint16(n))
	case n >= math.MinInt32:
		return binary.BigEndian.AppendUint32(append(dst, msgpcode.Int32), uint32(n))
	default:
		return binary.BigEndian.AppendUint64(append(dst, msgpcode.Int64), uint64(n))
	}
}

func appendFloat(dst []byte, f float64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, msgpcode.Double), math.Float64bits(f))
}

var errCutShort = errors.New("cut short")

// cursor reads MessagePack from b. Byte strings it gives out are parts of b.
type cursor struct {
	b []byte
}

func (c *cursor) take(n uint64) ([]byte, error) {
	if n > uint64(len(c.b)) {
		return nil, errCutShort
	}
	taken := c.b[:n:n]
	c.b = c.b[n:]
	return taken, nil
}

func (c *cursor) code() (byte, error) {
	b, err := c.take(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// uint reads an unsigned number of width bytes.
func (c *cursor) uint(width uint64) (uint64, error) {
	b, err := c.take(width)
	if err != nil {
		return 0, err
	}
	switch width {
	case 1:
		return uint64(b[0]), nil
	case 2:
		return uint64(binary.BigEndian.Uint16(b)), nil
	case 4:
		return uint64(binary.BigEndian.Uint32(b)), nil
	default:
		return binary.BigEndian.Uint64(b), nil
	}
}

func (c *cursor) arrayLen() (int, error) {
	code, err := c.code()
	if err != nil {
		return 0, err
	}
	var n uint64
	switch {
	case msgpcode.IsFixedArray(code):
		n = uint64(code & msgpcode.FixedArrayMask)
	case code == msgpcode.Array16:
		n, err = c.uint(2)
	case code == msgpcode.Array32:
		n, err = c.uint(4)
	default:
		return 0, wrongType("array", code)
	}
	// Every element has at least one byte: what claims more is cut short, and costs no memory.
	if err == nil && n > uint64(len(c.b)) {
		err = errCutShort
	}
	return int(n), err
}

func (c *cursor) str() (string, error) {
	code, err := c.code()
	if err != nil {
		return "", err
	}
	var n uint64
	switch {
	case msgpcode.IsFixedString(code):
		n = uint64(code & msgpcode.FixedStrMask)
	case code == msgpcode.Str8:
		n, err = c.uint(1)
	case code == msgpcode.Str16:
		n, err = c.uint(2)
	case code == msgpcode.Str32:
		n, err = c.uint(4)
	default:
		return "", wrongType("str", code)
	}
	if err != nil {
		return "", err
	}
	b, err := c.take(n)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(b) {
		return "", errors.New("str is not UTF-8")
	}
	return string(b), nil
}

func (c *cursor) bin() ([]byte, error) {
	code, err := c.code()
	if err != nil {
		return nil, err
	}
	var n uint64
	switch code {
	case msgpcode.Bin8:
		n, err = c.uint(1)
	case msgpcode.Bin16:
		n, err = c.uint(2)
	case msgpcode.Bin32:
		n, err = c.uint(4)
	default:
		return nil, wrongType("bin", code)
	}
	if err != nil {
		return nil, err
	}
	return c.take(n)
}

func (c *cursor) int() (int64, error) {
	n, err := c.number()
	if err == nil && n.IsFloat {
		return 0, errors.New("float where an int belongs")
	}
	return n.Int, err
}

// number reads an int or a float.
func (c *cursor) number() (Number, error) {
	code, err := c.code()
	if err != nil {
		return Number{}, err
	}
	if msgpcode.IsFixedNum(code) {
		return Number{Int: int64(int8(code))}, nil
	}
	var n uint64
	switch code {
	case msgpcode.Uint8, msgpcode.Uint16, msgpcode.Uint32, msgpcode.Uint64:
		n, err = c.uint(1 << (code - msgpcode.Uint8))
		if n > math.MaxInt64 {
			return Number{}, fmt.Errorf("int %d is above the greatest of 64 bits with a sign", n)
		}
		return Number{Int: int64(n)}, err
	case msgpcode.Int8:
		n, err = c.uint(1)
		return Number{Int: int64(int8(n))}, err
	case msgpcode.Int16:
		n, err = c.uint(2)
		return Number{Int: int64(int16(n))}, err
	case msgpcode.Int32:
		n, err = c.uint(4)
		return Number{Int: int64(int32(n))}, err
	case msgpcode.Int64:
		n, err = c.uint(8)
		return Number{Int: int64(n)}, err
	case msgpcode.Float:
		n, err = c.uint(4)
		return Number{IsFloat: true, Float: float64(math.Float32frombits(uint32(n)))}, err
	case msgpcode.Double:
		n, err = c.uint(8)
		return Number{IsFloat: true, Float: math.Float64frombits(n)}, err
	}
	return Number{}, wrongType("number", code)
}

func wrongType(want string, code byte) error {
	return fmt.Errorf("MessagePack code 0x%02x where %s belongs", code, want)
}
