package options

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// confWidth is the column at which help in the template is wrapped.
const confWidth = 78

// GenConf writes a template of the configuration file: every option that a
// file can hold, with its help, commented out at its default.
func GenConf(w io.Writer) error {
	out := bufio.NewWriter(w)
	comment(out, "Options of zenpython, one `key value` a line; parted by blanks, : or =.")
	comment(out, "Remove the # before a key to set it. Durations are seconds, as 30 or 0.5; switches are true or false.")
	for _, g := range groups {
		fmt.Fprintf(out, "\n# --- %s\n", g)
		for _, d := range table {
			if d.Group == g && !d.FlagOnly {
				d.writeConf(out)
			}
		}
	}
	return out.Flush()
}

func (d *Definition) writeConf(out *bufio.Writer) {
	fmt.Fprintln(out)
	comment(out, d.Help)
	if d.Computed != "" {
		comment(out, "Default: "+d.Computed+".")
	}
	value := d.Default
	if d.Switch() {
		value = "false"
	}
	fmt.Fprintln(out, strings.TrimRight("#"+d.Name+" "+value, " "))
}

// comment writes text as comment lines, wrapped between words.
func comment(out *bufio.Writer, text string) {
	line := "#"
	for word := range strings.FieldsSeq(text) {
		if len(line)+1+len(word) > confWidth {
			fmt.Fprintln(out, line)
			line = "#"
		}
		line += " " + word
	}
	fmt.Fprintln(out, line)
}
