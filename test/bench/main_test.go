package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// TestMain lets the test binary stand in for the program where it measures in a process of its own.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "--measure" {
		main()
	}
	goleak.VerifyTestMain(m, goleak.IgnoreCurrent())
}

// TestSmoke has figures measured from the command line to the report, in next to no time.
func TestSmoke(t *testing.T) {
	var out, errs strings.Builder
	code, err := run(t.Context(), []string{"--run", "build|publish", "--format", "json"}, "smoke", &out, &errs)
	if err != nil || code != exitMet {
		t.Fatalf("exit %d, %v: %s", code, err, &errs)
	}
	var r report
	if err := json.Unmarshal([]byte(out.String()), &r); err != nil {
		t.Fatalf("%v: %s", err, &out)
	}
	if len(r.Figures) != 2 || r.Machine.Cores == 0 || r.Machine.Go == "" {
		t.Errorf("report of %d figures on %+v", len(r.Figures), r.Machine)
	}
	for _, f := range r.Figures {
		if f.Error != "" || len(f.Rows) == 0 || len(f.Options) == 0 {
			t.Errorf("%s: %d rows, options %q, error %q", f.Figure, len(f.Rows), f.Options, f.Error)
		}
		for _, row := range f.Rows {
			mayBeNone := row.Name == "records lost" || strings.HasPrefix(row.Name, "cores used by other")
			if !mayBeNone && row.hasValue() && row.Median <= 0 {
				t.Errorf("%s: %s is %v", f.Figure, row.Name, row.Median)
			}
		}
	}
}

func TestCommandLine(t *testing.T) {
	for name, tt := range map[string]struct {
		args  []string
		scale string
		want  string
	}{
		"unknown scale":       {scale: "huge", want: "give full, smoke, or nothing"},
		"unknown format":      {args: []string{"--format", "svg"}, want: "give table, markdown or json"},
		"no regular exp":      {args: []string{"--run", "("}, want: "--run"},
		"no figure":           {args: []string{"--run", "nothing"}, want: "schedule"},
		"argument":            {args: []string{"schedule"}, want: "takes no arguments"},
		"unknown flag":        {args: []string{"--rounds", "3"}, want: "rounds"},
		"unknown measurement": {args: []string{"--measure", `{"what":"luck"}`}, want: `no measurement "luck"`},
		"no job":              {args: []string{"--measure", "build"}, want: "reading the job"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs strings.Builder
			code, err := run(t.Context(), tt.args, tt.scale, &out, &errs)
			if err == nil || !strings.Contains(err.Error(), tt.want) || code == exitMet {
				t.Errorf("exit %d, error %v, want one with %q", code, err, tt.want)
			}
			if out.Len() > 0 {
				t.Errorf("printed %q", &out)
			}
		})
	}
}

// A figure that is missed, or could not be measured, is a reason to fail; one that was skipped is none.
func TestVerdictOfReport(t *testing.T) {
	met := row{Name: "a", Verdict: pass}
	for name, tt := range map[string]struct {
		result result
		want   bool
	}{
		"met":          {result{Rows: []row{met, {Name: "b"}}}, true},
		"skipped":      {result{Rows: []row{met, {Name: "b", Verdict: skipped}}}, true},
		"missed":       {result{Rows: []row{met, {Name: "b", Verdict: fail}}}, false},
		"unsteady":     {result{Rows: []row{{Name: "b", Verdict: unsteady}, met}}, false},
		"not measured": {result{Rows: []row{met}, Error: "no disk"}, false},
	} {
		if got := tt.result.isMet(); got != tt.want {
			t.Errorf("%s: met is %t", name, got)
		}
	}
}
