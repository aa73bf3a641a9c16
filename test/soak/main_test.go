package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain lets the test binary stand in for the program where it is the daemon.
func TestMain(m *testing.M) {
	if os.Getenv(asDaemon) != "" {
		main()
	}
	goleak.VerifyTestMain(m, goleak.IgnoreCurrent())
}

// TestShortSoak is the whole with few tasks and little time: faults, new versions of the inventory, ledgers, the stop.
func TestShortSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute: a daemon whose plugins hang takes its time to stop")
	}
	var out, errs strings.Builder
	p := plan{duration: 8 * time.Second, warmUp: 4 * time.Second, devices: 110, reload: 3 * time.Second, sample: time.Second}
	met, err := p.run(t.Context(), &out, &errs)
	if err != nil || !met {
		t.Fatalf("%v\n%s\n%s", err, &out, &errs)
	}
	for _, part := range []string{"runs that end as error", "exit code 0", "everything held", "2 changes"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("the report has no %q:\n%s", part, &out)
		}
	}
}

// TestInterruptedSoakStopsItsDaemon: a Ctrl-C must not leave a daemon behind.
func TestInterruptedSoakStopsItsDaemon(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var out strings.Builder
	interrupt := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	// Too few devices for faults: the daemon need not wait for runs that hang.
	p := plan{duration: time.Hour, devices: 4, reload: time.Hour, sample: 100 * time.Millisecond}
	met, err := p.run(ctx, &out, interrupt)
	if met || err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) {
		t.Errorf("met %t, error %v", met, err)
	}
	if out.Len() > 0 {
		t.Errorf("an interrupted soak reports %s", &out)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestPlan(t *testing.T) {
	for text, want := range map[string]time.Duration{"": usual, "20m": 20 * time.Minute, "20s": 20 * time.Second} {
		p, err := newPlan(text)
		if err != nil || p.duration != want || p.warmUp >= want || p.reload >= want || p.sample < time.Second {
			t.Errorf("SOAK=%s: %+v, %v", text, p, err)
		}
	}
	for _, text := range []string{"20", "soon", "-5m", "1s"} {
		if _, err := newPlan(text); err == nil || !strings.Contains(err.Error(), "such as 20m") {
			t.Errorf("SOAK=%s: %v", text, err)
		}
	}
}
