// Package daemon holds what makes a process a daemon: the pid file with its lock, and starting detached.
package daemon

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ErrRunning is returned by Acquire when another process holds the pid file.
var ErrRunning = errors.New("already running")

// PidFile is a held pid file. The lock on it, not the number in it, says whether the daemon lives: a recycled pid
// cannot be mistaken for it, and a kill -9 leaves a file that the next start takes over.
type PidFile struct{ f *os.File }

// Acquire locks the pid file and writes this process's pid to it, making its folder where needed. It returns an error
// wrapping ErrRunning, with the other's pid, when a live process holds it.
func Acquire(path string) (*PidFile, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("making the folder of the pid file: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, fmt.Errorf("opening the pid file: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer func() { _ = f.Close() }()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			pid, _ := readPid(f)
			return nil, fmt.Errorf("%w as pid %d (pid file %s)", ErrRunning, pid, path)
		}
		return nil, fmt.Errorf("locking the pid file %s: %w", path, err)
	}
	if !stillThere(f, path) {
		// The last holder removed the file between our open and our lock: what we locked has no name any more.
		_ = f.Close()
		return Acquire(path)
	}
	p := &PidFile{f: f}
	if err := p.write(); err != nil {
		_ = f.Close()
		return nil, err
	}
	return p, nil
}

func stillThere(f *os.File, path string) bool {
	ours, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(ours, named)
}

func (p *PidFile) write() error {
	if err := p.f.Truncate(0); err != nil {
		return fmt.Errorf("emptying the pid file: %w", err)
	}
	if _, err := p.f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return fmt.Errorf("writing the pid file: %w", err)
	}
	return nil
}

// Release removes the file and gives the lock up.
func (p *PidFile) Release() error {
	err := os.Remove(p.f.Name())
	if cerr := p.f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("releasing the pid file: %w", err)
	}
	return nil
}

// State is what a pid file says about its daemon.
type State struct {
	Pid     int  // as written; 0 when there is no file
	Running bool // a live process holds the lock
	Stale   bool // a file is there but nobody holds it
}

// Inspect reads a pid file without disturbing its holder.
func Inspect(path string) (State, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return State{}, nil
	}
	if err != nil {
		return State{}, fmt.Errorf("opening the pid file: %w", err)
	}
	defer func() { _ = f.Close() }()
	pid, err := readPid(f)
	if err != nil {
		pid = 0
	}
	// A shared lock is refused exactly while the daemon holds its exclusive one.
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return State{Pid: pid, Running: true}, nil
	}
	if err != nil {
		return State{}, fmt.Errorf("probing the pid file %s: %w", path, err)
	}
	return State{Pid: pid, Stale: true}, nil
}

func readPid(f *os.File) (int, error) {
	text, err := io.ReadAll(io.NewSectionReader(f, 0, 64))
	if err != nil {
		return 0, fmt.Errorf("reading the pid file: %w", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid <= 0 {
		return 0, fmt.Errorf("pid file %s holds %q, want a process id", f.Name(), strings.TrimSpace(string(text)))
	}
	return pid, nil
}
