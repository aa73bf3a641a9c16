package cmd

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"

	hclog "github.com/hashicorp/go-hclog"
)

// signalActions are what the daemon does on signals (spec §4.3).
type signalActions struct {
	reload func() // SIGHUP
	stats  func() // SIGUSR2
	log    hclog.Logger
	level  hclog.Level // to come back to from debug
	exit   func(int)   // what a second order to stop calls
}

// handleSignals acts on signals until the returned function is called. The context it returns ends at the first
// SIGTERM or SIGINT; a second one exits at once, for a person who does not want to wait for a drain.
func handleSignals(ctx context.Context, a signalActions) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	got := make(chan os.Signal, 8)
	signal.Notify(got, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2)
	quit := make(chan struct{})
	var over sync.WaitGroup
	over.Go(func() {
		debug := false
		for {
			select {
			case <-quit:
				return
			case sig := <-got:
				switch sig {
				case syscall.SIGHUP:
					a.log.Info("reloading, as SIGHUP asks")
					a.reload()
				case syscall.SIGUSR1:
					debug = !debug
					a.toggleDebug(debug)
				case syscall.SIGUSR2:
					a.stats()
				default:
					a.stop(ctx, sig, cancel)
				}
			}
		}
	})
	return ctx, func() {
		signal.Stop(got)
		close(quit)
		over.Wait()
		cancel()
	}
}

func (a signalActions) stop(ctx context.Context, sig os.Signal, cancel context.CancelFunc) {
	if ctx.Err() != nil {
		a.log.Warn("exiting at once, as a second signal asks", "signal", sig)
		a.exit(exitFailed)
	}
	a.log.Info("stopping: runs are drained and records flushed; another signal exits at once", "signal", sig)
	cancel()
}

func (a signalActions) toggleDebug(on bool) {
	if !on {
		a.log.SetLevel(a.level)
		a.log.Info("debug logging is off")
		return
	}
	a.log.SetLevel(hclog.Debug)
	a.log.Debug("debug logging is on", "stacks", string(stacks()))
}

// stacks returns what every goroutine does, up to 16 MiB.
func stacks() []byte {
	for size := 1 << 20; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size || size >= 16<<20 {
			return buf[:n]
		}
	}
}
