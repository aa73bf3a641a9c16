package cmd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/zenpython/zenpython/cmd/daemon"
	"github.com/zenpython/zenpython/configs/options"
)

// stopGrace is how long stop and restart wait: upstream's 20 × 0.75 s (spec §4.1), and as long again as a drain may
// take here.
const stopGrace = 45 * time.Second

// startGrace is how long start waits for the daemon to hold its pid file.
const startGrace = 30 * time.Second

// detachedEnv marks the process that start has detached, so that it does not detach again.
const detachedEnv = "_ZENPYTHON_DETACHED"

func startVerb(s Streams) *cli.Command {
	return verb("start", "start the daemon in the background", "", func(c *cli.Context) error {
		o, err := loadOptions(c, s)
		if err != nil {
			return err
		}
		return start(c.Context, o, options.FlagValues(c), s)
	})
}

func start(ctx context.Context, o options.Options, flags map[string][]string, s Streams) error {
	state, err := daemon.Inspect(o.PIDFile())
	if err != nil {
		return failed(err)
	}
	if state.Running {
		fmt.Fprintf(s.Out, "zenpython is already running as pid %d\n", state.Pid)
		return nil
	}
	o.Daemon = true
	// What is written past the logger, such as a crash, goes beside the log.
	out := o.LogFile() + ".out"
	if err := os.MkdirAll(filepath.Dir(out), 0o750); err != nil {
		return failed(fmt.Errorf("making the folder of the log: %w", err))
	}
	ctx, cancel := context.WithTimeout(ctx, startGrace)
	defer cancel()
	if err := os.Setenv(detachedEnv, "1"); err != nil {
		return failed(fmt.Errorf("marking the daemon: %w", err))
	}
	args := append([]string{"run", "--cycle", "--daemon"}, flagArgs(flags)...)
	pid, err := daemon.Detach(ctx, args, out, func() bool {
		now, err := daemon.Inspect(o.PIDFile())
		return err == nil && now.Running
	})
	if err != nil {
		return failed(err)
	}
	fmt.Fprintf(s.Out, "zenpython started as pid %d, logging to %s\n", pid, o.LogFile())
	return nil
}

// flagArgs writes flags as arguments again.
func flagArgs(flags map[string][]string) []string {
	var args []string
	for name, values := range flags {
		if name == "cycle" || name == "daemon" {
			continue
		}
		for _, v := range values {
			args = append(args, "--"+name+"="+v)
		}
	}
	return args
}

func stopVerb(s Streams) *cli.Command {
	return verb("stop", "stop the daemon: drain, flush, clean up", "", func(c *cli.Context) error {
		o, err := loadOptions(c, s)
		if err != nil {
			return err
		}
		return stop(c.Context, o, s)
	})
}

func stop(ctx context.Context, o options.Options, s Streams) error {
	ctx, cancel := context.WithTimeout(ctx, stopGrace)
	defer cancel()
	was, err := daemon.Stop(ctx, o.PIDFile())
	if err != nil {
		return failed(err)
	}
	if was {
		fmt.Fprintln(s.Out, "zenpython stopped")
	} else {
		fmt.Fprintln(s.Out, "zenpython is not running")
	}
	return nil
}

func restartVerb(s Streams) *cli.Command {
	return verb("restart", "stop the daemon and start it again", "", func(c *cli.Context) error {
		o, err := loadOptions(c, s)
		if err != nil {
			return err
		}
		if err := stop(c.Context, o, s); err != nil {
			return err
		}
		return start(c.Context, o, options.FlagValues(c), s)
	})
}

func debugVerb(s Streams) *cli.Command {
	return verb("debug", "switch the daemon's log to debug and back, and log what every goroutine does", "", func(c *cli.Context) error {
		return signalDaemon(c, s, syscall.SIGUSR1)
	})
}

func statsVerb(s Streams) *cli.Command {
	return verb("stats", "make the daemon log its statistics", "", func(c *cli.Context) error {
		return signalDaemon(c, s, syscall.SIGUSR2)
	})
}

func signalDaemon(c *cli.Context, s Streams, sig syscall.Signal) error {
	o, err := loadOptions(c, s)
	if err != nil {
		return err
	}
	state, err := daemon.Inspect(o.PIDFile())
	if err != nil {
		return failed(err)
	}
	if !state.Running {
		return &exitError{exitNotRunning, fmt.Errorf("not running (pid file %s)", o.PIDFile())}
	}
	return failedIf(daemon.Signal(state, sig))
}
