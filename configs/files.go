package configs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// packFile is the file that makes a folder a ZenPack's.
const packFile = "zenpack.yaml"

// errNotAFile is what a device, pipe or socket gives: reading one may never end.
var errNotAFile = errors.New("it is neither a file nor a folder")

// addPath reads what the user gave: a file, a folder, or a ZenPack.
func (l *loader) addPath(path string) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		l.failPath(path, err)
	case !info.IsDir() && filepath.Base(path) == packFile:
		l.addPack(filepath.Dir(path))
	case !info.IsDir():
		l.addFileAt(path, nil)
	case isFile(filepath.Join(path, packFile)):
		l.addPack(path)
	default:
		l.addFolder(path, nil)
	}
}

// addFolder reads the YAML files of a folder in the order of their names.
func (l *loader) addFolder(folder string, pack *Pack) {
	entries, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		l.failPath(folder, err)
		return
	}
	for _, e := range entries {
		if isYAML(e.Name()) && !strings.HasPrefix(e.Name(), ".") {
			l.addFileAt(filepath.Join(folder, e.Name()), pack)
		}
	}
}

// addFileAt reads one file, once however often it is named.
func (l *loader) addFileAt(path string, pack *Pack) {
	if slices.Contains(l.inventory.Files, path) {
		return
	}
	data, err := readFile(path)
	if err != nil {
		l.failPath(path, err)
		return
	}
	l.addFile(path, data, pack)
}

// readFile reads a regular file up to the limit that parseYAML refuses.
func readFile(path string) ([]byte, error) {
	if !isFile(path) {
		return nil, errNotAFile
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	return io.ReadAll(io.LimitReader(f, maxFileBytes+1))
}

// failPath notes that nothing could be read at path.
func (l *loader) failPath(path string, err error) {
	if cause, ok := errors.AsType[*os.PathError](err); ok {
		err = cause.Err // the path is in the position
	}
	l.failFile(&file{path: path}, fmt.Errorf("cannot be read: %w", err))
}

// findPacks reads the packs that our file names under zenpacks:. Our files are judged for everything else later.
func (l *loader) findPacks(f *file) {
	r := &reader{loader: l, file: f}
	for _, root := range f.roots {
		if root.Kind != yaml.MappingNode {
			continue
		}
		at := valueIndex(root, "zenpacks")
		if at < 0 {
			continue
		}
		for _, item := range r.list(root.Content[at]) {
			r.findPack(item)
		}
	}
}

// findPack reads one entry of zenpacks:, a folder relative to the file.
func (r *reader) findPack(n *yaml.Node) {
	name, ok := r.text(n)
	if !ok || name == "" {
		return
	}
	folder := name
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(filepath.Dir(r.file.path), folder)
	}
	inner := packRoot(folder)
	if inner == "" {
		unit := scope{unit: "file " + filepath.Join(folder, packFile)}
		r.within(unit).problem(n, "no ZenPack at %s: there is no %s in it nor in its ZenPacks folder", name, packFile)
		return
	}
	r.addPack(inner)
}

// packRoot returns the folder that holds zenpack.yaml: the one given or, where a ZenPack's whole source tree was
// given, ZenPacks/<author>/<name> below it. It returns "" when there is none.
func packRoot(folder string) string {
	if isFile(filepath.Join(folder, packFile)) {
		return folder
	}
	parts := strings.Split(filepath.Base(folder), ".")
	if inner := filepath.Join(append([]string{folder}, parts...)...); isFile(filepath.Join(inner, packFile)) {
		return inner
	}
	for below := range 4 { // ZenPacks/a/b/c: names with more dots are not seen in the wild
		pattern := filepath.Join(escapeGlob(folder), "ZenPacks", strings.Repeat("*/", below+1), packFile)
		if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
			return filepath.Dir(found[0])
		}
	}
	return ""
}

// escapeGlob makes a path mean itself in a pattern.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// addPack reads a ZenPack's YAML files: zenpacklib allows its one document to be spread over several.
func (l *loader) addPack(folder string) {
	path, err := filepath.Abs(folder)
	if err != nil {
		l.failPath(folder, err)
		return
	}
	if slices.ContainsFunc(l.packList, func(known *Pack) bool { return known.Path == path }) {
		return
	}
	pack := &Pack{Name: packName(path), Path: path}
	l.packList = append(l.packList, pack)
	l.addFolder(folder, pack)
}

// packName takes the pack's name from its folder: ZenPacks.example.Shop, or the last parts of …/ZenPacks/example/Shop.
func packName(path string) string {
	if base := filepath.Base(path); strings.HasPrefix(base, "ZenPacks.") {
		return base
	}
	parts := strings.Split(filepath.ToSlash(path), "/")
	for i, part := range slices.Backward(parts) {
		if part == "ZenPacks" {
			return strings.Join(parts[i:], ".")
		}
	}
	return filepath.Base(path)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func isYAML(name string) bool {
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}
