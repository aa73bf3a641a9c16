package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v2"

	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"
)

func checkVerb(s Streams) *cli.Command {
	return verb("check", "check inventories and ZenPacks without running anything", "PATH…", func(c *cli.Context) error {
		o, err := readOptions(options.Sources{Environ: os.Environ(), Flags: options.FlagValues(c), Strict: true}, s)
		if err != nil {
			return err
		}
		if c.NArg() > 0 {
			o.Inventory = c.Args().Slice()
		}
		if len(o.Inventory) == 0 {
			return usageError(errors.New("check needs an inventory: zenpython check PATH…"))
		}
		return check(c.Context, &o, s.Out)
	})
}

// checked is what a check found.
type checked struct {
	Devices      int       `json:"devices"`
	Tasks        int       `json:"tasks"`
	Errors       int       `json:"errors"`
	Warnings     int       `json:"warnings"`
	NotCollected []string  `json:"not_collected"`
	Problems     []finding `json:"problems"`
}

// finding is one problem for programs.
type finding struct {
	Path       string `json:"path"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
	Severity   string `json:"severity"`
	Unit       string `json:"unit,omitempty"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion,omitempty"`
}

// check reads and builds everything, so that it finds what the daemon would find.
func check(ctx context.Context, o *options.Options, out io.Writer) error {
	inv, err := configs.Load(ctx, o.Inventory, configs.LoadOptions{Strict: o.Strict})
	if err != nil {
		return usageError(err)
	}
	model := maps.NewMemory()
	if err := configs.Seed(inv, model); err != nil {
		return usageError(err)
	}
	set, err := configs.Build(ctx, inv, model, datasource.GoBuilder{}, configs.BuildOptions{})
	if err != nil {
		return usageError(err)
	}
	result := summarise(set)
	if err := writeChecked(out, o.Format, result, set); err != nil {
		return failed(err)
	}
	if result.Errors > 0 {
		return &exitError{code: exitUsage}
	}
	return nil
}

func summarise(set *configs.Set) checked {
	r := checked{Devices: set.DeviceCount(), Tasks: len(set.Tasks), NotCollected: set.NotCollected, Problems: []finding{}}
	for _, p := range set.Problems {
		f := finding{p.Path, p.Line, p.Col, "warning", p.Unit, p.Message, p.Suggestion}
		if p.Severity == configs.ProblemError {
			f.Severity = "error"
			r.Errors++
		} else {
			r.Warnings++
		}
		r.Problems = append(r.Problems, f)
	}
	return r
}

func writeChecked(out io.Writer, format options.Format, r checked, set *configs.Set) error {
	if format == options.FormatJSON {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("writing the result: %w", err)
		}
		return nil
	}
	for _, p := range set.Problems {
		fmt.Fprintln(out, p)
	}
	for _, n := range r.NotCollected {
		fmt.Fprintln(out, "not collected: "+n)
	}
	fmt.Fprintf(out, "%d devices, %d tasks, %d errors, %d warnings\n", r.Devices, r.Tasks, r.Errors, r.Warnings)
	return nil
}
