package wire

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// AppendSeries appends the name of a series to dst: the MessagePack array [metric, tag, value, tag, value, …] of str with
// the tags in byte order, every length in its shortest form. Equal series give equal bytes, so that a reader can know a
// series by a hash of them. Names are UTF-8, metric and tag names are not empty, and the bounds are MaxSeriesBytes and
// MaxSeriesTags; on an error dst comes back as it was.
func AppendSeries(dst []byte, metric string, tags map[string]string) ([]byte, error) {
	if len(tags) > MaxSeriesTags {
		return dst, fmt.Errorf("series %.100q has %d tags, more than %d", metric, len(tags), MaxSeriesTags)
	}
	if metric == "" || !utf8.ValidString(metric) {
		return dst, fmt.Errorf("metric name %.100q is empty or not UTF-8", metric)
	}
	var room [16]string // keeps the usual few tags off the heap
	names := room[:0]
	for name, value := range tags {
		if name == "" || !utf8.ValidString(name) || !utf8.ValidString(value) {
			return dst, fmt.Errorf("tag %.100q of series %.100q has no name or is not UTF-8", name, metric)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	start := len(dst)
	grown := appendArrayLen(dst, 1+2*len(names))
	grown = appendStr(grown, metric)
	for _, name := range names {
		grown = appendStr(appendStr(grown, name), tags[name])
	}
	if size := len(grown) - start; size > MaxSeriesBytes {
		return dst, fmt.Errorf("series %.100q has %d bytes, more than %d", metric, size, MaxSeriesBytes)
	}
	return grown, nil
}

// ParseSeries returns what AppendSeries was given. It accepts nothing else than what AppendSeries writes.
func ParseSeries(series []byte) (metric string, tags map[string]string, err error) {
	if len(series) > MaxSeriesBytes {
		return "", nil, fmt.Errorf("series: %d bytes, more than %d", len(series), MaxSeriesBytes)
	}
	metric, tags, err = readSeries(cursor{series})
	if err != nil {
		return "", nil, fmt.Errorf("series: %w", err)
	}
	again, err := AppendSeries(make([]byte, 0, len(series)), metric, tags)
	if err != nil {
		return "", nil, fmt.Errorf("series: %w", err)
	}
	if !bytes.Equal(again, series) {
		return "", nil, fmt.Errorf("series %.100q: not in canonical form", metric)
	}
	return metric, tags, nil
}

func readSeries(c cursor) (metric string, tags map[string]string, err error) {
	n, err := c.arrayLen()
	if err != nil {
		return "", nil, err
	}
	if n%2 == 0 {
		return "", nil, fmt.Errorf("%d elements, not a metric name and pairs of tag and value", n)
	}
	if metric, err = c.str(); err != nil {
		return "", nil, fmt.Errorf("metric name: %w", err)
	}
	tags = make(map[string]string, n/2)
	for range n / 2 {
		name, err := c.str()
		if err != nil {
			return "", nil, fmt.Errorf("tag name: %w", err)
		}
		if tags[name], err = c.str(); err != nil {
			return "", nil, fmt.Errorf("tag %.100q: %w", name, err)
		}
	}
	if len(c.b) > 0 {
		return "", nil, errors.New("bytes after its end")
	}
	return metric, tags, nil
}
