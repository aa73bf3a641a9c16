package main

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
)

// figure is one thing that is promised.
type figure struct {
	name string
	doc  string
	// measured returns the options that it was measured with, and the rows.
	measured func(ctx context.Context, s *session) (opts []string, rows []row, err error)
}

// figures are all of them, in the order they are measured.
var figures = []figure{
	{"schedule", "tasks start on time, and cost little", scheduleFigure},
	{"chain", "runs a second of a plugin that does nothing, through the whole chain", chainFigure},
	{"publish", "values to a Redis on this machine", publishFigure},
	{"build", "devices from YAML to their first run", buildFigure},
}

func figureNames() []string {
	names := make([]string, len(figures))
	for i, f := range figures {
		names[i] = f.name
	}
	return names
}

// result is one figure as it was measured.
type result struct {
	Figure  string   `json:"figure"`
	Doc     string   `json:"doc"`
	Options []string `json:"options"`
	Rows    []row    `json:"rows"`
	Error   string   `json:"error,omitempty"` // why it could not be measured
}

func (r result) isMet() bool {
	for _, row := range r.Rows {
		if row.isMissed() {
			return false
		}
	}
	return r.Error == ""
}

// report is everything that was measured.
type report struct {
	Machine machine  `json:"machine"`
	Scale   scale    `json:"scale"`
	Figures []result `json:"figures"`
	Met     bool     `json:"met"`
}

// session is one run of the command.
type session struct {
	scale    scale
	profiles string // folder for CPU profiles; "" for none
	progress *progress
}

// report measures the figures whose name matches.
func (s *session) report(ctx context.Context, wanted *regexp.Regexp) report {
	r := report{Machine: describeMachine(ctx), Scale: s.scale, Met: true}
	for _, f := range figures {
		if !wanted.MatchString(f.name) {
			continue
		}
		s.progress.figure(f.name)
		one := result{Figure: f.name, Doc: f.doc}
		var err error
		one.Options, one.Rows, err = f.measured(ctx, s)
		if err != nil {
			one.Error = err.Error()
		}
		r.Figures = append(r.Figures, one)
		r.Met = r.Met && one.isMet()
	}
	s.progress.end()
	r.Machine.LoadAfter = loadAverage(ctx)
	return r
}

// rounds takes the measurements in turns, as often as the scale says, and returns for each job what was measured by
// name.
func (s *session) rounds(ctx context.Context, jobs ...job) ([]map[string]series, error) {
	all := make([]map[string]series, len(jobs))
	for round := range s.scale.Rounds {
		for i, j := range jobs {
			if s.profiles != "" {
				j.Profile = filepath.Join(s.profiles, fmt.Sprintf("%s-%d-%d.prof", j.What, j.Tasks, round+1))
			}
			s.progress.step(fmt.Sprintf("round %d of %d: %s", round+1, s.scale.Rounds, j))
			m, err := measure(ctx, j)
			if err != nil {
				return nil, fmt.Errorf("round %d: %w", round+1, err)
			}
			if all[i] == nil {
				all[i] = map[string]series{}
			}
			for name, value := range m {
				all[i][name] = append(all[i][name], value)
			}
		}
	}
	return all, nil
}
