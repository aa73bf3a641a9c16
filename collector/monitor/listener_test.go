package monitor_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.uber.org/goleak"

	"github.com/zenpython/zenpython/collector/monitor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a Source with answers of its own.
type fake struct{ alive, ready error }

func (f *fake) Statistics() *monitor.Statistics {
	return &monitor.Statistics{
		Tasks: 3, Runs: map[string]uint64{"ok": 5, "timeout": 1}, Missed: map[string]uint64{"running": 2}, HubUp: true,
	}
}

func (f *fake) Status(context.Context) (*monitor.Status, error) {
	if f.ready != nil {
		return nil, f.ready
	}
	return &monitor.Status{Pid: 42, Tasks: []monitor.TaskStatus{{Task: "dev1 60 x"}}}, nil
}

func (f *fake) Alive() error { return f.alive }

func (f *fake) Ready() error { return f.ready }

func listen(t *testing.T, source monitor.Source) (*monitor.Listeners, string) {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "state", "control.sock")
	l, err := monitor.Listen("127.0.0.1:0", socket, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l, socket
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestMetricsAreServedInFormAScraperReads(t *testing.T) {
	l, _ := listen(t, &fake{})
	code, body := get(t, "http://"+l.Address()+"/metrics")
	if code != http.StatusOK {
		t.Fatalf("status %d: %s", code, body)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if got := families["zenpython_tasks"].GetMetric()[0].GetGauge().GetValue(); got != 3 {
		t.Errorf("zenpython_tasks = %v, want 3", got)
	}
	if got := len(families["zenpython_runs_total"].GetMetric()); got != 2 {
		t.Errorf("zenpython_runs_total has %d series, want one an outcome", got)
	}
	if families["go_goroutines"] == nil || families["process_open_fds"] == nil {
		t.Error("the metrics of runtime and process are missing")
	}
}

func TestHealthAndReadinessSayWhy(t *testing.T) {
	source := &fake{}
	l, _ := listen(t, source)
	for _, tc := range []struct {
		page string
		set  func(error)
	}{
		{"/healthz", func(err error) { source.alive = err }},
		{"/readyz", func(err error) { source.ready = err }},
	} {
		tc.set(nil)
		if code, body := get(t, "http://"+l.Address()+tc.page); code != http.StatusOK || body != "ok\n" {
			t.Errorf("%s = %d %q, want ok", tc.page, code, body)
		}
		tc.set(errors.New("the scheduler sleeps"))
		if code, body := get(t, "http://"+l.Address()+tc.page); code != http.StatusServiceUnavailable || !strings.Contains(body, "sleeps") {
			t.Errorf("%s = %d %q, want 503 and the reason", tc.page, code, body)
		}
	}
	if code, _ := get(t, "http://"+l.Address()+"/status"); code != http.StatusNotFound {
		t.Errorf("/status is served over TCP (%d): it is for the owner's socket only", code)
	}
}

func TestStatusIsAskedOverTheSocket(t *testing.T) {
	source := &fake{}
	_, socket := listen(t, source)
	st, err := monitor.Ask(t.Context(), socket)
	if err != nil || st.Pid != 42 || len(st.Tasks) != 1 {
		t.Fatalf("Ask = %+v, %v", st, err)
	}
	info, err := os.Stat(socket)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket's mode is %v (%v), want 0600", info.Mode(), err)
	}
	source.ready = errors.New("no answer today")
	if _, err := monitor.Ask(t.Context(), socket); err == nil || !strings.Contains(err.Error(), "no answer today") {
		t.Errorf("Ask = %v, want the daemon's reason", err)
	}
}

func TestASocketLeftByACrashIsReplaced(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "control.sock")
	if err := os.WriteFile(socket, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := monitor.Listen("", socket, &fake{})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestATakenAddressSaysWhichOptionToChange(t *testing.T) {
	l, _ := listen(t, &fake{})
	_, err := monitor.Listen(l.Address(), "", &fake{})
	if err == nil || !strings.Contains(err.Error(), "--listen") {
		t.Fatalf("Listen = %v, want an error naming --listen", err)
	}
}
