package options

import (
	"slices"
	"testing"
)

func TestComputedDefaults(t *testing.T) {
	for _, tc := range []struct {
		name      string
		environ   []string
		flags     map[string][]string
		varDir    string
		logPath   string
		inventory []string
	}{
		{"ZENHOME", []string{"ZENHOME=/z", "HOME=/h", "XDG_STATE_HOME=/x"}, nil, "/z/var", "/z/log", []string{"/z/etc/zenpython.d"}},
		{"XDG", []string{"HOME=/h", "XDG_STATE_HOME=/x"}, nil, "/x/zenpython", "/x/zenpython/log", []string{"configs/example"}},
		{"relative XDG is void", []string{"HOME=/h", "XDG_STATE_HOME=x"}, nil, "/h/.local/state/zenpython", "/h/.local/state/zenpython/log", []string{"configs/example"}},
		{"nothing", nil, nil, "var", "var/log", []string{"configs/example"}},
		{"var-dir", []string{"HOME=/h"}, map[string][]string{"var-dir": {"/v"}}, "/v", "/v/log", []string{"configs/example"}},
		{"var-dir beside ZENHOME", []string{"ZENHOME=/z"}, map[string][]string{"var-dir": {"/v"}}, "/v", "/z/log", []string{"/z/etc/zenpython.d"}},
		{"hub gives the configs", []string{"ZENHOME=/z", "ZENPYTHON_REDIS_URL=redis://h"}, nil, "/z/var", "/z/log", nil},
		{"inventory for the hub", []string{"ZENPYTHON_REDIS_URL=redis://h", "ZENPYTHON_INVENTORY=/i"}, nil, "var", "var/log", []string{"/i"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := mustLoad(t, Sources{Environ: tc.environ, Flags: tc.flags})
			if o.VarDir != tc.varDir || o.LogPath != tc.logPath || !slices.Equal(o.Inventory, tc.inventory) {
				t.Errorf("var-dir %q, logpath %q, inventory %q", o.VarDir, o.LogPath, o.Inventory)
			}
		})
	}
}

func TestNamesCarryTheWorker(t *testing.T) {
	one := Options{Monitor: "m", Workers: 1, VarDir: "/v", LogPath: "/l", Daemon: true}
	if one.CollectorID() != "m" || one.PIDFile() != "/v/zenpython-m.pid" || one.StateDir() != "/v/zenpython-m" ||
		one.LogFile() != "/l/zenpython.log" || one.BlockedFile() != "/v/zenpython.blocked" {
		t.Errorf("one worker: %s %s %s %s %s", one.CollectorID(), one.PIDFile(), one.StateDir(), one.LogFile(), one.BlockedFile())
	}
	third := one
	third.Workers, third.WorkerID = 4, 2
	if third.CollectorID() != "m@2" || third.PIDFile() != "/v/zenpython-m@2.pid" || third.StateDir() != "/v/zenpython-m@2" ||
		third.LogFile() != "/l/zenpython-m@2.log" || third.BlockedFile() != "/v/zenpython.blocked" {
		t.Errorf("third of four: %s %s %s %s %s", third.CollectorID(), third.PIDFile(), third.StateDir(), third.LogFile(), third.BlockedFile())
	}
	third.PIDPath = "/run/z.pid"
	if third.PIDFile() != "/run/z.pid" {
		t.Errorf("--pidfile is taken as %s", third.PIDFile())
	}
}

func TestListenOfWorkers(t *testing.T) {
	for _, tc := range []struct {
		flags map[string][]string
		want  string
	}{
		{map[string][]string{"workers": {"3"}, "workerid": {"2"}}, "127.0.0.1:14684"},
		{map[string][]string{"workers": {"3"}, "workerid": {"2"}, "listen": {"127.0.0.1:14682"}}, "127.0.0.1:14682"},
		{map[string][]string{"workers": {"1"}}, "127.0.0.1:14682"},
	} {
		if o := mustLoad(t, Sources{Flags: tc.flags}); o.Listen != tc.want {
			t.Errorf("%v: listen %s, want %s", tc.flags, o.Listen, tc.want)
		}
	}
}

func TestWhereLogsGo(t *testing.T) {
	for _, tc := range []struct {
		options Options
		file    bool
		stderr  bool
	}{
		{Options{}, false, true},
		{Options{DualLog: true}, true, true},
		{Options{LogFileOnly: true}, true, false},
		{Options{Daemon: true}, true, false},
		{Options{Daemon: true, DualLog: true}, true, false},
		{Options{DualLog: true, LogFileOnly: true}, true, false},
	} {
		if got := tc.options.LogFile() != ""; got != tc.file {
			t.Errorf("%+v: log file %t", tc.options, got)
		}
		if got := tc.options.LogsToStderr(); got != tc.stderr {
			t.Errorf("%+v: stderr %t", tc.options, got)
		}
	}
}
