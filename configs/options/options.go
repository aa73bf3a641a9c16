// Package options knows the daemon's options: upstream's names, spellings,
// defaults and precedence (spec §4.2), and our own beside them.
//
// One table defines every option: the ones that work, and upstream's that are
// replaced or retired, each with what to use instead. The command-line flags,
// the configuration file template and docs/options.md are all made from it.
package options

import (
	"regexp"
	"time"

	"github.com/hashicorp/go-hclog"
)

// Options are the settings of one daemon process after all layers are laid
// over each other. Durations are given as seconds in every layer. A field's
// option is named in its comment.
type Options struct {
	// What is collected.

	// Inventory lists the inventory folders and files (--inventory). It is
	// never empty unless RedisURL is set: then the hub gives the configs.
	Inventory []string
	// Monitor is the named pool this collector belongs to (--monitor).
	Monitor string
	// Device is the only device to collect; empty means all (--device).
	Device string
	// DataSource is the only data source to collect; zero means all (--datasource).
	DataSource DataSource
	// Collect keeps only the plugins whose `module.Class` it finds; nil keeps all (--collect).
	Collect *regexp.Regexp
	// Ignore drops the plugins whose `module.Class` it finds; nil drops none (--ignore).
	Ignore *regexp.Regexp
	// Workers is the number of processes the monitor's devices are split among (--workers).
	Workers int
	// WorkerID is this process's place among the Workers, from 0 (--workerid).
	WorkerID int
	// Strict makes errors of warnings about ZenPacks (--strict).
	Strict bool

	// How it is collected.

	// MaxParallel bounds the runs in flight over all tasks (--maxparallel).
	MaxParallel int
	// ThreadPoolSize bounds the goroutines inside plugin code (--twistedthreadpoolsize).
	ThreadPoolSize int
	// Python is the interpreter for Python plugins; empty means the usual one (--python). Use PythonPath.
	Python string
	// PythonWorkers is the number of processes that run Python plugins; 0 means one a CPU (--pythonworkers).
	PythonWorkers int
	// StartSpread is the longest time over which first runs are spread (--startspread).
	StartSpread time.Duration
	// RunningTimeout times a task's cycletime is how long collect may run; 0 is no limit (--runningtimeout).
	RunningTimeout float64
	// HookTimeout is what the hooks after collect share (--hooktimeout).
	HookTimeout time.Duration
	// BlockingWarning is how long one hook call may block before it is logged; 0 logs each (--blockingwarning).
	BlockingWarning time.Duration
	// BlockingTimeout is how long Python code may keep a worker's reactor; at 0 or below there is no limit, and the classes
	// that BlockedFile lists are run (--blockingtimeout).
	BlockingTimeout time.Duration

	// The process.

	// Cycle runs on the schedule until stopped, rather than once (--cycle).
	Cycle bool
	// Daemon detaches from the terminal (--daemon).
	Daemon bool
	// ConfigFile is the configuration file that was read; empty means none (--configfile).
	ConfigFile string
	// GenConf asks for the configuration file template on stdout (--genconf).
	GenConf bool
	// VarDir is the folder of pid files and state, shared by the daemons of a
	// machine (--var-dir). Use StateDir for what belongs to this one.
	VarDir string
	// PIDPath is the pid file asked for; empty means the usual place (--pidfile). Use PIDFile.
	PIDPath string
	// Listen is the host:port of the status listener; empty means none (--listen).
	Listen string
	// HeartbeatTimeout is how long after a heartbeat the hub misses the daemon (--heartbeattimeout).
	HeartbeatTimeout time.Duration
	// WriteStatistics is the time between posts of the daemon's own statistics; 0 posts none (--writeStatistics).
	WriteStatistics time.Duration
	// LogTaskStats is the time between logs of each task's statistics; 0 logs none (--logTaskStats).
	LogTaskStats time.Duration
	// RunMetrics says which values about its own runs a task gives (--run-metrics).
	RunMetrics RunMetrics

	// Logging.

	// LogSeverity is the least level that is logged (--logseverity).
	LogSeverity hclog.Level
	// LogFormat is how a log line is written (--log-format).
	LogFormat LogFormat
	// LogPath is the folder of the log file (--logpath). Use LogFile.
	LogPath string
	// MaxLogSize is the size in bytes at which the log file is rotated (--maxlogsize, in KB).
	MaxLogSize int64
	// MaxBackupLogs is the number of rotated log files kept (--maxbackuplogs).
	MaxBackupLogs int
	// DualLog logs to the log file and to stderr (--duallog).
	DualLog bool
	// LogFileOnly logs to the log file alone, also in the foreground (--logfileonly).
	LogFileOnly bool
	// TraceMetricName selects by metric name the values whose way is logged; nil selects none by it (--traceMetricName).
	TraceMetricName *regexp.Regexp
	// TraceMetricKey selects by context key the values whose way is logged; nil
	// selects none by it (--traceMetricKey). With both given a value must match both.
	TraceMetricKey *regexp.Regexp

	// Records on their way to the hub.

	// RedisURL is the Redis the records go to; empty means a hub in this process (--redis-url).
	RedisURL RedisURL
	// InitialHubTimeout is how long the start waits for the first answer of Redis (--initialHubTimeout).
	InitialHubTimeout time.Duration
	// NoPublish keeps all records from any hub (--no-publish).
	NoPublish bool
	// EventFlushInterval is the time between flushes of the event queue (--eventflushseconds).
	EventFlushInterval time.Duration
	// EventFlushChunk is the number of events in one batch (--eventflushchunksize).
	EventFlushChunk int
	// MaxQueueLen bounds the event queue; the oldest event is dropped (--maxqueuelen).
	MaxQueueLen int
	// QueueHighWatermark is the part of MaxQueueLen, 0 to 1, at which the queue counts as full to those who can wait (--queuehighwatermark).
	QueueHighWatermark float64
	// AllowDuplicateClears passes clears that repeat (--allowduplicateclears).
	AllowDuplicateClears bool
	// DuplicateClearInterval passes each Nth repeated clear when they are
	// allowed; 0 passes all (--duplicateclearinterval).
	DuplicateClearInterval int
	// DisableEventDeduplication sends equal events one by one (--disable-event-deduplication).
	DisableEventDeduplication bool
	// MetricBufferSize bounds the values that wait in memory; the oldest is dropped (--metricBufferSize).
	MetricBufferSize int

	// Output of a run without Cycle.

	// Format is how the results are printed (--format).
	Format Format
	// Runs is the number of rounds with the same plugin instances (--runs).
	Runs int
	// Pause is the time between two rounds (--pause).
	Pause time.Duration
}

// RunMetrics is how much a task tells about its own runs.
type RunMetrics string

// The kinds of run metrics.
const (
	RunMetricsOff   RunMetrics = "off"   // nothing
	RunMetricsBasic RunMetrics = "basic" // up and duration
	RunMetricsFull  RunMetrics = "full"  // counts of records too
)

// LogFormat is how a log line is written.
type LogFormat string

// The log formats.
const (
	LogText LogFormat = "text" // for people
	LogJSON LogFormat = "json" // one JSON object a line
)

// Format is how the results of a run are printed.
type Format string

// The output formats.
const (
	FormatTable Format = "table" // for people
	FormatJSON  Format = "json"  // JSON lines
)
