// Package e2e runs the built binary against a real Redis server and real sockets.
package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/test/redistest"
)

var binary string

func TestMain(m *testing.M) {
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "zenpython-e2e")
	if err != nil {
		return 0, fmt.Errorf("making a folder for the binary: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "zenpython")
	out, err := exec.Command("go", "build", "-o", binary, "../../cmd/zenpython").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("building zenpython: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// secret must be found nowhere.
const secret = "canary-5f1c7e"

// site is a web server that the daemon collects from.
func site(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok 42") }))
	t.Cleanup(server.Close)
	return server.URL
}

// inventory writes an inventory of one web device, collected every second, and one that refuses.
func inventory(t *testing.T, url string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inventory.yaml")
	text := fmt.Sprintf(`
zProperties:
  zHttpUsername: ""
  zHttpPassword: {type: password, default: %s}
device_classes:
  /Web:
    zProperties: {zDeviceTemplates: [Web], zHttpUsername: monitor}
    templates:
      Web:
        datasources:
          page:
            type: HTTP
            cycletime: 1
            url: "${here/siteUrl}"
            datapoints: {status: GAUGE, size: GAUGE}
devices:
  web01: {device_class: /Web, manageIp: 127.0.0.1, attributes: {siteUrl: %q}}
  web02: {device_class: /Web, manageIp: 127.0.0.1, attributes: {siteUrl: "http://127.0.0.1:1/"}}
`, secret, url)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// process is a daemon under test.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	done chan error

	mtx sync.Mutex
	log bytes.Buffer
}

// Write takes the daemon's log.
func (p *process) Write(b []byte) (int, error) {
	p.mtx.Lock()
	defer p.mtx.Unlock()
	return p.log.Write(b)
}

func (p *process) logged() string {
	p.mtx.Lock()
	defer p.mtx.Unlock()
	return p.log.String()
}

// start runs the binary; it is killed at the end of the test if it still runs then.
func start(t *testing.T, varDir string, args ...string) *process {
	t.Helper()
	p := &process{t: t, done: make(chan error, 1)}
	p.cmd = exec.CommandContext(context.Background(), binary, append(args, "--var-dir", varDir)...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		if t.Failed() {
			t.Logf("log of %s:\n%s", strings.Join(args, " "), p.logged())
		}
	})
	return p
}

// stop sends the signal and returns the exit code.
func (p *process) stop(sig syscall.Signal) int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatal(err)
	}
	return p.wait()
}

func (p *process) wait() int {
	p.t.Helper()
	select {
	case err := <-p.done:
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			return exit.ExitCode()
		}
		if err != nil {
			p.t.Fatal(err)
		}
		return 0
	case <-time.After(patience):
		p.t.Fatal("the daemon does not end")
	}
	return -1
}

// patience is only used up by a test that fails.
const patience = time.Minute

// eventually waits until f is true.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !f(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// source is one collector process.
type source struct{ collector, incarnation string }

// reader follows all streams of a monitor as docs/streams.md tells a stranger to, and fails on anything that it rules out.
type reader struct {
	t      *testing.T
	client *goredis.Client
	last   map[string]string // stream → id
	marks  map[string]uint64 // source and lane → last number applied
	got    map[source]int
	lost   uint64 // records of gaps that were said
	values map[string]int
	events []wire.Event
	maps   []wire.Map
}

func newReader(t *testing.T, s *redistest.Server) *reader {
	t.Helper()
	return &reader{t: t, client: s.Client(), last: map[string]string{}, marks: map[string]uint64{}, got: map[source]int{}, values: map[string]int{}}
}

// read applies what is new; an unreachable server is left for the next time.
func (r *reader) read() {
	r.t.Helper()
	for _, class := range wire.Classes() {
		for shard := range uint8(wire.DefaultShards) {
			r.readLane(wire.Lane{Class: class, Shard: shard})
		}
	}
}

func (r *reader) readLane(lane wire.Lane) {
	r.t.Helper()
	key := wire.StreamKey("localhost", lane)
	from := "-"
	if id, ok := r.last[key]; ok {
		from = "(" + id
	}
	entries, err := r.client.XRange(context.Background(), key, from, "+").Result()
	if err != nil {
		return
	}
	for _, e := range entries {
		batch, err := wire.DecodeEntry(lane, e.Values)
		if err != nil {
			r.t.Fatalf("entry %s of %s: %v", e.ID, key, err)
		}
		r.apply(fmt.Sprintf("%s %s %s", batch.Collector, batch.Incarnation, key), batch)
		r.last[key] = e.ID
	}
}

func (r *reader) apply(lane string, b *wire.Batch) {
	r.t.Helper()
	expected := r.marks[lane] + 1
	switch {
	case b.Next() <= expected:
		return // a repeat
	case b.First > expected && b.Floor <= expected:
		r.t.Fatalf("%s: record %d is missing, and nothing says that it is gone", lane, expected)
	case b.First > expected:
		r.lost += b.First - expected
	case b.First < expected:
		r.t.Fatalf("%s: entries %d to %d overlap what was read", lane, b.First, b.Next()-1)
	}
	r.marks[lane] = b.Next() - 1
	r.got[source{b.Collector, b.Incarnation}] += b.Len()
	r.events = append(r.events, b.Events...)
	r.maps = append(r.maps, b.Maps...)
	for _, v := range b.Values {
		metric, _, err := wire.ParseSeries(v.Series)
		if err != nil {
			r.t.Fatal(err)
		}
		r.values[metric]++
	}
}
