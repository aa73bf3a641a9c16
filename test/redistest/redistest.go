// Package redistest gives tests a Redis server of their own, which they may kill, pause and start again.
package redistest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Server is a redis-server child process with a folder of its own. Its methods fail the test when they cannot do their
// work, and belong to the test's goroutine.
type Server struct {
	tb      testing.TB
	args    []string
	dir     string
	socket  string
	process *exec.Cmd
}

// startTimeout is generous: loading an append-only file on a busy machine counts.
const startTimeout = 30 * time.Second

// Start runs a redis-server on a Unix socket until the test ends. Arguments are added to the command line, such as
// "--appendonly", "yes". A machine without redis-server fails the test with the command that installs it.
func Start(tb testing.TB, args ...string) *Server {
	tb.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		tb.Fatal("redis-server is missing; install it with: make deps")
	}
	dir, err := os.MkdirTemp("", "redistest") //nolint:usetesting // a socket's path must be shorter than 108 bytes
	if err != nil {
		tb.Fatalf("making a folder for redis-server: %v", err)
	}
	s := &Server{tb: tb, args: args, dir: dir, socket: filepath.Join(dir, "redis.sock")}
	tb.Cleanup(func() {
		s.stop()
		if err := os.RemoveAll(dir); err != nil {
			tb.Errorf("removing the folder of redis-server: %v", err)
		}
	})
	s.run()
	return s
}

// URL is what --redis-url would be given.
func (s *Server) URL() string { return "unix://" + s.socket }

// Socket is the path of the server's socket.
func (s *Server) Socket() string { return s.socket }

// Client returns a client that is closed when the test ends.
func (s *Server) Client() *redis.Client {
	client := s.client()
	s.tb.Cleanup(func() { closeClient(s.tb, client) })
	return client
}

func closeClient(tb testing.TB, client *redis.Client) {
	tb.Helper()
	if err := client.Close(); err != nil {
		tb.Errorf("closing a Redis client: %v", err)
	}
}

func (s *Server) client() *redis.Client {
	return redis.NewClient(&redis.Options{
		Network:                  "unix",
		Addr:                     s.socket,
		MaxRetries:               -1,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
}

// Kill ends the server as a crash would, with whatever it has not written lost.
func (s *Server) Kill() {
	s.tb.Helper()
	if s.process == nil {
		s.tb.Fatal("redistest: the server does not run")
	}
	s.stop()
}

// Restart runs the server again after Kill, on the same folder and socket.
func (s *Server) Restart() {
	s.tb.Helper()
	if s.process != nil {
		s.tb.Fatal("redistest: the server still runs")
	}
	s.run()
}

// Pause stops the process, connections and all, as a host that hangs would.
func (s *Server) Pause() { s.tb.Helper(); s.signal(syscall.SIGSTOP) }

// Resume lets a paused process go on.
func (s *Server) Resume() { s.tb.Helper(); s.signal(syscall.SIGCONT) }

func (s *Server) signal(signal syscall.Signal) {
	s.tb.Helper()
	if s.process == nil {
		s.tb.Fatal("redistest: the server does not run")
	}
	if err := s.process.Process.Signal(signal); err != nil {
		s.tb.Fatalf("signalling redis-server: %v", err)
	}
}

func (s *Server) run() {
	s.tb.Helper()
	if err := os.Remove(s.socket); err != nil && !errors.Is(err, fs.ErrNotExist) { // left behind by a kill
		s.tb.Fatalf("removing the socket of the last run: %v", err)
	}
	args := append([]string{
		"--port", "0", "--unixsocket", s.socket, "--dir", s.dir, "--save", "", "--daemonize", "no",
		"--logfile", filepath.Join(s.dir, "redis.log"),
	}, s.args...)
	process := exec.CommandContext(context.Background(), "redis-server", args...)
	process.SysProcAttr = endWithParent()
	if err := process.Start(); err != nil {
		s.tb.Fatalf("starting redis-server: %v", err)
	}
	s.process = process
	s.awaitAnswer()
}

// awaitAnswer polls: a process that is starting has no other way to say that it is ready.
func (s *Server) awaitAnswer() {
	s.tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	client := s.client()
	defer closeClient(s.tb, client)
	for {
		err := client.Ping(ctx).Err()
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			log, _ := os.ReadFile(filepath.Join(s.dir, "redis.log"))
			s.tb.Fatalf("redis-server does not answer: %v\n%s", err, log)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (s *Server) stop() {
	if s.process == nil {
		return
	}
	if err := s.process.Process.Kill(); err != nil { // ends a paused process too
		s.tb.Errorf("killing redis-server: %v", err)
	}
	_ = s.process.Wait() // it was killed, and says so
	s.process = nil
}
