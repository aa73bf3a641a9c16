package python

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// decoder reads values out of one frame.
type decoder struct {
	r     *bytes.Reader
	mp    *msgpack.Decoder
	depth int
	plain bool // text that is no UTF-8 becomes text (see parseText)
}

// decodeFrame reads a frame without its length: its number and its further elements. Integers become int64, or uint64
// where they need to be; maps become map[string]any.
func decodeFrame(payload []byte) (kind uint64, elements []any, err error) {
	r := bytes.NewReader(payload)
	d := &decoder{r: r, mp: msgpack.NewDecoder(r)}
	n, err := d.arrayLen()
	if err != nil {
		return 0, nil, err
	}
	if n == 0 {
		return 0, nil, errors.New("a frame without a number")
	}
	code, err := d.mp.PeekCode()
	if err != nil || msgpcode.IsFixedNum(code) && code > msgpcode.PosFixedNumHigh || !isInteger(code) {
		return 0, nil, errors.New("a frame whose first element is no number")
	}
	if kind, err = d.mp.DecodeUint64(); err != nil {
		return 0, nil, cutShort(err)
	}
	d.plain = kind == frameResult || kind == framePublish
	if elements, err = d.items(n - 1); err != nil {
		return kind, nil, fmt.Errorf("frame %d: %w", kind, err)
	}
	if r.Len() > 0 {
		return kind, nil, fmt.Errorf("frame %d: %d bytes after its end", kind, r.Len())
	}
	return kind, elements, nil
}

func isInteger(code byte) bool {
	return msgpcode.IsFixedNum(code) || code >= msgpcode.Uint8 && code <= msgpcode.Int64
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCutShort
	}
	return err
}

// arrayLen reads the head of an array. Every element takes at least one byte, so one that claims more is cut short and
// costs no memory.
func (d *decoder) arrayLen() (int, error) {
	code, err := d.mp.PeekCode()
	if err != nil {
		return 0, cutShort(err)
	}
	if !msgpcode.IsFixedArray(code) && code != msgpcode.Array16 && code != msgpcode.Array32 {
		return 0, fmt.Errorf("code %#x where an array is wanted", code)
	}
	n, err := d.mp.DecodeArrayLen()
	if err != nil {
		return 0, cutShort(err)
	}
	if n > d.r.Len() {
		return 0, errCutShort
	}
	return n, nil
}

func (d *decoder) items(n int) ([]any, error) {
	const firstGuess = 1024 // an array of small elements is 16 times as large here as on the wire
	items := make([]any, 0, min(n, firstGuess))
	for range n {
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
	return items, nil
}

func (d *decoder) value() (any, error) {
	d.depth++
	if d.depth > maxDepth {
		return nil, errTooDeep
	}
	defer func() { d.depth-- }()
	code, err := d.mp.PeekCode()
	if err != nil {
		return nil, cutShort(err)
	}
	v, err := d.valueOf(code)
	return v, cutShort(err)
}

func (d *decoder) valueOf(code byte) (any, error) {
	switch {
	case code == msgpcode.Nil:
		return nil, d.mp.DecodeNil()
	case code == msgpcode.True || code == msgpcode.False:
		return d.mp.DecodeBool()
	case code == msgpcode.Uint64:
		n, err := d.mp.DecodeUint64()
		if err != nil || n > math.MaxInt64 {
			return n, err
		}
		return int64(n), nil
	case isInteger(code):
		return d.mp.DecodeInt64()
	case code == msgpcode.Float || code == msgpcode.Double:
		return d.mp.DecodeFloat64()
	case msgpcode.IsString(code):
		return d.mp.DecodeString()
	case msgpcode.IsBin(code):
		return d.mp.DecodeBytes()
	case msgpcode.IsFixedArray(code) || code == msgpcode.Array16 || code == msgpcode.Array32:
		n, err := d.arrayLen()
		if err != nil {
			return nil, err
		}
		return d.items(n)
	case msgpcode.IsFixedMap(code) || code == msgpcode.Map16 || code == msgpcode.Map32:
		return d.textMap()
	case msgpcode.IsExt(code):
		return d.ext()
	}
	return nil, fmt.Errorf("code %#x is no value", code)
}

func (d *decoder) textMap() (any, error) {
	n, err := d.mp.DecodeMapLen()
	if err != nil {
		return nil, err
	}
	if n > d.r.Len()/2 {
		return nil, errCutShort
	}
	const firstGuess = 256
	m := make(map[string]any, min(n, firstGuess))
	for range n {
		code, err := d.mp.PeekCode()
		if err != nil {
			return nil, err
		}
		if !msgpcode.IsString(code) {
			return nil, errors.New("a map has a key that is no text: such maps travel as extension type 9")
		}
		key, err := d.mp.DecodeString()
		if err != nil {
			return nil, err
		}
		if m[key], err = d.value(); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (d *decoder) ext() (any, error) {
	id, size, err := d.mp.DecodeExtHeader()
	if err != nil {
		return nil, err
	}
	if size < 0 || size > d.r.Len() {
		return nil, errCutShort
	}
	if !holdsItems(id) {
		payload := make([]byte, size)
		if err := d.mp.ReadFull(payload); err != nil {
			return nil, err
		}
		return parseText(id, payload, d.plain)
	}
	end := d.r.Len() - size
	n, err := d.arrayLen()
	if err != nil {
		return nil, err
	}
	items, err := d.items(n)
	if err != nil {
		return nil, err
	}
	if d.r.Len() != end {
		return nil, fmt.Errorf("extension type %d has another length than it says", id)
	}
	return parseItems(id, items)
}
