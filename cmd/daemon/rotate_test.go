package daemon_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/zenpython/zenpython/cmd/daemon"
)

func TestRotatingFileKeepsTheNewestBackups(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log", "zenpython.log")
	r, err := daemon.OpenRotating(path, 20, 2)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		if _, err := fmt.Fprintf(r, "line %03d\n", i); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"": "line 006\nline 007\n", ".1": "line 004\nline 005\n", ".2": "line 002\nline 003\n"} {
		got, err := os.ReadFile(path + name)
		if err != nil || string(got) != want {
			t.Errorf("%q holds %q (%v), want %q", name, got, err, want)
		}
	}
	if _, err := os.Stat(path + ".3"); !os.IsNotExist(err) {
		t.Errorf("a third backup was kept: %v", err)
	}
}

func TestRotatingFileAppendsToWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	for _, line := range []string{"one\n", "two\n"} {
		r, err := daemon.OpenRotating(path, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
	if got, _ := os.ReadFile(path); string(got) != "one\ntwo\n" {
		t.Fatalf("log holds %q", got)
	}
}
