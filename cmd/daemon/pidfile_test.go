package daemon_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zenpython/zenpython/cmd/daemon"
)

// holder re-runs this test binary as a process that holds the pid file until it is told to stop.
func TestMain(m *testing.M) {
	if path := os.Getenv("HOLD_PIDFILE"); path != "" {
		if _, err := daemon.Acquire(path); err != nil {
			os.Exit(3)
		}
		select {}
	}
	os.Exit(m.Run())
}

func TestAcquireWritesThePidAndReleaseRemovesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "var", "zenpython-localhost.pid")
	p, err := daemon.Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	if state, err := daemon.Inspect(path); err != nil || !state.Running || state.Pid != os.Getpid() {
		t.Fatalf("Inspect while held = %+v, %v", state, err)
	}
	if _, err := daemon.Acquire(path); !errors.Is(err, daemon.ErrRunning) {
		t.Fatalf("second Acquire: %v, want ErrRunning", err)
	}
	if err := p.Release(); err != nil {
		t.Fatal(err)
	}
	if state, err := daemon.Inspect(path); err != nil || state != (daemon.State{}) {
		t.Fatalf("Inspect after Release = %+v, %v", state, err)
	}
}

func TestKilledDaemonLeavesAStaleFileThatIsTakenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pid")
	child := startHolder(t, path)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	state, err := daemon.Inspect(path)
	if err != nil || !state.Stale || state.Running || state.Pid != child.Process.Pid {
		t.Fatalf("Inspect after kill -9 = %+v, %v", state, err)
	}
	p, err := daemon.Acquire(path)
	if err != nil {
		t.Fatalf("taking over a stale file: %v", err)
	}
	_ = p.Release()
}

func TestGarbageInThePidFileIsNoProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pid")
	if err := os.WriteFile(path, []byte("not a pid\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	state, err := daemon.Inspect(path)
	if err != nil || state.Running || !state.Stale || state.Pid != 0 {
		t.Fatalf("Inspect = %+v, %v", state, err)
	}
}

func TestStopEndsTheDaemon(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pid")
	child := startHolder(t, path)
	gone := make(chan struct{})
	go func() { _ = child.Wait(); close(gone) }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	was, err := daemon.Stop(ctx, path)
	if err != nil || !was {
		t.Fatalf("Stop = %v, %v", was, err)
	}
	<-gone
	if was, err := daemon.Stop(ctx, path); err != nil || was {
		t.Fatalf("second Stop = %v, %v", was, err)
	}
}

func TestDetachSaysWhereToLookWhenTheChildDies(t *testing.T) {
	dir := t.TempDir()
	held := filepath.Join(dir, "pid")
	p, err := daemon.Acquire(held)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Release() }()
	t.Setenv("HOLD_PIDFILE", held)
	log := filepath.Join(dir, "log")
	_, err = daemon.Detach(t.Context(), nil, log, func() bool { return false })
	if err == nil || !strings.Contains(err.Error(), log) {
		t.Fatalf("Detach = %v, want an error naming %s", err, log)
	}
}

func startHolder(t *testing.T, path string) *exec.Cmd {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), "HOLD_PIDFILE="+path)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for {
		if state, err := daemon.Inspect(path); err == nil && state.Running && state.Pid == child.Process.Pid {
			return child
		}
		if t.Context().Err() != nil {
			t.Fatal("the holder never took the pid file")
		}
		time.Sleep(time.Millisecond)
	}
}
