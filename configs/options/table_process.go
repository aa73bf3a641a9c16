package options

import "time"

// processOptions shape the daemon as a process.
var processOptions = []Definition{
	{
		Name: "cycle", Short: "c", Group: GroupProcess, Status: Working,
		Help: "Run on the schedule until stopped, rather than everything once.",
		set:  bind(func(o *Options) *bool { return &o.Cycle }, onOff),
	},
	{
		Name: "daemon", Short: "D", Group: GroupProcess, Status: Working,
		Help: "Detach from the terminal.",
		set:  bind(func(o *Options) *bool { return &o.Daemon }, onOff),
	},
	{
		Name: "configfile", Short: "C", Group: GroupProcess, Status: Working, Value: "FILE", FlagOnly: true,
		Computed: "$ZENHOME/etc/zenpython.conf if it is there",
		verbs:    daemonVerbs | controlVerbs | checkVerb | pluginsVerb | setupVerb,
		Help:     "Configuration file of this daemon.",
		set:      bind(func(o *Options) *string { return &o.ConfigFile }, text),
	},
	{
		Name: "genconf", Group: GroupProcess, Status: Working, FlagOnly: true,
		Help: "Print a template of the configuration file and exit.",
		set:  bind(func(o *Options) *bool { return &o.GenConf }, onOff),
	},
	{
		Name: "help", Short: "h", Group: GroupProcess, Status: Working, FlagOnly: true, verbs: daemonVerbs | controlVerbs | checkVerb,
		Help: "Print the options and exit.",
	},
	{
		Name: "var-dir", Group: GroupProcess, Status: Working, Value: "DIR", verbs: daemonVerbs | controlVerbs | pluginsVerb | setupVerb,
		Computed: "$ZENHOME/var; without ZENHOME $XDG_STATE_HOME/zenpython, else ~/.local/state/zenpython",
		Help:     "Folder of pid file and state.",
		set:      bind(func(o *Options) *string { return &o.VarDir }, text),
	},
	{
		Name: "pidfile", Group: GroupProcess, Status: Working, Value: "FILE", verbs: daemonVerbs | controlVerbs,
		Computed: "zenpython-MONITOR.pid in --var-dir, with several workers zenpython-MONITOR@WORKERID.pid",
		Help:     "File that holds the process id.",
		set:      bind(func(o *Options) *string { return &o.PIDPath }, text),
	},
	{
		Name: "listen", Group: GroupProcess, Status: Working, Value: "HOST:PORT", Default: "127.0.0.1:14682", verbs: daemonVerbs | controlVerbs,
		Help: "Where /metrics, /healthz and /readyz are served, with --cycle or when something asks for them. Without a host it is the loopback; off: nowhere. Of several workers each adds its --workerid to the default port.",
		set:  bind(func(o *Options) *string { return &o.Listen }, listenAddress),
	},
	{
		Name: "heartbeattimeout", Group: GroupProcess, Status: Working, Value: valueSeconds, Unit: "s", Default: "900",
		Help: "How long after a heartbeat the daemon is missed.",
		set:  bind(func(o *Options) *time.Duration { return &o.HeartbeatTimeout }, someSeconds),
	},
	{
		Name: "writeStatistics", Group: GroupProcess, Status: Working, Value: valueSeconds, Unit: "s", Default: "30",
		Help: "Time between posts of the daemon's own statistics. 0: none.",
		set:  bind(func(o *Options) *time.Duration { return &o.WriteStatistics }, seconds),
	},
	{
		Name: "logTaskStats", Group: GroupProcess, Status: Working, Value: valueSeconds, Unit: "s", Default: "0",
		Help: "Time between logs of the statistics of each task. 0: none.",
		set:  bind(func(o *Options) *time.Duration { return &o.LogTaskStats }, seconds),
	},
	{
		Name: "run-metrics", Group: GroupProcess, Status: Working, Value: "off|basic|full", Default: "off",
		Help: "Values each task gives about its own runs. basic: whether it is up, and the duration; full: counts of its records too.",
		set:  bind(func(o *Options) *RunMetrics { return &o.RunMetrics }, oneOf(RunMetricsOff, RunMetricsBasic, RunMetricsFull)),
	},
}
