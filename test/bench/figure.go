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

	// Of the figure being measured:
	others series // cores that other processes used, of each measurement
	again  int    // measurements that were taken again
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
		s.others, s.again = nil, 0
		var err error
		one.Options, one.Rows, err = f.measured(ctx, s)
		if err != nil {
			one.Error = err.Error()
		}
		if len(s.others) > 0 {
			one.Rows = append(one.Rows, newRow("cores used by other processes", "", s.others).
				noted("%d measurements were disturbed and taken again", s.again))
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
			m, err := s.undisturbed(ctx, j)
			if err != nil {
				return nil, fmt.Errorf("round %d: %w", round+1, err)
			}
			s.others = append(s.others, m[othersCPU])
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

// What a measurement may be disturbed, in cores, and how often a worse one is taken again.
const (
	maxOthers = 0.2
	attempts  = 3
)

// undisturbed takes a measurement, and takes it again when other processes used the CPUs meanwhile. The least disturbed
// one counts, whatever it says.
func (s *session) undisturbed(ctx context.Context, j job) (best measurement, err error) {
	for attempt := range attempts {
		if attempt > 0 {
			s.again++
		}
		m, err := measure(ctx, j)
		if err != nil {
			return nil, err
		}
		if best == nil || m[othersCPU] < best[othersCPU] {
			best = m
		}
		if !s.scale.judged || best[othersCPU] <= maxOthers {
			break
		}
	}
	return best, nil
}
