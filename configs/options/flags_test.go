package options

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/urfave/cli/v2"
)

// parse runs a command line through the real parser, as the program does, and
// gives the options, the arguments and the error of either.
func parse(t *testing.T, args ...string) (o Options, rest []string, err error) {
	t.Helper()
	var commands []*cli.Command
	for _, verb := range []string{"run", "check", "status"} {
		commands = append(commands, &cli.Command{Name: verb, Flags: Flags(verb), Action: func(c *cli.Context) error {
			rest = c.Args().Slice()
			var err error
			o, _, err = Load(Sources{Flags: FlagValues(c)})
			return err
		}})
	}
	app := &cli.App{Name: program, Commands: commands, HideVersion: true, Writer: io.Discard, ErrWriter: io.Discard, ExitErrHandler: func(*cli.Context, error) {}}
	err = app.Run(append([]string{program}, NormaliseArgs(args)...))
	return o, rest, err
}

func TestUpstreamCommandLines(t *testing.T) {
	o, rest, err := parse(t, "run", "-c", "--duallog", "--workers", "4", "--workerid", "3", "--monitor", "m1")
	if err != nil || !o.Cycle || !o.DualLog || o.CollectorID() != "m1@3" || len(rest) != 0 {
		t.Errorf("a container's line: %v, %+v, %q", err, o, rest)
	}
	o, rest, err = parse(t, "-v10", "run", "-ddev1", "x", "--inventory", "/a,b", "-cC", "", "--inventory=/c", "--blockingtimeout", "-1", "y")
	if err != nil || o.LogSeverity != hclog.Debug || o.Device != "dev1" || !o.Cycle || o.BlockingTimeout >= 0 ||
		!slices.Equal(o.Inventory, []string{"/a,b", "/c"}) || !slices.Equal(rest, []string{"x", "y"}) {
		t.Errorf("flags everywhere: %v, %+v, %q", err, o, rest)
	}
	o, rest, err = parse(t, "check", "a", "--strict", "--", "-b")
	if err != nil || !o.Strict || !slices.Equal(rest, []string{"a", "-b"}) {
		t.Errorf("check: %v, %t, %q", err, o.Strict, rest)
	}
	if o, _, err = parse(t, "run", "--cycle=false"); err != nil || o.Cycle {
		t.Errorf("--cycle=false: %v, %t", err, o.Cycle)
	}
}

// TestTwoFormsOfOneFlag: the parser alone refuses `-v 10 -v 20` in two forms.
func TestTwoFormsOfOneFlag(t *testing.T) {
	if o, _, err := parse(t, "run", "-v10", "--logseverity", "ERROR"); err != nil || o.LogSeverity != hclog.Error {
		t.Errorf("%v, %v", err, o.LogSeverity)
	}
}

func TestCommandLineErrors(t *testing.T) {
	for _, tc := range []struct{ line, want string }{
		{"run --hubhost h", "--hubhost: replaced by --redis-url"},
		{"run --genxmlconfigs", "--genxmlconfigs: replaced by the verb genconf"},
		{"run --nope", "flag provided but not defined: -nope"},
		{"run a --device", "flag needs an argument: -device"},
		{"run --collect a --ignore b", "give collect or ignore, not both"},
		{"check --cycle", "flag provided but not defined: -cycle"},
		{"status --strict", "flag provided but not defined: -strict"},
	} {
		if _, _, err := parse(t, strings.Fields(tc.line)...); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", tc.line, err, tc.want)
		}
	}
}

func TestHelpShowsWorkingOptionsOnly(t *testing.T) {
	for _, f := range Flags("run") {
		d := byName[f.Names()[0]]
		visible, ok := f.(cli.VisibleFlag)
		if want := d.Status == Working && !d.Hidden; !ok || visible.IsVisible() != want {
			t.Errorf("--%s: visible %t, want %t", d.Name, !want, want)
		}
	}
}

func TestControlVerbsTakeWhatFindsTheDaemon(t *testing.T) {
	for _, verb := range []string{"stop", "status", "debug", "stats", "unblock"} {
		var names []string
		for _, f := range Flags(verb) {
			names = append(names, f.Names()[0])
		}
		for _, want := range []string{"monitor", "workers", "workerid", "configfile", "var-dir", "pidfile", "listen"} {
			if !slices.Contains(names, want) {
				t.Errorf("%s lacks --%s", verb, want)
			}
		}
	}
}
