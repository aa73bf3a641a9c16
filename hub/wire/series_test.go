package wire

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/vmihailenco/msgpack/v5"
	"pgregory.net/rapid"
)

func mustSeries(tb testing.TB, metric string, tags map[string]string) []byte {
	tb.Helper()
	series, err := AppendSeries(nil, metric, tags)
	if err != nil {
		tb.Fatal(err)
	}
	return series
}

func TestSeriesIsAPlainMessagePackArray(t *testing.T) {
	series := mustSeries(t, "dev1/ds1_dp1", map[string]string{"key": "Devices/dev1", "device": "dev1", "contextUUID": ""})
	var got []string
	if err := msgpack.Unmarshal(series, &got); err != nil {
		t.Fatal(err)
	}
	want := []string{"dev1/ds1_dp1", "contextUUID", "", "device", "dev1", "key", "Devices/dev1"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSeriesAppendsBehindWhatIsThere(t *testing.T) {
	series := mustSeries(t, "m", nil)
	behind, err := AppendSeries([]byte("head"), "m", nil)
	if err != nil || string(behind) != "head"+string(series) {
		t.Errorf("got %q, %v", behind, err)
	}
	if refused, err := AppendSeries([]byte("head"), "", nil); err == nil || string(refused) != "head" {
		t.Errorf("refused: got %q, %v", refused, err)
	}
}

func TestAppendSeriesRefuses(t *testing.T) {
	many := map[string]string{}
	for i := range MaxSeriesTags + 1 {
		many[fmt.Sprint("tag", i)] = "x"
	}
	for name, series := range map[string]struct {
		metric string
		tags   map[string]string
	}{
		"no metric":          {"", nil},
		"metric not UTF-8":   {"\xff", nil},
		"no tag name":        {"m", map[string]string{"": "x"}},
		"tag name not UTF-8": {"m", map[string]string{"\xff": "x"}},
		"value not UTF-8":    {"m", map[string]string{"x": "\xff"}},
		"too many tags":      {"m", many},
		"too long":           {strings.Repeat("m", MaxSeriesBytes), nil},
	} {
		if got, err := AppendSeries(nil, series.metric, series.tags); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestParseSeriesRefuses(t *testing.T) {
	for name, series := range map[string]string{
		"nothing":             "",
		"no array":            "\xa1m",
		"no metric":           "\x90",
		"half a tag":          "\x92\xa1m\xa1a",
		"cut short":           "\x93\xa1m\xa1a",
		"bytes after the end": "\x91\xa1m\x00",
		"tags out of order":   "\x95\xa1m\xa1b\xa1x\xa1a\xa1x",
		"a tag twice":         "\x95\xa1m\xa1a\xa1x\xa1a\xa1x",
		"a long form":         "\x91\xd9\x01m",
		"a long array":        "\xdc\x00\x01\xa1m",
		"not UTF-8":           "\x91\xa1\xff",
		"a number":            "\x93\xa1m\xa1a\x01",
		"an empty metric":     "\x91\xa0",
		"a huge count":        "\xdd\xff\xff\xff\xff\xa1m",
		"too long":            "\x91\xda\x40\x00" + strings.Repeat("m", MaxSeriesBytes),
	} {
		if metric, tags, err := ParseSeries([]byte(series)); err == nil {
			t.Errorf("%s: %q %q", name, metric, tags)
		} else if !strings.HasPrefix(err.Error(), "series") {
			t.Errorf("%s: the error does not say what it is about: %v", name, err)
		}
	}
}

func TestSeriesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		metric := rapid.StringN(1, 300, 500).Draw(t, "metric")
		tags := rapid.MapOfN(rapid.StringN(1, 20, 60), rapid.StringN(0, 40, 300), 0, 20).Draw(t, "tags")
		series, err := AppendSeries(nil, metric, tags)
		if err != nil {
			t.Fatal(err)
		}
		gotMetric, gotTags, err := ParseSeries(series)
		if err != nil || gotMetric != metric || !maps.Equal(gotTags, tags) {
			t.Fatalf("got %q %q, %v", gotMetric, gotTags, err)
		}
	})
}

func FuzzParseSeries(f *testing.F) {
	f.Add(mustSeries(f, "dev1/ds1_dp1", map[string]string{"device": "dev1", "key": "k"}))
	f.Add([]byte("\x95\xa1m\xa1b\xa1x\xa1a\xa1x"))
	f.Add([]byte("\xdd\xff\xff\xff\xff\xa1m"))
	f.Fuzz(func(t *testing.T, series []byte) {
		metric, tags, err := ParseSeries(series)
		if err != nil {
			return
		}
		if again := mustSeries(t, metric, tags); !bytes.Equal(again, series) {
			t.Errorf("two forms of %q %q: %x and %x", metric, tags, series, again)
		}
	})
}
