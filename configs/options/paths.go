package options

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
)

// program is the daemon's name in files and folders, as upstream's.
const program = "zenpython"

// CollectorID names this collector among all of its Redis: the monitor, and
// with several workers `monitor@worker`.
func (o *Options) CollectorID() string {
	if o.Workers > 1 {
		return o.Monitor + "@" + strconv.Itoa(o.WorkerID)
	}
	return o.Monitor
}

// PIDFile is the path of the pid file: --pidfile as given, else
// `<var-dir>/zenpython-<collector id>.pid` (spec §4.1).
func (o *Options) PIDFile() string {
	if o.PIDPath != "" {
		return o.PIDPath
	}
	return o.StateDir() + ".pid"
}

// StateDir is the folder of what this collector alone keeps over restarts,
// `<var-dir>/zenpython-<collector id>`.
func (o *Options) StateDir() string {
	return filepath.Join(o.VarDir, program+"-"+o.CollectorID())
}

// BlockedFile is the list of disabled classes, which all daemons of a var-dir
// share as upstream's do (spec §4.12).
func (o *Options) BlockedFile() string { return filepath.Join(o.VarDir, program+".blocked") }

// PythonEnv is the folder of the virtual environment that `zenpython python setup` makes.
func (o *Options) PythonEnv() string { return filepath.Join(o.VarDir, "python") }

// PythonPath is the interpreter for Python plugins: --python, else that of the virtual environment, else python3.
func (o *Options) PythonPath() string {
	if o.Python != "" {
		return o.Python
	}
	own := filepath.Join(o.PythonEnv(), "bin", "python3")
	if _, err := os.Stat(own); err == nil {
		return own
	}
	return "python3"
}

// LogFile is the path of the log file, empty when there is to be none
// (spec §4.3). Workers have one each, since rotating a shared one loses lines.
func (o *Options) LogFile() string {
	if !o.Daemon && !o.DualLog && !o.LogFileOnly {
		return ""
	}
	name := program + ".log"
	if o.Workers > 1 {
		name = program + "-" + o.CollectorID() + ".log"
	}
	return filepath.Join(o.LogPath, name)
}

// LogsToStderr reports whether log lines go to stderr, beside the log file or
// in its place.
func (o *Options) LogsToStderr() bool {
	return o.LogFile() == "" || (o.DualLog && !o.Daemon && !o.LogFileOnly)
}

// surroundings are the variables that the computed defaults depend on.
type surroundings struct {
	zenhome   string // ZENHOME
	stateHome string // XDG_STATE_HOME
	home      string // HOME
}

func (s surroundings) globalConf() string { return s.etc("global.conf") }

func (s surroundings) daemonConf() string { return s.etc(program + ".conf") }

func (s surroundings) etc(name string) string {
	if s.zenhome == "" {
		return ""
	}
	return filepath.Join(s.zenhome, "etc", name)
}

// varDir is the default of --var-dir. It does not depend on the working
// folder while there is a home, so that `zenpython status` finds the daemon
// from wherever it is typed.
func (s surroundings) varDir() string {
	switch {
	case s.zenhome != "":
		return filepath.Join(s.zenhome, "var")
	case filepath.IsAbs(s.stateHome):
		return filepath.Join(s.stateHome, program)
	case s.home != "":
		return filepath.Join(s.home, ".local", "state", program)
	}
	return "var"
}

func (s surroundings) logPath(varDir string) string {
	if s.zenhome != "" {
		return filepath.Join(s.zenhome, "log")
	}
	return filepath.Join(varDir, "log")
}

func (s surroundings) inventory() string {
	if s.zenhome != "" {
		return s.etc("zenpython.d")
	}
	return filepath.Join("configs", "example")
}

// workerListen is the default address of one of several workers: they would
// fight for one port.
func workerListen(address string, worker int) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return address
	}
	return net.JoinHostPort(host, strconv.Itoa(n+worker))
}
