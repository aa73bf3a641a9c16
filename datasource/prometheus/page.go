package prometheus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

// accept asks for what textparse reads, the richer format first.
const accept = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6," +
	"application/openmetrics-text;version=0.0.1;q=0.5," +
	"text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4," +
	"text/plain;version=0.0.4;q=0.3,*/*;q=0.1"

// fallbackType is how a page is read whose type is absent or unknown: many exporters name none.
const fallbackType = "text/plain"

// labelName is the label that holds a series' metric.
const labelName = "__name__"

// sample is one line of a page.
type sample struct {
	name   string
	labels labels.Labels // the name among them
	value  float64
	time   *int64 // milliseconds since 1970, if the page says when
}

// errTooManySamples is a page of more than max_samples samples.
var errTooManySamples = errors.New("too many samples")

// pageError is a page that cannot be read, and where.
type pageError struct {
	line int
	err  error
}

// Error quotes the parser, which may quote the page, at a readable length.
func (e *pageError) Error() string {
	const most = 160
	text := e.err.Error()
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("line %d: %s", e.line, text)
}

// readPage calls visit with each sample whose metric is wanted and returns how many samples the page has in all. With
// an error the page is not to be used: what was visited before may be half of what belongs together.
func readPage(body []byte, contentType string, maxSamples int, wanted func(name []byte) bool, visit func(*sample)) (int, error) {
	if mediaType, _, err := mime.ParseMediaType(contentType); err == nil && strings.Contains(mediaType, "protobuf") {
		return 0, fmt.Errorf("the page is %s, which was not asked for", mediaType)
	}
	// The parser takes a NUL for the end of the page, and would lose what follows without a word.
	if before, _, found := bytes.Cut(body, []byte{0}); found {
		return 0, &pageError{line: 1 + bytes.Count(before, []byte("\n")), err: errors.New("holds a NUL byte")}
	}
	// The error may be a mere warning that the fallback was taken, which is what it is for.
	parser, err := textparse.New(body, contentType, nil, textparse.ParserOptions{FallbackContentType: fallbackType})
	if parser == nil {
		return 0, fmt.Errorf("content type %q: %w", contentType, err)
	}
	var entries, samples int
	for ; ; entries++ {
		entry, err := parser.Next()
		if errors.Is(err, io.EOF) {
			return samples, nil
		}
		if err != nil {
			return samples, &pageError{line: lineOf(body, entries), err: err}
		}
		if entry != textparse.EntrySeries {
			continue
		}
		samples++
		if samples > maxSamples {
			return samples, errTooManySamples
		}
		visitSeries(parser, wanted, visit)
	}
}

func visitSeries(parser textparse.Parser, wanted func([]byte) bool, visit func(*sample)) {
	series, at, value := parser.Series()
	// A series whose name stands in quotes within the braces has to be read to know it.
	if name, _, _ := bytes.Cut(series, []byte("{")); len(name) > 0 && !wanted(name) {
		return
	}
	s := sample{value: value, time: at}
	parser.Labels(&s.labels)
	s.name = s.labels.Get(labelName)
	if wanted([]byte(s.name)) {
		visit(&s)
	}
}

// lineOf returns the number of the line behind the first n entries, each of which is a line that is not empty.
func lineOf(body []byte, n int) int {
	line := 0
	for text := range bytes.Lines(body) {
		line++
		if len(bytes.TrimRight(text, "\n")) == 0 {
			continue
		}
		n--
		if n < 0 {
			break
		}
	}
	return line
}
