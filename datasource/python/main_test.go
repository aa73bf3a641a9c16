package python

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

// The test binary is the guard of the workers it starts, as the daemon's is, and the daemon that a test kills.
func TestMain(m *testing.M) {
	if GuardMain() {
		return
	}
	if os.Getenv(victimVariable) != "" {
		victim()
		return
	}
	goleak.VerifyTestMain(m)
}

// testPython finds a Python that has msgpack.
func testPython(tb testing.TB) string {
	tb.Helper()
	venv, err := filepath.Abs("../../.venv/bin/python")
	if err != nil {
		tb.Fatal(err)
	}
	for _, python := range []string{os.Getenv("ZENPYTHON_TEST_PYTHON"), venv, "python3"} {
		if python != "" && exec.CommandContext(tb.Context(), python, "-c", "import msgpack").Run() == nil {
			return python
		}
	}
	tb.Fatal("no Python with msgpack: run `make deps`, or set ZENPYTHON_TEST_PYTHON to one that has it")
	return ""
}
