package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// soaking is one soak under way.
type soaking struct {
	plan
	folder  string // of the inventory
	version inventory
	daemon  *daemon
	started time.Time
	samples []sample
	closing []sample // looks at the ledgers, at the end
	late    []string // versions of the inventory that were not taken over in time
	out     *progress
}

// run does it all in a folder of its own.
func (p plan) run(ctx context.Context, out, errs io.Writer) (met bool, err error) {
	dir, err := os.MkdirTemp("", "soak")
	if err != nil {
		return false, fmt.Errorf("making a folder: %w", err)
	}
	defer func() {
		if met {
			err = errors.Join(err, os.RemoveAll(dir))
		} else {
			fmt.Fprintln(errs, "soak: the daemon's log and state are left in", dir)
		}
	}()
	f, err := startFaults()
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, f.close(context.WithoutCancel(ctx))) }()
	s := &soaking{
		plan: p, folder: filepath.Join(dir, "inventory"), out: newProgress(errs),
		version: inventory{devices: p.devices, refused: f.refused, slow: f.slow.Addr().String()},
	}
	if err := os.Mkdir(s.folder, 0o750); err != nil {
		return false, fmt.Errorf("making a folder: %w", err)
	}
	return s.run(ctx, dir, out)
}

func (s *soaking) run(ctx context.Context, dir string, out io.Writer) (bool, error) {
	if err := s.version.write(s.folder); err != nil {
		return false, err
	}
	var err error
	// Half of the tasks of a device that hangs do so in Collect itself.
	if s.daemon, err = startDaemon(dir, s.folder, s.version.faulty()*tasksOfDevice/2); err != nil {
		return false, err
	}
	s.started = time.Now()
	err = s.watch(ctx)
	took, code := s.daemon.stop()
	s.out.end()
	if err != nil {
		return false, fmt.Errorf("after %v: %w", time.Since(s.started).Round(time.Second), err)
	}
	r := s.report(took, code)
	r.print(out)
	return r.met(), nil
}

// watch looks at the daemon and changes its inventory, until the time is over.
func (s *soaking) watch(ctx context.Context) error {
	if err := s.daemon.awaitReady(ctx); err != nil {
		return err
	}
	look, reload, end := time.NewTicker(s.sample), time.NewTicker(s.reload), time.NewTimer(s.duration)
	defer look.Stop()
	defer reload.Stop()
	defer end.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.daemon.ended:
			return fmt.Errorf("the daemon has exited: %v; %s", s.daemon.process.ProcessState, s.daemon.lastWords())
		case <-look.C:
			if err := s.look(ctx); err != nil {
				return err
			}
		case <-reload.C:
			if err := s.change(); err != nil {
				return err
			}
		case <-end.C:
			return s.close(ctx)
		}
	}
}

func (s *soaking) look(ctx context.Context) error {
	one, err := s.daemon.scrape(ctx)
	if err != nil {
		return err
	}
	s.samples = append(s.samples, one)
	s.out.show(time.Since(s.started), s.duration, one)
	return nil
}

// change writes the next version of the inventory, after a look at whether the last one has been taken over.
func (s *soaking) change() error {
	if n := len(s.samples); n > 0 {
		if tasks, want := int(s.samples[n-1].sums[metricTasks]), s.version.tasks(); tasks != want {
			s.late = append(s.late, fmt.Sprintf("version %d: %d tasks of %d", s.version.generation, tasks, want))
		}
	}
	s.version.generation++
	return s.version.write(s.folder)
}

// closingLooks are how often the ledgers are looked at.
const closingLooks = 200

// close takes the looks at the ledgers.
func (s *soaking) close(ctx context.Context) error {
	for range closingLooks {
		one, err := s.daemon.scrape(ctx)
		if err != nil {
			return err
		}
		s.closing = append(s.closing, one)
	}
	return nil
}
