package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Detach starts this binary again with the given arguments, in a session of its own with no terminal, its output
// appended to logPath, and returns its pid once ready says that it is up. If it ends before that, the error says to
// look in the log.
func Detach(ctx context.Context, args []string, logPath string, ready func() bool) (int, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, fmt.Errorf("finding this binary: %w", err)
	}
	log, err := os.OpenFile(logPath, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o640)
	if err != nil {
		return 0, fmt.Errorf("opening the log for the daemon: %w", err)
	}
	defer func() { _ = log.Close() }()
	child := exec.Command(self, args...) //nolint:noctx // the daemon outlives this process and so any context of it
	child.Stdout, child.Stderr = log, log
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := child.Start(); err != nil {
		return 0, fmt.Errorf("starting the daemon: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	return child.Process.Pid, awaitReady(ctx, ended, logPath, ready)
}

func awaitReady(ctx context.Context, ended <-chan error, logPath string, ready func() bool) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			if err == nil {
				err = errors.New("it exited at once")
			}
			return fmt.Errorf("the daemon did not start: %w; see %s", err, logPath)
		case <-ctx.Done():
			return fmt.Errorf("waiting for the daemon to come up: %w; see %s", ctx.Err(), logPath)
		case <-tick.C:
			if ready() {
				return nil
			}
		}
	}
}

// Stop sends SIGTERM to the daemon of the pid file and waits until it lets go of the file or ctx ends. It reports
// whether a daemon was running.
func Stop(ctx context.Context, pidPath string) (bool, error) {
	state, err := Inspect(pidPath)
	if err != nil || !state.Running {
		return false, err
	}
	if err := Signal(state, syscall.SIGTERM); err != nil {
		return true, err
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		now, err := Inspect(pidPath)
		if err != nil {
			return true, err
		}
		if !now.Running {
			return true, nil
		}
		select {
		case <-ctx.Done():
			return true, fmt.Errorf("pid %d is still running: %w", state.Pid, ctx.Err())
		case <-tick.C:
		}
	}
}

// Signal sends sig to the running daemon of state.
func Signal(state State, sig syscall.Signal) error {
	if state.Pid <= 0 {
		return errors.New("the pid file names no process")
	}
	if err := syscall.Kill(state.Pid, sig); err != nil {
		return fmt.Errorf("sending %v to pid %d: %w", sig, state.Pid, err)
	}
	return nil
}
