package python

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/datasource"
)

// BuilderOptions configure a Builder.
type BuilderOptions struct {
	// Worker says how its process is started. Role, Window and Handlers are the Builder's own; Welcome.Packs are the packs until
	// PackTypes gives others.
	Worker Options
	// Timeout is how long the process may be busy with one question, and with loading the packs. Default 30 s.
	Timeout time.Duration
	// BlameFor is how long a class that twice hung or killed the process is not asked again. Default 5 minutes.
	BlameFor time.Duration
	Logger   hclog.Logger // required
}

// Builder asks plugin code what only it can say about a config: in one Python process of the role builder, started when
// first needed and again when it has died. What a class does to that process costs data sources of that class alone. It
// is safe for concurrent use, and does best when many questions are on their way at once (see Prefetch).
type Builder struct {
	opts BuilderOptions
	log  hclog.Logger

	starting chan struct{} // holds a token while a process is started or replaced

	mu       sync.Mutex // guards what follows
	process  *builderProcess
	packs    []Pack
	types    packTypes
	failures backOff
	blamed   map[string]blame
	closed   bool
}

// blame is why something is not asked.
type blame struct {
	until time.Time
	cause error
}

var (
	_ datasource.Builder     = (*Builder)(nil)
	_ datasource.Prefetcher  = (*Builder)(nil)
	_ datasource.PackBuilder = (*Builder)(nil)

	errBuilderClosed = errors.New("the builder of python data sources is closed")
)

// NewBuilder returns a Builder that has started nothing yet.
func NewBuilder(opts BuilderOptions) *Builder {
	const timeout, blameFor = 30 * time.Second, 5 * time.Minute
	if opts.Timeout <= 0 {
		opts.Timeout = timeout
	}
	if opts.BlameFor <= 0 {
		opts.BlameFor = blameFor
	}
	opts.Worker.Role = RoleBuilder
	if opts.Worker.Logger == nil {
		opts.Worker.Logger = opts.Logger
	}
	if opts.Worker.Name == "" {
		opts.Worker.Name = string(RoleBuilder)
	}
	return &Builder{
		opts: opts, log: opts.Logger.Named(opts.Worker.Name), starting: make(chan struct{}, 1),
		packs: opts.Worker.Welcome.Packs, blamed: map[string]blame{},
	}
}

// Close ends the process, by force when ctx ends first. Questions fail from then on.
func (b *Builder) Close(ctx context.Context) {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.starting <- struct{}{} // whoever starts one is through, or sees that it is closed
	defer func() { <-b.starting }()
	b.retire(ctx)
}

// pythonSource is the sourcetype of data sources that name their plugin class themselves.
const pythonSource = "Python"

// Collects reports whether a data source has a dotted plugin class and is of type Python or of one that a pack's code
// defines. As long as it cannot be known which types packs define, any will do: what is wrong is told by ConfigKey.
func (b *Builder) Collects(sourceType, pluginClass string) bool {
	if !strings.Contains(pluginClass, ".") || strings.Contains(pluginClass, "/") || datasource.Lookup(sourceType) != nil {
		return false
	}
	if sourceType == pythonSource {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), b.opts.Timeout)
	defer cancel()
	types, err := b.knownTypes(ctx)
	_, ok := types.byName[sourceType]
	return ok || err != nil
}

// Prefetch asks about the source without waiting for the answer. It waits only while very many questions are open.
func (b *Builder) Prefetch(ctx context.Context, s *datasource.Source) bool {
	q := &question{}
	q.call, q.err = b.ask(ctx, s)
	s.Asked = q
	return true
}

// ConfigKey returns the class's config_key. The error names class, hook, exception and the last line of the traceback.
func (b *Builder) ConfigKey(ctx context.Context, s *datasource.Source) (datasource.ConfigKey, error) {
	a, err := b.answer(ctx, s)
	if err != nil {
		return datasource.ConfigKey{}, err
	}
	return a.key, a.keyErr
}

// Params returns the class's params; when they raise, an empty map with a Warning.
func (b *Builder) Params(ctx context.Context, s *datasource.Source) (any, error) {
	a, err := b.answer(ctx, s)
	if err != nil {
		return nil, err
	}
	if a.paramsErr != nil {
		return map[string]any{}, &datasource.Warning{Err: a.paramsErr}
	}
	return a.params, nil
}

// ProxyAttributes returns the values of the class's proxy attributes.
func (b *Builder) ProxyAttributes(ctx context.Context, s *datasource.Source) (map[string]any, error) {
	a, err := b.answer(ctx, s)
	if err != nil {
		return nil, err
	}
	return a.attributes, a.attributesErr
}

// question is what is kept with a source: it is asked once, for all three answers.
type question struct {
	call   *call // on its way; nil: to be asked
	faults int   // times that it hung or killed the process
	losses int   // times that the process was lost while it waited behind others
	answer *sourceAnswer
	err    error // in place of an answer
}

// Attempts at a question. What waited behind others has no part in the death of a process, and so is asked again more often.
const (
	maxFaults = 2
	maxLosses = 10
)

// answer returns what the source's question was answered with. When ctx ends the question stays open.
func (b *Builder) answer(ctx context.Context, s *datasource.Source) (*sourceAnswer, error) {
	q, ok := s.Asked.(*question)
	if !ok {
		q = &question{}
		s.Asked = q
	}
	for q.answer == nil && q.err == nil {
		if q.call == nil {
			if q.call, q.err = b.ask(ctx, s); q.err != nil {
				break
			}
		}
		if err := q.call.wait(ctx); err != nil {
			return nil, err
		}
		b.settle(q, s)
	}
	if err := ctx.Err(); err != nil && errors.Is(q.err, err) {
		s.Asked = nil // it was never asked
	}
	return q.answer, q.err
}

// settle takes what came of a call: an answer, an error, or that the process was lost and is to be asked again.
func (b *Builder) settle(q *question, s *datasource.Source) {
	call := q.call
	q.call = nil
	at := call.fault()
	switch {
	case at != nil:
		q.faults++
		if q.faults >= maxFaults {
			q.err = fmt.Errorf("%s: %w", at.subject, at.lost)
			b.blame(at.subject, at.lost)
		}
	case call.lost != nil:
		q.losses++
		if q.losses >= maxLosses {
			q.err = fmt.Errorf("%s was not answered: %w, and so %d times before", call.subject, call.lost, q.losses-1)
		}
	default:
		q.answer, q.err = readAnswer(call, s)
	}
}

// blame keeps a class, or a device's tree, from being asked for a while.
func (b *Builder) blame(subject string, cause error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, known := b.blamed[subject]; !known {
		b.log.Error("plugin code is not asked for configs for a while", "of", subject, "for", b.opts.BlameFor, "cause", cause)
	}
	b.blamed[subject] = blame{time.Now().Add(b.opts.BlameFor), cause}
}

// refuse returns why a subject is not asked at present.
func (b *Builder) refuse(subject string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	found, ok := b.blamed[subject]
	if !ok {
		return nil
	}
	if !time.Now().Before(found.until) {
		delete(b.blamed, subject)
		return nil
	}
	return fmt.Errorf("%s is not asked again before %s: %w", subject, found.until.Format(time.TimeOnly), found.cause)
}
