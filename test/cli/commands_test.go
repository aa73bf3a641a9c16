package cli

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// exitCode is `exitcode N command…`: the command must end with that code; its output is not kept.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N command…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// patience bounds eventually; it is only reached by a test that fails.
const patience = time.Minute

// eventually is `eventually REGEXP command…`: the command is run again and again until its output matches.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: eventually REGEXP command…")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	deadline := time.Now().Add(patience)
	for {
		var out bytes.Buffer
		c := exec.Command(binary(args[1]), args[2:]...)
		c.Dir, c.Env = ts.Getenv("WORK"), []string{"HOME=" + ts.Getenv("HOME"), "PATH=" + ts.Getenv("PATH")}
		c.Stdout, c.Stderr = &out, &out
		_ = c.Run()
		if pattern.Match(out.Bytes()) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%q never matched; the last output was:\n%s", args[0], out.String())
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// binary finds the binary under test, which is in the scripts' PATH and not in ours.
func binary(name string) string {
	if name == "zenpython" {
		return filepath.Join(binDir, name)
	}
	return name
}
