package options

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
)

func TestDefaults(t *testing.T) {
	o := mustLoad(t, Sources{})
	if o.MaxParallel != 500 || o.StartSpread != 10*time.Second || o.HookTimeout != 30*time.Second ||
		o.RunMetrics != RunMetricsOff || o.Listen != "127.0.0.1:14682" || o.RedisURL != "" ||
		o.LogSeverity != hclog.Info || o.MaxLogSize != 10240*1024 || o.Runs != 1 || o.Format != FormatTable || o.Cycle {
		t.Errorf("unexpected default in %+v", o)
	}
}

// TestPrecedence writes the same option into a growing number of layers, from
// the lowest up; the highest must win.
func TestPrecedence(t *testing.T) {
	home := t.TempDir()
	s := Sources{Environ: []string{"ZENHOME=" + home}, Flags: map[string][]string{}}
	want := func(layer string, parallel int) {
		t.Helper()
		if o := mustLoad(t, s); o.MaxParallel != parallel {
			t.Errorf("with %s: maxparallel %d, want %d", layer, o.MaxParallel, parallel)
		}
	}
	want("defaults", 500)
	writeFile(t, home, "etc/global.conf", "maxparallel 1\n")
	want("global.conf", 1)
	usual := writeFile(t, home, "etc/zenpython.conf", "maxparallel 2\n")
	want("the usual file", 2)
	if o := mustLoad(t, s); o.ConfigFile != usual {
		t.Errorf("ConfigFile %q, want %q", o.ConfigFile, usual)
	}
	s.Flags["configfile"] = []string{writeFile(t, home, "other.conf", "maxTasks = 3\n")}
	want("--configfile", 3)
	s.Environ = append(s.Environ, "ZENPYTHON_MAXPARALLEL=4")
	want("the environment", 4)
	s.Flags["maxparallel"] = []string{"5"}
	want("the flag", 5)
	s.Flags["maxparallel"] = []string{"5", "6"}
	want("the flag twice", 6)
}

func TestConfigFileFromEnvironmentAndNone(t *testing.T) {
	home := t.TempDir()
	writeFile(t, home, "etc/zenpython.conf", "maxparallel 2\n")
	other := writeFile(t, home, "other.conf", "maxparallel 3\n")
	env := []string{"ZENHOME=" + home, "ZENPYTHON_CONFIGFILE=" + other}
	if o := mustLoad(t, Sources{Environ: env}); o.MaxParallel != 3 || o.ConfigFile != other {
		t.Errorf("from the environment: maxparallel %d, file %q", o.MaxParallel, o.ConfigFile)
	}
	flags := map[string][]string{"configfile": {""}}
	if o := mustLoad(t, Sources{Environ: env, Flags: flags}); o.MaxParallel != 500 || o.ConfigFile != "" {
		t.Errorf("no file asked for: maxparallel %d, file %q", o.MaxParallel, o.ConfigFile)
	}
}

// TestRepeatedOptionIsReplacedByHigherLayer keeps the values of one layer
// together, and those of two layers apart.
func TestRepeatedOptionIsReplacedByHigherLayer(t *testing.T) {
	file := writeFile(t, t.TempDir(), "z.conf", "inventory /a\ninventory /b\n")
	s := Sources{Flags: map[string][]string{"configfile": {file}}}
	want := func(paths ...string) {
		t.Helper()
		if o := mustLoad(t, s); !slices.Equal(o.Inventory, paths) {
			t.Errorf("inventory %q, want %q", o.Inventory, paths)
		}
	}
	want("/a", "/b")
	s.Environ = []string{"ZENPYTHON_INVENTORY=/c:/d"}
	want("/c", "/d")
	s.Flags["inventory"] = []string{"/e,f", "/g"}
	want("/e,f", "/g")
}

func TestBadValuesAreReportedAtOnceWithTheirOrigin(t *testing.T) {
	home := t.TempDir()
	global := writeFile(t, home, "etc/global.conf", "# for all\nmaxparallel many\n")
	file := writeFile(t, home, "etc/zenpython.conf", "\n\nrunningtimeout: soon\nmonitor = a/b\n")
	_, _, err := Load(Sources{
		Environ: []string{"ZENHOME=" + home, "ZENPYTHON_LOGSEVERITY=LOUD"},
		Flags:   map[string][]string{"startspread": {"10s"}, "runs": {"0"}},
	})
	want := []string{
		global + `:2: maxparallel: expected a whole number, at least 1, not "many"`,
		file + `:3: runningtimeout: expected a number, at least 0, not "soon"`,
		file + `:4: monitor: expected a name without spaces and any of / \ { } : @, not "a/b"`,
		`environment ZENPYTHON_LOGSEVERITY: expected DEBUG, INFO, WARNING, ERROR or CRITICAL, or its number (10, 20, 30, 40, 50), not "LOUD"`,
		`--runs: expected a whole number, at least 1, not "0"`,
		`--startspread: expected seconds as a number, such as 30 or 0.5, not "10s"`,
	}
	if got := strings.Split(fmt.Sprint(err), "\n"); !slices.Equal(got, want) {
		t.Errorf("errors:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestOptionsAreUsableDespiteErrors: `zenpython stop` must find the daemon
// although its file was broken meanwhile.
func TestOptionsAreUsableDespiteErrors(t *testing.T) {
	file := writeFile(t, t.TempDir(), "z.conf", "maxparallel many\nmonitor m1\n")
	o, _, err := Load(Sources{Flags: map[string][]string{"configfile": {file}, "var-dir": {"/v"}}})
	if err == nil || o.PIDFile() != "/v/zenpython-m1.pid" || o.MaxParallel != 500 {
		t.Errorf("error %v, pid file %s, maxparallel %d", err, o.PIDFile(), o.MaxParallel)
	}
}

func TestUnknownAndGoneKeys(t *testing.T) {
	home := t.TempDir()
	const content = "hubhost h\nmaxparalel 3\nstrict true\nfrobnicate\n"
	writeFile(t, home, "etc/global.conf", content)
	s := Sources{Environ: []string{"ZENHOME=" + home, "ZENPYTHON_HUBPORT=1"}, Flags: map[string][]string{}}
	o, warnings, err := Load(s)
	if err != nil || len(warnings) != 1 || o.MaxParallel != 500 {
		t.Fatalf("global.conf alone: error %v, warnings %v", err, warnings)
	}
	file := writeFile(t, home, "etc/zenpython.conf", content)
	_, warnings, err = Load(s)
	if err != nil || len(warnings) != 2 {
		t.Fatalf("with the file: error %v, warnings %v", err, warnings)
	}
	want := file + ": not used: hubhost (replaced by " + useRedis + "), maxparalel (unknown; nearest: 'maxparallel'), strict (only a flag, --strict), frobnicate (unknown)"
	if got := warnings[0].String(); got != want {
		t.Errorf("warning %q, want %q", got, want)
	}
	if got, want := warnings[1].String(), "environment: not used: ZENPYTHON_HUBPORT (replaced by "+useRedis+")"; got != want {
		t.Errorf("warning %q, want %q", got, want)
	}
	s.Strict = true
	_, warnings, err = Load(s)
	got := strings.Split(fmt.Sprint(err), "\n")
	if len(warnings) != 0 || len(got) != 5 || got[1] != file+":2: maxparalel: unknown; nearest: 'maxparallel'" {
		t.Errorf("strict: warnings %v, errors\n%s", warnings, strings.Join(got, "\n"))
	}
}

func TestGoneAndUnknownFlagsAreErrors(t *testing.T) {
	_, _, err := Load(Sources{Flags: map[string][]string{"hubpassword": {"topsecret"}, "nope": {"1"}, "genxmlconfigs": {"true"}, "zenhubpinginterval": {"3"}}})
	got := fmt.Sprint(err)
	for _, want := range []string{
		"--genxmlconfigs: replaced by the verb genconf", "--hubpassword: replaced by --redis-url", "--nope: unknown option", "--zenhubpinginterval: retired: ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	if strings.Contains(got, "topsecret") {
		t.Errorf("password shown: %s", got)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	home := t.TempDir()
	missing := filepath.Join(home, "missing.conf")
	if _, _, err := Load(Sources{Flags: map[string][]string{"configfile": {missing}}}); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("a named file that is missing: %v", err)
	}
	// A folder in a file's place is an error even where the file may be absent.
	writeFile(t, home, "etc/global.conf/x", "")
	writeFile(t, home, "etc/zenpython.conf/x", "")
	_, _, err := Load(Sources{Environ: []string{"ZENHOME=" + home}})
	if got := fmt.Sprint(err); !strings.Contains(got, "global.conf") || !strings.Contains(got, "zenpython.conf") {
		t.Errorf("folders in place of files: %v", err)
	}
}

func TestOptionsThatExcludeEachOther(t *testing.T) {
	file := writeFile(t, t.TempDir(), "z.conf", "collect a\nworkerid 2\n")
	for _, tc := range []struct {
		name  string
		flags map[string][]string
		want  string
	}{
		{"collect and ignore", map[string][]string{"collect": {"a"}, "ignore": {"b"}}, "--collect and --ignore: give collect or ignore, not both"},
		{"across layers", map[string][]string{"configfile": {file}, "workers": {"3"}, "ignore": {"b"}}, file + ":1: collect and --ignore: give collect or ignore, not both"},
		{"withdrawn above", map[string][]string{"configfile": {file}, "workers": {"3"}, "ignore": {"b"}, "collect": {""}}, ""},
		{"worker too great", map[string][]string{"workers": {"2"}, "workerid": {"2"}}, "--workerid: expected 0 to 1 with 2 workers, not 2"},
		{"worker without workers", map[string][]string{"configfile": {file}}, file + ":2: workerid: expected 0 to 0 with 1 workers, not 2"},
		{"no error upon an error", map[string][]string{"workers": {"x"}, "workerid": {"2"}}, `--workers: expected a whole number, at least 1, not "x"`},
		{"last worker", map[string][]string{"workers": {"2"}, "workerid": {"1"}}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, _, err := Load(Sources{Flags: tc.flags})
			if got := errText(err); got != tc.want {
				t.Errorf("error %q, want %q", got, tc.want)
			}
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestSecretsDoNotShow prints the options and the errors in every way a
// careless caller might.
func TestSecretsDoNotShow(t *testing.T) {
	const secret = "hunter2"
	o := mustLoad(t, Sources{Environ: []string{"ZENPYTHON_REDIS_URL=rediss://bob:" + secret + "@h:1/0"}})
	if want := "rediss://bob:" + secret + "@h:1/0"; o.RedisURL.Reveal() != want {
		t.Errorf("the client gets %q", o.RedisURL.Reveal())
	}
	asJSON, err := json.Marshal(o.RedisURL)
	if err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	fmt.Fprintf(&shown, "%v %+v %#v %s %q %s", o, o, o, o.RedisURL, o.RedisURL, asJSON)
	for _, bad := range []string{"http://x:" + secret + "@h", "redis://x:" + secret + "@h:1\x7f/", "redis:" + secret, "redis://x:" + secret + "%zz@h"} {
		file := writeFile(t, t.TempDir(), "z.conf", "redis-url "+bad+"\n")
		_, _, err := Load(Sources{
			Environ: []string{"ZENPYTHON_REDIS_URL=" + bad, "ZENPYTHON_MANHOLE_PASSWORD=" + secret},
			Flags:   map[string][]string{"redis-url": {bad}, "configfile": {file}},
		})
		if n := strings.Count(fmt.Sprint(err), "expected redis://"); n != 3 {
			t.Errorf("%q: %d errors, want 3: %v", bad, n, err)
		}
		fmt.Fprint(&shown, err)
	}
	if strings.Contains(shown.String(), secret) || strings.Contains(shown.String(), "bob") {
		t.Errorf("secret shown in %s", shown.String())
	}
}
