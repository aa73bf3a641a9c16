package options

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zenpython/zenpython/configs/nearest"
)

// envPrefix begins the names of the environment variables that set options.
const envPrefix = "ZENPYTHON_"

// Sources is what the options are read from.
type Sources struct {
	// Environ is the environment as os.Environ gives it: the options'
	// variables, and ZENHOME, XDG_STATE_HOME and HOME for paths.
	Environ []string
	// Flags are the values of the flags that were given, in their order, by
	// option name; a switch has "true" or "false".
	Flags map[string][]string
	// Strict makes an error of each unknown or gone key in the configuration
	// file and in the environment.
	Strict bool
}

// Warning is something in a source that is not used.
type Warning struct {
	Origin string // the file, or "environment"
	Text   string
}

// String gives the line to log.
func (w Warning) String() string { return w.Origin + ": " + w.Text }

// Load lays the layers over each other: defaults, `$ZENHOME/etc/global.conf`,
// the configuration file, the environment, the flags (spec §4.2).
//
// Keys that global.conf has for other daemons are ignored there. In the
// configuration file and in the environment all that is unknown or gone makes
// one Warning each. A gone flag is an error, as an unknown one is.
//
// The error joins all that is wrong, each with its origin: `path:line`,
// `environment ZENPYTHON_X` or `--x`. Also with an error the Options hold
// what could be read, defaults for the rest: enough to stop a daemon whose
// file was broken after it started.
func Load(s Sources) (Options, []Warning, error) {
	l := loader{sources: s, env: environment(s.Environ), origins: make(map[string]string), bad: make(map[string]bool)}
	l.around = surroundings{zenhome: l.env["ZENHOME"], stateHome: l.env["XDG_STATE_HOME"], home: l.env["HOME"]}
	l.defaults()
	l.globalConf()
	l.configFile()
	l.environment()
	l.flags()
	l.compute()
	l.check()
	return l.options, l.warnings, errors.Join(l.errs...)
}

type loader struct {
	sources  Sources
	env      map[string]string
	around   surroundings
	options  Options
	origins  map[string]string // option name → where its value is from; none for a default
	bad      map[string]bool   // options with a value that cannot be read
	warnings []Warning
	errs     []error
}

// setting is one value of one layer.
type setting struct {
	option *Definition
	text   string
	origin string // `path:line: key`, `environment ZENPYTHON_X` or `--x`
}

func environment(environ []string) map[string]string {
	m := make(map[string]string, len(environ))
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		m[name] = value
	}
	return m
}

func (l *loader) fail(format string, args ...any) {
	l.errs = append(l.errs, fmt.Errorf(format, args...))
}

func (l *loader) defaults() {
	for _, d := range table {
		// A switch is off and a repeated option empty to begin with.
		if d.set == nil || d.Switch() || d.Repeat {
			continue
		}
		if err := d.set(&l.options, d.Default); err != nil {
			l.fail("default of --%s: %w", d.Name, err)
		}
	}
}

// lay puts one layer over those before.
func (l *loader) lay(layer []setting) {
	seen := make(map[string]bool)
	for _, s := range layer {
		if s.option.reset != nil && !seen[s.option.Name] {
			s.option.reset(&l.options)
		}
		seen[s.option.Name] = true
		if err := s.option.set(&l.options, s.text); err != nil {
			l.badValue(s, err)
			continue
		}
		l.origins[s.option.Name] = s.origin
	}
}

// badValue books a value that cannot be read; a secret one is not shown.
func (l *loader) badValue(s setting, err error) {
	l.bad[s.option.Name] = true
	_, expected := errors.AsType[expectedError](err)
	switch {
	case s.option.Secret:
		l.fail("%s: %w", s.origin, err)
	case expected:
		l.fail("%s: %w, not %q", s.origin, err, s.text)
	default:
		l.fail("%s: %w (in %q)", s.origin, err, s.text)
	}
}

// globalConf reads the file that all daemons of a ZENHOME share.
func (l *loader) globalConf() {
	path := l.around.globalConf()
	if path == "" {
		return
	}
	data, err := os.ReadFile(path)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			l.fail("read global configuration: %w", err)
		}
		return
	}
	layer, _ := fileLayer(path, data)
	l.lay(layer)
}

// configFile reads the daemon's own file: as named, else the usual one if it
// is there.
func (l *loader) configFile() {
	path, named := l.configPath()
	if path == "" {
		return
	}
	data, err := os.ReadFile(path)
	if err != nil {
		if named || !errors.Is(err, fs.ErrNotExist) {
			l.fail("read configuration file: %w; name another by --configfile, or make one by genconf", err)
		}
		return
	}
	l.options.ConfigFile = path
	layer, unused := fileLayer(path, data)
	l.lay(layer)
	l.unused(path, unused)
}

func (l *loader) configPath() (path string, named bool) {
	if given := l.sources.Flags["configfile"]; len(given) > 0 {
		return given[len(given)-1], true
	}
	if given, ok := l.env[byName["configfile"].Env()]; ok {
		return given, true
	}
	return l.around.daemonConf(), false
}

// notUsed is a key that sets nothing.
type notUsed struct {
	key    string
	origin string
	why    string
}

// fileLayer sorts a file's entries into settings and keys that set nothing.
func fileLayer(path string, data []byte) (layer []setting, unused []notUsed) {
	for _, e := range parseConf(string(data)) {
		origin := fmt.Sprintf("%s:%d: %s", path, e.line, e.key)
		switch d := byKey[strings.ToLower(e.key)]; {
		case d == nil:
			unused = append(unused, notUsed{e.key, origin, unknownKey(e.key)})
		case d.Status != Working:
			unused = append(unused, notUsed{e.key, origin, d.instead()})
		default:
			layer = append(layer, setting{d, e.value, origin})
		}
	}
	return layer, unused
}

func unknownKey(key string) string {
	if d := byName[strings.ToLower(key)]; d != nil && d.FlagOnly {
		return "only a flag, --" + d.Name
	}
	return "unknown" + nearest.Hint(key, fileKeys())
}

// fileKeys are the keys that do something in a file.
func fileKeys() []string {
	var keys []string
	for _, d := range table {
		if d.Status == Working && !d.FlagOnly {
			keys = append(keys, d.Name)
		}
	}
	return keys
}

// environment reads the ZENPYTHON_ variables.
func (l *loader) environment() {
	var layer []setting
	var unused []notUsed
	for _, variable := range sortedKeys(l.env) {
		if !strings.HasPrefix(variable, envPrefix) {
			continue
		}
		origin := "environment " + variable
		switch d := byEnv[variable]; {
		case d == nil:
			unused = append(unused, notUsed{variable, origin, unknownKey(strings.ToLower(variable[len(envPrefix):]))})
		case d.Status != Working:
			unused = append(unused, notUsed{variable, origin, d.instead()})
		case d.set == nil || d.Name == "configfile":
			// Read before the file it names.
		default:
			for _, text := range d.envValues(l.env[variable]) {
				layer = append(layer, setting{d, text, origin})
			}
		}
	}
	l.lay(layer)
	l.unused("environment", unused)
}

// envValues parts the values of a repeated option as PATH does.
func (d *Definition) envValues(text string) []string {
	if d.Repeat {
		return filepath.SplitList(text)
	}
	return []string{text}
}

func (l *loader) flags() {
	var layer []setting
	for _, name := range sortedKeys(l.sources.Flags) {
		d := byName[name]
		switch {
		case d == nil:
			l.fail("--%s: unknown option", name)
		case d.Status != Working:
			l.fail("--%s: %s", name, d.instead())
		case d.set == nil || name == "configfile":
		default:
			for _, text := range l.sources.Flags[name] {
				layer = append(layer, setting{d, text, "--" + name})
			}
		}
	}
	l.lay(layer)
}

// unused books the keys of one source that set nothing: as one warning, or
// when strict as an error each.
func (l *loader) unused(origin string, keys []notUsed) {
	if len(keys) == 0 {
		return
	}
	list := make([]string, len(keys))
	for i, k := range keys {
		if l.sources.Strict {
			l.fail("%s: %s", k.origin, k.why)
		}
		list[i] = fmt.Sprintf("%s (%s)", k.key, k.why)
	}
	if !l.sources.Strict {
		l.warnings = append(l.warnings, Warning{Origin: origin, Text: "not used: " + strings.Join(list, ", ")})
	}
}

// compute fills in the defaults that depend on the surroundings and on other
// options.
func (l *loader) compute() {
	o := &l.options
	if o.VarDir == "" {
		o.VarDir = l.around.varDir()
	}
	if o.LogPath == "" {
		o.LogPath = l.around.logPath(o.VarDir)
	}
	if len(o.Inventory) == 0 && o.RedisURL == "" {
		o.Inventory = []string{l.around.inventory()}
	}
	if _, given := l.origins["listen"]; !given && o.Workers > 1 {
		o.Listen = workerListen(o.Listen, o.WorkerID)
	}
}

// check refuses options that do not go together.
func (l *loader) check() {
	o := &l.options
	if o.Collect != nil && o.Ignore != nil {
		l.fail("%s and %s: give collect or ignore, not both", l.origins["collect"], l.origins["ignore"])
	}
	if o.WorkerID >= o.Workers && !l.bad["workers"] {
		l.fail("%s: expected 0 to %d with %d workers, not %d", l.origins["workerid"], o.Workers-1, o.Workers, o.WorkerID)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
