package monitor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Source answers what the listeners serve. Its methods are called by many requests at once.
type Source interface {
	Statistics() *Statistics
	// Status returns where everything stands, for `zenpython status`.
	Status(ctx context.Context) (*Status, error)
	// Alive returns why the daemon is stuck, nil when it is not: the schedule is looked at, never a worker.
	Alive() error
	// Ready returns why the daemon does not do its work yet, nil when it does.
	Ready() error
}

// Listeners serve a Source: over TCP to scrapers and load balancers, and on a unix socket in the daemon's own folder to
// its command line.
type Listeners struct {
	tcp, unix net.Listener
	servers   []*http.Server
	done      chan error
}

// Listen opens the listeners and serves until Close. An empty address or socket path leaves that one out.
func Listen(address, socket string, source Source) (*Listeners, error) {
	l := &Listeners{done: make(chan error, 2)}
	if address != "" {
		tcp, err := net.Listen("tcp", address) //nolint:noctx // opening a local port does not wait
		if err != nil {
			return nil, fmt.Errorf("opening the listener (choose another with --listen, or none with --listen=): %w", err)
		}
		l.tcp = tcp
		l.serve(tcp, publicHandler(source))
	}
	if socket != "" {
		if err := l.listenUnix(socket, source); err != nil {
			_ = l.Close()
			return nil, err
		}
	}
	return l, nil
}

func (l *Listeners) listenUnix(socket string, source Source) error {
	if err := os.MkdirAll(filepath.Dir(socket), 0o750); err != nil {
		return fmt.Errorf("making the folder of the control socket: %w", err)
	}
	// The pid file's lock says that no live daemon owns what is left here.
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("removing an old control socket: %w", err)
	}
	unix, err := net.Listen("unix", socket) //nolint:noctx // opening a local socket does not wait
	if err != nil {
		return fmt.Errorf("opening the control socket: %w", err)
	}
	if err := os.Chmod(socket, 0o600); err != nil {
		_ = unix.Close()
		return fmt.Errorf("closing the control socket to others: %w", err)
	}
	l.unix = unix
	l.serve(unix, controlHandler(source))
	return nil
}

func (l *Listeners) serve(on net.Listener, h http.Handler) {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	l.servers = append(l.servers, server)
	go func() { l.done <- server.Serve(on) }()
}

// Address returns host:port of the TCP listener, "" without one. With port 0 asked for it is the one that was given.
func (l *Listeners) Address() string {
	if l == nil || l.tcp == nil {
		return ""
	}
	return l.tcp.Addr().String()
}

// Close stops serving: requests that are answered just now get a second to end.
func (l *Listeners) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	var errs []error
	for _, server := range l.servers {
		if server.Shutdown(ctx) != nil {
			errs = append(errs, server.Close())
		}
	}
	for range l.servers {
		if err := <-l.done; !errors.Is(err, http.ErrServerClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func publicHandler(source Source) http.Handler {
	mux := http.NewServeMux()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(newExporter(source.Statistics), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	mux.HandleFunc("GET /healthz", check(source.Alive))
	mux.HandleFunc("GET /readyz", check(source.Ready))
	return mux
}

// check answers "ok", or 503 with the reason.
func check(f func() error) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if err := f(); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprintln(w, err)
			return
		}
		fmt.Fprintln(w, "ok")
	}
}

func controlHandler(source Source) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		status, err := source.Status(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(status)
	})
	return mux
}
