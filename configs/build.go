package configs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	model "github.com/zenpython/zenpython/maps"
)

// BuildOptions say what of an inventory is built.
type BuildOptions struct {
	// Options filter devices, data sources and plugins: -d, --workers, --datasource, --collect, --ignore. nil is no
	// filter.
	Options *options.Options
	// ZProperties are values laid over the definitions' defaults, which everything in the inventory overrides.
	ZProperties map[string]any
	// Now is what `now` is in TALES; zero is the time of the call.
	Now time.Time
}

// Build binds the inventory's templates to the objects of the model and returns the tasks that come of it (spec §3.3,
// §4.6). What goes wrong costs a data source or a threshold of one object and is listed in the Set. An error is
// returned when ctx ends, and when the options ask for what does not exist. Devices are built beside each other; equal
// arguments give equal sets.
func Build(ctx context.Context, inv *Inventory, m model.Model, plugins datasource.Builder, opts BuildOptions) (*Set, error) {
	b, err := newBuilder(inv, m, plugins, opts)
	if err != nil {
		return nil, err
	}
	devices, err := b.build(ctx, b.wanted())
	if err != nil {
		return nil, err
	}
	return b.finish(devices)
}

// keeper returns a data source as it was when it last could be built, nil when it never could.
type keeper func(device string, component datasource.Component, template, name string) *datasource.DataSourceConfig

// builder builds the devices of one inventory, over and again as the model changes. It is safe for concurrent use.
type builder struct {
	inv     *Inventory
	model   model.Model
	plugins datasource.Builder
	ahead   datasource.Prefetcher // plugins, when it answers from another process; else nil
	filter  *options.Options
	now     time.Time
	kept    keeper // nil keeps nothing

	mu        sync.Mutex
	templates map[*Template]*compiledTemplate // compiled so far; guarded by mu
}

func newBuilder(inv *Inventory, m model.Model, plugins datasource.Builder, opts BuildOptions) (*builder, error) {
	if opts.Options == nil {
		opts.Options = &options.Options{}
	}
	if opts.Now.IsZero() {
		opts.Now = time.Now()
	}
	inv, err := inv.withDefaults(opts.ZProperties)
	if err != nil {
		return nil, err
	}
	if err := checkFilter(inv, opts.Options); err != nil {
		return nil, err
	}
	ahead, _ := plugins.(datasource.Prefetcher)
	return &builder{
		inv: inv, model: m, plugins: plugins, ahead: ahead, filter: opts.Options, now: opts.Now,
		templates: map[*Template]*compiledTemplate{},
	}, nil
}

// withDefaults returns the inventory with other defaults of zProperties.
func (inv *Inventory) withDefaults(values map[string]any) (*Inventory, error) {
	if len(values) == 0 {
		return inv, nil
	}
	out := *inv
	out.ZProperties = maps.Clone(inv.ZProperties)
	for name, value := range values {
		definition, ok := out.ZProperties[name]
		if !ok {
			return nil, fmt.Errorf("set the default of zProperty %s: it is not defined", name)
		}
		var err error
		if definition.Default, err = definition.Coerce(value); err != nil {
			return nil, fmt.Errorf("set the default of zProperty %w", err)
		}
		out.ZProperties[name] = definition
	}
	return &out, nil
}

// wanted returns the devices that the filter lets through, in the order of the inventory.
func (b *builder) wanted() []*Device {
	var wanted []*Device
	for _, d := range b.inv.Devices {
		if b.filter.WantsDevice(d.ID) {
			wanted = append(wanted, d)
		}
	}
	return wanted
}

// build builds devices beside each other and returns them in the order given.
func (b *builder) build(ctx context.Context, devices []*Device) ([]*deviceConfigs, error) {
	built := make([]*deviceConfigs, len(devices))
	g, working := errgroup.WithContext(ctx)
	goroutines, each := runtime.GOMAXPROCS(0), devicesEach
	if b.ahead != nil {
		goroutines, each = devicesWaiting, 1
	}
	g.SetLimit(goroutines)
	for part := range slices.Chunk(indexes(len(devices)), each) {
		g.Go(func() error {
			for _, i := range part {
				if err := working.Err(); err != nil {
					return err
				}
				built[i] = b.device(working, devices[i])
			}
			return nil
		})
	}
	if err := errors.Join(g.Wait(), ctx.Err()); err != nil {
		return nil, fmt.Errorf("building the configs: %w", err)
	}
	return built, nil
}

const (
	// devicesEach is how many devices one goroutine takes at a time.
	devicesEach = 64
	// devicesWaiting is how many devices are built beside each other where most of that is waiting for another process.
	devicesWaiting = 64
)

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// finish joins the devices and says when a filter has left nothing.
func (b *builder) finish(devices []*deviceConfigs) (*Set, error) {
	set := joinDevices(b.inv.Problems, devices)
	if err := explainNothing(b.filter, set); err != nil {
		return nil, err
	}
	return set, nil
}

// compiled returns the template ready to be bound.
func (b *builder) compiled(t *Template) *compiledTemplate {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.templates[t]
	if c == nil {
		c = compileTemplate(t)
		b.templates[t] = c
	}
	return c
}
