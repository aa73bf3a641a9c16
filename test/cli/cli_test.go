// Package cli tests the command line as people type it: the built binary, run by the scripts in testdata, which are
// also its documentation by example.
package cli

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// binDir holds the binary under test.
var binDir string

func TestMain(m *testing.M) {
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "zenpython-cli")
	if err != nil {
		return 0, fmt.Errorf("making a folder for the binary: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binDir = dir
	out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "zenpython"), "../../cmd/zenpython").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("building zenpython: %w\n%s", err, out)
	}
	return m.Run(), nil
}

func TestCommandLine(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", binDir+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("LISTEN", freeAddress(t))
			// Made by `make deps`; what needs it says so where it is missing.
			python, err := filepath.Abs("../../.venv/bin/python")
			if err != nil {
				return fmt.Errorf("finding the interpreter for plugins: %w", err)
			}
			env.Setenv("PYTHON", python)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exitcode":   exitCode,
			"eventually": eventually,
		},
	})
}

// freeAddress returns a loopback address that nothing listens on just now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
