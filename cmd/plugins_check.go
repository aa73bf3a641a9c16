package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource/python"
)

// checkPlugins shows how the code of packs fares. A class that does not load is a failure.
func checkPlugins(ctx context.Context, o *options.Options, folders []string, s Streams) error {
	if len(folders) == 0 {
		return usageError(errors.New("plugins check needs the folders of ZenPacks: zenpython plugins check PACK…"))
	}
	packs, err := packFolders(folders)
	if err != nil {
		return usageError(err)
	}
	found, err := describePacks(ctx, o, packs, s)
	if err != nil {
		return failed(err)
	}
	if o.Format == options.FormatJSON {
		err = printJSON(s.Out, found)
	} else {
		printDescription(s.Out, found)
	}
	if err != nil {
		return failed(err)
	}
	if lame(found) > 0 {
		return &exitError{code: exitUsage}
	}
	return nil
}

// lame counts the classes that do not load.
func lame(d *python.Description) int {
	n := 0
	for i := range d.Classes {
		if !d.Classes[i].Loads() {
			n++
		}
	}
	return n
}

func printDescription(out io.Writer, d *python.Description) {
	for _, t := range d.Types {
		fmt.Fprintf(out, "type %q of %s\n", t.Name, t.Pack)
	}
	for i := range d.Classes {
		printClass(out, &d.Classes[i])
	}
	for _, p := range d.Problems {
		fmt.Fprintf(out, "problem with %s of %s: %s: %s\n", p.What, p.Name, p.Type, p.Text)
	}
	for _, st := range d.StandIns {
		fmt.Fprintf(out, "stand-in: %s asks for %s, which is there in name only", st.Pack, st.Module)
		if len(st.Attributes) > 0 {
			fmt.Fprintf(out, ": %s", strings.Join(st.Attributes, ", "))
		}
		fmt.Fprintln(out)
	}
	for _, w := range d.Waiting {
		fmt.Fprintf(out, "waiting: %s: %s\n", w.ComponentClass, w.Text)
	}
	fmt.Fprintf(out, "%d plugin classes, %d of them do not load\n", len(d.Classes), lame(d))
}

func printClass(out io.Writer, c *python.PluginClass) {
	fmt.Fprintf(out, "%s (%s:%d)\n", c.Name, c.Path, c.Line)
	fmt.Fprintf(out, "  imports: %s, constructs: %s\n", yesNo(c.Imports), yesNo(c.Constructs))
	if len(c.Hooks) > 0 {
		fmt.Fprintf(out, "  hooks: %s\n", strings.Join(c.Hooks, ", "))
	}
	if !c.Loads() {
		fmt.Fprintf(out, "  error: %s\n", errorText(c))
		if at := c.Err.RaisedAt(); at != "" {
			fmt.Fprintf(out, "  at: %s\n", at)
		}
	}
	if c.Advice != "" {
		fmt.Fprintf(out, "  do: %s\n", c.Advice)
	}
	for _, note := range c.Translated {
		fmt.Fprintf(out, "  translated: %s\n", note)
	}
	for _, note := range c.LookAt {
		fmt.Fprintf(out, "  look at: %s\n", note)
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
