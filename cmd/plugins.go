package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	hclog "github.com/hashicorp/go-hclog"
	"github.com/urfave/cli/v2"

	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/datasource/python"
)

func pluginsVerb(s Streams) *cli.Command {
	list := verb("plugins", "list data source types and plugin classes, or check those of ZenPacks", "[check PACK…]", func(c *cli.Context) error {
		o, err := loadOptions(c, s)
		if err != nil {
			return err
		}
		return listPlugins(c.Context, &o, s)
	})
	check := verb("check", "say of every plugin class of ZenPacks whether it loads, and what to do", "PACK…", func(c *cli.Context) error {
		o, err := readOptions(options.Sources{Environ: os.Environ(), Flags: options.FlagValues(c)}, s)
		if err != nil {
			return err
		}
		return checkPlugins(c.Context, &o, c.Args().Slice(), s)
	})
	check.Flags = options.Flags("plugins")
	check.OnUsageError = func(_ *cli.Context, err error, _ bool) error { return usageError(err) }
	list.Subcommands = []*cli.Command{check}
	return list
}

// fromHere is what is said of where a type comes from that is linked into this binary.
const fromHere = "zenpython"

// builtIn are the types of this binary.
func builtIn() []python.SourceType {
	var list []python.SourceType
	for _, t := range datasource.Types() {
		list = append(list, python.SourceType{Name: t.Name, Class: t.Class, Pack: fromHere})
	}
	typ := (*python.Runtime)(nil).Type()
	return append(list, python.SourceType{Name: typ.Name, Class: typ.Class, Pack: fromHere})
}

// listPlugins shows the types of this binary, and what the packs of the inventory define.
func listPlugins(ctx context.Context, o *options.Options, s Streams) error {
	found := &python.Description{Classes: []python.PluginClass{}}
	packs, err := packsOf(ctx, o)
	if err != nil {
		return usageError(err)
	}
	var failure error
	if len(packs) > 0 {
		var described *python.Description
		if described, failure = describePacks(ctx, o, packs, s); failure == nil {
			found = described
		}
	}
	types := append(builtIn(), found.Types...)
	if o.Format == options.FormatJSON {
		err = printJSON(s.Out, struct {
			Types   []python.SourceType  `json:"types"`
			Classes []python.PluginClass `json:"classes"`
		}{types, found.Classes})
	} else {
		err = printPlugins(s.Out, types, found.Classes)
	}
	return failedIf(errors.Join(err, failure))
}

// packsOf returns the packs that the inventory names.
func packsOf(ctx context.Context, o *options.Options) ([]python.Pack, error) {
	if len(o.Inventory) == 0 {
		return nil, nil
	}
	inv, err := configs.Load(ctx, o.Inventory, configs.LoadOptions{})
	if err != nil {
		return nil, fmt.Errorf("reading the inventory: %w", err)
	}
	packs := make([]python.Pack, len(inv.Packs))
	for i, p := range inv.Packs {
		packs[i] = python.Pack(p)
	}
	return packs, nil
}

// describeLimit is how long packs may take to load: all of their code is imported.
const describeLimit = 5 * time.Minute

// describePacks asks the packs' code. What it prints or logs goes to Err, but for what is of no interest here.
func describePacks(ctx context.Context, o *options.Options, packs []python.Pack, s Streams) (*python.Description, error) {
	log := hclog.New(&hclog.LoggerOptions{Name: "zen", Output: s.Err, Level: hclog.Error})
	opts := workerOptions(o, log)
	opts.Welcome.Packs = packs
	found, err := python.Describe(ctx, opts, describeLimit)
	if err != nil {
		return nil, fmt.Errorf("asking the packs for their plugin classes: %w", err)
	}
	return found, nil
}

// packFolders makes packs of folders; their names are found by what is in them.
func packFolders(folders []string) ([]python.Pack, error) {
	packs := make([]python.Pack, 0, len(folders))
	for _, folder := range folders {
		path, err := filepath.Abs(folder)
		if err != nil {
			return nil, fmt.Errorf("finding %s: %w", folder, err)
		}
		switch info, err := os.Stat(path); {
		case err != nil:
			return nil, fmt.Errorf("no ZenPack: %w", err)
		case !info.IsDir():
			return nil, fmt.Errorf("%s is no folder: give the folder of a ZenPack, or of its repository", folder)
		case !holdsPack(path):
			return nil, fmt.Errorf("no ZenPack in %s: it has no folder ZenPacks, no zenpack.yaml and no __init__.py", folder)
		}
		packs = append(packs, python.Pack{Path: path})
	}
	return packs, nil
}

// holdsPack reports whether a folder looks like a ZenPack or its repository: of any other, code would be imported that
// was never meant to be.
func holdsPack(folder string) bool {
	for _, mark := range []string{"ZenPacks", "*/ZenPacks", "zenpack.yaml", "__init__.py"} {
		if found, err := fs.Glob(os.DirFS(folder), mark); err == nil && len(found) > 0 {
			return true
		}
	}
	return false
}

func printPlugins(out io.Writer, types []python.SourceType, classes []python.PluginClass) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TYPE\tFROM\tCLASS")
	for _, t := range types {
		class := t.Class
		if t.PluginClassname != "" {
			class = t.PluginClassname
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", t.Name, t.Pack, class)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the types: %w", err)
	}
	if len(classes) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\nPLUGIN CLASS\tFROM\tLOADS")
	for _, c := range classes {
		loads := "yes"
		if !c.Loads() {
			loads = "no: " + errorText(&c)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.Name, c.Pack, loads)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the plugin classes: %w", err)
	}
	return nil
}

// errorText is what kept a class from loading.
func errorText(c *python.PluginClass) string {
	if c.Err == nil {
		return "nothing says why"
	}
	return c.Err.Error()
}

func printJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}
