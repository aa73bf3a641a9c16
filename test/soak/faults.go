package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// What the dripping server is asked for.
const (
	pathSlow    = "slow"    // two seconds long
	pathEndless = "endless" // until the client gives up
)

// The server sends a byte at a time.
const (
	dripEvery = 100 * time.Millisecond
	slowDrips = 20
)

// faults are the servers that the daemon's plugins meet.
type faults struct {
	refused string
	slow    net.Listener
	server  *http.Server
	ended   chan error
}

func startFaults() (*faults, error) {
	refused, err := freeAddress()
	if err != nil {
		return nil, err
	}
	slow, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // opening a local port does not wait
	if err != nil {
		return nil, fmt.Errorf("opening the dripping server: %w", err)
	}
	f := &faults{refused: refused, slow: slow, ended: make(chan error, 1)}
	f.server = &http.Server{Handler: http.HandlerFunc(drip), ReadHeaderTimeout: 10 * time.Second}
	go func() { f.ended <- f.server.Serve(slow) }()
	return f, nil
}

// freeAddress returns a loopback address that nothing listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // opening a local port does not wait
	if err != nil {
		return "", fmt.Errorf("finding a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func drip(w http.ResponseWriter, r *http.Request) {
	flusher := http.NewResponseController(w)
	tick := time.NewTicker(dripEvery)
	defer tick.Stop()
	for i := 0; r.URL.Path != "/"+pathSlow || i < slowDrips; i++ {
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
		if _, err := w.Write([]byte{'.'}); err != nil {
			return
		}
		if flusher.Flush() != nil {
			return
		}
	}
}

func (f *faults) close(ctx context.Context) error {
	err := f.server.Close()
	select {
	case ended := <-f.ended:
		if !errors.Is(ended, http.ErrServerClosed) {
			err = errors.Join(err, ended)
		}
	case <-ctx.Done():
		err = errors.Join(err, ctx.Err())
	}
	return err
}
