package options

import (
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
)

func TestSeverity(t *testing.T) {
	for text, want := range map[string]hclog.Level{
		"0": hclog.Trace, "9": hclog.Trace, "10": hclog.Debug, "11": hclog.Info, "20": hclog.Info, "30": hclog.Warn,
		"40": hclog.Error, "50": hclog.Error, "99": hclog.Error,
		"DEBUG": hclog.Debug, "info": hclog.Info, "Warning": hclog.Warn, "WARN": hclog.Warn, "ERROR": hclog.Error,
		"CRITICAL": hclog.Error, "TRACE": hclog.Trace,
	} {
		if got, err := severity(text); err != nil || got != want {
			t.Errorf("%s is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, bad := range []string{"", "LOUD", "-10", "1.5"} {
		if _, err := severity(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestListenAddress(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "off": "", "8080": "127.0.0.1:8080", ":8080": "127.0.0.1:8080", "0.0.0.0:1": "0.0.0.0:1", "[::1]:0": "[::1]:0", "host:80": "host:80",
	} {
		if got, err := listenAddress(text); err != nil || got != want {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
	}
	for _, bad := range []string{"host", "host:", "host:http", "host:65536", "::1", "1:2:3", ":-1"} {
		if got, err := listenAddress(bad); err == nil {
			t.Errorf("%q is taken as %q", bad, got)
		}
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{"0": 0, "30": 30 * time.Second, "0.5": 500 * time.Millisecond, "1e2": 100 * time.Second} {
		if got, err := seconds(text); err != nil || got != want {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "-1", "NaN", "inf", "1e300", "10s", "0x"} {
		if got, err := seconds(bad); err == nil {
			t.Errorf("%q is taken as %v", bad, got)
		}
	}
	if _, err := someSeconds("0"); err == nil {
		t.Error("no time at all is taken")
	}
	if got, err := signedSeconds("-1.5"); err != nil || got != -1500*time.Millisecond {
		t.Errorf("-1.5 is %v, %v", got, err)
	}
}

func TestSwitchValues(t *testing.T) {
	for text, want := range map[string]bool{"": true, "True": true, "yes": true, "1": true, "False": false, "off": false, "0": false, "None": false} {
		if got, err := onOff(text); err != nil || got != want {
			t.Errorf("%q is %t, %v", text, got, err)
		}
	}
	if _, err := onOff("maybe"); err == nil {
		t.Error("maybe is taken")
	}
}

func TestKilobytes(t *testing.T) {
	if got, err := kilobytes("10240"); err != nil || got != 10<<20 {
		t.Errorf("10240 is %d, %v", got, err)
	}
	for _, bad := range []string{"0", "-1", "1.5", "9223372036854775807"} {
		if _, err := kilobytes(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestRedisURL(t *testing.T) {
	for text, shown := range map[string]string{
		"": "", "redis://h": "redis://h", "redis://h:1/2": "redis://h:1/2", "rediss://:pw@h": "rediss://xxxxx@h", "unix:///run/r.sock": "unix:///run/r.sock",
	} {
		if got, err := redisURL(text); err != nil || got.Reveal() != text || got.String() != shown {
			t.Errorf("%q is shown as %q, %v", text, got, err)
		}
	}
	for _, bad := range []string{"localhost:6379", "redis:", "redis://", "http://h", "unix://"} {
		if _, err := redisURL(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if got := RedisURL("redis://u:pw@h\x7f").String(); got != "(unreadable redis URL)" {
		t.Errorf("an unreadable URL is shown as %q", got)
	}
}
