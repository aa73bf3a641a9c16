// Command soak runs a daemon with many tasks for minutes or hours, some of them hanging, refused or slow, changes its
// inventory again and again, and says whether anything grew that should not, and whether everything is accounted for.
//
// The daemon is the real one, started as a child of this program: the same binary, which besides the daemon's own data
// source types has two that misbehave.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/zenpython/zenpython/cmd"
)

// asDaemon is set in the environment of the child.
const asDaemon = "_SOAK_DAEMON"

func main() {
	if os.Getenv(asDaemon) != "" {
		registerTypes()
		cmd.Main()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	met, err := soak(ctx, os.Getenv("SOAK"), os.Stdout, os.Stderr)
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(2)
	case !met:
		os.Exit(1)
	}
}

// plan is what is done, and for how long.
type plan struct {
	duration time.Duration // with everything running
	warmUp   time.Duration // of it, before growth is looked at
	devices  int           // tasksOfDevice tasks each
	reload   time.Duration // between two versions of the inventory
	sample   time.Duration // between two looks
}

// usual is what SOAK is when it is not given.
const usual = 5 * time.Minute

func newPlan(text string) (plan, error) {
	p := plan{duration: usual, devices: 2020}
	if text != "" {
		var err error
		if p.duration, err = time.ParseDuration(text); err != nil || p.duration < 10*time.Second {
			return p, fmt.Errorf("SOAK is %q: give a duration of at least 10s, such as 20m", text)
		}
	}
	p.warmUp = min(p.duration/3, 2*time.Minute)
	p.reload = min(30*time.Second, p.duration/4)
	p.sample = max(time.Second, min(5*time.Second, p.duration/60))
	return p, nil
}

// soak does it all, and reports whether everything held.
func soak(ctx context.Context, text string, out, errs io.Writer) (bool, error) {
	p, err := newPlan(text)
	if err != nil {
		return false, err
	}
	return p.run(ctx, out, errs)
}
