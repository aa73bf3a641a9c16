package cmd

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"sync"
	"syscall"

	hclog "github.com/hashicorp/go-hclog"
)

// signalActions are what the daemon does on signals (spec §4.3).
type signalActions struct {
	ready  <-chan struct{} // closed when there is something to reload and to tell statistics of
	reload func()          // SIGHUP
	stats  func()          // SIGUSR2
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
	over.Go(func() { (&signalLoop{signalActions: a}).run(ctx, got, quit, cancel) })
	return ctx, func() {
		signal.Stop(got)
		close(quit)
		over.Wait()
		cancel()
	}
}

// signalLoop remembers what came before.
type signalLoop struct {
	signalActions
	debug bool
	up    bool
	early []os.Signal // what needs a daemon that is up, and came before it was
}

func (l *signalLoop) run(ctx context.Context, got <-chan os.Signal, quit <-chan struct{}, cancel context.CancelFunc) {
	ready := l.ready
	for {
		select {
		case <-quit:
			return
		case <-ready:
			ready, l.up = nil, true
			for _, sig := range l.early {
				l.act(sig)
			}
		case sig := <-got:
			switch sig {
			case syscall.SIGUSR1:
				l.debug = !l.debug
				l.toggleDebug(l.debug)
			case syscall.SIGHUP, syscall.SIGUSR2:
				l.act(sig)
			default:
				l.stop(ctx, sig, cancel)
			}
		}
	}
}

// act does what SIGHUP and SIGUSR2 ask for, once the daemon is up: before, there is nothing to reload or to tell of.
func (l *signalLoop) act(sig os.Signal) {
	switch {
	case l.up && sig == syscall.SIGHUP:
		l.log.Info("reloading, as SIGHUP asks")
		l.reload()
	case l.up:
		l.stats()
	case !slices.Contains(l.early, sig):
		l.log.Info("kept until the start is over", "signal", sig)
		l.early = append(l.early, sig)
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
