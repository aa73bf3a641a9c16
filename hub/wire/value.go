package wire

import "fmt"

// maxValueBytes is what a value takes at most besides its series: array, bin, time and number heads.
const maxValueBytes = 1 + 5 + 9 + 9

// ValueSize returns an upper bound of the encoded size of a value.
func ValueSize(v *Value) int { return len(v.Series) + maxValueBytes }

// appendValue appends [series bin, time int, number].
func appendValue(dst []byte, v *Value) []byte {
	dst = append(dst, 0x93) // an array of three
	dst = appendBin(dst, v.Series)
	dst = appendInt(dst, v.Time)
	if v.Number.IsFloat {
		return appendFloat(dst, v.Number.Float)
	}
	return appendInt(dst, v.Number.Int)
}

// readValues reads n values, which take the whole of c.
func readValues(c *cursor, n int) ([]Value, error) {
	values := make([]Value, n)
	for i := range values {
		if err := readValue(c, &values[i]); err != nil {
			return nil, fmt.Errorf("value %d of %d: %w", i+1, n, err)
		}
	}
	return values, nil
}

func readValue(c *cursor, v *Value) error {
	n, err := c.arrayLen()
	if err != nil {
		return err
	}
	if n != 3 {
		return fmt.Errorf("%d elements instead of series, time and number", n)
	}
	if v.Series, err = c.bin(); err != nil {
		return fmt.Errorf("series: %w", err)
	}
	if len(v.Series) == 0 || len(v.Series) > MaxSeriesBytes {
		return fmt.Errorf("series: %d bytes, not 1 to %d", len(v.Series), MaxSeriesBytes)
	}
	if v.Time, err = c.int(); err != nil {
		return fmt.Errorf("time: %w", err)
	}
	if v.Number, err = c.number(); err != nil {
		return fmt.Errorf("number: %w", err)
	}
	return nil
}
