package redis

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/hub/wire"
)

// canaries stand for what may appear nowhere.
var canaries = []string{"canary-user", "canary-secret"}

func checkNoCanary(t *testing.T, what, text string) {
	t.Helper()
	for _, canary := range canaries {
		if strings.Contains(text, canary) {
			t.Errorf("%s shows %s: %s", what, canary, text)
		}
	}
}

func TestBadURLsAreExplainedWithoutTheirSecrets(t *testing.T) {
	for _, url := range []string{
		"",
		"localhost:6379",
		"redis://canary-user:canary-secret@localhost:port/0",
		"redis://canary-user:canary-secret@localhost/0/1",
		"redis://canary-user:canary-secret@localhost/canary",
		"redis://canary-user:canary-secret@localhost/0?no_such=option",
		"redis://canary-user:canary-secret@localhost/0?db=canary-secret",
		"redis://canary-user:canary-secret",
		"redis://canary-user:canary-secret/with:slashes@localhost",
		"redis://:canary-secret#hash@localhost",
		"redis://user:12/canary-secret@localhost",
		"unix://user/canary-secret@/run/redis.sock",
		"redis://canary-user:canary-secret%zz@localhost",
		"canary-secret://canary-user@localhost",
		"http://canary-user:canary-secret@localhost",
		"unix://canary-user:canary-secret@",
		"\x7f://canary-user:canary-secret@localhost",
	} {
		p, err := New(Options{URL: url, Collector: "c", Incarnation: "i"})
		if err == nil {
			p.Close()
			t.Errorf("%q is accepted", url)
			continue
		}
		if !strings.Contains(err.Error(), "--redis-url") {
			t.Errorf("%q: the error does not name the option: %v", url, err)
		}
		checkNoCanary(t, "the error", err.Error())
	}
}

func TestGoodURLs(t *testing.T) {
	for url, address := range map[string]string{
		"redis://localhost":                             "localhost:6379",
		"redis://localhost:7000/3":                      "localhost:7000",
		"redis://canary-user:canary-secret@localhost/0": "localhost:6379",
		"rediss://:canary-secret@redis.example.com":     "redis.example.com:6379",
		"unix://canary-user:canary-secret@/run/r.sock":  "/run/r.sock",
	} {
		p, err := New(Options{URL: url, Collector: "c", Incarnation: "i"})
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if p.address != address {
			t.Errorf("%s: address %s", url, p.address)
		}
		p.Close()
	}
}

// TestSecretsStayInside: neither errors nor the log of a Redis that cannot be reached show them.
func TestSecretsStayInside(t *testing.T) {
	var log bytes.Buffer
	p, err := New(Options{
		URL: "redis://canary-user:canary-secret@127.0.0.1:1/0", Collector: "c", Incarnation: "i", Timeout: time.Second,
		Logger: hclog.New(&hclog.LoggerOptions{Output: &log, Level: hclog.Trace}),
	})
	if err != nil {
		t.Fatal(err)
	}
	err = p.Publish(t.Context(), []*wire.Batch{{}})
	if err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("%v", err)
	}
	p.Close()
	checkNoCanary(t, "the error", err.Error())
	checkNoCanary(t, "the log", log.String())
}

func TestOptionsAreChecked(t *testing.T) {
	for name, opts := range map[string]Options{
		"no collector":   {URL: "redis://localhost", Incarnation: "i"},
		"no incarnation": {URL: "redis://localhost", Collector: "c"},
		"braces":         {URL: "redis://localhost", Collector: "c", Incarnation: "i", Monitor: "a}b"},
	} {
		if p, err := New(opts); err == nil {
			p.Close()
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestUnfitServers(t *testing.T) {
	for _, tt := range []struct{ version, policy, want string }{
		{"7.0.0", "noeviction", ""},
		{"7.2.4", "volatile-lru", ""},
		{"8.6.1", "volatile-ttl", ""},
		{"10.0.0", "noeviction", ""},
		{"6.2.14", "noeviction", `version "6.2.14", and 7.0 or newer`},
		{"", "noeviction", "version"},
		{"7.0.15", "allkeys-lru", "maxmemory-policy allkeys-lru"},
		{"7.0.15", "allkeys-random", "maxmemory-policy allkeys-random"},
	} {
		err := unfit(map[string]string{"redis_version": tt.version, "maxmemory_policy": tt.policy})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s, %s: %v", tt.version, tt.policy, err)
		}
	}
}

// FuzzURL: whatever the URL, what stands in the place of user and password is in no error and no address.
func FuzzURL(f *testing.F) {
	f.Add("redis", "localhost:6379/0")
	f.Add("unix", "/run/redis.sock?db=1")
	f.Add("redis", "localhost/x?read_timeout=y")
	f.Fuzz(func(t *testing.T, scheme, rest string) {
		p, err := New(Options{URL: scheme + "://canary-user:canary-secret@" + rest, Collector: "c", Incarnation: "i"})
		if err != nil {
			checkNoCanary(t, "the error", err.Error())
			return
		}
		checkNoCanary(t, "the address", p.address)
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
}
