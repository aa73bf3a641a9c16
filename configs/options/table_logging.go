package options

import (
	"regexp"

	"github.com/hashicorp/go-hclog"
)

// loggingOptions say what is logged, how and where.
var loggingOptions = []Definition{
	{
		Name: "logseverity", Short: "v", Group: GroupLogging, Status: Working, Value: "LEVEL", Default: "INFO",
		verbs: daemonVerbs | controlVerbs | checkVerb,
		Help:  "Least level that is logged: DEBUG, INFO, WARNING, ERROR, CRITICAL, or the number 10, 20, 30, 40, 50. Below 10: everything. CRITICAL shows errors too.",
		set:   bind(func(o *Options) *hclog.Level { return &o.LogSeverity }, severity),
	},
	{
		Name: "log-format", Group: GroupLogging, Status: Working, Value: "text|json", Default: "text",
		verbs: daemonVerbs | controlVerbs | checkVerb,
		Help:  "How log lines are written.",
		set:   bind(func(o *Options) *LogFormat { return &o.LogFormat }, oneOf(LogText, LogJSON)),
	},
	{
		Name: "logpath", Group: GroupLogging, Status: Working, Value: "DIR",
		Computed: "$ZENHOME/log; without ZENHOME the folder log in --var-dir",
		Help:     "Folder of the log file zenpython.log, which is written with --daemon, --duallog or --logfileonly. Of several workers each has its own.",
		set:      bind(func(o *Options) *string { return &o.LogPath }, text),
	},
	{
		Name: "maxlogsize", Group: GroupLogging, Status: Working, Value: "KB", Unit: "KB", Default: "10240",
		Help: "Size at which the log file is rotated.",
		set:  bind(func(o *Options) *int64 { return &o.MaxLogSize }, kilobytes),
	},
	{
		Name: "maxbackuplogs", Group: GroupLogging, Status: Working, Value: "N", Default: "3",
		Help: "Number of rotated log files that are kept.",
		set:  bind(func(o *Options) *int { return &o.MaxBackupLogs }, whole(0)),
	},
	{
		Name: "duallog", Group: GroupLogging, Status: Working,
		Help: "Log to the log file and to stderr.",
		set:  bind(func(o *Options) *bool { return &o.DualLog }, onOff),
	},
	{
		Name: "logfileonly", Group: GroupLogging, Status: Working,
		Help: "Log to the log file and not to stderr.",
		set:  bind(func(o *Options) *bool { return &o.LogFileOnly }, onOff),
	},
	{
		Name: "traceMetricName", Group: GroupLogging, Status: Working, Value: "REGEX",
		Help: "Log the way of the values in whose metric name the expression is found. With --traceMetricKey both must match.",
		set:  bind(func(o *Options) **regexp.Regexp { return &o.TraceMetricName }, pythonRegexp),
	},
	{
		Name: "traceMetricKey", Group: GroupLogging, Status: Working, Value: "REGEX",
		Help: "Log the way of the values in whose context key the expression is found. With --traceMetricName both must match.",
		set:  bind(func(o *Options) **regexp.Regexp { return &o.TraceMetricKey }, pythonRegexp),
	},
}
