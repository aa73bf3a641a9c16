package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// daemon is the child under test.
type daemon struct {
	process *exec.Cmd
	log     *os.File
	address string // of /metrics
	args    []string
	ended   chan struct{} // closed when it has exited
}

// spareThreads are the threads for those that do not hang.
const spareThreads = 50

// startDaemon starts this program as a daemon on the inventory folder. Hanging Collects hold a thread each until the
// running timeout, and the runner has four times the threads: there are threads for all of them, and some.
func startDaemon(dir, inventoryFolder string, hanging int) (*daemon, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	d := &daemon{ended: make(chan struct{})}
	if d.address, err = freeAddress(); err != nil {
		return nil, err
	}
	if d.log, err = os.Create(filepath.Join(dir, "daemon.log")); err != nil {
		return nil, fmt.Errorf("making the daemon's log: %w", err)
	}
	d.args = []string{"--twistedthreadpoolsize", strconv.Itoa(hanging + spareThreads)}
	args := append([]string{
		"run", "--cycle", "--inventory", inventoryFolder, "--var-dir", filepath.Join(dir, "var"), "--listen", d.address,
	}, d.args...)
	// Not with a context: it is stopped in order also when this program is interrupted.
	d.process = exec.Command(self, args...) //nolint:noctx // see above
	d.process.Env = append(os.Environ(), asDaemon+"=1")
	d.process.Stdout, d.process.Stderr = d.log, d.log
	// A Ctrl-C is for this program, which stops the daemon in its turn.
	d.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := d.process.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the daemon: %w", err), d.log.Close())
	}
	go func() {
		defer close(d.ended)
		_ = d.process.Wait() // what there is to say is in the process state
	}()
	return d, nil
}

// awaitReady returns when the daemon collects.
func (d *daemon) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		if _, err := d.scrape(ctx); err == nil {
			return nil
		}
		select {
		case <-d.ended:
			return fmt.Errorf("the daemon did not start: %v; %s", d.process.ProcessState, d.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("waiting for the daemon: %w", ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stopGrace is what a stop may take: the daemon's own grace, and something for a busy machine.
const stopGrace = time.Minute

// stop stops the daemon in order and returns how long that took and with what code it exited; -1 when it had to be
// killed.
func (d *daemon) stop() (time.Duration, int) {
	began := time.Now()
	_ = d.process.Process.Signal(syscall.SIGTERM) // it may have exited
	select {
	case <-d.ended:
	case <-time.After(stopGrace):
		_ = d.process.Process.Kill()
		<-d.ended
	}
	_ = d.log.Close()
	return time.Since(began), d.process.ProcessState.ExitCode()
}

// lastWords returns the end of the daemon's log.
func (d *daemon) lastWords() string {
	const enough = 2000
	text, err := os.ReadFile(d.log.Name())
	if err != nil {
		return err.Error()
	}
	return "its log ends: " + string(text[max(0, len(text)-enough):])
}
