package options

// verbs is a set of groups of command verbs that take an option as a flag.
type verbs uint8

const (
	daemonVerbs  verbs = 1 << iota // run, start, restart: start a daemon
	controlVerbs                   // stop, status, debug, stats …: find one
	checkVerb                      // check: read an inventory
	pluginsVerb                    // plugins: ask the code of ZenPacks
	setupVerb                      // python setup: make its virtual environment
)

// subverbs are the verbs that stand behind another.
var subverbs = map[string]string{"plugins": "check", "python": "setup"}

// verbGroup tells which flags a verb takes. Whatever is not known to start a
// daemon or to read works on a daemon that is there.
func verbGroup(verb string) verbs {
	switch verb {
	case "run", "start", "restart", "genconf":
		return daemonVerbs
	case "check":
		return checkVerb
	case "plugins":
		return pluginsVerb
	case "setup":
		return setupVerb
	}
	return controlVerbs
}

// takes reports whether the verb takes the option as a flag. An option that
// names no verbs is the daemon's.
func (d *Definition) takes(verb string) bool {
	if d.verbs == 0 {
		return verbGroup(verb) == daemonVerbs
	}
	return d.verbs&verbGroup(verb) != 0
}
