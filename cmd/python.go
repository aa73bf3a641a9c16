package cmd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	hclog "github.com/hashicorp/go-hclog"
	"github.com/urfave/cli/v2"

	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/datasource/python"
)

func pythonVerb(s Streams) *cli.Command {
	setup := verb("setup", "make the virtual environment that Python plugins run in", "", func(c *cli.Context) error {
		o, err := loadOptions(c, s)
		if err != nil {
			return err
		}
		return pythonSetup(c.Context, &o, s)
	})
	return &cli.Command{
		Name: "python", Usage: "care for what Python plugins need", Subcommands: []*cli.Command{setup},
		HideHelpCommand: true,
		Action: func(*cli.Context) error {
			return usageError(errors.New("python takes a verb: zenpython python setup"))
		},
	}
}

// pythonSetup makes the virtual environment below the var-dir and installs the pinned requirements into it. What pip
// says is its progress.
func pythonSetup(ctx context.Context, o *options.Options, s Streams) error {
	base := o.Python
	if base == "" {
		base = "python3"
	}
	env := o.PythonEnv()
	if err := os.MkdirAll(filepath.Dir(env), 0o750); err != nil {
		return failed(fmt.Errorf("making the folder of the virtual environment: %w", err))
	}
	requirements := env + "-requirements.txt"
	if err := os.WriteFile(requirements, []byte(python.Requirements), 0o600); err != nil {
		return failed(fmt.Errorf("writing the requirements: %w", err))
	}
	for _, step := range [][]string{
		{base, "-m", "venv", env},
		{filepath.Join(env, "bin", "python3"), "-m", "pip", "install", "--disable-pip-version-check", "-r", requirements},
	} {
		fmt.Fprintf(s.Err, "==> %s\n", filepath.Base(step[0])+" "+step[2])
		c := exec.CommandContext(ctx, step[0], step[1:]...)
		c.Stdout, c.Stderr = s.Err, s.Err
		if err := c.Run(); err != nil {
			return failed(fmt.Errorf("setting up Python (%s): %w; install python3 with venv and pip, or name another interpreter with --python", step[0], err))
		}
	}
	fmt.Fprintf(s.Out, "Python plugins run with %s\n", filepath.Join(env, "bin", "python3"))
	return nil
}

// pythonParts are what collects the data sources of ZenPacks: a builder process for their configs, workers for their
// runs. Neither starts before there is such a data source.
type pythonParts struct {
	builder *python.Builder
	runtime *python.Runtime
}

// packTeller lets the workers know the packs that the builder is told of.
type packTeller struct {
	*python.Builder
	runtime *python.Runtime
}

// PackTypes implements datasource.PackBuilder.
func (b packTeller) PackTypes(ctx context.Context, packs []datasource.Pack) ([]datasource.PackType, error) {
	list := make([]python.Pack, len(packs))
	for i, p := range packs {
		list[i] = python.Pack(p)
	}
	b.runtime.SetPacks(list)
	return b.Builder.PackTypes(ctx, packs)
}

func newPython(o *options.Options, switchOff func(class, why string), log hclog.Logger) *pythonParts {
	worker := workerOptions(o, log)
	return &pythonParts{
		builder: python.NewBuilder(python.BuilderOptions{Worker: worker, Logger: log.ResetNamed("zen.python")}),
		runtime: python.NewRuntime(python.RuntimeOptions{
			Pool: python.PoolOptions{Worker: worker, Workers: o.PythonWorkers}, RunningTimeout: o.RunningTimeout,
			BlockingTimeout: o.BlockingTimeout, Switch: switchOff, Logger: log.ResetNamed("zen.python"),
		}),
	}
}

// workerOptions say how Python processes of any role are started.
func workerOptions(o *options.Options, log hclog.Logger) python.Options {
	key := make([]byte, sealBytes)
	_, _ = rand.Read(key) // never fails: the runtime crashes instead
	return python.Options{
		Python: o.PythonPath(), Host: sync.OnceValues(func() (string, error) { return python.UnpackHost(o.VarDir, nil) }), Logger: log.ResetNamed("zen.python"),
		Welcome: python.Welcome{
			Options: preferences(o), Threads: o.ThreadPoolSize, HTTP: twistedConcurrentHTTP,
			BlockingWarning: o.BlockingWarning, OpaqueKey: key, Cache: filepath.Join(o.VarDir, "python-cache"),
		},
	}
}

// sealBytes is the length of the key that opaque values are sealed with.
const sealBytes = 32

// twistedConcurrentHTTP is upstream's cap on getPage calls in flight.
const twistedConcurrentHTTP = 512

// preferences are the options that plugins can ask ICollectorPreferences for, by upstream's dests (spec §4.2).
func preferences(o *options.Options) map[string]any {
	return map[string]any{
		"monitor": o.Monitor, "device": o.Device, "cycle": o.Cycle, "maxTasks": o.MaxParallel,
		"threadPoolSize": o.ThreadPoolSize, "runningTimeout": o.RunningTimeout,
		"blockingWarning": o.BlockingWarning.Seconds(), "blockingTimeout": o.BlockingTimeout.Seconds(),
		"twistedconcurrenthttp": twistedConcurrentHTTP, "workers": o.Workers, "workerid": o.WorkerID,
		"hooktimeout": o.HookTimeout.Seconds(), "datasource": o.DataSource.String(), "writeStatistics": o.WriteStatistics.Seconds(),
	}
}

// close ends the processes: runs may end and instances are cleaned up for a while.
func (p *pythonParts) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, pythonGrace)
	defer cancel()
	p.runtime.Close(ctx)
	p.builder.Close(ctx)
}

const pythonGrace = 10 * time.Second
