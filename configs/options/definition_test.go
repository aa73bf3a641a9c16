package options

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// upstreamDefaults are the options of spec §4.2 with the defaults it gives;
// "" stands for none and for those that depend on the surroundings.
var upstreamDefaults = map[string]string{
	// zenpython's own
	"blockingwarning": "3.0", "blockingtimeout": "30.0", "runningtimeout": "3.0", "twistedthreadpoolsize": "10",
	"collect": "", "ignore": "", "twistedconcurrenthttp": "512", "datasource": "",
	"manhole": "", "manhole-port": "7777", "manhole-username": "zenoss", "manhole-password": "zenoss",
	// CmdBase
	"logseverity": "INFO", "logpath": "", "maxlogsize": "10240", "maxbackuplogs": "3", "configfile": "",
	"genconf": "", "genxmltable": "", "genxmlconfigs": "", "help": "",
	// ZenDaemon
	"uid": "zenoss", "cycle": "", "daemon": "", "duallog": "", "logfileonly": "", "weblog": "", "watchdog": "",
	"watchdogPath": "", "starttimeout": "", "socketOption": "", "heartbeattimeout": "900", "pidfile": "",
	// PBDaemon; --redis-url is empty here by decision
	"hubhost": "localhost", "hubport": "8789", "hubusername": "admin", "hubpassword": "zenoss", "monitor": "localhost",
	"initialHubTimeout": "30", "zenhubpinginterval": "120", "allowduplicateclears": "", "duplicateclearinterval": "0",
	"eventflushseconds": "5.0", "eventflushchunksize": "50", "maxqueuelen": "5000", "queuehighwatermark": "0.75",
	"disable-event-deduplication": "", "redis-url": "", "metricBufferSize": "65536", "metricsChannel": "metrics",
	"maxOutstandingMetrics": "864000000", "writeStatistics": "30", "disable-ping-perspective": "", "localport": "14682",
	// RRDDaemon
	"device": "",
	// CollectorDaemon
	"maxparallel": "500", "logTaskStats": "0", "traceMetricName": "", "traceMetricKey": "",
	"device-config-update-interval": "5", "dispatch": "", "workerid": "0", "workers": "1",
	// the shipped file
	"configsipsize": "25", "configsipdelay": "1",
}

func TestEveryUpstreamOptionIsKnown(t *testing.T) {
	for name, want := range upstreamDefaults {
		d := byName[name]
		if d == nil {
			t.Errorf("--%s is not in the table", name)
			continue
		}
		if d.Default != want {
			t.Errorf("--%s: default %q, upstream's is %q", name, d.Default, want)
		}
	}
}

func TestUpstreamShortsAndDests(t *testing.T) {
	for short, name := range map[string]string{"v": "logseverity", "C": "configfile", "h": "help", "c": "cycle", "D": "daemon", "d": "device"} {
		if d := byShort(short); d == nil || d.Name != name {
			t.Errorf("-%s is not --%s", short, name)
		}
	}
	for dest, name := range map[string]string{
		"blockingWarning": "blockingwarning", "blockingTimeout": "blockingtimeout", "threadPoolSize": "twistedthreadpoolsize",
		"collectPlugins": "collect", "ignorePlugins": "ignore", "maxTasks": "maxparallel", "manhole_port": "manhole-port",
		"redis_url": "redis-url",
	} {
		if d := byKey[strings.ToLower(dest)]; d == nil || d.Name != name {
			t.Errorf("key %s is not --%s", dest, name)
		}
	}
}

func TestDefinitionsAreWhole(t *testing.T) {
	taken := make(map[string]string)
	unique := func(d Definition, name string) {
		if other, ok := taken[name]; ok && other != d.Name {
			t.Errorf("--%s and --%s share %s", d.Name, other, name)
		}
		taken[name] = d.Name
	}
	for _, d := range Definitions() {
		unique(d, strings.ToLower(d.Name))
		unique(d, strings.ToLower(d.dest()))
		unique(d, d.Env())
		if d.Short != "" {
			unique(d, "-"+d.Short)
		}
		if working := d.Status == Working; working != (d.Help != "") || working != (d.Group != "") || working == (d.Instead != "") {
			t.Errorf("--%s: status %s does not go with help %q, group %q, instead %q", d.Name, d.Status, d.Help, d.Group, d.Instead)
		}
		if d.Status == Working && d.set == nil && d.Name != "help" {
			t.Errorf("--%s works on nothing", d.Name)
		}
	}
}

// samples has a value other than the default for each option that sets a field.
var samples = map[string]string{
	"inventory": "/inv", "monitor": "m1", "device": "dev1", "datasource": "T/d", "collect": "Foo", "ignore": "Bar",
	"workers": "4", "workerid": "3", "strict": "true", "maxparallel": "7", "twistedthreadpoolsize": "8",
	"python": "/usr/bin/python3.12", "pythonworkers": "3", "startspread": "0.5", "runningtimeout": "2.5", "hooktimeout": "31",
	"blockingwarning": "0", "blockingtimeout": "-1", "cycle": "true", "daemon": "true", "configfile": "",
	"genconf": "true", "var-dir": "/v", "pidfile": "/p", "listen": "off", "heartbeattimeout": "60",
	"writeStatistics": "0", "logTaskStats": "5", "run-metrics": "full", "logseverity": "10", "log-format": "json",
	"logpath": "/l", "maxlogsize": "1", "maxbackuplogs": "0", "duallog": "true", "logfileonly": "true",
	"traceMetricName": "n", "traceMetricKey": "k", "redis-url": "redis://u:p@h:1/2", "initialHubTimeout": "1",
	"no-publish": "true", "eventflushseconds": "1", "eventflushchunksize": "1", "maxqueuelen": "1",
	"queuehighwatermark": "0.5", "allowduplicateclears": "true", "duplicateclearinterval": "3",
	"disable-event-deduplication": "true", "metricBufferSize": "1", "format": "json", "runs": "2", "pause": "0.25",
}

var compareRegexps = cmp.Comparer(func(a, b *regexp.Regexp) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.String() == b.String()
})

// TestEveryOptionSetsItsFieldFromEveryLayer sets each option alone, and
// demands that something changes and that the layer makes no difference.
func TestEveryOptionSetsItsFieldFromEveryLayer(t *testing.T) {
	for _, d := range Definitions() {
		sample, ok := samples[d.Name]
		if d.set == nil || d.Name == "configfile" {
			continue
		}
		if !ok {
			t.Errorf("no sample for --%s", d.Name)
			continue
		}
		// A worker's place needs workers.
		context := map[string][]string{}
		if d.Name == "workerid" {
			context["workers"] = []string{"9"}
		}
		base := mustLoad(t, Sources{Flags: context})
		context[d.Name] = []string{sample}
		flagged := mustLoad(t, Sources{Flags: context})
		if cmp.Equal(base, flagged, compareRegexps) {
			t.Errorf("--%s %s changes nothing", d.Name, sample)
		}
		delete(context, d.Name)
		fromEnv := mustLoad(t, Sources{Flags: context, Environ: []string{d.Env() + "=" + sample}})
		if diff := cmp.Diff(flagged, fromEnv, compareRegexps); diff != "" {
			t.Errorf("%s differs from --%s:\n%s", d.Env(), d.Name, diff)
		}
		if d.FlagOnly {
			continue
		}
		for _, key := range []string{d.Name, strings.ToUpper(d.Name), d.dest()} {
			path := writeFile(t, t.TempDir(), "zenpython.conf", key+" "+sample+"\n")
			context["configfile"] = []string{path}
			fromFile := mustLoad(t, Sources{Flags: context})
			fromFile.ConfigFile = ""
			if diff := cmp.Diff(flagged, fromFile, compareRegexps); diff != "" {
				t.Errorf("key %s differs from --%s:\n%s", key, d.Name, diff)
			}
		}
	}
}

func mustLoad(t *testing.T, s Sources) Options {
	t.Helper()
	o, warnings, err := Load(s)
	if err != nil || len(warnings) > 0 {
		t.Fatalf("Load: %v, warnings %v", err, warnings)
	}
	return o
}

func writeFile(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
