package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// job is one measurement to be taken in a process of its own.
type job struct {
	What     string        `json:"what"` // a key of measurers
	Tasks    int           `json:"tasks,omitempty"`
	Interval time.Duration `json:"interval,omitempty"`
	Spread   time.Duration `json:"spread,omitempty"`
	Devices  int           `json:"devices,omitempty"`
	Measure  time.Duration `json:"measure,omitempty"`
	Profile  string        `json:"profile,omitempty"` // file for a CPU profile of the measured time
}

// measurement is what was measured, by name.
type measurement map[string]float64

// measurers take measurements.
var measurers = map[string]func(ctx context.Context, j job) (measurement, error){
	"schedule":   measureSchedule,
	"heap":       measureHeap,
	"goroutines": measureGoroutines,
	"chain":      measureChain,
	"publish":    measurePublish,
	"raw":        measureRaw,
	"foreign":    measureForeign,
	"build":      measureBuild,
}

// String says what is being measured, for the progress line.
func (j job) String() string {
	switch {
	case j.Tasks > 0:
		return fmt.Sprintf("%s, %d tasks", j.What, j.Tasks)
	case j.Devices > 0:
		return fmt.Sprintf("%s, %d devices", j.What, j.Devices)
	}
	return j.What
}

// takeMeasurement is the child's side of measure.
func takeMeasurement(ctx context.Context, encoded string, out io.Writer) error {
	var j job
	if err := json.Unmarshal([]byte(encoded), &j); err != nil {
		return fmt.Errorf("reading the job: %w", err)
	}
	take := measurers[j.What]
	if take == nil {
		return fmt.Errorf("there is no measurement %q", j.What)
	}
	m, err := take(ctx, j)
	if err != nil {
		return fmt.Errorf("measuring %s: %w", j.What, err)
	}
	if err := json.NewEncoder(out).Encode(m); err != nil {
		return fmt.Errorf("handing the measurement over: %w", err)
	}
	return nil
}

// othersCPU is the measurement, there with every job, of the cores that were busy with anything but this measurement.
const othersCPU = "others"

// measure takes one measurement in a child process.
func measure(ctx context.Context, j job) (measurement, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	encoded, err := json.Marshal(j)
	if err != nil {
		return nil, fmt.Errorf("encoding a job: %w", err)
	}
	var errs bytes.Buffer
	child := exec.CommandContext(ctx, self, "--measure", string(encoded))
	child.Stderr = &errs
	began, busyBefore := time.Now(), busyTime(ctx)
	out, err := child.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", j.What, err, strings.TrimSpace(errs.String()))
	}
	var m measurement
	if err := json.Unmarshal(out, &m); err != nil {
		return nil, fmt.Errorf("%s: reading its measurement: %w", j.What, err)
	}
	own := child.ProcessState.UserTime() + child.ProcessState.SystemTime() // with those it started, such as a Redis
	m[othersCPU] = max(0, (busyTime(ctx)-busyBefore-own).Seconds()/time.Since(began).Seconds())
	return m, nil
}
