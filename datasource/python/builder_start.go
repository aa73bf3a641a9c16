package python

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// The methods of the protocol's build frames.
const (
	methodModel   = "model"
	methodTypes   = "types"
	methodSource  = "source"
	methodClasses = "classes"
	// methodProblems asks what of the packs' code failed so far.
	methodProblems = "problems"
)

// backOff delays starts after processes that came to nothing.
type backOff struct {
	inARow int
	until  time.Time
	cause  error
}

// Delays double from the first to the longest.
const (
	firstDelay   = time.Second
	longestDelay = time.Minute
)

func (f *backOff) failed(cause error) {
	f.inARow++
	delay := longestDelay
	if doublings := f.inARow - 1; doublings < 6 {
		delay = min(firstDelay<<doublings, longestDelay)
	}
	f.until, f.cause = time.Now().Add(delay), cause
}

func (f *backOff) refuse() error {
	if time.Now().Before(f.until) {
		return fmt.Errorf("the python builder is not started again before %s: %w", f.until.Format(time.TimeOnly), f.cause)
	}
	return nil
}

// ask puts the question about a source on its way.
func (b *Builder) ask(ctx context.Context, s *datasource.Source) (*call, error) {
	for _, subject := range []string{classSubject(s), deviceSubject(s.Device)} {
		if err := b.refuse(subject); err != nil {
			return nil, err
		}
	}
	return b.onProcess(ctx, func(p *builderProcess) (*call, error) { return p.source(ctx, s) })
}

// onProcess sends on the present process, or on the next one where that has just ended.
func (b *Builder) onProcess(ctx context.Context, send func(*builderProcess) (*call, error)) (*call, error) {
	for {
		p, err := b.running(ctx)
		if err != nil {
			return nil, err
		}
		c, err := send(p)
		if !errors.Is(err, errGone) {
			return c, err
		}
		select {
		case <-p.gone:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// running returns the process, started where there is none.
func (b *Builder) running(ctx context.Context) (*builderProcess, error) {
	if p, err := b.present(); p != nil || err != nil {
		return p, err
	}
	select {
	case b.starting <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-b.starting }()
	if p, err := b.present(); p != nil || err != nil {
		return p, err
	}
	return b.start(ctx)
}

// present returns the process that runs, nil when one is to be started, or why none is.
func (b *Builder) present() (*builderProcess, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return nil, errBuilderClosed
	case b.process != nil:
		select {
		case <-b.process.gone:
			b.process = nil
		default:
			return b.process, nil
		}
	}
	return nil, b.failures.refuse()
}

// start starts a process and lets it load the packs; the token of starting is held. One that does not come through that
// is ill itself; what kills it afterwards is what it is busy with.
func (b *Builder) start(ctx context.Context) (*builderProcess, error) {
	p, err := b.load(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case err == nil:
		b.process, b.failures = p, backOff{}
		return p, nil
	case ctx.Err() == nil:
		b.failures.failed(err)
	}
	return nil, fmt.Errorf("asking plugin code for configs: %w", err)
}

// load starts a process and asks it for the types that packs define.
func (b *Builder) load(ctx context.Context) (*builderProcess, error) {
	p := newBuilderProcess(b.log, b.opts.Timeout)
	opts := b.opts.Worker
	b.mu.Lock()
	opts.Welcome.Packs = b.packs
	b.mu.Unlock()
	opts.Handlers = Handlers{Built: p.built, Exit: p.ended}
	var err error
	if p.worker, err = Start(ctx, opts); err != nil {
		return nil, err
	}
	types, err := p.loaded(ctx, methodTypes)
	if err == nil {
		err = b.warn(ctx, p)
	}
	if err != nil {
		p.worker.Kill("it did not load the packs")
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.types = readTypes(types)
	return p, nil
}

// loaded asks for something about the packs and waits for the answer.
func (p *builderProcess) loaded(ctx context.Context, method string) (*call, error) {
	c, err := p.send(&call{subject: "the packs"}, method, map[string]any{})
	if err != nil {
		return nil, err
	}
	if err := c.wait(ctx); err != nil {
		return nil, err
	}
	return c, c.lost
}

// warn logs what of the packs' code cannot be used.
func (b *Builder) warn(ctx context.Context, p *builderProcess) error {
	c, err := p.loaded(ctx, methodProblems)
	if err != nil {
		return err
	}
	for _, item := range listOf(c.value) {
		m, _ := item.(map[string]any)
		e := Error{Type: fmt.Sprint(m["type"]), Text: fmt.Sprint(m["text"])}
		b.log.Warn("a part of a ZenPack cannot be used", "what", m["what"], "name", m["name"], "error", e.Error())
	}
	return nil
}

// retire ends the present process; the token of starting is held.
func (b *Builder) retire(ctx context.Context) {
	b.mu.Lock()
	p := b.process
	b.process = nil
	b.mu.Unlock()
	if p != nil {
		p.retire(ctx)
	}
}

// PackTypes makes packs those of the process, which is replaced when they differ from those it has, and returns the
// types that their code defines. Without packs there are none, and nothing is started.
func (b *Builder) PackTypes(ctx context.Context, packs []datasource.Pack) ([]datasource.PackType, error) {
	if err := b.setPacks(ctx, packs); err != nil {
		return nil, err
	}
	types, err := b.knownTypes(ctx)
	if err != nil {
		return nil, err
	}
	var list []datasource.PackType
	for _, t := range types.byName {
		list = append(list, t)
	}
	return list, nil
}

func (b *Builder) setPacks(ctx context.Context, packs []datasource.Pack) error {
	wanted := make([]Pack, len(packs))
	for i, p := range packs {
		wanted[i] = Pack(p)
	}
	select {
	case b.starting <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-b.starting }()
	b.mu.Lock()
	same := slices.Equal(wanted, b.packs)
	if !same {
		b.packs, b.types = wanted, packTypes{}
		clear(b.blamed)
	}
	b.mu.Unlock()
	if !same {
		// What it is busy with is asked again on the next one.
		ending, cancel := context.WithTimeout(ctx, b.opts.Timeout)
		defer cancel()
		b.retire(ending)
	}
	return nil
}

// knownTypes returns the types that packs define.
func (b *Builder) knownTypes(ctx context.Context) (packTypes, error) {
	b.mu.Lock()
	types, packs := b.types, b.packs
	b.mu.Unlock()
	if types.known || len(packs) == 0 {
		return types, types.err
	}
	if _, err := b.running(ctx); err != nil {
		return types, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.types, b.types.err
}

// packTypes are the types that the packs of a process define.
type packTypes struct {
	byName map[string]datasource.PackType
	known  bool  // it was asked
	err    error // but does not know
}

func readTypes(c *call) packTypes {
	if c.err != nil {
		return packTypes{known: true, err: fmt.Errorf("asking for the packs' data source types: %w", c.err)}
	}
	types := packTypes{known: true, byName: map[string]datasource.PackType{}}
	for _, item := range listOf(c.value) {
		m, _ := item.(map[string]any)
		text := func(key string) string { s, _ := m[key].(string); return s }
		if name := text("sourcetype"); name != "" && name != pythonSource {
			types.byName[name] = datasource.PackType{Name: name, PluginClassname: text("plugin_classname"), CycleTime: text("cycletime")}
		}
	}
	return types
}
