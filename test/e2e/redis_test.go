package e2e

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/test/redistest"
)

func cycleArgs(t *testing.T, s *redistest.Server, inventory string) []string {
	t.Helper()
	return []string{"run", "--cycle", "--inventory", inventory, "--redis-url", s.URL(), "--listen", freeAddress(t), "--eventflushseconds", "0.2"}
}

func TestRecordsReachTheStreams(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	r := newReader(t, server)
	varDir := t.TempDir()
	p := start(t, varDir, cycleArgs(t, server, inventory(t, site(t)))...)
	eventually(t, "values of both datapoints, three times, and the event of the device that refuses", func() bool {
		r.read()
		return r.values["web01/page_status"] >= 3 && r.values["web01/page_size"] >= 3 && r.hasEvent("web02", 1)
	})
	if code := p.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d after SIGTERM", code)
	}
	r.read()
	if !r.hasSummary("stopped") {
		t.Error("the stop event was not flushed")
	}
	if r.lost > 0 || len(r.got) != 1 {
		t.Errorf("%d records lost, %d sources", r.lost, len(r.got))
	}
	noCanary(t, p, server, varDir)
}

func TestNothingIsLostWhenRedisDies(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always")
	r := newReader(t, server)
	p := start(t, t.TempDir(), cycleArgs(t, server, inventory(t, site(t)))...)
	for round := range 3 {
		before := r.values["web01/page_status"]
		eventually(t, "values go on", func() bool { r.read(); return r.values["web01/page_status"] >= before+2 })
		server.Kill()
		eventually(t, "the collector notices", func() bool { return strings.Count(p.logged(), "the hub takes no records") > round })
		server.Restart()
	}
	before := r.values["web01/page_status"]
	eventually(t, "values go on", func() bool { r.read(); return r.values["web01/page_status"] >= before+2 })
	if code := p.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
	r.read()
	if r.lost > 0 {
		t.Errorf("%d records were lost", r.lost)
	}
}

func TestKilledCollectorRepeatsNoSlotAndNumbersAnew(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	r := newReader(t, server)
	varDir, inv := t.TempDir(), inventory(t, site(t))
	args := cycleArgs(t, server, inv)
	p := start(t, varDir, args...)
	eventually(t, "values", func() bool { r.read(); return r.values["web01/page_status"] >= 2 })
	p.stop(syscall.SIGKILL)
	p = start(t, varDir, args...)
	eventually(t, "values of a second incarnation", func() bool { r.read(); return len(r.got) == 2 && r.values["web01/page_status"] >= 5 })
	if code := p.stop(syscall.SIGINT); code != 0 {
		t.Errorf("exit code %d after SIGINT", code)
	}
}

func TestASecondCollectorOfTheSameIDIsRefused(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	inv := inventory(t, site(t))
	first := start(t, t.TempDir(), cycleArgs(t, server, inv)...)
	r := newReader(t, server)
	eventually(t, "the first publishes", func() bool { r.read(); return len(r.got) == 1 })
	second := start(t, t.TempDir(), cycleArgs(t, server, inv)...)
	if code := second.wait(); code == 0 {
		t.Error("a second collector of the same id was let in")
	}
	if log := second.logged(); !strings.Contains(log, "collector") || !strings.Contains(log, "localhost") {
		t.Errorf("the refusal does not say who is there:\n%s", log)
	}
	workers := start(t, t.TempDir(), append(cycleArgs(t, server, inv), "--workers", "2", "--workerid", "0")...)
	other := start(t, t.TempDir(), append(cycleArgs(t, server, inv), "--workers", "2", "--workerid", "1")...)
	eventually(t, "two workers publish beside it", func() bool { r.read(); return len(r.got) == 3 })
	for _, p := range []*process{first, workers, other} {
		if code := p.stop(syscall.SIGTERM); code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
}

func TestWithoutRedisTheCollectorWaitsForIt(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	server.Kill()
	p := start(t, t.TempDir(), append(cycleArgs(t, server, inventory(t, site(t))), "--initialHubTimeout", "1")...)
	eventually(t, "it starts all the same", func() bool { return strings.Contains(p.logged(), "starting without Redis") })
	server.Restart()
	r := newReader(t, server)
	eventually(t, "what was kept arrives", func() bool { r.read(); return r.values["web01/page_status"] > 0 })
	if code := p.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestSignalsDuringTheStartAreKept(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never answers: the start waits
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	p := start(t, t.TempDir(), "run", "--cycle", "--inventory", inventory(t, site(t)), "--listen", "off",
		"--redis-url", "redis://"+silent.Addr().String(), "--initialHubTimeout", "3")
	connected, err := silent.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connected.Close() })
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGUSR2, syscall.SIGHUP} {
		if err := p.cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "it reloads once it is up", func() bool { return strings.Contains(p.logged(), "reloading, as SIGHUP asks") })
	if log := p.logged(); strings.Index(log, "starting without Redis") > strings.Index(log, "reloading") {
		t.Error("it reloads before there is anything to reload")
	}
}

func TestAnInventoryIsReloadedOnSIGHUP(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	r := newReader(t, server)
	url := site(t)
	inv := inventory(t, url)
	p := start(t, t.TempDir(), cycleArgs(t, server, inv)...)
	eventually(t, "values", func() bool { r.read(); return r.values["web01/page_status"] > 0 })
	text, err := os.ReadFile(inv)
	if err != nil {
		t.Fatal(err)
	}
	more := string(text) + "  web03: {device_class: /Web, manageIp: 127.0.0.1, attributes: {siteUrl: \"" + url + "\"}}\n"
	if err := os.WriteFile(inv, []byte(more), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "values of the new device", func() bool { r.read(); return r.values["web03/page_status"] > 0 })
	if code := p.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func (r *reader) hasEvent(device string, leastSeverity int64) bool {
	for _, e := range r.events {
		if sev, _ := events.ParseSeverity(e.Event[events.FieldSeverity]); e.Event.Text(events.FieldDevice) == device && int64(sev) >= leastSeverity {
			return true
		}
	}
	return false
}

func (r *reader) hasSummary(text string) bool {
	for _, e := range r.events {
		if e.Event.Text(events.FieldSummary) == text {
			return true
		}
	}
	return false
}

// noCanary asserts that the password is in no log, no stream and no file of the daemon.
func noCanary(t *testing.T, p *process, server *redistest.Server, varDir string) {
	t.Helper()
	if strings.Contains(p.logged(), secret) {
		t.Error("the password is in the log")
	}
	client := server.Client()
	for _, key := range client.Keys(t.Context(), "*").Val() {
		if strings.Contains(client.Dump(t.Context(), key).Val(), secret) {
			t.Errorf("the password is in %s", key)
		}
	}
	err := filepath.WalkDir(varDir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), secret) {
			t.Errorf("the password is in %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
