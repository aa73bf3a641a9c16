package prometheus

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/datasource/httpclient"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	textType        = "text/plain; version=0.0.4; charset=utf-8"
	openMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
)

// collected is what came of a run.
type collected struct {
	data *datasource.Data
	err  error
}

func (c collected) values() map[string]any { return c.data.Values[datasource.DeviceLevel] }

// rejected are the reasons given, by datapoint.
func (c collected) rejected() map[string]string {
	out := map[string]string{}
	for _, r := range c.data.Rejected {
		p := r.Item.(datasource.RejectedPoint)
		out[p.DataPoint] = r.Reason + ": " + p.Why
	}
	return out
}

type pointSet map[string]map[string]any

// task makes a task of one data source as config building does: from properties.
func task(t *testing.T, properties map[string]any, points pointSet) *datasource.Config {
	t.Helper()
	params, problems := datasource.DecodeParams(Type(), properties)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	spec := &datasource.SourceSpec{Template: "Node", DataSource: "node", EventClass: "/Status", EventKey: "scrape", Severity: 3}
	for id, own := range points {
		spec.Points = append(spec.Points, &datasource.DataPointConfig{ID: id, Name: "node_" + id, Properties: own})
	}
	return &datasource.Config{ID: "web01", DataSources: []*datasource.DataSourceConfig{
		{SourceSpec: spec, Device: "web01", Component: datasource.DeviceLevel, Params: params},
	}}
}

// plugin makes the plugin of a task, to be run several times.
func plugin(t *testing.T, c *datasource.Config) (run func(ctx context.Context) collected) {
	t.Helper()
	p, err := Type().New(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Cleanup(context.Background(), c) })
	return func(ctx context.Context) collected {
		got, err := p.Collect(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan collected, 1)
		got.(*datasource.Deferred).Subscribe(func(value any, err error) {
			if err != nil {
				done <- collected{datasource.DataOf(err), err}
				return
			}
			done <- collected{value.(*datasource.Data), nil}
		})
		return <-done
	}
}

func collect(t *testing.T, properties map[string]any, points pointSet) collected {
	t.Helper()
	return plugin(t, task(t, properties, points))(t.Context())
}

// exporter serves pages one after the other, the last one for ever.
func exporter(t *testing.T, contentType string, pages ...string) string {
	t.Helper()
	next := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, pages[min(next, len(pages)-1)])
		next++
	}))
	t.Cleanup(s.Close)
	return s.URL + "/metrics"
}

func golden(t *testing.T, name string) string {
	t.Helper()
	page, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func TestDatapointsSelectSeries(t *testing.T) {
	got := collect(t, map[string]any{"url": exporter(t, textType, golden(t, "node.txt"))}, pointSet{
		"up":                     nil,
		"scrape_samples_scraped": nil,
		"node_load1":             nil, // the datapoint's own name is the metric's
		"load":                   {"metric": "node_load1"},
		"sda":                    {"metric": "node_disk_reads_completed_total", "labels": map[string]any{"device": "sda"}},
		"all":                    {"metric": "node_disk_reads_completed_total", "aggregate": "sum"},
		"most":                   {"metric": "node_disk_reads_completed_total", "aggregate": "max"},
		"least":                  {"metric": "node_disk_reads_completed_total", "aggregate": "min"},
		"first":                  {"metric": "node_disk_reads_completed_total", "aggregate": "first"},
		"disks":                  {"metric": "node_disk_reads_completed_total", "aggregate": "count", "labels": map[string]any{"device": "=~sd."}},
		"no_sd":                  {"metric": "node_disk_reads_completed_total", "labels": map[string]any{"device": "!~sd."}},
		"not_sda":                {"metric": "node_disk_reads_completed_total", "aggregate": "sum", "labels": map[string]any{"device": "!=sda"}},
		"none":                   {"metric": "absent", "aggregate": "count"},
		"absent_label":           {"metric": "node_load1", "labels": map[string]any{"device": ""}},
		"bucket":                 {"metric": "http_request_duration_seconds_bucket", "labels": map[string]any{"code": 200, "le": 1}},
		"bucket_inf":             {"metric": "http_request_duration_seconds_bucket", "labels": map[string]any{"code": 500, "le": "+Inf"}},
		"time":                   {"metric": "http_request_duration_seconds_sum", "labels": map[string]any{"code": 200}},
		"median":                 {"metric": "rpc_seconds", "labels": map[string]any{"quantile": ".5"}},
		"escaped":                {"metric": "build_info", "labels": map[string]any{"escaped": "a\"b\\c\nd"}},
		"backup":                 {"metric": "backup_last_success"},
		"limit":                  nil,
	})
	if got.err != nil {
		t.Fatal(got.err)
	}
	want := map[string]any{
		"node_up": 1, "node_scrape_samples_scraped": 24, "node_node_load1": 0.21, "node_load": 0.21, "node_sda": 100.0,
		"node_all": 150.0, "node_most": 100.0, "node_least": 0.0, "node_first": 100.0, "node_disks": 2.0, "node_no_sd": 0.0,
		"node_not_sda": 50.0, "node_none": 0.0, "node_absent_label": 0.21, "node_bucket": 40.0, "node_bucket_inf": 4.0,
		"node_time": 12.5, "node_median": 0.05, "node_escaped": 1.0, "node_limit": math.Inf(1),
		"node_backup": datasource.Sample{Value: 1.6e9, Time: time.UnixMilli(1700000000123)},
	}
	if diff := cmp.Diff(want, got.values()); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if len(got.data.Rejected) > 0 || len(got.data.Metrics) > 0 {
		t.Errorf("rejected %v, metrics %v", got.data.Rejected, got.data.Metrics)
	}
	if len(got.data.Events) != 1 || got.data.Events[0]["severity"] != 0 {
		t.Errorf("events %v, want one clear", got.data.Events)
	}
}

func TestDatapointsWithoutAValueSayWhy(t *testing.T) {
	got := collect(t, map[string]any{"url": exporter(t, textType, golden(t, "node.txt"))}, pointSet{
		"several":    {"metric": "node_disk_reads_completed_total", "labels": map[string]any{"device": "=~sd.", "x": "!=1"}},
		"missing":    {"metric": "node_laod1"},
		"no_match":   {"metric": "node_load1", "labels": map[string]any{"device": "sda"}},
		"nan":        {"metric": "idle_seconds"},
		"bad_regex":  {"metric": "node_load1", "labels": map[string]any{"device": "=~("}},
		"bad_number": {"metric": "x", "quantile": 2},
		"histograms": {"metric": "http_request_duration_seconds", "quantile": 0.5},
		"no_buckets": {"metric": "node_load1", "quantile": 0.5},
		"min_of":     {"metric": "x", "quantile": 0.5, "aggregate": "min"},
		"fine":       {"metric": "node_load1"},
	})
	if got.err != nil {
		t.Fatal(got.err)
	}
	want := map[string]string{
		"node_several":    `bad_value: 2 series match node_disk_reads_completed_total{device=~"sd.",x!="1"}: give more labels, or aggregate`,
		"node_missing":    "no_value: no series matches node_laod1",
		"node_no_match":   `no_value: no series matches node_load1{device="sda"}`,
		"node_nan":        "no_value: idle_seconds is NaN",
		"node_bad_regex":  "bad_value: labels: device: error parsing regexp: missing closing ): `(`",
		"node_bad_number": "bad_value: quantile: 2 is too large, want at most 1",
		"node_histograms": "bad_value: 2 histograms match http_request_duration_seconds_bucket: give more labels, or aggregate: sum",
		"node_no_buckets": "no_value: no series matches node_load1_bucket",
		"node_min_of":     "bad_value: aggregate: with quantile only sum makes sense, which adds the histograms up",
	}
	if diff := cmp.Diff(want, got.rejected()); diff != "" {
		t.Errorf("rejected (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"node_fine": 0.21}, got.values()); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func TestOpenMetrics(t *testing.T) {
	got := collect(t, map[string]any{"url": exporter(t, openMetricsType, golden(t, "app.openmetrics"))}, pointSet{
		"orders":  {"metric": "orders_total", "labels": map[string]any{"shop": "eu"}},
		"le":      {"metric": "latency_seconds_bucket", "labels": map[string]any{"le": 1}},
		"on":      {"metric": "feature", "labels": map[string]any{"feature": "on"}},
		"version": {"metric": "build_info", "labels": map[string]any{"version": "1.2"}},
		"mails":   {"metric": "queue.depth", "labels": map[string]any{"queue.name": "mail out"}},
		"p50":     {"metric": "latency_seconds", "quantile": 0.5},
	})
	if got.err != nil {
		t.Fatal(got.err)
	}
	want := map[string]any{
		"node_orders": datasource.Sample{Value: 17.0, Time: time.UnixMilli(1700000000500)},
		"node_le":     15.0, "node_on": 1.0, "node_version": 1.0, "node_mails": 3.0, "node_p50": 0.625,
	}
	if diff := cmp.Diff(want, got.values()); diff != "" || len(got.data.Rejected) > 0 {
		t.Errorf("rejected %v, values (-want +got):\n%s", got.data.Rejected, diff)
	}
}

func TestRequestNegotiates(t *testing.T) {
	var header http.Header
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header.Clone()
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		_, _ = io.WriteString(z, "a 1\n")
	}))
	t.Cleanup(s.Close)
	c := task(t, map[string]any{"url": s.URL, "timeout": 2.5}, pointSet{"a": nil})
	c.DataSources[0].Attributes = map[string]any{"zHttpBearerToken": "hunter2"}
	got := plugin(t, c)(t.Context())
	if got.err != nil || got.values()["node_a"] != 1.0 {
		t.Fatalf("values %v, error %v", got.data, got.err)
	}
	for name, part := range map[string]string{
		"Accept": "application/openmetrics-text;version=1.0.0", "Accept-Encoding": "gzip",
		"X-Prometheus-Scrape-Timeout-Seconds": "2.5", "Authorization": "Bearer hunter2",
	} {
		if !strings.Contains(header.Get(name), part) {
			t.Errorf("%s is %q, want %q", name, header.Get(name), part)
		}
	}
}

func TestPagesThatFailFailAsAWhole(t *testing.T) {
	good := "a 1\n# TYPE b gauge\n"
	tests := []struct {
		name        string
		contentType string
		page        string
		own         map[string]any
		kind, part  string
	}{
		{"html", "text/html", "<html><body>Login</body></html>", nil, httpclient.KindParse, "has no page of metrics: line 1: "},
		{"bad value", textType, good + "\n\nb one\n", nil, httpclient.KindParse, "line 5: "},
		{"open brace", textType, good + "b{c=\"d\"\n", nil, httpclient.KindParse, "line 3: "},
		{"bad label", textType, good + "b{1=\"d\"} 1\n", nil, httpclient.KindParse, "line 3: "},
		{"bad type", textType, good + "# TYPE b nonsense\n", nil, httpclient.KindParse, "line 3: "},
		{"binary", textType, "\x00\x01\xff", nil, httpclient.KindParse, "line 1: "},
		{"no end", openMetricsType, "a 1\n", nil, httpclient.KindParse, "line 1: data does not end with # EOF"},
		{"after the end", openMetricsType, "a 1\n# EOF\nb 1\n", nil, httpclient.KindParse, "line 2: unexpected data after # EOF"},
		{"protobuf", "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited", "\x0a", nil, httpclient.KindParse, "protobuf, which was not asked for"},
		{"too many samples", textType, "a 1\nb 2\nc 3\n", map[string]any{"max_samples": 2}, httpclient.KindTooLarge, "has more than 2 samples: raise max_samples"},
		{"too many bytes", textType, "a 1\nb 2\nc 3\n", map[string]any{"max_body": 5}, httpclient.KindTooLarge, "more than 5 bytes: raise max_body"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			properties := map[string]any{"url": exporter(t, tt.contentType, tt.page), "export": true}
			maps.Copy(properties, tt.own)
			got := collect(t, properties, pointSet{"a": nil, "up": nil})
			var f *datasource.Failure
			if !errors.As(got.err, &f) || f.Kind != tt.kind || !strings.Contains(f.Error(), tt.part) {
				t.Fatalf("error %v, want %s: %s", got.err, tt.kind, tt.part)
			}
			if diff := cmp.Diff(map[string]any{"node_up": 0}, got.values()); diff != "" || len(got.data.Metrics) > 0 {
				t.Errorf("metrics %v, values (-want +got):\n%s", got.data.Metrics, diff)
			}
			if e := got.data.Events[0]; e["severity"] != 3 || e["eventKey"] != "scrape" || e["failureKind"] != tt.kind {
				t.Errorf("event %v", e)
			}
		})
	}
}

func TestErrorsAreOfReadableLength(t *testing.T) {
	got := collect(t, map[string]any{"url": exporter(t, textType, "a{b=\""+strings.Repeat("x", 100_000))}, pointSet{})
	if got.err == nil || len(got.err.Error()) > 400 {
		t.Errorf("error of %d bytes", len(got.err.Error()))
	}
}

func TestStatus(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, "a 1\n")
	}))
	t.Cleanup(s.Close)
	got := collect(t, map[string]any{"url": s.URL}, pointSet{"a": nil, "up": nil, "scrape_duration_seconds": nil})
	var f *datasource.Failure
	if !errors.As(got.err, &f) || f.Kind != httpclient.KindStatus || !strings.Contains(f.Error(), "answers with status 403") {
		t.Errorf("error %v", got.err)
	}
	if seconds, ok := got.values()["node_scrape_duration_seconds"].(float64); !ok || seconds <= 0 || got.values()["node_up"] != 0 || len(got.values()) != 2 {
		t.Errorf("values %v", got.values())
	}
}

func TestRefusedAndHanging(t *testing.T) {
	s := httptest.NewServer(nil)
	s.Close()
	var f *datasource.Failure
	got := collect(t, map[string]any{"url": s.URL}, pointSet{"up": nil})
	if !errors.As(got.err, &f) || f.Kind != httpclient.KindRefused || got.values()["node_up"] != 0 {
		t.Errorf("error %v, values %v", got.err, got.values())
	}

	arrived := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	}))
	t.Cleanup(hanging.Close)
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { <-arrived; cancel(datasource.ErrRunningTimeout) }()
	got = plugin(t, task(t, map[string]any{"url": hanging.URL}, pointSet{"up": nil}))(ctx)
	if !errors.Is(got.err, datasource.ErrRunningTimeout) || got.data != nil {
		t.Errorf("error %v, data %v", got.err, got.data)
	}
}

func TestQuantilesCoverWhatWasObservedSinceTheLastRun(t *testing.T) {
	page := func(le1, le2, inf string) string {
		return "h_bucket{le=\"1\"} " + le1 + "\nh_bucket{le=\"2\"} " + le2 + "\nh_bucket{le=\"+Inf\"} " + inf + "\n"
	}
	url := exporter(t, textType,
		page("10", "10", "10"), // all below 1 so far
		page("10", "20", "20"), // ten more between 1 and 2
		page("10", "20", "20"), // nothing more
		page("0", "4", "4"),    // restarted
	)
	run := plugin(t, task(t, map[string]any{"url": url}, pointSet{"p50": {"metric": "h", "quantile": 0.5}}))
	for i, want := range []any{0.5, 1.5, nil, 1.5} {
		got := run(t.Context())
		if got.err != nil || got.values()["node_p50"] != want {
			t.Errorf("run %d: %v, error %v, want %v", i+1, got.values(), got.err, want)
		}
		if want == nil && got.rejected()["node_p50"] != "no_value: h_bucket has observed nothing since the last run" {
			t.Errorf("run %d: rejected %v", i+1, got.rejected())
		}
	}
}

func TestQuantile(t *testing.T) {
	inf := math.Inf(1)
	tests := []struct {
		name    string
		buckets buckets
		q, want float64
	}{
		{"middle of a bucket", buckets{0.1: 10, 0.5: 30, 1: 40, inf: 40}, 0.5, 0.3},
		{"lowest bucket starts at zero", buckets{2: 10, inf: 10}, 0.5, 1},
		{"beyond the last bound", buckets{1: 1, inf: 10}, 0.99, 1},
		{"lowest", buckets{1: 0, 2: 10, inf: 10}, 0, 1},
		{"highest", buckets{1: 5, 2: 10, inf: 10}, 1, 2},
		{"bounds below zero", buckets{-1: 4, 1: 8, inf: 8}, 0.75, 0},
		{"falling counts", buckets{1: 10, 2: 9, 3: 20, inf: 20}, 0.75, 2.5},
		{"nothing observed", buckets{1: 0, inf: 0}, 0.5, math.NaN()},
		{"no finite bound", buckets{inf: 3}, 0.5, math.NaN()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.buckets.quantile(tt.q)
			if math.Abs(got-tt.want) > 1e-9 || math.IsNaN(got) != math.IsNaN(tt.want) {
				t.Errorf("quantile %v of %v is %v, want %v", tt.q, tt.buckets, got, tt.want)
			}
		})
	}
}

func TestQuantileOverSeveralHistograms(t *testing.T) {
	url := exporter(t, textType, golden(t, "node.txt"))
	got := collect(t, map[string]any{"url": url}, pointSet{
		"p90": {"metric": "http_request_duration_seconds", "quantile": "0.9", "aggregate": "sum"},
		"p50": {"metric": "http_request_duration_seconds_bucket", "quantile": 0.5, "labels": map[string]any{"code": 200}},
	})
	want := map[string]any{"node_p90": 0.98, "node_p50": 0.3}
	near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
	if diff := cmp.Diff(want, got.values(), near); diff != "" || got.err != nil {
		t.Errorf("error %v, values (-want +got):\n%s", got.err, diff)
	}
}

func TestExport(t *testing.T) {
	page := "node_load1 0.5\nnode_reads{device=\"sda\",component=\"x\"} 3 1700000000000\ngo_threads 7\nnode_secret 1\n"
	url := exporter(t, textType, page)
	c := task(t, map[string]any{"url": url, "export": true, "include": "node_.*", "exclude": "node_secret"}, pointSet{"node_load1": nil})
	c.DataSources[0].Component = "eu"
	got := plugin(t, c)(t.Context())
	want := []datasource.Metric{
		{Name: "node_load1", Value: 0.5, Tags: map[string]string{"device": "web01", "component": "eu"}},
		{Name: "node_reads", Value: 3.0, Time: time.UnixMilli(1700000000000), Tags: map[string]string{
			"device": "web01", "component": "eu", "exported_device": "sda", "exported_component": "x",
		}},
	}
	if diff := cmp.Diff(want, got.data.Metrics); diff != "" || got.err != nil {
		t.Errorf("error %v, metrics (-want +got):\n%s", got.err, diff)
	}
	if got.data.Values["eu"]["node_node_load1"] != 0.5 {
		t.Errorf("values %v", got.data.Values)
	}
	all := collect(t, map[string]any{"url": url, "export": "yes"}, nil)
	var names []string
	for _, m := range all.data.Metrics {
		names = append(names, m.Name)
	}
	if want := []string{"node_load1", "node_reads", "go_threads", "node_secret"}; !slices.Equal(names, want) {
		t.Errorf("exported %v, want %v", names, want)
	}
}

func TestBadParams(t *testing.T) {
	for part, own := range map[string]map[string]any{
		"include: does nothing without export": {"include": "x"},
		"exclude: error parsing":               {"export": true, "exclude": "("},
		"include: error parsing":               {"export": true, "include": "a)|(b"},
		"max_samples: 0 is too small":          {"max_samples": 0},
	} {
		own["url"] = "http://h/"
		_, problems := datasource.DecodeParams(Type(), own)
		if len(problems) != 1 || !strings.Contains(problems[0].Error(), part) {
			t.Errorf("%v: problems %v, want %s", own, problems, part)
		}
	}
}

// FuzzScrapeMapping holds that any page and any selector are safe together, and that what is found agrees with a
// reading of the same page that takes every sample.
func FuzzScrapeMapping(f *testing.F) {
	for _, name := range []string{"node.txt", "app.openmetrics"} {
		page, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(page), name == "app.openmetrics", "node_disk_reads_completed_total", "device", "=~sd.", "sum", 0.5)
	}
	f.Add("a{b=\"c\"} 1\n", false, "a", "b", "!=x", "", -1.0)
	f.Add("{\"a.b\",c=\"d\"} NaN 5\n", false, "a.b", "c", "d", "count", 0.9)
	f.Fuzz(func(t *testing.T, page string, openMetrics bool, metric, label, value, aggregate string, quantile float64) {
		contentType := textType
		if openMetrics {
			contentType = openMetricsType
		}
		own := map[string]any{"metric": metric, "labels": map[string]any{label: value}, "aggregate": aggregate}
		if quantile >= 0 {
			own["quantile"] = quantile
		}
		if aggregate == "" {
			delete(own, "aggregate")
		}
		pick := newSelector(&datasource.DataPointConfig{ID: "x", Name: "s_x", Properties: own})
		ds := &datasource.DataSourceConfig{SourceSpec: &datasource.SourceSpec{}, Component: datasource.DeviceLevel}
		params := newParams()
		params.Export = true
		found := newScrape(params, ds, []*selector{pick})
		samples, err := readPage([]byte(page), contentType, 100, found.wants, found.take)
		if err != nil {
			return
		}
		if len(found.metrics) != samples || samples > 100 {
			t.Errorf("%d samples, %d exported", samples, len(found.metrics))
		}
		data := datasource.NewData()
		found.results(data)
		if pick.err != nil {
			return
		}
		if got := len(data.Values[datasource.DeviceLevel]) + len(data.Rejected); got != 1 {
			t.Errorf("%d values and rejections of one datapoint: %+v", got, data)
		}
		same := 0
		for _, m := range found.metrics {
			if m.Name == pick.metric {
				same++
			}
		}
		if found.tallies[0].series > same {
			t.Errorf("%d series of %d of the name match", found.tallies[0].series, same)
		}
	})
}
