package options

import (
	"slices"
	"strings"
)

// NormaliseArgs turns a command line without its program name, written in
// upstream's spellings, into one that a parser of the flag package's kind
// understands: the verb first, then flags, each in one piece under its long
// name (`-v10` becomes `--logseverity=10`, `-cD` becomes `--cycle --daemon`),
// then the arguments. After `--` everything is an argument. What the table
// does not know is passed on as it is, for the parser to complain.
func NormaliseArgs(args []string) []string {
	n := normaliser{args: args}
	for n.next < len(args) {
		n.step()
	}
	return n.result()
}

type normaliser struct {
	args       []string
	next       int // index of the next of args
	verb       []string
	flags      []string
	arguments  []string
	incomplete string // a flag at the end that lacks its value
}

// step takes the next argument, and its value with it.
func (n *normaliser) step() {
	arg := n.take()
	switch {
	case arg == "--":
		n.arguments = append(n.arguments, n.args[n.next:]...)
		n.next = len(n.args)
	case strings.HasPrefix(arg, "--"):
		n.long(arg)
	case isFlag(arg):
		n.short(arg)
	case n.verb == nil && n.arguments == nil:
		n.verb = []string{arg}
	case len(n.verb) == 1 && n.arguments == nil && arg != "" && subverbs[n.verb[0]] == arg:
		n.verb = append(n.verb, arg)
	default:
		n.arguments = append(n.arguments, arg)
	}
}

func (n *normaliser) take() string {
	arg := n.args[n.next]
	n.next++
	return arg
}

// isFlag reports whether the parser would read the text as a flag; a lone
// dash is an argument.
func isFlag(arg string) bool { return len(arg) > 1 && arg[0] == '-' }

func (n *normaliser) long(arg string) {
	name, _, hasValue := strings.Cut(arg[2:], "=")
	d := byName[name]
	if d == nil || d.Switch() || hasValue {
		n.flags = append(n.flags, arg)
		return
	}
	n.value(d)
}

// short takes a cluster of one-letter flags; the first that wants a value has
// the rest of the cluster as its value, or else the next argument. A cluster
// with an unknown letter is passed on whole.
func (n *normaliser) short(arg string) {
	switches, wanting, value, ok := cluster(arg[1:])
	if !ok {
		n.flags = append(n.flags, arg)
		return
	}
	for _, d := range switches {
		n.flags = append(n.flags, "--"+d.Name)
	}
	switch {
	case wanting == nil:
	case value == "":
		n.value(wanting)
	default:
		n.flags = append(n.flags, "--"+wanting.Name+"="+value)
	}
}

// cluster reads letters up to the one that wants a value, if any, and gives
// the text behind that. ok is false when a letter is unknown.
func cluster(text string) (switches []*Definition, wanting *Definition, value string, ok bool) {
	for i := range len(text) {
		d := byShort(text[i : i+1])
		switch {
		case d == nil:
			return nil, nil, "", false
		case !d.Switch():
			return switches, d, text[i+1:], true
		}
		switches = append(switches, d)
	}
	return switches, nil, "", true
}

// value gives the flag the next argument, whatever that looks like.
func (n *normaliser) value(d *Definition) {
	if n.next == len(n.args) {
		n.incomplete = "--" + d.Name
		return
	}
	n.flags = append(n.flags, "--"+d.Name+"="+n.take())
}

func (n *normaliser) result() []string {
	out := slices.Concat(n.verb, n.flags)
	if n.incomplete != "" {
		// It must stay last, else it would take an argument for its value. The
		// parser will fail on it, so that the arguments do not matter.
		return append(out, n.incomplete)
	}
	if n.needsTerminator() {
		out = append(out, "--")
	}
	return slices.Concat(out, n.arguments)
}

// needsTerminator reports whether the arguments would be misread: as flags, or
// the first of them as the verb.
func (n *normaliser) needsTerminator() bool {
	return n.verb == nil && n.arguments != nil || slices.ContainsFunc(n.arguments, isFlag)
}
