// Package cmd is the command line. It only wires the other packages together, one file a verb, and can be imported, so
// that a binary of one's own links data source types of its own (see examples/own-type).
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource/python"
)

// Version is set when the binary is linked.
var Version = "unreleased"

// Exit codes, upstream's where it has them (spec §4.1).
const (
	exitOK         = 0
	exitFailed     = 1 // a run failed, a stale pid file, an unknown verb
	exitUsage      = 2 // bad options, a bad inventory
	exitNotRunning = 3
)

// Streams are where a command writes: results to Out, everything else to Err.
type Streams struct {
	Out, Err io.Writer
}

// Main runs the command line of this process and exits with its code.
func Main() {
	if python.GuardMain() {
		return
	}
	os.Exit(Run(context.Background(), os.Args, Streams{Out: os.Stdout, Err: os.Stderr}))
}

// Run runs one command line, args[0] being the program's name, and returns its exit code.
func Run(ctx context.Context, args []string, s Streams) int {
	app := newApp(s)
	err := app.RunContext(ctx, append(args[:1:1], options.NormaliseArgs(args[1:])...))
	var exit *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &exit):
		if exit.err != nil {
			fmt.Fprintln(s.Err, "zenpython: "+exit.Error())
		}
		return exit.code
	}
	fmt.Fprintf(s.Err, "zenpython: %v\nSee zenpython help.\n", err)
	return exitUsage
}

// exitError ends the command with a code; err, if any, is told on Err.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }

func (e *exitError) Unwrap() error { return e.err }

func usageError(err error) error { return &exitError{exitUsage, err} }

func failed(err error) error { return &exitError{exitFailed, err} }

func newApp(s Streams) *cli.App {
	app := &cli.App{
		Name:                   "zenpython",
		Usage:                  "collect what data sources say, on time, and publish it",
		Version:                Version,
		Writer:                 s.Out,
		ErrWriter:              s.Err,
		HideHelpCommand:        true,
		Flags:                  []cli.Flag{cli.HelpFlag}, // not added by itself, since the verb "help" is ours
		HideVersion:            true,                     // its -v is the log level here; the verb "version" tells
		UseShortOptionHandling: false,
		Suggest:                true,
		// Errors are printed once, by Run.
		ExitErrHandler: func(*cli.Context, error) {},
		OnUsageError:   func(_ *cli.Context, err error, _ bool) error { return usageError(err) },
		Action:         func(c *cli.Context) error { return unknownVerb(c, s) },
	}
	app.Commands = []*cli.Command{
		runVerb(s), startVerb(s), stopVerb(s), restartVerb(s), statusVerb(s), debugVerb(s), statsVerb(s),
		checkVerb(s), genconfVerb(s), genxmlconfigsVerb(s), pythonVerb(s), pluginsVerb(s), unblockVerb(s), versionVerb(s),
		helpVerb(),
	}
	for _, c := range app.Commands {
		c.OnUsageError = app.OnUsageError
		c.HideHelpCommand = true
	}
	return app
}

// verb makes a command that takes the options of that name's group.
func verb(name, usage, argsUsage string, action func(c *cli.Context) error) *cli.Command {
	return &cli.Command{Name: name, Usage: usage, ArgsUsage: argsUsage, Flags: options.Flags(name), Action: action}
}

// noArguments refuses arguments to a verb that takes none, which are mostly a forgotten dash.
func noArguments(c *cli.Context) error {
	if c.NArg() > 0 {
		return usageError(fmt.Errorf("%s takes no arguments, got %q", c.Command.Name, strings.Join(c.Args().Slice(), " ")))
	}
	return nil
}

// loadOptions reads the options of a verb and tells warnings on Err.
func loadOptions(c *cli.Context, s Streams) (options.Options, error) {
	if err := noArguments(c); err != nil {
		return options.Options{}, err
	}
	return readOptions(options.Sources{Environ: os.Environ(), Flags: options.FlagValues(c)}, s)
}

// readOptions reads the options and prints what is doubtful about them.
func readOptions(from options.Sources, s Streams) (options.Options, error) {
	o, warnings, err := options.Load(from)
	for _, w := range warnings {
		fmt.Fprintln(s.Err, "zenpython: warning: "+w.String())
	}
	if err != nil {
		return o, usageError(err)
	}
	return o, nil
}

func unknownVerb(c *cli.Context, s Streams) error {
	if c.NArg() == 0 {
		_ = cli.ShowAppHelp(c)
		return &exitError{code: exitFailed}
	}
	c.App.Writer = s.Err
	_ = cli.ShowAppHelp(c)
	return failed(fmt.Errorf("unknown verb %q", c.Args().First()))
}

func versionVerb(s Streams) *cli.Command {
	return &cli.Command{
		Name: "version", Usage: "print the version",
		Action: func(*cli.Context) error {
			fmt.Fprintln(s.Out, "zenpython "+Version)
			return nil
		},
	}
}

func helpVerb() *cli.Command {
	return &cli.Command{
		Name: "help", Usage: "show what there is, or what a verb takes", ArgsUsage: "[verb]",
		Action: func(c *cli.Context) error {
			if c.NArg() == 0 {
				return cli.ShowAppHelp(c)
			}
			if name := c.Args().First(); c.App.Command(name) == nil {
				return failed(fmt.Errorf("unknown verb %q", name))
			}
			return cli.ShowCommandHelp(c, c.Args().First())
		},
	}
}
