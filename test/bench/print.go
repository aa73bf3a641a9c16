package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// printers print a report, by --format.
var printers = map[string]func(io.Writer, report) error{
	"table": printTable, "markdown": printMarkdown, "json": printJSON,
}

func printJSON(out io.Writer, r report) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

func printTable(out io.Writer, r report) error {
	fmt.Fprintln(out, r.headline())
	for _, f := range r.Figures {
		fmt.Fprintf(out, "\n%s: %s\n", f.Figure, f.Doc)
		for _, o := range f.Options {
			fmt.Fprintln(out, "  "+o)
		}
		table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, row := range f.Rows {
			fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\t%s\n", row.Name, row.value(), row.rounds(), row.Target, row.Verdict, row.Note)
		}
		if err := table.Flush(); err != nil {
			return err
		}
		if f.Error != "" {
			fmt.Fprintln(out, "  not measured: "+f.Error)
		}
	}
	return nil
}

// printMarkdown gives the tables of docs/benchmarks.md.
func printMarkdown(out io.Writer, r report) error {
	fmt.Fprintln(out, r.headline())
	for _, f := range r.Figures {
		fmt.Fprintf(out, "\n### %s: %s\n\n", f.Figure, f.Doc)
		for _, o := range f.Options {
			fmt.Fprintln(out, "* "+o)
		}
		fmt.Fprint(out, "\n| what | median | rounds | target | verdict |\n| --- | --- | --- | --- | --- |\n")
		for _, row := range f.Rows {
			name := row.Name
			if row.Note != "" {
				name += " (" + row.Note + ")"
			}
			fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", name, row.value(), row.rounds(), row.Target, row.Verdict)
		}
		if f.Error != "" {
			fmt.Fprintln(out, "\nNot measured: "+f.Error)
		}
	}
	return nil
}

// headline names the machine and how long was measured.
func (r report) headline() string {
	m := r.Machine
	parts := []string{
		fmt.Sprintf("%s, %d cores of which %d used, %.0f GB, kernel %s, %s", m.CPU, m.Cores, m.Used, float64(m.MemoryBytes)/1e9, m.Kernel, m.Go),
	}
	if m.Redis != "" {
		parts = append(parts, "Redis "+m.Redis)
	}
	if m.Commit != "" {
		parts = append(parts, "commit "+m.Commit)
	}
	parts = append(parts, fmt.Sprintf("load average %.1f before and %.1f after", m.LoadBefore, m.LoadAfter),
		fmt.Sprintf("%d rounds of %s (%s)", r.Scale.Rounds, seconds(r.Scale.Measure), r.Scale.Name))
	return strings.Join(parts, "; ")
}

func (r row) hasValue() bool { return r.Verdict != skipped && r.Verdict != unsteady }

// value is the median with its unit.
func (r row) value() string {
	if !r.hasValue() {
		return "—"
	}
	return format(r.Median, r.Unit)
}

// rounds says how far the rounds lie apart.
func (r row) rounds() string {
	if !r.hasValue() || r.Low == r.High {
		return ""
	}
	return format(r.Low, "") + " … " + format(r.High, "")
}

// format writes a number with three digits that count, or all of an integer's, and its unit.
func format(x float64, unit string) string {
	digits := 0
	if x != 0 && !math.IsInf(x, 0) && !math.IsNaN(x) {
		digits = max(0, 2-int(math.Floor(math.Log10(math.Abs(x)))))
	}
	text := strconv.FormatFloat(x, 'f', digits, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	text = grouped(text)
	if unit != "" {
		text += " " + unit
	}
	return text
}

// seconds writes a duration as the options take it, with its unit.
func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'g', -1, 64) + " s" }

// grouped puts commas between the thousands of a number.
func grouped(text string) string {
	whole, fraction, hasFraction := strings.Cut(text, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if hasFraction {
		whole += "." + fraction
	}
	return sign + whole
}
