package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/zenpython/zenpython/cmd"
)

// The promises of figure build.
const (
	buildTarget = 5 // s
	// spreadSlack is what the first round may take beyond the start spread, as a share of it: the last task's start is
	// spread to its very end, and then still has to happen.
	spreadSlack = 0.01
)

// sourcesOfDevice and intervalOfBuild are the tasks of figure build.
const (
	sourcesOfDevice = 3
	intervalOfBuild = 300 * time.Second
)

// measureBuild checks an inventory by the command that people use, builds its configs, and has all its tasks run once.
func measureBuild(ctx context.Context, j job) (measurement, error) {
	o := &observer{}
	o.register()
	dir, err := os.MkdirTemp("", "bench-build")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the inventory: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	inv := inventory{devices: j.Devices, sources: sourcesOfDevice, sourceType: typeTimed, interval: intervalOfBuild}
	if err := inv.write(dir); err != nil {
		return nil, err
	}
	stopProfile, err := startProfile(j.Profile)
	if err != nil {
		return nil, err
	}
	defer stopProfile()
	began := time.Now()
	if err := check(ctx, dir); err != nil {
		return nil, err
	}
	m := measurement{"check": time.Since(began).Seconds()}
	b := &built{}
	if err := b.from(ctx, dir); err != nil {
		return nil, err
	}
	m["load"], m["build"] = b.load.Seconds(), b.build.Seconds()
	m["tasks"] = float64(len(b.set.Tasks))
	m["round"], err = o.firstRound(ctx, b, j.Spread)
	return m, err
}

// check runs `zenpython check` on the folder.
func check(ctx context.Context, dir string) error {
	var out, errs strings.Builder
	if code := cmd.Run(ctx, []string{"zenpython", "check", dir}, cmd.Streams{Out: &out, Err: &errs}); code != 0 {
		return fmt.Errorf("zenpython check exits with %d: %s%s", code, &out, &errs)
	}
	return nil
}

// firstRound collects until every task has run once, and returns the seconds from the first task's start to the last's.
func (o *observer) firstRound(ctx context.Context, b *built, spread time.Duration) (float64, error) {
	d, err := startDaemon(ctx, b.set, map[string]string{"startspread": fmt.Sprint(spread.Seconds())})
	if err != nil {
		return 0, err
	}
	for o.first.Load() < int64(len(b.set.Tasks)) {
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			return 0, fmt.Errorf("%d of %d tasks have run: %w", o.first.Load(), len(b.set.Tasks), err)
		}
	}
	took := time.Duration(o.lastAt.Load() - o.firstAt.Load())
	return took.Seconds(), d.close()
}

func buildFigure(ctx context.Context, s *session) ([]string, []row, error) {
	opts := []string{
		fmt.Sprintf("%d devices of one class, whose template has %d data sources of two datapoints; every %s; one YAML file",
			s.scale.devices, sourcesOfDevice, seconds(intervalOfBuild)),
		fmt.Sprintf("first round: from the first task's first start to the last task's; --startspread %g, else default options",
			s.scale.spread.Seconds()),
	}
	measured, err := s.rounds(ctx, job{What: "build", Devices: s.scale.devices, Spread: s.scale.spread})
	if err != nil {
		return opts, nil, err
	}
	m := measured[0]
	return opts, []row{
		newRow("tasks", "", m["tasks"]),
		newRow("zenpython check", "s", m["check"]).atMost(buildTarget),
		newRow("load and seed", "s", m["load"]),
		newRow("build", "s", m["build"]),
		newRow("load, seed and build", "s", m["load"].plus(m["build"])).atMost(buildTarget),
		newRow("first round", "s", m["round"]).atMost(s.scale.spread.Seconds() * (1 + spreadSlack)),
	}, nil
}
