package python

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
)

// startProcess starts a guard and under it the Python process.
func startProcess(o *Options) (*process, error) {
	path, err := exec.LookPath(o.Python)
	if err != nil {
		return nil, fmt.Errorf("no Python to run plugins with: %w; run `zenpython python setup`, or give one by --python", err)
	}
	o.Python = path
	var s streams
	p, err := s.open()
	if err != nil {
		s.closeTheirs()
		s.closeOurs()
		return nil, fmt.Errorf("starting python worker: %w", err)
	}
	user := asSelf
	if c := o.Credential; c != nil {
		user = fmt.Sprintf("%d:%d", c.UID, c.GID)
	}
	p.guard = &exec.Cmd{
		Path:       "/proc/self/exe", // also when the file has been replaced since
		Args:       append([]string{guardName, user}, pythonArgs(o)...),
		Env:        environment(o),
		Stdout:     s.stdout.theirs,
		Stderr:     s.stderr.theirs,
		ExtraFiles: []*os.File{s.control.theirs, s.frames.theirs, s.beats.theirs},
		// Signals of the daemon's terminal are the daemon's to answer.
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	err = p.guard.Start()
	s.closeTheirs()
	if err != nil {
		_ = p.control.Close()
		_ = p.frames.Close()
		s.closeOurs()
		return nil, fmt.Errorf("starting the guard of a python worker: %w", err)
	}
	go p.follow()
	return p, nil
}

// stream has an end for us and one for the process.
type stream struct{ ours, theirs *os.File }

type streams struct{ control, frames, beats, stdout, stderr stream }

func (s *streams) all() []*stream {
	return []*stream{&s.control, &s.frames, &s.beats, &s.stdout, &s.stderr}
}

// open opens all streams. What is open when it fails is to be closed.
func (s *streams) open() (*process, error) {
	p := &process{exited: make(chan struct{})}
	for _, pair := range []*stream{&s.control, &s.frames} {
		if err := pair.socketpair(); err != nil {
			return nil, err
		}
	}
	for _, pipe := range []*stream{&s.beats, &s.stdout, &s.stderr} {
		var err error
		if pipe.ours, pipe.theirs, err = os.Pipe(); err != nil {
			return nil, err
		}
	}
	control, err := s.control.conn()
	if err != nil {
		return nil, err
	}
	frames, err := s.frames.conn()
	if err != nil {
		return nil, errors.Join(err, control.Close())
	}
	p.control, p.frames = control, frames
	p.beats, p.stdout, p.stderr = s.beats.ours, s.stdout.ours, s.stderr.ours
	return p, nil
}

func (s *stream) socketpair() error {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socketpair", err)
	}
	s.ours, s.theirs = os.NewFile(uintptr(fds[0]), "socketpair"), os.NewFile(uintptr(fds[1]), "socketpair")
	return nil
}

// conn makes a connection, which has deadlines, of our end.
func (s *stream) conn() (*net.UnixConn, error) {
	conn, err := net.FileConn(s.ours)
	if err != nil {
		return nil, err
	}
	_ = s.ours.Close()
	s.ours = nil
	return conn.(*net.UnixConn), nil
}

func (s *streams) closeTheirs() {
	for _, one := range s.all() {
		if one.theirs != nil {
			_ = one.theirs.Close()
		}
	}
}

func (s *streams) closeOurs() {
	for _, one := range s.all() {
		if one.ours != nil {
			_ = one.ours.Close()
		}
	}
}
