package monitor

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Status is where a daemon stands: what `zenpython status` shows, and prints with --format json.
type Status struct {
	Pid         int           `json:"pid"`
	Version     string        `json:"version"`
	Monitor     string        `json:"monitor"`
	Collector   string        `json:"collector"`
	Incarnation string        `json:"incarnation"`
	Started     time.Time     `json:"started"`
	Hub         string        `json:"hub"`              // "embedded", or the streams' address without credentials
	Listen      string        `json:"listen,omitempty"` // host:port of /metrics
	Summary     string        `json:"summary"`
	Tasks       []TaskStatus  `json:"tasks"`
	Values      []ValueStatus `json:"values,omitempty"` // the hub's last values, where the hub runs in this process
	Events      []EventStatus `json:"events,omitempty"` // its open events
	Problems    []string      `json:"problems,omitempty"`
}

// TaskStatus is where one task stands. Times are zero before the first run.
type TaskStatus struct {
	Task        string    `json:"task"`
	Device      string    `json:"device"`
	Plugin      string    `json:"plugin"`
	DataSources []string  `json:"datasources"`
	Interval    float64   `json:"interval"` // seconds
	State       string    `json:"state"`
	LastSlot    time.Time `json:"last_slot"`
	LastOutcome string    `json:"last_outcome"`
	LastSeconds float64   `json:"last_duration_seconds"`
	LastError   string    `json:"last_error,omitempty"`
	NextDue     time.Time `json:"next_due"`
	Runs        uint64    `json:"runs"`
	Missed      uint64    `json:"missed"`
	Origin      string    `json:"origin"` // path:line
}

// ValueStatus is the last value of one series.
type ValueStatus struct {
	Device string            `json:"device"`
	Metric string            `json:"metric"`
	Value  any               `json:"value"` // a number; NaN and infinities as text
	Time   time.Time         `json:"time"`
	Tags   map[string]string `json:"tags"`
}

// EventStatus is one open event.
type EventStatus struct {
	Device     string    `json:"device"`
	Component  string    `json:"component"`
	EventClass string    `json:"eventClass"`
	Severity   string    `json:"severity"`
	Summary    string    `json:"summary"`
	Count      int       `json:"count"`
	LastTime   time.Time `json:"lastTime"`
}

// askTimeout bounds how long a status may take: the command must not hang where the daemon does.
const askTimeout = 10 * time.Second

// Ask fetches the status of the daemon that serves the control socket.
func Ask(ctx context.Context, socket string) (*Status, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://daemon/status", http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("asking the daemon: %w", err)
	}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return nil, fmt.Errorf("asking the daemon: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
		return nil, fmt.Errorf("the daemon answered %s: %s", resp.Status, why)
	}
	status := &Status{}
	dec := json.NewDecoder(resp.Body)
	dec.UseNumber() // integers stay exact
	if err := dec.Decode(status); err != nil {
		return nil, fmt.Errorf("reading the daemon's answer: %w", err)
	}
	return status, nil
}
