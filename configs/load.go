package configs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	yaml "go.yaml.in/yaml/v3"

	"github.com/zenpython/zenpython/datasource"
)

// LoadOptions are how Load judges what it reads.
type LoadOptions struct {
	// Strict makes errors of what is a warning in a ZenPack.
	Strict bool
	// Types are the data source types that exist, nil the registered ones.
	Types []*datasource.Type
	// PackTypes gives the types that the code of packs defines; it is asked once the packs are known, unless there are
	// none. nil asks nobody: then an unknown type can be a pack's, and is only warned of.
	PackTypes func(ctx context.Context, packs []datasource.Pack) ([]datasource.PackType, error)
}

// Load reads an inventory: each path is a YAML file, a folder of YAML files (not of folders), or a ZenPack's folder or
// its zenpack.yaml. What is wrong with the files does not make an error but is listed in Problems with what it costs:
// a file that cannot be read or parsed, a device, a data source. The rest is in the Inventory. An error is returned
// only when ctx ends.
func Load(ctx context.Context, paths []string, opts LoadOptions) (*Inventory, error) {
	l := newLoader(opts)
	for _, path := range paths {
		l.addPath(path)
	}
	if err := l.read(ctx); err != nil {
		return nil, fmt.Errorf("loading the inventory: %w", err)
	}
	return l.finish(), nil
}

// loader gathers the parts of one Inventory.
type loader struct {
	opts  LoadOptions
	words *vocabulary
	spare int // spareVisits

	own   []*file // our own files, as given
	packs []*file // the packs' files, in the order found

	inventory *Inventory
	packList  []*Pack
	sections  []deviceSection     // devices: of our files, read when all else is known
	devices   map[string]Position // where each id was given first
	pending   []pendingValue      // values of zProperties that wait for the definitions
	failed    map[any]bool        // owners of scopes with an error: *Device, *DataSource, *Threshold
	declared  map[string]Position // where zProperties were defined in files
	packTypes map[string]datasource.PackType
	unasked   bool // packs may define types that are not known
	problems  []Problem
}

// file is one YAML file and how it is judged.
type file struct {
	path   string
	pack   *Pack // nil: our own
	roots  []*yaml.Node
	budget int // visits that reading may still cost
	broken bool
}

// reader reads one file, on behalf of one scope.
type reader struct {
	*loader
	file  *file
	scope scope
}

func newLoader(opts LoadOptions) *loader {
	if opts.Types == nil {
		opts.Types = datasource.Types()
	}
	return &loader{
		opts:  opts,
		words: newVocabulary(opts.Types),
		spare: spareVisits,
		inventory: &Inventory{
			ZProperties:      platformDefinitions(),
			DeviceClasses:    map[string]*DeviceClass{"/": {Path: "/"}},
			ComponentClasses: map[string]*ComponentClass{},
			EventClasses:     map[string]*EventClass{},
		},
		failed:   map[any]bool{},
		declared: map[string]Position{},
		devices:  map[string]Position{},
	}
}

// within returns a reader for a part of the file that is a scope of its own.
func (r *reader) within(s scope) *reader { return &reader{loader: r.loader, file: r.file, scope: s} }

// strict reports whether what is wrong in this file is an error.
func (r *reader) strict() bool { return r.file.pack == nil || r.opts.Strict }

// read takes the packs first, so that our own files, whichever they are, have the last word.
func (l *loader) read(ctx context.Context) error {
	for _, f := range l.own {
		l.findPacks(f)
	}
	if err := l.askPacks(ctx); err != nil {
		return err
	}
	for _, f := range slices.Concat(l.packs, l.own) {
		if err := ctx.Err(); err != nil {
			return err
		}
		r := &reader{loader: l, file: f}
		for _, root := range f.roots {
			r.readRoot(root)
		}
		f.roots = nil
	}
	l.settleValues()
	for _, section := range l.sections {
		section.in.readDevices(section.node)
	}
	return ctx.Err()
}

// readRoot reads one document.
func (r *reader) readRoot(root *yaml.Node) {
	if root.Kind != yaml.MappingNode {
		r.within(fileScope(r.file)).problem(root, "want a mapping such as devices: {…}, got %s", describe(root))
		return
	}
	words := r.words.inventory
	if r.file.pack != nil {
		words = r.words.pack
	}
	words.read(r, root, &sections{})
}

// finish returns the Inventory.
func (l *loader) finish() *Inventory {
	l.leaveOutFailed()
	inv := l.inventory
	for _, p := range l.packList {
		inv.Packs = append(inv.Packs, *p)
	}
	slices.SortFunc(inv.Devices, func(a, b *Device) int { return cmp.Compare(a.ID, b.ID) })
	l.sortProblems()
	inv.Problems = l.problems
	return inv
}

// leaveOutFailed drops the devices that an error costs, and what stands in a file that broke while it was read.
func (l *loader) leaveOutFailed() {
	broken := map[string]bool{}
	for _, f := range slices.Concat(l.packs, l.own) {
		if f.broken {
			broken[f.path] = true
		}
	}
	inv := l.inventory
	inv.Devices = slices.DeleteFunc(inv.Devices, func(d *Device) bool { return l.failed[d] || broken[d.Position.Path] })
	if len(broken) == 0 {
		return
	}
	for _, class := range inv.DeviceClasses {
		for name, t := range class.Templates {
			if broken[t.Position.Path] {
				delete(class.Templates, name)
			}
		}
	}
}

// sortProblems puts the problems in the order of the files read, and of the lines within a file.
func (l *loader) sortProblems() {
	order := make(map[string]int, len(l.inventory.Files))
	for i, path := range l.inventory.Files {
		order[path] = i
	}
	slices.SortStableFunc(l.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(order[a.Path], order[b.Path]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
}

// fileScope is the scope of what costs a whole file.
func fileScope(f *file) scope { return scope{unit: "file " + f.path} }

// addFile parses data as the file at path. A syntax error costs the file.
func (l *loader) addFile(path string, data []byte, pack *Pack) {
	f := &file{path: path, pack: pack}
	l.inventory.Files = append(l.inventory.Files, path)
	roots, nodes, err := parseYAML(data)
	if err != nil {
		l.failFile(f, err)
		return
	}
	f.roots, f.budget = roots, l.spare+visitsPerNode*nodes
	if pack != nil {
		l.packs = append(l.packs, f)
		return
	}
	l.own = append(l.own, f)
}

// failFile notes that a file cannot be read or parsed, a pack's as well as ours: nothing of it can be used.
func (l *loader) failFile(f *file, err error) {
	at := Position{Path: f.path, Line: 1, Col: 1}
	if syntax, ok := errors.AsType[*syntaxError](err); ok {
		at.Line, at.Col = syntax.line, syntax.col
	}
	r := &reader{loader: l, file: f, scope: fileScope(f)}
	r.noteAt(ProblemError, at, "", err.Error())
}

// fail gives up a file while it is being read.
func (f *file) fail(l *loader, at *yaml.Node, message string) {
	r := &reader{loader: l, file: f, scope: fileScope(f)}
	r.note(ProblemError, at, "", "%s", message)
	f.broken = true
}
