// Package processor makes records of what runs give: it sets the defaults of events, matches values to datapoints, makes
// rates, holds values against thresholds, and hands what comes of it to the outlet. One bad item costs nothing but
// itself, and every item is accounted for.
package processor

import (
	"errors"
	"regexp"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/configs/options"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
)

// MaxAhead is how far a value's timestamp may be ahead of this machine's clock.
const MaxAhead = 10 * time.Minute

// Options configure a Processor. The zero value of a field is its default.
type Options struct {
	Outlet   Outlet       // required
	Observer Observer     // sees every item before the outlet; default none
	Stamp    events.Stamp // what every event gets
	// MaxAge is how old a value's timestamp may be; default a day, below zero without bound. It must not be more than the
	// hub's value store takes.
	MaxAge time.Duration
	// RateExpiry is how long the last value of a COUNTER or DERIVE is remembered; default seven days.
	RateExpiry time.Duration
	Limits     Limits
	RunMetrics options.RunMetrics // default options.RunMetricsOff
	// TraceMetricName and TraceMetricKey select the values of datapoints whose way is logged, by metric name and by context
	// key; with both a value must match both. Default none.
	TraceMetricName *regexp.Regexp
	TraceMetricKey  *regexp.Regexp
	Now             func() time.Time // default time.Now
	Logger          hclog.Logger     // default none
}

// Processor turns results into records. It is safe for concurrent use.
type Processor struct {
	outlet      Outlet
	observer    Observer
	stamp       events.Stamp
	maxAge      time.Duration
	limits      Limits
	runMetrics  options.RunMetrics
	trace       tracer
	now         func() time.Time
	log         hclog.Logger
	book        *book
	rates       *rateTable
	escalations *escalations
	results     sync.Pool // of *result
}

// New returns a processor. It starts nothing and need not be closed.
func New(opts Options) (*Processor, error) {
	if opts.Outlet == nil {
		return nil, errors.New("processor: an outlet is required")
	}
	setDefault(&opts.MaxAge, 24*time.Hour)
	setDefault(&opts.RateExpiry, 7*24*time.Hour)
	setDefault(&opts.RunMetrics, options.RunMetricsOff)
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Logger == nil {
		opts.Logger = hclog.NewNullLogger()
	}
	return &Processor{
		outlet: opts.Outlet, observer: opts.Observer, stamp: opts.Stamp, maxAge: opts.MaxAge,
		limits: opts.Limits.withDefaults(), runMetrics: opts.RunMetrics,
		trace: tracer{opts.TraceMetricName, opts.TraceMetricKey}, now: opts.Now, log: opts.Logger,
		book: newBook(), rates: newRateTable(opts.RateExpiry), escalations: newEscalations(),
		results: sync.Pool{New: newResult},
	}, nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Run is a run that has ended, as far as its result is concerned.
type Run struct {
	Config *configs.TaskConfig
	Slot   int64            // unix nanoseconds
	Number int              // 1…N in run mode, else 0
	Data   *datasource.Data // what the hooks left; may be nil
	Err    error            // the error that the hooks left, else nil
	Up     bool             // whether the outcome is ok or handled
	// TimeoutKey is NewTimeoutKey of the config, kept with the task; nil when the task has no running timeout.
	TimeoutKey *events.ClearKey
	Late       time.Duration // from the slot to the run's start
	Duration   time.Duration
	Ended      time.Time
	Schedule   Schedule // of the task; may be nil
}

// Schedule is what a result can change of its task's schedule: datasource.Handle is one. It is an interface and no
// function, since a method value would be garbage of every run.
type Schedule interface {
	// ChangeInterval makes the task run every seconds, a whole number above 0. An error rejects the interval.
	ChangeInterval(seconds float64) error
}

// Run processes a run's result: its events and that of the running timeout, its values, metrics, maps and interval, in
// upstream's order (spec §4.9). A run that gave nothing, of a task whose timeout event is known to be clear, costs next
// to nothing. The run's data must not be changed afterwards.
func (p *Processor) Run(run *Run) {
	timedOut := run.TimeoutKey != nil && errors.Is(run.Err, datasource.ErrRunningTimeout)
	cleared := run.TimeoutKey != nil && run.Err == nil
	if cleared && p.observer == nil && p.outlet.SuppressesClear(*run.TimeoutKey) {
		p.book.unbuilt.Add(1)
		cleared = false
	}
	if !timedOut && !cleared && isEmpty(run.Data) && p.runMetrics == options.RunMetricsOff {
		return
	}
	r := p.begin(run.Config, run.Config.Device, run.Slot, run.Number)
	defer r.end()
	r.addEvents(run.Data)
	switch {
	case timedOut:
		r.addEvent(OriginTimeout, timeoutEvent(run.Config, worstSeverity(run.Config)))
	case cleared:
		r.addEvent(OriginTimeout, timeoutEvent(run.Config, events.Clear))
	}
	r.addRest(run.Data)
	if run.Data != nil && run.Schedule != nil {
		r.changeInterval(run.Data.Interval, run.Schedule)
	}
	r.addRunMetrics(run)
}

// Publish processes what a task's plugin publishes outside of a run (spec §4.14). Data.Interval is left to the caller,
// who can tell the plugin what is wrong with it. The data must not be changed afterwards.
func (p *Processor) Publish(task *configs.TaskConfig, data *datasource.Data) {
	r := p.begin(task, task.Device, 0, 0)
	defer r.end()
	r.addEvents(data)
	r.addRest(data)
}

// Daemon processes an event that the daemon itself has to tell, such as its heartbeat. Device decides the shard and is
// the event's device where it has none.
func (p *Processor) Daemon(device string, e events.Event) {
	r := p.begin(nil, device, 0, 0)
	defer r.end()
	r.addEvent(OriginDaemon, e)
}

// DaemonMetrics processes metrics that the daemon gives of itself. Device decides the shard.
func (p *Processor) DaemonMetrics(device string, list []datasource.Metric) {
	r := p.begin(nil, device, 0, 0)
	defer r.end()
	for i := range list {
		r.addMetric(&list[i], false)
	}
}

// Forget drops what is remembered of a device that is collected no more: last values of counters, and how often
// thresholds were violated in a row.
func (p *Processor) Forget(device string) {
	p.rates.forget(device)
	p.escalations.forget(device)
}

// Ledger returns what became of all items so far. It is a consistent snapshot: Check holds at any time.
func (p *Processor) Ledger() Ledger { return p.book.snapshot() }
