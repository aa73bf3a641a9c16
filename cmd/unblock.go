package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"github.com/zenpython/zenpython/cmd/daemon"
	"github.com/zenpython/zenpython/configs/options"
)

func unblockVerb(s Streams) *cli.Command {
	return verb("unblock", "let plugin classes run again that were switched off because they blocked", "[CLASS]", func(c *cli.Context) error {
		if c.NArg() > 1 {
			return usageError(errors.New("unblock takes one class, or none for all: zenpython unblock [CLASS]"))
		}
		o, err := readOptions(options.Sources{Environ: os.Environ(), Flags: options.FlagValues(c)}, s)
		if err != nil {
			return err
		}
		return unblock(&o, c.Args().First(), s)
	})
}

// unblock takes a class, or all with "", off the list and lets running daemons read it again.
func unblock(o *options.Options, class string, s Streams) error {
	removed, err := unlist(o.BlockedFile(), class)
	switch {
	case err != nil:
		return failed(err)
	case len(removed) == 0 && class != "":
		return failed(fmt.Errorf("%s is not blocked: it is not in %s", class, o.BlockedFile()))
	case len(removed) == 0:
		return failed(fmt.Errorf("no class is blocked: there is none in %s", o.BlockedFile()))
	}
	for _, name := range removed {
		fmt.Fprintln(s.Out, "unblocked "+name)
	}
	return failedIf(hangUp(o, s))
}

// unlist removes the lines of a class, or of every class with "", and returns the classes that it removed, each once.
// Comments and the other lines stay as they are.
func unlist(path, class string) ([]string, error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("reading the list of blocked classes: %w", err)
	}
	var kept strings.Builder
	var removed []string
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		name, _, _ := strings.Cut(line, "#")
		name = strings.TrimSpace(name)
		if name == "" || class != "" && name != class {
			kept.WriteString(line)
			continue
		}
		if !seen[name] {
			removed = append(removed, name)
		}
		seen[name] = true
	}
	if len(removed) == 0 {
		return nil, nil
	}
	return removed, replaceFile(path, kept.String())
}

// replaceFile puts a text in a file's place at once, with the file's mode.
func replaceFile(path, text string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("replacing %s: %w", path, err)
	}
	fresh, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-")
	if err != nil {
		return fmt.Errorf("replacing %s: %w", path, err)
	}
	_, err = fresh.WriteString(text)
	err = errors.Join(err, fresh.Chmod(info.Mode().Perm()), fresh.Sync(), fresh.Close())
	if err == nil {
		err = os.Rename(fresh.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("replacing %s: %w", path, errors.Join(err, os.Remove(fresh.Name())))
	}
	return nil
}

// hangUp makes the daemons that share the list read it again: all of the var-dir.
func hangUp(o *options.Options, s Streams) error {
	files, err := filepath.Glob(filepath.Join(o.VarDir, "zenpython-*.pid"))
	if err != nil || o.PIDPath != "" {
		files = append(files, o.PIDFile())
	}
	for _, file := range files {
		state, err := daemon.Inspect(file)
		if err != nil {
			return err
		}
		if !state.Running {
			continue
		}
		if err := daemon.Signal(state, syscall.SIGHUP); err != nil {
			return err
		}
		fmt.Fprintf(s.Out, "the daemon with pid %d reads the list again\n", state.Pid)
	}
	return nil
}
