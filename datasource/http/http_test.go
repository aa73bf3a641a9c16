package http

import (
	"context"
	"errors"
	"io"
	"maps"
	"math/big"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	hclog "github.com/hashicorp/go-hclog"
	"go.uber.org/goleak"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/datasource/httpclient"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

// task makes a task of one data source as config building does: from properties.
func task(t *testing.T, properties map[string]any, points map[string]map[string]any) *datasource.Config {
	t.Helper()
	params, problems := datasource.DecodeParams(Type(), properties)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	spec := &datasource.SourceSpec{Template: "Web", DataSource: "page", EventClass: "/Status/Web", Severity: 4}
	for id, own := range points {
		spec.Points = append(spec.Points, &datasource.DataPointConfig{ID: id, Name: "page_" + id, Properties: own})
	}
	return &datasource.Config{ID: "web01", DataSources: []*datasource.DataSourceConfig{
		{SourceSpec: spec, Device: "web01", Component: datasource.DeviceLevel, Params: params},
	}}
}

// collect runs a task once.
func collect(t *testing.T, c *datasource.Config) collected {
	t.Helper()
	return collectWith(t, t.Context(), c)
}

func collectWith(t *testing.T, ctx context.Context, c *datasource.Config) collected {
	t.Helper()
	p, err := Type().New(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Cleanup(t.Context(), c) }()
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

func serve(t *testing.T, status int, body string) string {
	t.Helper()
	s := httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, _ *nethttp.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/"
}

var builtin = map[string]map[string]any{"up": nil, "status": nil, "time": nil, "size": nil, "tls_days_left": nil}

func TestBuiltInDatapoints(t *testing.T) {
	got := collect(t, task(t, map[string]any{"url": serve(t, 200, "hello")}, builtin))
	if got.err != nil {
		t.Fatal(got.err)
	}
	values := got.values()
	if seconds, ok := values["page_time"].(float64); !ok || seconds <= 0 {
		t.Errorf("time is %v", values["page_time"])
	}
	delete(values, "page_time")
	if diff := cmp.Diff(map[string]any{"page_up": 1, "page_status": 200, "page_size": 5}, values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if len(got.data.Events) != 1 || got.data.Events[0]["severity"] != 0 {
		t.Errorf("events %v, want one clear", got.data.Events)
	}
}

func TestExpectations(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		own    map[string]any
		kind   string // "" is as expected
		part   string
	}{
		{"default", 204, "", nil, "", ""},
		{"error", 503, "down", nil, httpclient.KindStatus, "answers with status 503: expected 200-299"},
		{"listed", 404, "", map[string]any{"status": []any{200, "400-410"}}, "", ""},
		{"not listed", 200, "", map[string]any{"status": 404}, httpclient.KindStatus, "expected 404"},
		{"contains", 200, "all well", map[string]any{"contains": "well"}, "", ""},
		{"contains not", 200, "all ill", map[string]any{"contains": "well"}, httpclient.KindContent, `without the text "well"`},
		{"matches", 200, "v1.2", map[string]any{"regex": `v\d`}, "", ""},
		{"matches not", 200, "none", map[string]any{"regex": `v\d`}, httpclient.KindContent, `nothing that matches "v\\d"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			properties := map[string]any{"url": serve(t, tt.status, tt.body)}
			maps.Copy(properties, tt.own)
			got := collect(t, task(t, properties, builtin))
			values := got.values()
			if values["page_status"] != tt.status || values["page_size"] != len(tt.body) {
				t.Errorf("values %v: what was measured is missing", values)
			}
			if tt.kind == "" {
				if got.err != nil || values["page_up"] != 1 {
					t.Errorf("error %v, values %v", got.err, values)
				}
				return
			}
			var f *datasource.Failure
			if !errors.As(got.err, &f) || f.Kind != tt.kind || !strings.Contains(f.Error(), tt.part) || values["page_up"] != 0 {
				t.Errorf("error %v, values %v, want %s: %s", got.err, values, tt.kind, tt.part)
			}
			e := got.data.Events[0]
			if e["eventClass"] != "/Status/Web" || e["severity"] != 4 || e["failureKind"] != tt.kind || e["summary"] != f.Error() {
				t.Errorf("event %v", e)
			}
		})
	}
}

func TestSelectorsFindTheirValues(t *testing.T) {
	body := `{"queues": [{"depth": 7}], "ratio": 0.25, "big": 9007199254740993, "bigger": 12345678901234567890, "open": true, "shut": false,
		"text": "12.5%", "none": null, "far": 1e999, "list": []}`
	points := map[string]map[string]any{
		"depth":  {"json": "queues[0].depth"},
		"ratio":  {"json": "$.ratio"},
		"big":    {"json": "big"},
		"bigger": {"json": "bigger"},
		"open":   {"json": "open"},
		"shut":   {"json": "shut"},
		"text":   {"json": "text"},
		"regex":  {"regex": `"depth":\s*(\d+)`},
		"time":   {"json": "ratio"}, // a selector wins over the name
		"none":   {"json": "none"},
		"far":    {"json": "far"},
		"list":   {"json": "list"},
		"gone":   {"json": "queues[1].depth"},
		"blank":  {"regex": "(nowhere)"},
		"bare":   nil,
		"wrong":  {"regex": "no group"},
		"both":   {"regex": "(a)", "json": "a"},
	}
	got := collect(t, task(t, map[string]any{"url": serve(t, 200, body)}, points))
	if got.err != nil {
		t.Fatal(got.err)
	}
	want := map[string]any{
		"page_depth": int64(7), "page_ratio": 0.25, "page_big": int64(9007199254740993), "page_bigger": new(big.Int).SetUint64(12345678901234567890), "page_open": 1, "page_shut": 0,
		"page_text": "12.5%", "page_regex": "7", "page_time": 0.25,
	}
	sameInt := cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })
	if diff := cmp.Diff(want, got.values(), sameInt); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	wantRejected := map[string]string{
		"page_none":  "no_value: none is null",
		"page_far":   "no_value: far is beyond the range of numbers",
		"page_list":  "no_value: list is no single value",
		"page_gone":  "no_value: queues[1].depth: there is no item 1 among 1",
		"page_blank": `no_value: nothing matches "(nowhere)"`,
		"page_bare":  "bad_value: bare is no datapoint of its own and has neither regex nor json",
		"page_wrong": `bad_value: regex: "no group" has no group: put the value in parentheses`,
		"page_both":  "bad_value: give either regex or json",
	}
	if diff := cmp.Diff(wantRejected, got.rejected()); diff != "" {
		t.Errorf("rejected (-want +got):\n%s", diff)
	}
}

func TestAnswerThatIsNoJSON(t *testing.T) {
	for body, part := range map[string]string{
		"<html>":    "byte 1 cannot be there",
		`{"a": 1`:   "it ends too early",
		`{"a":1} 2`: "something follows",
		"":          "it ends too early",
	} {
		got := collect(t, task(t, map[string]any{"url": serve(t, 200, body)}, map[string]map[string]any{"a": {"json": "a"}, "up": nil}))
		var f *datasource.Failure
		if !errors.As(got.err, &f) || f.Kind != httpclient.KindParse || !strings.Contains(f.Error(), part) {
			t.Errorf("%q: error %v, want %s", body, got.err, part)
		}
		if diff := cmp.Diff(map[string]any{"page_up": 0}, got.values()); diff != "" || len(got.data.Rejected) > 0 {
			t.Errorf("%q: rejected %v, values (-want +got):\n%s", body, got.data.Rejected, diff)
		}
	}
}

func TestRefusedServerIsDown(t *testing.T) {
	s := httptest.NewServer(nil)
	s.Close() // nobody listens there now
	got := collect(t, task(t, map[string]any{"url": s.URL}, builtin))
	var f *datasource.Failure
	if !errors.As(got.err, &f) || f.Kind != httpclient.KindRefused {
		t.Errorf("error %v, want refused", got.err)
	}
	if diff := cmp.Diff(map[string]any{"page_up": 0}, got.values()); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func TestHangingServerIsGivenUpWithTheRun(t *testing.T) {
	arrived := make(chan struct{})
	s := httptest.NewServer(nethttp.HandlerFunc(func(_ nethttp.ResponseWriter, r *nethttp.Request) {
		close(arrived)
		<-r.Context().Done()
	}))
	t.Cleanup(s.Close)
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { <-arrived; cancel(datasource.ErrRunningTimeout) }()
	got := collectWith(t, ctx, task(t, map[string]any{"url": s.URL}, builtin))
	if !errors.Is(got.err, datasource.ErrRunningTimeout) || got.data != nil {
		t.Errorf("data %v, error %v", got.data, got.err)
	}
}

func TestCertificateDays(t *testing.T) {
	s := httptest.NewUnstartedServer(nethttp.HandlerFunc(func(nethttp.ResponseWriter, *nethttp.Request) {}))
	s.Config.ErrorLog = hclog.NewNullLogger().StandardLogger(nil)
	s.StartTLS()
	t.Cleanup(s.Close)
	want := time.Until(s.Certificate().NotAfter).Hours() / 24
	for name, own := range map[string]map[string]any{
		"accepted":     {"insecure_skip_verify": true},
		"not accepted": {},
	} {
		t.Run(name, func(t *testing.T) {
			own["url"] = s.URL
			days, ok := collect(t, task(t, own, builtin)).values()["page_tls_days_left"].(float64)
			if !ok || days > want || days < want-1 {
				t.Errorf("%v days left, want %v", days, want)
			}
		})
	}
}

func TestRequestIsAsConfigured(t *testing.T) {
	var method, header, body string
	s := httptest.NewServer(nethttp.HandlerFunc(func(_ nethttp.ResponseWriter, r *nethttp.Request) {
		read, _ := io.ReadAll(r.Body)
		method, header, body = r.Method, r.Header.Get("X-Tenant"), string(read)
	}))
	t.Cleanup(s.Close)
	got := collect(t, task(t, map[string]any{
		"url": s.URL, "method": "PUT", "headers": map[string]any{"X-Tenant": 7}, "body": `{"q": 1}`,
	}, nil))
	if got.err != nil || method != "PUT" || header != "7" || body != `{"q": 1}` {
		t.Errorf("error %v, asked %s %s %s", got.err, method, header, body)
	}
}

func TestBadParams(t *testing.T) {
	for part, own := range map[string]map[string]any{
		"status: \"20x\" is neither": {"status": "20x"},
		`"99" is neither`:            {"status": []any{99}},
		`"300-200" is neither`:       {"status": "300-200"},
		"regex: error parsing":       {"regex": "("},
		"url: not an address":        {"url": "web01"},
	} {
		if own["url"] == nil {
			own["url"] = "http://h/"
		}
		_, problems := datasource.DecodeParams(Type(), own)
		if len(problems) != 1 || !strings.Contains(problems[0].Error(), part) {
			t.Errorf("%v: problems %v, want %s", own, problems, part)
		}
	}
}

func TestConstructorNamesWhatIsWrong(t *testing.T) {
	c := task(t, map[string]any{"url": "http://h/", "ca_file": "/nowhere/ca.pem"}, nil)
	if _, err := Type().New(c, nil); err == nil || !strings.Contains(err.Error(), "Web/page: ca_file: open /nowhere/ca.pem") {
		t.Errorf("error %v", err)
	}
	c.DataSources[0].Params = nil
	if _, err := Type().New(c, nil); err == nil || !strings.Contains(err.Error(), "params are a <nil>") {
		t.Errorf("error %v", err)
	}
}
