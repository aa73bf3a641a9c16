package configs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	model "github.com/zenpython/zenpython/maps"
)

// SeededModel is a model that an inventory's devices are put into.
type SeededModel interface {
	model.Model
	Seeder
}

// LocalSourceOptions configure a LocalSource.
type LocalSourceOptions struct {
	Paths       []string           // of the inventory, as Load takes them; required
	Strict      bool               // as LoadOptions
	Model       SeededModel        // required
	Builder     datasource.Builder // required
	Options     *options.Options   // filters, as BuildOptions
	ZProperties map[string]any     // as BuildOptions
	StateDir    string             // where last good versions outlive the process; "" keeps them in memory only
	Logger      hclog.Logger       // nil logs nothing
}

// LocalSource makes configs of an inventory on this machine and of the model: it seeds the model, builds, and builds
// again what changes. What is wrong in a new version of the files costs nothing that worked before: a file, device or
// data source that fails stays as it last was good, and the failure is among the Set's problems.
type LocalSource struct {
	opts    LocalSourceOptions
	log     hclog.Logger
	wake    chan struct{}             // holds a token while something is to do
	folders folderWatch               // nil: made by Watch
	state   *stateFile                // nil without StateDir
	loaded  atomic.Pointer[Inventory] // what was read last

	asked  sync.Mutex // guards what is to do
	device map[string]bool
	reload bool

	building sync.Mutex // held while building; guards what follows
	builder  *builder
	devices  []*deviceConfigs // sorted by id
	good     *Inventory       // the last version of everything with which it could be built; nil at first
	files    uint64           // fingerprint of what was loaded
	trouble  []Problem
	flapping flapping
	set      *Set // as given out last
}

// NewLocalSource returns a source that has loaded nothing yet.
func NewLocalSource(opts LocalSourceOptions) (*LocalSource, error) {
	if len(opts.Paths) == 0 || opts.Model == nil || opts.Builder == nil {
		return nil, errors.New("a config source needs the paths of an inventory, a model and a builder")
	}
	if opts.Logger == nil {
		opts.Logger = hclog.NewNullLogger()
	}
	s := &LocalSource{
		opts: opts, log: opts.Logger, wake: make(chan struct{}, 1), device: map[string]bool{}, flapping: newFlapping(),
	}
	if opts.StateDir != "" {
		s.state = &stateFile{folder: opts.StateDir, paths: opts.Paths}
	}
	return s, nil
}

// Close ends the source. It holds nothing outside Watch.
func (s *LocalSource) Close() error { return nil }

// Load reads the inventory, seeds the model and returns the first set. Problems in the files are no error but stand in
// the set; a filter that names what does not exist is one.
func (s *LocalSource) Load(ctx context.Context) (*Set, error) {
	s.building.Lock()
	defer s.building.Unlock()
	if s.state != nil && s.good == nil {
		var err error
		if s.good, err = s.state.load(); err != nil {
			s.log.Warn("last good versions of the inventory cannot be used", "error", err)
		}
	}
	if err := s.loadAll(ctx); err != nil {
		return nil, err
	}
	return s.publish(), nil
}

// Refresh builds the devices whose model has changed by now, and what Reload asked for, and returns the present set.
func (s *LocalSource) Refresh(ctx context.Context) (*Set, error) {
	s.building.Lock()
	for _, d := range s.devices {
		if s.opts.Model.Device(d.device) != d.root {
			s.note(d.device)
		}
	}
	s.building.Unlock()
	return s.advance(ctx)
}

// Reload asks Watch to read the inventory again. It does not wait.
func (s *LocalSource) Reload() {
	s.asked.Lock()
	s.reload = true
	s.asked.Unlock()
	s.rouse()
}

// DeviceChanged tells that the model of a device has changed. It does not wait; changes are gathered for a moment.
func (s *LocalSource) DeviceChanged(id string) {
	s.note(id)
	s.rouse()
}

func (s *LocalSource) note(id string) {
	s.asked.Lock()
	defer s.asked.Unlock()
	s.device[id] = true
}

func (s *LocalSource) rouse() {
	select {
	case s.wake <- struct{}{}:
	default: // it is roused already
	}
}

// take returns what is to do, and forgets it.
func (s *LocalSource) take() (reload bool, devices map[string]bool) {
	s.asked.Lock()
	defer s.asked.Unlock()
	reload, devices = s.reload, s.device
	s.reload, s.device = false, map[string]bool{}
	return reload, devices
}

// advance does what is to do and returns the set that comes of it: the same as before when nothing changed.
func (s *LocalSource) advance(ctx context.Context) (*Set, error) {
	s.building.Lock()
	defer s.building.Unlock()
	reload, devices := s.take()
	var err error
	if reload {
		err = s.loadAgain(ctx)
	} else {
		err = s.rebuild(ctx, devices)
	}
	if err != nil {
		s.asked.Lock() // ctx has ended; whoever comes next finds it to do still
		s.reload = s.reload || reload
		for id := range devices {
			s.device[id] = true
		}
		s.asked.Unlock()
		return nil, err
	}
	return s.publish(), nil
}

// loadAgain is loadAll for a source that works: what makes a first load fail is only a problem then.
func (s *LocalSource) loadAgain(ctx context.Context) error {
	err := s.loadAll(ctx)
	if err == nil || ctx.Err() != nil {
		return err
	}
	s.log.Error("the inventory was not loaded again", "error", err)
	s.trouble = []Problem{{
		Position: Position{Path: s.opts.Paths[0], Line: 1, Col: 1}, Severity: ProblemError, Unit: "the inventory",
		Message: "it stays as it was loaded before: " + err.Error(),
	}}
	return nil
}

// loadAll reads and builds everything. With an error what was built before stays in use.
func (s *LocalSource) loadAll(ctx context.Context) error {
	inv, err := s.read(ctx)
	if err != nil {
		return err
	}
	kept := restore(inv, s.good)
	b, err := newBuilder(inv, s.opts.Model, s.opts.Builder, BuildOptions{Options: s.opts.Options, ZProperties: s.opts.ZProperties})
	if err != nil {
		return err
	}
	if err := Seed(inv, s.opts.Model); err != nil {
		return fmt.Errorf("putting the inventory into the model: %w", err)
	}
	b.kept = s.keptOrGood(ctx)
	devices, err := b.build(ctx, b.wanted())
	if err != nil {
		return err
	}
	b.kept = s.keptSource
	if s.set == nil { // later, having nothing to collect is a state like others
		if err := explainNothing(b.filter, joinDevices(inv.Problems, devices)); err != nil {
			return err
		}
	}
	s.share(devices)
	s.builder, s.devices, s.trouble = b, devices, nil
	if len(kept) > 0 {
		s.log.Warn("parts of the inventory are kept as they last were good", "parts", strings.Join(kept, ", "))
	}
	s.keepGood(inv)
	return nil
}

// read reads the inventory and notes what the files looked like before: what is written meanwhile counts as a change.
func (s *LocalSource) read(ctx context.Context) (*Inventory, error) {
	folders := s.watched()
	before := fingerprint(folders)
	s.files = before
	opts := LoadOptions{Strict: s.opts.Strict}
	if packs, ok := s.opts.Builder.(datasource.PackBuilder); ok {
		opts.PackTypes = packs.PackTypes
	}
	inv, err := Load(ctx, s.opts.Paths, opts)
	if err != nil {
		return nil, err
	}
	s.loaded.Store(inv)
	if now := s.watched(); !slices.Equal(now, folders) {
		s.files = 0
		if fingerprint(folders) == before {
			s.files = fingerprint(now)
		}
	}
	return inv, nil
}

// rebuild builds devices whose model has changed.
func (s *LocalSource) rebuild(ctx context.Context, ids map[string]bool) error {
	var changed []*Device
	var places []int
	for i, d := range s.devices {
		if ids[d.device] && s.opts.Model.Device(d.device) != d.root {
			changed, places = append(changed, s.builder.inv.Device(d.device)), append(places, i)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	s.builder.now = time.Now()
	built, err := s.builder.build(ctx, changed)
	if err != nil {
		return err
	}
	s.share(built)
	s.devices = slices.Clone(s.devices)
	for n, i := range places {
		s.devices[i] = built[n]
	}
	return nil
}

// share puts tasks that did not change in the place of their equals, so that sets share them.
func (s *LocalSource) share(built []*deviceConfigs) {
	for _, d := range built {
		before := s.built(d.device)
		if before == nil {
			continue
		}
		for i, task := range d.tasks {
			at, ok := slices.BinarySearchFunc(before.tasks, task.Identity, func(t *TaskConfig, id Identity) int {
				return compareIdentity(t.Identity, id)
			})
			if ok && sameConfig(before.tasks[at], task) {
				d.tasks[i] = before.tasks[at]
			}
		}
	}
}

// built returns what a device came to last, or nil.
func (s *LocalSource) built(id string) *deviceConfigs {
	i, ok := slices.BinarySearchFunc(s.devices, id, func(d *deviceConfigs, id string) int { return strings.Compare(d.device, id) })
	if !ok {
		return nil
	}
	return s.devices[i]
}

// publish makes the present set, unless it is what was given out last.
func (s *LocalSource) publish() *Set {
	next := joinDevices(slices.Concat(s.builder.inv.Problems, s.trouble), s.devices)
	next = s.flapping.slow(s.set, next, time.Now())
	if s.set != nil && Diff(s.set, next).Empty() && slices.Equal(s.set.Problems, next.Problems) &&
		slices.Equal(s.set.NotCollected, next.NotCollected) && s.set.devices == next.devices {
		return s.set
	}
	s.set = next
	return next
}
