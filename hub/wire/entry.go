package wire

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// The fields of a stream entry, all of them in every entry.
const (
	fieldVersion     = "v"
	fieldCollector   = "c"
	fieldIncarnation = "i"
	fieldFirst       = "s"
	fieldCount       = "n"
	fieldFloor       = "f"
	fieldCompression = "z"
	fieldData        = "d"
)

const (
	// entryVersion is the one version of the format.
	entryVersion = "1"
	// uncompressed is the one value of field z. Others are reserved: what makes an entry big are its series, and a
	// reader wants those as they are.
	uncompressed = "0"
)

// EncodeEntry returns the fields of a batch's stream entry as name, value, name, value, … for XADD. The payload is
// appended to buf, which the fields then refer to: it may be used again once they are sent. An error wraps ErrRefused.
func EncodeEntry(buf []byte, b *Batch) (fields []any, grown []byte, err error) {
	if err := checkHead(b); err != nil {
		return nil, buf, fmt.Errorf("batch %d of %v: %w: %w", b.First, b.Lane, err, ErrRefused)
	}
	grown, err = appendRecords(buf, b)
	if err != nil {
		return nil, buf, fmt.Errorf("batch %d of %v: %w: %w", b.First, b.Lane, err, ErrRefused)
	}
	return []any{
		fieldVersion, entryVersion,
		fieldCollector, b.Collector,
		fieldIncarnation, b.Incarnation,
		fieldFirst, strconv.FormatUint(b.First, 10),
		fieldCount, strconv.Itoa(b.Len()),
		fieldFloor, strconv.FormatUint(b.Floor, 10),
		fieldCompression, uncompressed,
		fieldData, grown[len(buf):],
	}, grown, nil
}

// checkHead holds a batch to what the fields can say.
func checkHead(b *Batch) error {
	n := b.Len()
	switch {
	case !isID(b.Collector):
		return fmt.Errorf("collector id %.300q is empty, longer than %d bytes or not UTF-8", b.Collector, MaxIDBytes)
	case !isIncarnation(b.Incarnation):
		return fmt.Errorf("incarnation %.100q is not 32 lower-case hexadecimal digits", b.Incarnation)
	case n < 1 || n > MaxRecords:
		return fmt.Errorf("%d records, not 1 to %d", n, MaxRecords)
	case b.First < 1 || b.First > math.MaxInt64-uint64(n):
		return fmt.Errorf("first sequence number %d is out of range", b.First)
	case b.Floor < 1 || b.Floor > b.First:
		return fmt.Errorf("floor %d is not from 1 to the first sequence number, %d", b.Floor, b.First)
	}
	return nil
}

func isID(s string) bool { return s != "" && len(s) <= MaxIDBytes && utf8.ValidString(s) }

func isIncarnation(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) == 32
}

func appendRecords(dst []byte, b *Batch) (grown []byte, err error) {
	grown = appendArrayLen(dst, b.Len())
	switch b.Lane.Class {
	case Events:
		for i := range b.Events {
			if grown, err = appendEvent(grown, &b.Events[i]); err != nil {
				return dst, err
			}
		}
	case Values:
		for i := range b.Values {
			grown = appendValue(grown, &b.Values[i])
		}
	case Maps:
		for i := range b.Maps {
			if grown, err = appendMap(grown, &b.Maps[i]); err != nil {
				return dst, err
			}
		}
	}
	if size := len(grown) - len(dst); size > MaxEntryBytes {
		return dst, fmt.Errorf("payload of %d bytes, more than %d", size, MaxEntryBytes)
	}
	return grown, nil
}

// DecodeEntry returns the batch of an entry that was read from the lane's stream. It accepts the fields as strings (what
// go-redis gives) or []byte, and nothing but a valid entry: an error names the field that is wrong. Values' series are
// parts of one copy of the payload and of no other record; their Device stays empty, for the series names it.
func DecodeEntry(lane Lane, entry map[string]any) (*Batch, error) {
	fields, err := entryTexts(entry)
	if err != nil {
		return nil, err
	}
	if fields[fieldVersion] != entryVersion {
		return nil, fmt.Errorf("field v: version %.20q is not known here, only %q is", fields[fieldVersion], entryVersion)
	}
	if fields[fieldCompression] != uncompressed {
		return nil, fmt.Errorf("field z: compression %.20q is not known here, only %q is", fields[fieldCompression], uncompressed)
	}
	b := &Batch{Lane: lane, Collector: fields[fieldCollector], Incarnation: fields[fieldIncarnation]}
	if b.First, err = entryNumber(fields, fieldFirst); err != nil {
		return nil, err
	}
	if b.Floor, err = entryNumber(fields, fieldFloor); err != nil {
		return nil, err
	}
	n, err := entryNumber(fields, fieldCount)
	if err != nil {
		return nil, err
	}
	if n < 1 || n > MaxRecords {
		return nil, fmt.Errorf("field n: %d records, not 1 to %d", n, MaxRecords)
	}
	if len(fields[fieldData]) > MaxEntryBytes {
		return nil, fmt.Errorf("field d: %d bytes, more than %d", len(fields[fieldData]), MaxEntryBytes)
	}
	if err := readRecords(b, []byte(fields[fieldData]), int(n)); err != nil {
		return nil, fmt.Errorf("field d: %w", err)
	}
	if err := checkHead(b); err != nil {
		return nil, fmt.Errorf("fields c, i, s, f: %w", err)
	}
	return b, nil
}

// entryTexts returns the eight fields as strings.
func entryTexts(entry map[string]any) (map[string]string, error) {
	names := [...]string{
		fieldVersion, fieldCollector, fieldIncarnation, fieldFirst, fieldCount, fieldFloor, fieldCompression, fieldData,
	}
	texts := make(map[string]string, len(names))
	for _, name := range names {
		switch value := entry[name].(type) {
		case string:
			texts[name] = value
		case []byte:
			texts[name] = string(value)
		case nil:
			return nil, fmt.Errorf("field %s is missing", name)
		default:
			return nil, fmt.Errorf("field %s is a %T, not text", name, value)
		}
	}
	if len(entry) > len(names) {
		return nil, fmt.Errorf("%d fields, but version %s has %d", len(entry), entryVersion, len(names))
	}
	return texts, nil
}

// entryNumber reads a decimal number in its shortest form.
func entryNumber(fields map[string]string, name string) (uint64, error) {
	n, err := strconv.ParseUint(fields[name], 10, 63)
	if err != nil || strconv.FormatUint(n, 10) != fields[name] {
		return 0, fmt.Errorf("field %s: %.30q is no decimal number of 63 bits", name, fields[name])
	}
	return n, nil
}

func readRecords(b *Batch, payload []byte, n int) (err error) {
	c := &cursor{payload}
	held, err := c.arrayLen()
	if err != nil {
		return err
	}
	if held != n {
		return fmt.Errorf("%d records, but field n says %d", held, n)
	}
	if b.Lane.Class == Values {
		b.Values, err = readValues(c, n)
		if err == nil && len(c.b) > 0 {
			err = errTrailing
		}
		return err
	}
	r := newRecordReader(c.b)
	for i := range n {
		if err := r.record(b); err != nil {
			return fmt.Errorf("record %d of %d: %w", i+1, n, err)
		}
	}
	if r.rest.Len() > 0 {
		return errTrailing
	}
	return nil
}

var errTrailing = errors.New("bytes after the last record")

// record reads an event or a map, whichever the lane is for, and adds it to b.
func (r recordReader) record(b *Batch) error {
	before := r.rest.Len()
	if b.Lane.Class == Events {
		e, err := r.event()
		if err != nil {
			return err
		}
		b.Events = append(b.Events, e)
	} else {
		m, err := r.mapRecord()
		if err != nil {
			return err
		}
		b.Maps = append(b.Maps, m)
	}
	if size := before - r.rest.Len(); size > MaxRecordBytes {
		return fmt.Errorf("%d bytes, more than %d", size, MaxRecordBytes)
	}
	return nil
}
