package options

import (
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

// Flags gives the flags that a verb takes. They hold texts: Load reads them,
// so that all bad values are reported at once and in one way. Gone options
// are among a daemon's flags, hidden, so that Load can say what to use instead.
func Flags(verb string) []cli.Flag {
	var flags []cli.Flag
	for _, d := range table {
		// --help is the parser's own.
		if d.Name != "help" && d.takes(verb) {
			flags = append(flags, d.flag())
		}
	}
	return flags
}

func (d *Definition) flag() cli.Flag {
	var aliases []string
	if d.Short != "" {
		aliases = []string{d.Short}
	}
	hidden := d.Hidden || d.Status != Working
	switch {
	case d.Switch():
		return &cli.BoolFlag{Name: d.Name, Aliases: aliases, Category: string(d.Group), Usage: d.Help, Hidden: hidden, DisableDefaultText: true}
	case d.Repeat:
		return &cli.GenericFlag{Name: d.Name, Aliases: aliases, Category: string(d.Group), Usage: d.usage(), Hidden: hidden, DefaultText: d.defaultText(), Value: &texts{}}
	}
	return &cli.StringFlag{Name: d.Name, Aliases: aliases, Category: string(d.Group), Usage: d.usage(), Hidden: hidden, DefaultText: d.defaultText()}
}

// usage shows the value's name in back quotes, where the parser takes it from.
func (d *Definition) usage() string { return d.Help + " (`" + d.Value + "`)" }

// texts collects the values of a repeated flag. The parser's own slice flag
// would split them at commas.
type texts struct{ values []string }

// Set takes one more value.
func (t *texts) Set(value string) error {
	t.values = append(t.values, value)
	return nil
}

// String joins the values for the parser's messages.
func (t *texts) String() string { return strings.Join(t.values, ", ") }

// FlagValues gives the flags set on the command line, for Sources.Flags.
func FlagValues(c *cli.Context) map[string][]string {
	values := make(map[string][]string)
	for _, d := range table {
		if d.Name == "help" || !c.IsSet(d.Name) {
			continue
		}
		switch {
		case d.Switch():
			values[d.Name] = []string{strconv.FormatBool(c.Bool(d.Name))}
		case d.Repeat:
			values[d.Name] = c.Generic(d.Name).(*texts).values
		default:
			values[d.Name] = []string{c.String(d.Name)}
		}
	}
	return values
}
