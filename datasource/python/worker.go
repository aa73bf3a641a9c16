package python

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	hclog "github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/datasource"
)

// Role says what a process is for.
type Role string

// The roles.
const (
	RoleWorker  Role = "worker"
	RoleBuilder Role = "builder"
)

// Loop is the event loop that a worker's plugins run in.
type Loop string

// The loops: Twisted's reactor over epoll, or over asyncio for classes that ask for it.
const (
	LoopEpoll   Loop = "epoll"
	LoopAsyncio Loop = "asyncio"
)

// Welcome is what a worker is told once, before anything else.
type Welcome struct {
	Options         map[string]any // daemon options by dest, for ICollectorPreferences
	Packs           []Pack
	SysPath         []string      // put on sys.path, in this order
	Threads         int           // reactor thread pool
	HTTP            int           // cap of getPage
	BlockingWarning time.Duration // hooks that take longer are warned of; 0 is never
	Cache           string        // folder for translated source, "" for none
	// OpaqueKey seals what only Python can read on its way through the daemon: 32 random bytes, the same for all processes
	// of one daemon, so that a worker reads what a builder wrote and nothing that anybody else did.
	OpaqueKey []byte
}

// Pack is a ZenPack of the worker.
type Pack struct {
	Name string
	Path string
}

// Options say how a worker is started and who is told what it says.
type Options struct {
	Python   string   // path of the interpreter
	Args     []string // its arguments in place of those that start the embedded host; for other programs of the protocol
	HostPath string   // folder that holds the package zenpython (see UnpackHost)
	// Host finds HostPath when the first process is started, where it is empty: who has no Python plugins needs no folder.
	Host       func() (string, error)
	Role       Role     // default RoleWorker
	Loop       Loop     // default LoopEpoll
	Env        []string // further "NAME=value", over the daemon's own environment
	Credential *Credential
	Welcome    Welcome
	Window     int           // results that may be on their way at once; default 1,024
	StartLimit time.Duration // how long the process may take to say hello; default 60 s
	Name       string        // in logs, default "python"
	Logger     hclog.Logger  // required
	Handlers   Handlers
	// Describe gives key-value pairs, such as plugin and device, for the log lines of a task or, with a task of 0, of a
	// run. nil is none.
	Describe func(task, run uint64) []any
}

// Credential is the user that Python code runs as; only root can choose another than its own.
type Credential struct{ UID, GID uint32 }

// Handlers are told what a worker reports. All of one worker are called one after another on one goroutine, Exit last;
// a handler that blocks holds up that worker's reports, and in time the worker. Those that are nil are not told.
type Handlers struct {
	Configured func(*Worker, Configured)
	Started    func(w *Worker, run uint64) // the hook chain has begun
	Result     func(*Worker, Result)
	Publish    func(w *Worker, task uint64, data *datasource.Data)
	Interval   func(w *Worker, task uint64, seconds float64)
	Cleaned    func(w *Worker, task uint64, err *Error) // the answer to Drop
	Call       func(*Worker, Call)                      // to be answered by Answer
	Built      func(*Worker, Built)
	Exit       func(*Worker, Exit)
}

// Configured is the answer to Configure.
type Configured struct {
	Task       uint64
	Err        *Error   // the plugin class or its constructor failed
	StartDelay *float64 // seconds, where the plugin has one
	Loop       Loop     // the loop that the class asks for; another worker's business when it is not this one's
}

// Result is how a run ended.
type Result struct {
	Run      uint64
	Outcome  Outcome
	Data     *datasource.Data // nil for none
	Err      *Error           // left at the end of the chain
	Seconds  float64          // the chain's duration
	Blocked  float64          // seconds of it inside hooks
	Raised   bool             // collect raised at once
	TimedOut bool             // the running timeout passed
}

// Call is a plugin's getService(...).callRemote.
type Call struct {
	ID, Task        uint64
	Service, Method string
	Args            []any
	Kwargs          map[string]any
}

// Built is the answer to Build.
type Built struct {
	Request uint64
	Value   any
	Err     *Error
}

// Worker is one Python process. Its methods never wait for it, but for Close. Safe for concurrent use.
type Worker struct {
	opts    Options
	log     hclog.Logger
	proc    *process
	frames  net.Conn
	writer  *frameWriter
	beat    heartbeat
	ledger  ledger
	hello   hello
	credits int // results since the last credit frame; the reader's own

	reason  atomic.Pointer[string] // why it is being killed
	readers sync.WaitGroup
	done    chan struct{}
}

// Start starts a worker and returns once it has said hello in the right version; ctx ends the waiting. The error says
// what is wrong with the Python installation and what to do. Every worker that Start returned ends with Handlers.Exit.
func Start(ctx context.Context, opts Options) (*Worker, error) {
	opts.setDefaults()
	if opts.HostPath == "" && opts.Host != nil {
		var err error
		if opts.HostPath, err = opts.Host(); err != nil {
			return nil, err
		}
	}
	w := &Worker{opts: opts, log: opts.Logger.Named(opts.Name), done: make(chan struct{})}
	proc, err := startProcess(&w.opts)
	if err != nil {
		return nil, err
	}
	w.proc, w.frames = proc, proc.frames
	w.writer = newFrameWriter(w.frames)
	tail := w.readLines()
	reader := newFrameReader(w.frames)
	if err := w.shakeHands(ctx, reader); err != nil {
		return nil, w.abandon(err, tail)
	}
	w.beat.start(time.Now())
	w.readers.Go(func() { w.beat.read(proc.beats) })
	w.readers.Go(func() { w.write() })
	go w.run(reader)
	w.log.Info("python worker started", "pid", w.hello.pid, "python", w.hello.python, "twisted", w.hello.twisted, "loop", opts.Loop)
	return w, nil
}

func (o *Options) setDefaults() {
	const window, startLimit = 1024, time.Minute
	if o.Role == "" {
		o.Role = RoleWorker
	}
	if o.Loop == "" {
		o.Loop = LoopEpoll
	}
	if o.Window <= 0 {
		o.Window = window
	}
	if o.StartLimit <= 0 {
		o.StartLimit = startLimit
	}
	if o.Name == "" {
		o.Name = "python"
	}
}

// PID is the process id of the Python process.
func (w *Worker) PID() int { return w.hello.pid }

// Name is the worker's name in logs.
func (w *Worker) Name() string { return w.opts.Name }

// Loop is the event loop that the worker runs.
func (w *Worker) Loop() Loop { return w.opts.Loop }

// Beat returns the last heartbeat.
func (w *Worker) Beat() Beat { return w.beat.get() }

// Usage returns what the worker and its descendants hold; zero once it has ended.
func (w *Worker) Usage() (Usage, error) {
	select {
	case <-w.done:
		return Usage{}, nil
	default:
		return usageOf(w.hello.pid)
	}
}

// Done is closed once the process and all its descendants are gone and Handlers.Exit has returned.
func (w *Worker) Done() <-chan struct{} { return w.done }

// Kill kills the process and all its descendants, for the reason that Exit will give. Only the first reason counts.
func (w *Worker) Kill(reason string) {
	if w.reason.CompareAndSwap(nil, &reason) {
		w.log.Debug("killing the python worker", "pid", w.hello.pid, "reason", reason)
	}
	w.proc.kill()
}

// Close drains the worker, kills it when ctx ends first, and returns when it is gone.
func (w *Worker) Close(ctx context.Context) {
	if err := w.Drain(); err != nil {
		w.Kill(err.Error())
	}
	select {
	case <-w.done:
	case <-ctx.Done():
		w.Kill("it did not end in time")
		<-w.done
	}
}
