package options

import (
	"math"
	"time"
)

// howOptions bound and time the runs.
var howOptions = []Definition{
	{
		Name: "maxparallel", Dest: "maxTasks", Group: GroupHow, Status: Working, Value: "N", Default: "500",
		Help: "Runs in flight at once, over all tasks.",
		set:  bind(func(o *Options) *int { return &o.MaxParallel }, whole(1)),
	},
	{
		Name: "twistedthreadpoolsize", Dest: "threadPoolSize", Group: GroupHow, Status: Working, Value: "N", Default: "10",
		Help: "Threads that execute plugin code. A run that waits for the network holds none.",
		set:  bind(func(o *Options) *int { return &o.ThreadPoolSize }, whole(1)),
	},
	{
		Name: "python", Group: GroupHow, Status: Working, Value: "PATH", Computed: "the virtual environment that `zenpython python setup` makes, else python3",
		Help:  "Python interpreter for the plugins of ZenPacks. It must have Twisted, msgpack, zope.interface and fissix.",
		verbs: daemonVerbs | pluginsVerb | setupVerb,
		set:   bind(func(o *Options) *string { return &o.Python }, text),
	},
	{
		Name: "pythonworkers", Group: GroupHow, Status: Working, Value: "N", Default: "0",
		Help: "Processes that run Python plugins. 0: one a CPU. None is started before there is a Python data source.",
		set:  bind(func(o *Options) *int { return &o.PythonWorkers }, whole(0)),
	},
	{
		Name: "startspread", Group: GroupHow, Status: Working, Value: valueSeconds, Unit: "s", Default: "10",
		Help: "Time over which the first runs of tasks are spread. It is shorter for few tasks and for short intervals.",
		set:  bind(func(o *Options) *time.Duration { return &o.StartSpread }, seconds),
	},
	{
		Name: "runningtimeout", Group: GroupHow, Status: Working, Value: "FACTOR", Unit: "cycle times", Default: "3.0",
		Help: "How many times its cycle time a collect may take before it is cancelled. 0: no limit.",
		set:  bind(func(o *Options) *float64 { return &o.RunningTimeout }, number(0, math.Inf(1))),
	},
	{
		Name: "hooktimeout", Group: GroupHow, Status: Working, Value: valueSeconds, Unit: "s", Default: "30",
		Help: "Time that the hooks after collect have together.",
		set:  bind(func(o *Options) *time.Duration { return &o.HookTimeout }, someSeconds),
	},
	{
		Name: "blockingwarning", Dest: "blockingWarning", Group: GroupHow, Status: Working, Value: valueSeconds, Unit: "s", Default: "3.0",
		Help: "Log a hook call that blocks at least this long. 0: log every call.",
		set:  bind(func(o *Options) *time.Duration { return &o.BlockingWarning }, seconds),
	},
	{
		Name: "blockingtimeout", Dest: "blockingTimeout", Group: GroupHow, Status: Working, Value: valueSeconds, Unit: "s", Default: "30.0",
		Help: "How long Python code may keep a worker's reactor before the worker is killed; a class that does it three times is switched off and listed in zenpython.blocked. At 0 or below nothing is killed, and listed classes are run all the same.",
		set:  bind(func(o *Options) *time.Duration { return &o.BlockingTimeout }, signedSeconds),
	},
}
