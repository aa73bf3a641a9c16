package python

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"
)

// maxOpen is how many questions about sources are on their way at once: enough to keep the process busy while the
// daemon is at work on the answers, and few enough that a death costs little.
const maxOpen = 1024

// builderProcess is one process of the role builder. It answers in the order it is asked, one thing after another, so
// that the oldest open question is the one it is busy with.
type builderProcess struct {
	worker *Worker
	log    hclog.Logger
	limit  time.Duration // for one question
	window chan struct{} // a token for each open question about a source
	gone   chan struct{} // closed once it has ended

	sending sync.Mutex // held while frames that belong together are queued; guards told
	told    map[string]toldDevice

	mu       sync.Mutex // guards what follows
	open     []*call    // in the order asked
	next     uint64
	retired  bool      // it is to end
	since    time.Time // when it began with the oldest open question
	watchdog *time.Timer
}

// toldDevice is the state of a device that the process was last told.
type toldDevice struct {
	root    *maps.Object
	version uint64
	call    *call
}

// call is one question on its way.
type call struct {
	id      uint64
	subject string // what is blamed when it hangs or kills the process
	after   *call  // that tells the device's tree, where this one needs it; nil once that is known to be well
	windows bool   // it holds a token of the window
	done    chan struct{}

	// Set before done is closed.
	value   any
	err     *Error
	lost    error // the process ended before it answered
	culprit bool  // and was busy with this
}

func (c *call) wait(ctx context.Context) error {
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("asking for the config of %s: %w", c.subject, context.Cause(ctx))
	}
}

// fault returns the call that the process was busy with when it was lost: this one, or the one it needs.
func (c *call) fault() *call {
	switch {
	case c.culprit:
		return c
	case c.after != nil && c.lost != nil:
		// Of calls that are lost together done is closed in their order.
		return c.after.fault()
	}
	return nil
}

func newBuilderProcess(log hclog.Logger, limit time.Duration) *builderProcess {
	p := &builderProcess{
		log: log, limit: limit, window: make(chan struct{}, maxOpen), gone: make(chan struct{}), told: map[string]toldDevice{},
	}
	p.watchdog = time.AfterFunc(limit, p.watch)
	p.watchdog.Stop()
	return p
}

// source asks about a source, after telling the device's tree where it has changed. It waits while the window is full.
func (p *builderProcess) source(ctx context.Context, s *datasource.Source) (*call, error) {
	tree := s.Tree()
	args := sourceArgs(s)
	select {
	case p.window <- struct{}{}:
	case <-p.gone:
		return nil, errGone
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	p.sending.Lock()
	defer p.sending.Unlock()
	model, err := p.tell(s.Device, tree)
	if err != nil {
		<-p.window
		return nil, err
	}
	return p.send(&call{subject: classSubject(s), after: model, windows: true}, methodSource, args)
}

// tell tells the device's tree unless the process has it, and returns the call that did, which may still be open.
func (p *builderProcess) tell(device string, tree *datasource.DeviceTree) (*call, error) {
	last, known := p.told[device]
	if known && last.root == tree.Root && last.version == tree.Version && !last.call.failed() {
		return last.call, nil
	}
	model, err := p.send(&call{subject: deviceSubject(device)}, methodModel, modelArgs(tree))
	if err != nil {
		return nil, err
	}
	p.told[device] = toldDevice{tree.Root, tree.Version, model}
	return model, nil
}

func (c *call) failed() bool {
	select {
	case <-c.done:
		return c.err != nil
	default:
		return false
	}
}

// send queues a question.
func (p *builderProcess) send(c *call, method string, args map[string]any) (*call, error) {
	c.done = make(chan struct{})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next++
	c.id = p.next
	if err := p.worker.Build(c.id, method, args); err != nil {
		if c.windows {
			<-p.window
		}
		return nil, err
	}
	p.open = append(p.open, c)
	if len(p.open) == 1 {
		p.begin()
	}
	return c, nil
}

// begin starts the clock of the oldest open question; mu is held.
func (p *builderProcess) begin() {
	p.since = time.Now()
	p.watchdog.Reset(p.limit)
}

// built takes an answer.
func (p *builderProcess) built(_ *Worker, b Built) {
	p.mu.Lock()
	i := slices.IndexFunc(p.open, func(c *call) bool { return c.id == b.Request })
	if i < 0 {
		p.mu.Unlock()
		p.log.Warn("the python builder answered what it was not asked", "request", b.Request)
		return
	}
	c := p.open[i]
	p.open = slices.Delete(p.open, i, i+1)
	if len(p.open) > 0 {
		p.begin()
	} else {
		p.watchdog.Stop()
	}
	p.mu.Unlock()
	c.value, c.err = b.Value, b.Err
	p.finish(c)
}

func (p *builderProcess) finish(c *call) {
	if c.windows {
		<-p.window
	}
	close(c.done)
}

// watch kills a process that is busy with one question for too long.
func (p *builderProcess) watch() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.open) == 0 {
		return
	}
	if left := p.limit - time.Since(p.since); left > 0 { // it went on just now
		p.watchdog.Reset(left)
		return
	}
	p.worker.Kill(fmt.Sprintf("it was busy with %s for %s", p.open[0].subject, p.limit))
}

// ended gives back all that was open when the process ended. Unless it was to end, that is put down to the oldest.
func (p *builderProcess) ended(_ *Worker, exit Exit) {
	p.mu.Lock()
	open, retired := p.open, p.retired
	p.open = nil
	p.watchdog.Stop()
	p.mu.Unlock()
	close(p.gone)
	lost := lostError(exit)
	for i, c := range open {
		c.lost, c.culprit = lost, i == 0 && !retired
		p.finish(c)
	}
}

func lostError(exit Exit) error {
	if exit.Reason != "" {
		return errors.New("the python builder was ended: " + exit.Reason)
	}
	return fmt.Errorf("the python builder died: %s", exit.Status)
}

// retire makes the process end once it is idle, or when ctx ends.
func (p *builderProcess) retire(ctx context.Context) {
	p.mu.Lock()
	p.retired = true
	p.mu.Unlock()
	p.worker.Close(ctx)
}
