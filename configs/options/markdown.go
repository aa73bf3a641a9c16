package options

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// markdownIntro explains what the tables cannot.
const markdownIntro = `# Options

zenpython has the options of Zenoss's zenpython daemon, with their names, short
forms and defaults, and some of its own. This page is made from the table that
the program itself reads; ` + "`go test ./configs/options -update`" + ` writes it anew.

## Where a value comes from

A later place wins over those before it:

1. the defaults below;
2. ` + "`$ZENHOME/etc/global.conf`" + `, which all daemons share;
3. the file of ` + "`--configfile`" + `, else ` + "`$ZENHOME/etc/zenpython.conf`" + ` if it is there;
4. the environment: ` + "`ZENPYTHON_`" + ` and the option's name in capitals, dashes as underscores;
5. the command line.

Files have one ` + "`key value`" + ` a line, parted by blanks, ` + "`:`" + ` or ` + "`=`" + `; a value cannot begin
with one of these. A line that begins with ` + "`#`" + ` is a comment; behind a value there is
none. A key is the option's name in any case, with dashes or underscores; the
second name in brackets, upstream's dest, is known too. A key alone turns a
switch on. Where an option may be given several times, the values of a later
place replace those of the earlier ones. ` + "`zenpython genconf`" + ` prints a file with all keys.

| Value | How it is written |
| --- | --- |
| a duration | seconds as a number, ` + "`30`" + ` or ` + "`0.5`" + ` |
| a switch | on the command line alone, ` + "`--cycle`" + `; elsewhere ` + "`true`" + ` or ` + "`false`" + ` (also yes/no, on/off, 1/0) |
| a regular expression | as for Python, searched for anywhere in the text. There are no lookarounds, backreferences, conditionals, atomic groups and possessive quantifiers: each is an error that says what to do |

A value that cannot be read is an error that names its place; all of them are
reported at once. A key that is unknown, or replaced or retired (below), is
ignored in global.conf, which holds other daemons' keys too. In the
configuration file and in the environment it makes a warning, and for
` + "`zenpython check`" + ` an error. On the command line it is always an error.

On the command line flags may stand before or after arguments, and upstream's
spellings work: ` + "`-v10`, `-vDEBUG`, `-v DEBUG`, `-ddev1`, `-d dev1`, `--device=dev1`, `-cD`" + `.
What follows ` + "`--`" + ` is an argument.

## Working options
`

// WriteMarkdown writes docs/options.md: every option as working, or replaced
// by what, or retired and why.
func WriteMarkdown(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, markdownIntro)
	for _, g := range groups {
		writeGroup(out, g)
	}
	writeGone(out)
	return out.Flush()
}

func writeGroup(out *bufio.Writer, g Group) {
	fmt.Fprintf(out, "\n### %s\n\n", g)
	fmt.Fprintln(out, "| Option | Default | Unit | Environment | Key in a file | What it does |")
	fmt.Fprintln(out, "| --- | --- | --- | --- | --- | --- |")
	for _, d := range table {
		if d.Group == g {
			row(out, d.spelling(), d.defaultCell(), d.Unit, d.envCell(), d.keyCell(), plain(d.Help))
		}
	}
}

func writeGone(out *bufio.Writer) {
	fmt.Fprint(out, "\n## Options of Zenoss that are replaced or retired\n\n")
	fmt.Fprintln(out, "| Option | Upstream's default | What became of it | Instead |")
	fmt.Fprintln(out, "| --- | --- | --- | --- |")
	for _, d := range table {
		if d.Status != Working {
			row(out, d.spelling(), d.defaultCell(), string(d.Status), plain(d.Instead))
		}
	}
}

func row(out *bufio.Writer, cells ...string) {
	fmt.Fprintln(out, "| "+strings.Join(cells, " | ")+" |")
}

func (d *Definition) spelling() string {
	s := "--" + d.Name
	if d.Short != "" {
		s = "-" + d.Short + ", " + s
	}
	if d.Value != "" {
		s += " " + d.Value
	}
	return code(s)
}

func (d *Definition) defaultCell() string {
	if d.Computed == "" && !d.Switch() && d.Default != "" {
		return code(d.Default)
	}
	return plain(d.defaultText())
}

func (d *Definition) envCell() string {
	if d.set == nil {
		return "–"
	}
	return code(d.Env())
}

func (d *Definition) keyCell() string {
	switch {
	case d.FlagOnly:
		return "–"
	case d.Dest != "":
		return code(d.Name) + " (" + code(d.Dest) + ")"
	}
	return code(d.Name)
}

// code sets text in back quotes. A bar would end the table's cell even there.
func code(text string) string { return "`" + strings.ReplaceAll(text, "|", `\|`) + "`" }

// plain escapes what Markdown would read in running text.
func plain(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`).Replace(text)
}
