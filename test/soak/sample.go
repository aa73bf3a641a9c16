package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sample is what /metrics said at a time: by name with labels as it stands there, and each name's sum over its labels.
type sample struct {
	at     time.Time
	values map[string]float64
	sums   map[string]float64
}

// scrape asks the daemon.
func (d *daemon) scrape(ctx context.Context) (sample, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+d.address+"/metrics", http.NoBody)
	if err != nil {
		return sample{}, fmt.Errorf("asking for metrics: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return sample{}, fmt.Errorf("asking for metrics: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return sample{}, fmt.Errorf("asking for metrics: %s", resp.Status)
	}
	return readSample(time.Now(), resp.Body)
}

// readSample reads the text format as the Go client library writes it: no timestamps, no spaces but the one before the
// number, except within labels.
func readSample(at time.Time, body io.Reader) (sample, error) {
	s := sample{at: at, values: map[string]float64{}, sums: map[string]float64{}}
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		end := strings.LastIndexByte(line, ' ')
		value, err := strconv.ParseFloat(line[end+1:], 64)
		if end < 0 || err != nil {
			return s, fmt.Errorf("metrics have the line %.200q", line)
		}
		name, _, _ := strings.Cut(line[:end], "{")
		s.values[line[:end]] = value
		s.sums[name] += value
	}
	if err := lines.Err(); err != nil {
		return s, fmt.Errorf("reading metrics: %w", err)
	}
	return s, nil
}

// byLabel returns the series of a metric by the value of its one label, without those that are 0.
func (s sample) byLabel(name string) map[string]float64 {
	out := map[string]float64{}
	for series, value := range s.values {
		rest, found := strings.CutPrefix(series, name+"{")
		if _, label, ok := strings.Cut(rest, `="`); found && ok && value != 0 {
			out[strings.TrimSuffix(label, `"}`)] = value
		}
	}
	return out
}
