package configs

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	model "github.com/zenpython/zenpython/maps"
)

// Set is everything that a collector collects: the tasks of its devices, as plain data, and what is wrong or left out.
// It is immutable. Sets that a source makes one after another share the tasks that did not change.
type Set struct {
	Tasks        []*TaskConfig // sorted by device and config key, identities and names unique
	Problems     []Problem     // of the inventory, in file order, then those found while building
	NotCollected []string      // what is declared and on purpose not collected, each with the reason

	devices int
}

// DeviceCount returns how many devices are collected.
func (s *Set) DeviceCount() int { return s.devices }

// First returns the first task of a device, nil when it has none.
func (s *Set) First(device string) *TaskConfig {
	i, found := slices.BinarySearchFunc(s.Tasks, device, func(t *TaskConfig, device string) int {
		return strings.Compare(t.Device, device)
	})
	if !found {
		return nil
	}
	return s.Tasks[i]
}

// Mentions reports whether the text stands anywhere in the properties that plugins are given: the daemon asks whether
// anybody wants its own address.
func (s *Set) Mentions(text string) bool {
	var rendered []byte
	return slices.ContainsFunc(s.Tasks, func(t *TaskConfig) bool {
		for _, ds := range t.Config.DataSources {
			rendered = appendCanonical(rendered[:0], ds.Params)
			rendered = appendCanonical(rendered, ds.Attributes)
			for _, p := range ds.Points {
				rendered = appendCanonical(rendered, p.Properties)
			}
			if bytes.Contains(rendered, []byte(text)) {
				return true
			}
		}
		return false
	})
}

// deviceConfigs is what one device comes to.
type deviceConfigs struct {
	device       string
	root         *model.Object // as it was built from
	tasks        []*TaskConfig // sorted by config key
	problems     []deviceProblem
	notCollected []leftOut
	failed       []*compiledSource // that could not be bound, or only as they were before
	collected    bool              // false when its production state is too low
}

// deviceProblem is a Problem of one device or component. Many that use a template have the same one: it is told once.
type deviceProblem struct {
	Problem   // Message without the device
	device    string
	component string // "" for the device itself
	unit      string // what it costs there; "" for the device as a whole
}

// leftOut is something not collected on purpose.
type leftOut struct{ what, why string }

// joinDevices makes the Set of all devices, which are sorted by id.
func joinDevices(inventoryProblems []Problem, devices []*deviceConfigs) *Set {
	set := &Set{}
	var found []deviceProblem
	var left []leftOut
	tasks := 0
	for _, d := range devices {
		tasks += len(d.tasks)
	}
	set.Tasks = make([]*TaskConfig, 0, tasks)
	for _, d := range devices {
		set.Tasks = append(set.Tasks, d.tasks...)
		found = append(found, d.problems...)
		left = append(left, d.notCollected...)
		if d.collected {
			set.devices++
		}
	}
	set.Problems = slices.Concat(inventoryProblems, joinProblems(found))
	set.NotCollected = joinLeftOut(left)
	set.Problems = append(set.Problems, set.nameTasks()...)
	return set
}

// joinProblems tells once what several devices have in common: a mistake in a template is one mistake.
func joinProblems(found []deviceProblem) []Problem {
	type cause struct {
		at      Position
		unit    string
		message string
	}
	first := make([]deviceProblem, 0, len(found))
	index := map[cause]int{}
	several := map[int]bool{}
	for _, p := range found {
		c := cause{p.Position, p.unit, p.Message}
		if i, known := index[c]; known {
			several[i] = several[i] || first[i].device != p.device || first[i].component != p.component
			continue
		}
		index[c] = len(first)
		first = append(first, p)
	}
	out := make([]Problem, 0, len(first))
	for i, p := range first {
		out = append(out, p.worded(several[i]))
	}
	return out
}

// worded returns the Problem for people: of one device or component, or of one of several.
func (p deviceProblem) worded(several bool) Problem {
	whose := "device " + p.device
	if p.component != "" {
		whose += ", component " + p.component
	}
	if several {
		whose += " and others"
	}
	out := p.Problem
	out.Message = p.Message + " (" + whose + ")"
	switch {
	case p.Severity == ProblemWarning: // it costs nothing
	case p.unit != "":
		out.Unit = p.unit + " of " + whose
	default:
		out.Unit = whose
	}
	return out
}

// joinLeftOut words what is not collected, each thing once with the number of times it was left out.
func joinLeftOut(list []leftOut) []string {
	times := map[leftOut]int{}
	var order []leftOut
	for _, l := range list {
		if times[l] == 0 {
			order = append(order, l)
		}
		times[l]++
	}
	out := make([]string, 0, len(order))
	for _, l := range order {
		text := l.what + ": " + l.why
		if times[l] > 1 {
			text += " (" + strconv.Itoa(times[l]) + " times)"
		}
		out = append(out, text)
	}
	return out
}

// nameTasks makes the tasks' names unique in the order of the tasks and warns of those that were not. A task whose
// place among its namesakes changed is replaced by a copy, as tasks are shared with earlier sets.
func (s *Set) nameTasks() []Problem {
	var problems []Problem
	first := make(map[uint64]int, len(s.Tasks))
	times := map[uint64]int{}
	for i, t := range s.Tasks {
		hash := xxhash.Sum64String(t.Key.Name())
		before, taken := first[hash]
		if !taken {
			first[hash] = i
		} else {
			times[hash]++
			problems = append(problems, namesake(t, s.Tasks[before]))
		}
		if t.Duplicate != times[hash] {
			renamed := *t
			renamed.Duplicate = times[hash]
			s.Tasks[i] = &renamed
		}
	}
	return problems
}

func namesake(t, first *TaskConfig) Problem {
	return Problem{
		Position:   t.position(),
		Message:    "the task " + t.Key.Name() + " of device " + t.Device + " has the name of one of device " + first.Device + " and is shown with a suffix",
		Suggestion: "put the device id into the config key",
	}
}

// position returns where the task's first data source is defined, from its Origin.
func (t *TaskConfig) position() Position {
	path, line, _ := cutLast(t.Origin, ":")
	n, err := strconv.Atoi(line)
	if err != nil {
		return Position{Path: t.Origin, Line: 1, Col: 1}
	}
	return Position{Path: path, Line: n, Col: 1}
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
