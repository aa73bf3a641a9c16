// Package redistest gives tests a Redis server of their own, which they may kill, pause and start again.
package redistest

import (
	"context"
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
	t       testing.TB
	args    []string
	dir     string
	socket  string
	process *exec.Cmd
}

// startTimeout is generous: loading an append-only file on a busy machine counts.
const startTimeout = 30 * time.Second

// Start runs a redis-server on a Unix socket until the test ends. Arguments are added to the command line, such as
// "--appendonly", "yes". A machine without redis-server fails the test with the command that installs it.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("redis-server is missing; install it with: make deps")
	}
	// Not t.TempDir: a socket's path must be shorter than 108 bytes.
	dir, err := os.MkdirTemp("", "redistest")
	if err != nil {
		t.Fatalf("making a folder for redis-server: %v", err)
	}
	s := &Server{t: t, args: args, dir: dir, socket: filepath.Join(dir, "redis.sock")}
	t.Cleanup(func() {
		s.stop()
		os.RemoveAll(dir)
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
	s.t.Cleanup(func() { client.Close() })
	return client
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
	s.t.Helper()
	if s.process == nil {
		s.t.Fatal("redistest: the server does not run")
	}
	s.stop()
}

// Restart runs the server again after Kill, on the same folder and socket.
func (s *Server) Restart() {
	s.t.Helper()
	if s.process != nil {
		s.t.Fatal("redistest: the server still runs")
	}
	s.run()
}

// Pause stops the process, connections and all, as a host that hangs would.
func (s *Server) Pause() { s.t.Helper(); s.signal(syscall.SIGSTOP) }

// Resume lets a paused process go on.
func (s *Server) Resume() { s.t.Helper(); s.signal(syscall.SIGCONT) }

func (s *Server) signal(signal syscall.Signal) {
	s.t.Helper()
	if s.process == nil {
		s.t.Fatal("redistest: the server does not run")
	}
	if err := s.process.Process.Signal(signal); err != nil {
		s.t.Fatalf("signalling redis-server: %v", err)
	}
}

func (s *Server) run() {
	s.t.Helper()
	os.Remove(s.socket) // left behind by a kill
	args := append([]string{
		"--port", "0", "--unixsocket", s.socket, "--dir", s.dir, "--save", "", "--daemonize", "no",
		"--logfile", filepath.Join(s.dir, "redis.log"),
	}, s.args...)
	process := exec.Command("redis-server", args...)
	process.SysProcAttr = endWithParent()
	if err := process.Start(); err != nil {
		s.t.Fatalf("starting redis-server: %v", err)
	}
	s.process = process
	s.awaitAnswer()
}

// awaitAnswer polls: a process that is starting has no other way to say that it is ready.
func (s *Server) awaitAnswer() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	client := s.client()
	defer client.Close()
	for {
		err := client.Ping(ctx).Err()
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			log, _ := os.ReadFile(filepath.Join(s.dir, "redis.log"))
			s.t.Fatalf("redis-server does not answer: %v\n%s", err, log)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (s *Server) stop() {
	if s.process == nil {
		return
	}
	s.process.Process.Kill() // ends a paused process too
	s.process.Wait()
	s.process = nil
}
