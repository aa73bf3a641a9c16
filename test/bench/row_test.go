package main

import (
	"strings"
	"testing"
)

func TestTargetsHoldTheMedian(t *testing.T) {
	s := series{9, 10, 30}
	for name, tt := range map[string]struct {
		row     row
		verdict verdict
		target  string
	}{
		"no target":      {newRow("r", "ms", s), noted, ""},
		"at most, met":   {newRow("r", "ms", s).atMost(10), pass, "≤ 10 ms"},
		"at most, not":   {newRow("r", "ms", s).atMost(9.9), fail, "≤ 9.9 ms"},
		"at least, met":  {newRow("r", "", s).atLeast(10), pass, "≥ 10"},
		"at least, not":  {newRow("r", "", s).atLeast(11), fail, "≥ 11"},
		"ratio":          {newRatio("r", series{30, 32}, series{10, 10}).atLeast(3), pass, "≥ 3 ×"},
		"unsteady above": {newRatio("r", series{30, 60}, series{10, 10}).atLeast(3), unsteady, "≥ 3 ×"},
		"unsteady below": {newRatio("r", series{30, 30}, series{10, 20}).atLeast(1), unsteady, "≥ 1 ×"},
		"always below":   {newComparison("r", series{1, 2}, series{3, 3}), pass, "all 2"},
		"once above":     {newComparison("r", series{1, 4}, series{3, 3}), fail, "all 2"},
	} {
		if tt.row.Verdict != tt.verdict || tt.row.Target != tt.target {
			t.Errorf("%s: verdict %q, target %q; want %q, %q", name, tt.row.Verdict, tt.row.Target, tt.verdict, tt.target)
		}
	}
}

// The ratio of what varies says nothing: neither number nor verdict may look as if it did.
func TestUnsteadyRatioHasNoNumber(t *testing.T) {
	r := newRatio("r", series{30, 60}, series{10, 10})
	if r.Median != 0 || r.value() != "—" || r.rounds() != "" || !strings.Contains(r.Note, "67 %") || !r.isMissed() {
		t.Errorf("%+v shown as %q", r, r.value())
	}
}

func TestRowShowsItsRounds(t *testing.T) {
	r := newRow("r", "ms", series{1500, 1000, 1250})
	if r.value() != "1,250 ms" || r.rounds() != "1,000 … 1,500" {
		t.Errorf("%q, %q", r.value(), r.rounds())
	}
	if r := newRow("r", "ms", series{1}); r.rounds() != "" {
		t.Errorf("one round has the range %q", r.rounds())
	}
}

func TestFormat(t *testing.T) {
	for _, tt := range []struct {
		x    float64
		unit string
		want string
	}{
		{0, "", "0"}, {0.6, "×", "0.6 ×"}, {0.012345, "", "0.0123"}, {1.999, "", "2"}, {12.345, "B", "12.3 B"},
		{123.4, "", "123"}, {1000, "", "1,000"}, {1234567.8, "", "1,234,568"}, {-1234.5, "", "-1,234"}, {-0.5, "", "-0.5"},
		{100, "", "100"}, {999, "", "999"},
	} {
		if got := format(tt.x, tt.unit); got != tt.want {
			t.Errorf("format(%v, %q) = %q, want %q", tt.x, tt.unit, got, tt.want)
		}
	}
}

func TestPrintedForms(t *testing.T) {
	r := report{
		Machine: machine{CPU: "a processor", Cores: 2, Used: 2, Kernel: "6.1", Go: "go1.26", Redis: "7.0.15", LoadBefore: 0.5},
		Scale:   scales[""],
		Figures: []result{
			{
				Figure: "first", Doc: "what it shows", Options: []string{"with these options"},
				Rows: []row{newRow("speed", "runs/s", series{1, 2, 3}).atLeast(2).noted("as it is"), newSkipped("other", "not installed")},
			},
			{Figure: "second", Error: "no disk"},
		},
	}
	for name, want := range map[string][]string{
		"table":    {"a processor", "Redis 7.0.15", "3 rounds of 10 s", "with these options", "2 runs/s", "1 … 3", "≥ 2 runs/s", "PASS", "as it is", "SKIPPED", "not measured: no disk"},
		"markdown": {"### first: what it shows", "* with these options", "| speed (as it is) | 2 runs/s | 1 … 3 | ≥ 2 runs/s | PASS |", "| other (not installed) | — |  |  | SKIPPED |", "Not measured: no disk"},
		"json":     {`"figure": "first"`, `"verdict": "PASS"`, `"median": 2`, `"error": "no disk"`, `"target": "≥ 2 runs/s"`},
	} {
		var out strings.Builder
		if err := printers[name](&out, r); err != nil {
			t.Fatal(err)
		}
		for _, part := range want {
			if !strings.Contains(out.String(), part) {
				t.Errorf("%s has no %q:\n%s", name, part, &out)
			}
		}
	}
}
