// Command bench measures the figures that docs/benchmarks.md promises and says which of them are met.
//
// Every measurement is taken in a process of its own: heaps, goroutines and the CPU time used before would else be part
// of it. What is compared is measured in turns in the same run, so that a busy machine disturbs both sides alike.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"syscall"
)

// cores is what the figures are promised for; a machine with more is held to it.
const cores = 2

func main() {
	runtime.GOMAXPROCS(min(cores, runtime.NumCPU()))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code, err := run(ctx, os.Args[1:], os.Getenv("BENCH"), os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	os.Exit(code)
}

// Exit codes.
const (
	exitMet    = 0
	exitMissed = 1 // a figure is missed, or could not be measured
	exitUsage  = 2
)

// arguments are the command line.
type arguments struct {
	run      *regexp.Regexp
	format   string
	profiles string
	measure  string // set in the processes that measure
}

func parse(args []string, errs io.Writer) (arguments, error) {
	var a arguments
	var pattern string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&pattern, "run", "", "measure only the figures whose name matches this `regexp`")
	flags.StringVar(&a.format, "format", "table", "how the results are printed: table, markdown or json")
	flags.StringVar(&a.profiles, "profiles", "", "write a CPU profile of each measurement into this existing `folder`")
	flags.StringVar(&a.measure, "measure", "", "take one measurement and print it: how bench calls itself")
	if err := flags.Parse(args); err != nil {
		return a, fmt.Errorf("reading the command line: %w", err)
	}
	if flags.NArg() > 0 {
		return a, fmt.Errorf("bench takes no arguments, got %q", flags.Args())
	}
	if printers[a.format] == nil {
		return a, fmt.Errorf("--format is %q: give table, markdown or json", a.format)
	}
	var err error
	if a.run, err = regexp.Compile(pattern); err != nil {
		return a, fmt.Errorf("--run: %w", err)
	}
	return a, nil
}

// run is the whole command; scaleName is what BENCH says.
func run(ctx context.Context, args []string, scaleName string, out, errs io.Writer) (int, error) {
	a, err := parse(args, errs)
	if errors.Is(err, flag.ErrHelp) {
		return exitUsage, nil
	}
	if err != nil {
		return exitUsage, err
	}
	if a.measure != "" {
		if err := takeMeasurement(ctx, a.measure, out); err != nil {
			return exitMissed, err
		}
		return exitMet, nil
	}
	scale, known := scales[scaleName]
	if !known {
		return exitUsage, fmt.Errorf("BENCH is %q: give full, smoke, or nothing", scaleName)
	}
	s := &session{scale: scale, profiles: a.profiles, progress: newProgress(errs)}
	report := s.report(ctx, a.run)
	if len(report.Figures) == 0 {
		return exitUsage, fmt.Errorf("no figure matches %q: there are %v", a.run, figureNames())
	}
	if err := printers[a.format](out, report); err != nil {
		return exitMissed, fmt.Errorf("printing the results: %w", err)
	}
	if scale.judged && !report.Met {
		return exitMissed, nil
	}
	return exitMet, nil
}
