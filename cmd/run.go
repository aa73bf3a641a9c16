package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	hclog "github.com/hashicorp/go-hclog"
	"github.com/urfave/cli/v2"

	"github.com/zenpython/zenpython/cmd/daemon"
	"github.com/zenpython/zenpython/collector"
	"github.com/zenpython/zenpython/collector/monitor"
	"github.com/zenpython/zenpython/collector/report"
	"github.com/zenpython/zenpython/collector/scheduler"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/configs/options"
)

func runVerb(s Streams) *cli.Command {
	return verb("run", "collect in the foreground: once, or with --cycle on the schedule", "", func(c *cli.Context) error {
		o, err := loadOptions(c, s)
		if err != nil {
			return err
		}
		switch {
		case o.GenConf:
			return failedIf(options.GenConf(s.Out))
		case o.Daemon && os.Getenv(detachedEnv) == "":
			return start(c.Context, o, options.FlagValues(c), s)
		case o.Cycle && o.Format == options.FormatJSON:
			return usageError(errors.New("--format json shows the results of a run without --cycle; with --cycle they go to the hub"))
		}
		return run(c.Context, &o, options.FlagValues(c), s)
	})
}

// run is one daemon, from its pid file to its exit.
func run(ctx context.Context, o *options.Options, flags map[string][]string, s Streams) error {
	log, closer, err := daemon.OpenLog(o, s.Err)
	if err != nil {
		return failed(err)
	}
	defer func() { _ = closer.Close() }()
	if o.Cycle {
		pid, err := daemon.Acquire(o.PIDFile())
		if err != nil {
			return failed(err)
		}
		defer func() { _ = pid.Release() }()
	}
	d := &process{o: o, flags: flags, log: log, streams: s}
	return d.serve(ctx)
}

// process holds the parts of one daemon.
type process struct {
	o         *options.Options
	flags     map[string][]string
	log       hclog.Logger
	streams   Streams
	back      *back
	report    report.Report
	collector *collector.Collector
	listeners *monitor.Listeners
}

func (p *process) serve(ctx context.Context) error {
	if p.o.Daemon {
		// Whoever started us knows by the pid file; the mark is not for our own children.
		_ = os.Unsetenv(detachedEnv)
	}
	built := make(chan struct{})
	ctx, quit := handleSignals(ctx, signalActions{
		ready: built, reload: p.reload,
		stats: func() { p.collector.LogTasks() },
		log:   p.log, level: p.o.LogSeverity, exit: os.Exit,
	})
	defer quit()
	if err := p.build(ctx); err != nil {
		return usageError(err)
	}
	close(built)
	if err := p.listen(); err != nil {
		return failed(errors.Join(err, p.back.close()))
	}
	err := p.collector.Run(ctx)
	if p.listeners != nil {
		err = errors.Join(err, p.listeners.Close())
	}
	err = errors.Join(err, p.back.close())
	if p.report != nil {
		err = errors.Join(err, p.report.Close())
	}
	return p.verdict(err)
}

// reload reads the inventory again, and the options that can change while the daemon runs.
func (p *process) reload() {
	o, _, err := options.Load(options.Sources{Environ: os.Environ(), Flags: p.flags})
	if err != nil {
		p.log.Error("the options are kept as they were", "error", err)
	} else {
		p.collector.Resize(o.ThreadPoolSize, o.MaxParallel)
	}
	p.collector.RereadBlocked()
	p.back.source.Reload()
}

// verdict makes the exit code of what Run returned.
func (p *process) verdict(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, collector.ErrRunsFailed) && onlyError(err):
		// The table or the rows have said which.
		return &exitError{code: exitFailed}
	}
	return failed(err)
}

// onlyError reports whether err is ErrRunsFailed with nothing joined to it.
func onlyError(err error) bool { return err.Error() == collector.ErrRunsFailed.Error() }

func (p *process) build(ctx context.Context) error {
	var err error
	if p.back, err = newBack(ctx, p.o, p.switchOff, p.log); err != nil {
		return err
	}
	var progress *report.Progress
	if !p.o.Cycle {
		progress = report.NewProgress(os.Stderr)
		p.report = report.Report(report.NewTable(p.streams.Out, progress))
		if p.o.Format == options.FormatJSON {
			progress = nil
			p.report = report.NewJSON(p.streams.Out)
		}
	}
	opts := collector.Options{
		Settings: p.o, Source: p.back.source, Queue: p.back.queue, Hub: p.back, Report: p.report, Progress: progress,
		State: p.openState(), Version: Version, Manager: hostName(), Listen: func() string { return p.listeners.Address() }, Logger: p.log, Types: p.back.typeOf,
	}
	if !p.o.Cycle {
		opts.Loaded = p.listenIfAsked
	}
	p.collector, err = collector.New(opts)
	return err
}

// switchOff is told of plugin classes that are to be run no more.
func (p *process) switchOff(class, why string) { p.collector.SwitchOff(class, why) }

// openState opens what carries slots over a restart. A daemon that cannot keep it runs all the same.
func (p *process) openState() *scheduler.State {
	if !p.o.Cycle {
		return nil
	}
	if err := os.MkdirAll(p.o.StateDir(), 0o750); err != nil {
		p.log.Warn("slots will not be kept over a restart", "error", err)
		return nil
	}
	state, err := scheduler.OpenState(filepath.Join(p.o.StateDir(), "slots"))
	if err != nil {
		p.log.Warn("the schedule's state", "error", err)
	}
	return state
}

// listen opens the listeners of a daemon.
func (p *process) listen() error {
	if !p.o.Cycle {
		return nil
	}
	var err error
	if p.listeners, err = monitor.Listen(p.o.Listen, controlSocket(*p.o), p.collector); err != nil {
		return err
	}
	if a := p.listeners.Address(); a != "" {
		p.log.Info("listening", "metrics", fmt.Sprintf("http://%s/metrics", a))
	}
	return nil
}

// listenIfAsked opens the listener of a run without --cycle when a data source asks for its address.
func (p *process) listenIfAsked(set *configs.Set) {
	if p.o.Listen == "" || !set.Mentions(p.o.Listen) {
		return
	}
	var err error
	if p.listeners, err = monitor.Listen(p.o.Listen, "", p.collector); err != nil {
		// Most likely a daemon runs here, and is who will answer.
		p.log.Warn("a data source asks for the listener, which could not be opened", "error", err)
	}
}

// hostName is what events carry as their manager.
func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return name
}
