package python

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// The numbers of the MessagePack extension types.
const (
	extTuple int8 = iota + 1
	extSet
	extFrozenSet
	extDatetime
	extBigInt
	extDecimal
	extNative
	extDate
	extMapping
	extOpaque
)

// Forms of Python that Go has none for. Tuple and Decimal are those of package datasource, datetimes are time.Time (one
// without a UTC offset has time.Local as its location, which is how Python reads them too), integers beyond 64 bits are
// *big.Int.
type (
	// Set holds the elements of a Python set, in no order.
	Set []any
	// FrozenSet holds the elements of a Python frozenset, in no order.
	FrozenSet []any
	// Date is a Python date, "2006-01-02".
	Date string
	// Native is a native string of translated code that is no UTF-8: its bytes.
	Native string
	// Mapping is a Python dictionary with keys that are not all text: keys and values in turn.
	Mapping []any
	// Opaque is a value that only Python can read; it travels back as it came.
	Opaque []byte
)

const (
	datetimeLayout = "2006-01-02T15:04:05.000000"
	dateLayout     = "2006-01-02"
)

// maxBigDigits is the bound of Python's own conversion between int and text.
const maxBigDigits = 4300

// datetimeText writes a time as Python's datetime.fromisoformat reads it; what is finer than a microsecond is cut off.
func datetimeText(t time.Time) (string, error) {
	if err := checkYear(t); err != nil {
		return "", err
	}
	text := t.Format(datetimeLayout)
	if t.Location() == time.Local {
		return text, nil
	}
	return text + offsetText(t), nil
}

// offsetText writes the UTC offset, with seconds only where there are some: most readers know none. (The layouts of
// package time write negative offsets below a minute wrongly.)
func offsetText(t time.Time) string {
	const minute, hour = 60, 3600
	_, offset := t.Zone()
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	text := fmt.Sprintf("%c%02d:%02d", sign, offset/hour, offset%hour/minute)
	if offset%minute != 0 {
		text += fmt.Sprintf(":%02d", offset%minute)
	}
	return text
}

// checkYear refuses the years that Python has no datetime for.
func checkYear(t time.Time) error {
	if year := t.Year(); year < 1 || year > 9999 {
		return fmt.Errorf("the year %d has no form as a Python datetime", year)
	}
	return nil
}

func parseDatetime(text string) (time.Time, error) {
	t, err := parseISO(text)
	if err == nil {
		err = checkYear(t)
	}
	return t, err
}

func parseISO(text string) (time.Time, error) {
	if t, err := time.ParseInLocation(datetimeLayout, text, time.Local); err == nil {
		return t, nil
	}
	if local, found := strings.CutSuffix(text, "-00:00:01"); found { // package time takes -1 s for no offset
		if t, err := time.Parse(datetimeLayout, local); err == nil {
			return t.Add(time.Second).In(time.FixedZone("", -1)), nil
		}
	}
	for _, offset := range []string{"-07:00", "-07:00:00"} {
		if t, err := time.Parse(datetimeLayout+offset, text); err == nil {
			return fixedZone(t), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no datetime in ISO 8601", clip(text))
}

// fixedZone undoes that time.Parse gives time.Local to times whose offset happens to be the local one: the offset was
// said, so it must be said again on the way back.
func fixedZone(t time.Time) time.Time {
	_, offset := t.Zone()
	if offset == 0 {
		return t.UTC()
	}
	return t.In(time.FixedZone("", offset))
}

func parseBigInt(text string) (*big.Int, error) {
	if len(text) > maxBigDigits+1 {
		return nil, fmt.Errorf("an integer of %d digits: at most %d are taken", len(text), maxBigDigits)
	}
	n, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return nil, fmt.Errorf("%q is no integer", clip(text))
	}
	return n, nil
}

// parseText reads the extension types whose payload is text or plain bytes. In plain mode text that is no UTF-8 becomes
// text, each of its bytes the character of that number, since what is shown and stored must be text.
func parseText(id int8, payload []byte, plain bool) (any, error) {
	switch id {
	case extDatetime:
		return parseDatetime(string(payload))
	case extBigInt:
		return parseBigInt(string(payload))
	case extDecimal:
		return datasource.Decimal(payload), nil
	case extNative:
		if plain {
			return latin1(payload), nil
		}
		return Native(payload), nil
	case extDate:
		if _, err := time.Parse(dateLayout, string(payload)); err != nil {
			return nil, fmt.Errorf("%q is no date in ISO 8601", clip(string(payload)))
		}
		return Date(payload), nil
	case extOpaque:
		return Opaque(payload), nil
	}
	return nil, fmt.Errorf("extension type %d is unknown", id)
}

// parseItems gives the extension types whose payload is an array.
func parseItems(id int8, items []any) (any, error) {
	switch id {
	case extTuple:
		return datasource.Tuple(items), nil
	case extSet:
		return Set(items), nil
	case extFrozenSet:
		return FrozenSet(items), nil
	}
	if len(items)%2 != 0 {
		return nil, errors.New("a mapping has a key without a value")
	}
	return Mapping(items), nil
}

func holdsItems(id int8) bool {
	return id == extTuple || id == extSet || id == extFrozenSet || id == extMapping
}

func latin1(b []byte) string {
	var s strings.Builder
	s.Grow(2 * len(b))
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// clip keeps text from outside to a readable length in messages.
func clip(s string) string {
	const most = 80
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "?") + "…"
	}
	return s
}
