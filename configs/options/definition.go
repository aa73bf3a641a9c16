package options

import (
	"slices"
	"strings"
)

// Status says what became of an option.
type Status string

// What may have become of an option.
const (
	Working  Status = "working"  // does what its help says
	Replaced Status = "replaced" // another option or verb does it: see Instead
	Retired  Status = "retired"  // nothing does it any more: Instead says why
)

// Group is the chapter an option stands under in help, template and document.
type Group string

// The groups of working options.
const (
	GroupWhat    Group = "What is collected"
	GroupHow     Group = "How it is collected"
	GroupProcess Group = "The process"
	GroupLogging Group = "Logging"
	GroupRecords Group = "Events and values on their way to the hub"
	GroupOutput  Group = "Output of a run without --cycle"
)

// groups in the order they are shown.
var groups = []Group{GroupWhat, GroupHow, GroupProcess, GroupLogging, GroupRecords, GroupOutput}

// What stands for the value of many options in help.
const (
	valueName    = "NAME"
	valueSeconds = "SECONDS"
)

// Definition describes one option.
type Definition struct {
	// Name is the long flag without its dashes, and the key in a file.
	Name string
	// Short is the one-letter flag without its dash; empty means none.
	Short string
	// Dest is upstream's second name, known as a key in a file too. Empty
	// means Name with underscores.
	Dest string
	// Group is empty unless Status is Working.
	Group Group
	// Status is what became of the option.
	Status Status
	// Default is the default as one would write it in a file. Empty means
	// none, or one that Computed describes.
	Default string
	// Computed describes a default that depends on the surroundings.
	Computed string
	// Unit is what a value counts: "s", "KB"; empty where there is none.
	Unit string
	// Value is what stands for the value in help, such as SECONDS; empty
	// makes the option a switch.
	Value string
	// Help says what the option does.
	Help string
	// Instead says for a replaced option what to use, for a retired one why
	// it went.
	Instead string
	// Repeat allows several values; a higher layer replaces those of a lower.
	Repeat bool
	// Secret forbids to show the value in messages.
	Secret bool
	// Hidden leaves the flag out of --help.
	Hidden bool
	// FlagOnly leaves the option out of configuration files.
	FlagOnly bool

	verbs verbs          // none means the daemon's
	set   setter         // nil where there is nothing to set
	reset func(*Options) // empties a repeated option
}

// Switch reports whether the flag stands without a value.
func (d *Definition) Switch() bool { return d.Value == "" }

// Env is the name of the environment variable that sets the option.
func (d *Definition) Env() string {
	return envPrefix + strings.ToUpper(underscored(d.Name))
}

// dest is the second key in files.
func (d *Definition) dest() string {
	if d.Dest != "" {
		return d.Dest
	}
	return underscored(d.Name)
}

// defaultText is the default for people.
func (d *Definition) defaultText() string {
	switch {
	case d.Computed != "":
		return d.Computed
	case d.Switch():
		return "off"
	case d.Default == "":
		return "empty"
	}
	return d.Default
}

// instead is the part of a message that leads away from a gone option.
func (d *Definition) instead() string {
	if d.Status == Replaced {
		return "replaced by " + d.Instead
	}
	return "retired: " + d.Instead
}

func underscored(name string) string { return strings.ReplaceAll(name, "-", "_") }

// Definitions gives the whole table: working options by group, then the
// replaced and retired ones. The caller may change the copy.
func Definitions() []Definition {
	all := make([]Definition, len(table))
	for i, d := range table {
		all[i] = *d
	}
	return all
}

var (
	table  = buildTable()
	byName = index(func(d *Definition) string { return d.Name })
	byEnv  = index((*Definition).Env)
	byKey  = indexKeys()
)

func buildTable() []*Definition {
	parts := [][]Definition{whatOptions, howOptions, processOptions, loggingOptions, recordOptions, outputOptions, goneOptions}
	var all []*Definition
	for _, part := range parts {
		for i := range part {
			all = append(all, &part[i])
		}
	}
	return all
}

func index(name func(*Definition) string) map[string]*Definition {
	m := make(map[string]*Definition, len(table))
	for _, d := range table {
		m[name(d)] = d
	}
	return m
}

// indexKeys indexes the lower-case file keys. Upstream's files spell keys as
// the option's name; the dest is taken too, because its code and its users'
// notes speak of dests.
func indexKeys() map[string]*Definition {
	m := make(map[string]*Definition, 2*len(table))
	for _, d := range table {
		if !d.FlagOnly {
			m[strings.ToLower(d.dest())] = d
		}
	}
	for _, d := range table {
		if !d.FlagOnly {
			m[strings.ToLower(d.Name)] = d
		}
	}
	return m
}

func byShort(short string) *Definition {
	i := slices.IndexFunc(table, func(d *Definition) bool { return d.Short != "" && d.Short == short })
	if i < 0 {
		return nil
	}
	return table[i]
}
