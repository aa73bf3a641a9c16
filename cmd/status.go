package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/zenpython/zenpython/cmd/daemon"
	"github.com/zenpython/zenpython/collector/monitor"
	"github.com/zenpython/zenpython/configs/options"
)

// statusRows bounds each table that people get; --format json gives all.
const statusRows = 50

func statusVerb(s Streams) *cli.Command {
	return verb("status", "show whether the daemon runs, its tasks, and the last values", "", func(c *cli.Context) error {
		o, err := loadOptions(c, s)
		if err != nil {
			return err
		}
		return status(c.Context, o, s)
	})
}

// controlSocket is where the daemon of these options answers its command line.
func controlSocket(o options.Options) string { return filepath.Join(o.StateDir(), "control.sock") }

func status(ctx context.Context, o options.Options, s Streams) error {
	state, err := daemon.Inspect(o.PIDFile())
	switch {
	case err != nil:
		return failed(err)
	case state.Stale:
		if err := os.Remove(o.PIDFile()); err != nil {
			return failed(fmt.Errorf("removing the stale pid file: %w", err))
		}
		return failed(fmt.Errorf("not running; the stale pid file %s (pid %d) was removed", o.PIDFile(), state.Pid))
	case !state.Running:
		return &exitError{exitNotRunning, errors.New("not running")}
	}
	answer, err := monitor.Ask(ctx, controlSocket(o))
	if o.Format == options.FormatJSON {
		return statusJSON(s.Out, answer, err)
	}
	fmt.Fprintf(s.Out, "zenpython is running as pid %d\n", state.Pid)
	if err != nil {
		fmt.Fprintf(s.Err, "zenpython: it holds its pid file but gives no status: %v\n", err)
		return nil
	}
	return failedIf(writeStatus(s.Out, answer, time.Now()))
}

func statusJSON(w io.Writer, answer *monitor.Status, err error) error {
	if err != nil {
		return failed(err)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(answer); err != nil {
		return failed(fmt.Errorf("writing the status: %w", err))
	}
	return nil
}

func writeStatus(out io.Writer, st *monitor.Status, now time.Time) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "version\t%s\nmonitor\t%s\ncollector\t%s\nup\t%s\nhub\t%s\nlistening\t%s\nnow\t%s\n",
		st.Version, st.Monitor, st.Collector, now.Sub(st.Started).Round(time.Second), st.Hub, orNone(st.Listen), st.Summary)
	writeTasks(w, st.Tasks, now)
	writeLastValues(w, st.Values, now)
	writeOpenEvents(w, st.Events, now)
	for _, p := range st.Problems {
		fmt.Fprintln(w, "\nproblem: "+p)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the status: %w", err)
	}
	return nil
}

func writeTasks(w io.Writer, tasks []monitor.TaskStatus, now time.Time) {
	row(w, "\nTASK", "EVERY", "STATE", "LAST", "OUTCOME", "TOOK", "NEXT", "RUNS", "MISSED")
	for _, t := range tasks[:min(len(tasks), statusRows)] {
		took := ""
		if t.LastOutcome != "" {
			took = seconds(t.LastSeconds)
		}
		row(w, t.Task, seconds(t.Interval), t.State, ago(t.LastSlot, now), t.LastOutcome, took, until(t.NextDue, now),
			strconv.FormatUint(t.Runs, 10), strconv.FormatUint(t.Missed, 10))
	}
	more(w, len(tasks))
	for _, t := range tasks[:min(len(tasks), statusRows)] {
		if t.LastError != "" {
			fmt.Fprintf(w, "\n%s (%s): %s\n", t.Task, t.Origin, t.LastError)
		}
	}
}

func writeLastValues(w io.Writer, values []monitor.ValueStatus, now time.Time) {
	if len(values) == 0 {
		return
	}
	row(w, "\nMETRIC", "OF", "VALUE", "WHEN")
	for _, v := range values[:min(len(values), statusRows)] {
		row(w, v.Metric, v.Tags["key"], fmt.Sprint(v.Value), ago(v.Time, now))
	}
	more(w, len(values))
}

func writeOpenEvents(w io.Writer, list []monitor.EventStatus, now time.Time) {
	if len(list) == 0 {
		return
	}
	row(w, "\nSEVERITY", "DEVICE", "COMPONENT", "CLASS", "COUNT", "LAST", "SUMMARY")
	for _, e := range list[:min(len(list), statusRows)] {
		row(w, e.Severity, e.Device, e.Component, e.EventClass, strconv.Itoa(e.Count), ago(e.LastTime, now), e.Summary)
	}
	more(w, len(list))
}

func row(w io.Writer, cells ...string) { fmt.Fprintln(w, strings.Join(cells, "\t")) }

func more(w io.Writer, n int) {
	if n > statusRows {
		fmt.Fprintf(w, "and %d more; --format json lists all\n", n-statusRows)
	}
}

func seconds(s float64) string {
	return time.Duration(s * float64(time.Second)).Round(100 * time.Microsecond).String()
}

func ago(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return now.Sub(t).Round(time.Second).String() + " ago"
}

func until(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return "in " + max(0, t.Sub(now)).Round(time.Second).String()
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
