package prometheus

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zenpython/zenpython/datasource"
)

// BenchmarkScrapeMapping reads a page of 20,000 samples for two datapoints.
func BenchmarkScrapeMapping(b *testing.B) {
	var page strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&page, "metric_%d{job=\"node\",device=\"sd%d\"} %d\n", i%200, i/200, i)
	}
	body := []byte(page.String())
	ds := &datasource.DataSourceConfig{
		SourceSpec: &datasource.SourceSpec{Points: []*datasource.DataPointConfig{
			{ID: "one", Name: "x_one", Properties: map[string]any{"metric": "metric_7", "labels": map[string]any{"device": "sd3"}}},
			{ID: "all", Name: "x_all", Properties: map[string]any{"metric": "metric_8", "aggregate": "sum"}},
		}},
		Component: datasource.DeviceLevel,
	}
	picks := newSelectors(ds)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		found := newScrape(newParams(), ds, picks)
		if samples, err := readPage(body, textType, 50_000, found.wants, found.take); err != nil || samples != 20_000 {
			b.Fatal(samples, err)
		}
		data := datasource.NewData()
		found.results(data)
		if len(data.Values[datasource.DeviceLevel]) != 2 {
			b.Fatal(data.Rejected)
		}
	}
}
