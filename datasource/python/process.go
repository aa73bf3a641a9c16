package python

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// cookie shows a worker that it was started by the daemon and not by a person.
const (
	cookieVariable   = "ZENPYTHON_WORKER"
	cookie           = "7f3d9a52c41e"
	hostPathVariable = "ZENPYTHON_HOST_PATH"
)

// bootstrap finds the host package under -I, which keeps the user's environment and current folder off sys.path.
const bootstrap = "import os, runpy, sys; sys.path.insert(0, os.environ['" + hostPathVariable + "']); " +
	"runpy.run_module('zenpython.host', run_name='__main__', alter_sys=True)"

// Status is how a process ended.
type Status struct {
	Code   int            // exit code; -1 when a signal ended it
	Signal syscall.Signal // 0 when none did
	Err    string         // why it could not be started or followed
}

// Clean reports whether the process ended by itself with exit code 0.
func (s Status) Clean() bool { return s == Status{} }

// String says it in words.
func (s Status) String() string {
	switch {
	case s.Err != "":
		return s.Err
	case s.Signal != 0:
		return fmt.Sprintf("signal %d (%s)", int(s.Signal), s.Signal)
	}
	return "exit status " + strconv.Itoa(s.Code)
}

// Usage is what a process tree holds.
type Usage struct {
	RSS       int64 // bytes resident, summed; pages shared by processes count in each
	FDs       int   // open file descriptors of the first process, which is what its limit counts
	Processes int
}

// process is a Python process under its guard.
type process struct {
	guard   *exec.Cmd
	control *net.UnixConn // orders to the guard, words from it (see guard)
	frames  net.Conn
	beats   *os.File
	stdout  *os.File
	stderr  *os.File

	killing sync.Once
	pid     int // of the Python process, 0 until the guard has said it; the follower's own
	status  Status
	exited  chan struct{}
}

// pythonArgs is the command line of the Python process.
func pythonArgs(o *Options) []string {
	if o.Args != nil {
		return append([]string{o.Python}, o.Args...)
	}
	return []string{o.Python, "-I", "-c", bootstrap, string(o.Role)}
}

func environment(o *Options) []string {
	env := append(os.Environ(), cookieVariable+"="+cookie, hostPathVariable+"="+o.HostPath)
	return append(env, o.Env...)
}

// follow hears the guard out, sees it off and lets the readers of what the process wrote come to their end.
func (p *process) follow() {
	p.status = Status{Code: -1, Err: "its guard ended without a word"}
	lines := bufio.NewScanner(p.control)
	for lines.Scan() {
		p.word(lines.Text())
	}
	err := p.guard.Wait()
	if p.status.Err != "" && p.pid != 0 {
		// Nobody else is left to do it: the guard was killed, or crashed.
		killGroup(p.pid)
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) && p.status.Err != "" {
		p.status.Err += ": " + err.Error()
	}
	_ = p.control.Close()
	close(p.exited)
	// Ends of stream follow by themselves, unless a process that could not be killed holds one open.
	const grace = 2 * time.Second
	limit := time.Now().Add(grace)
	for _, stream := range []interface{ SetReadDeadline(t time.Time) error }{p.stdout, p.stderr, p.beats, p.frames} {
		_ = stream.SetReadDeadline(limit)
	}
}

// word takes one line that the guard says.
func (p *process) word(line string) {
	verb, rest, _ := strings.Cut(line, " ")
	n, _ := strconv.Atoi(rest)
	switch verb {
	case wordPID:
		p.pid = n
	case wordExit:
		p.status = Status{Code: n}
	case wordSignal:
		p.status = Status{Code: -1, Signal: syscall.Signal(n)}
	case wordFailed:
		p.status = Status{Code: -1, Err: rest}
	}
}

// wait returns once the process, its descendants and its guard are gone.
func (p *process) wait() Status {
	<-p.exited
	return p.status
}

func (p *process) gone() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// kill orders the guard to kill the process and all its descendants.
func (p *process) kill() {
	p.killing.Do(func() {
		_ = p.control.CloseWrite()
		// A guard that does not obey is stopped or stuck; without it the worker dies too.
		const patience = killPatience + 5*time.Second
		late := time.AfterFunc(patience, func() { _ = p.guard.Process.Kill() })
		go func() {
			<-p.exited
			late.Stop()
		}()
	})
}
