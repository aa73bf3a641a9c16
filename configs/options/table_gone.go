package options

const (
	useRedis   = "--redis-url: daemon and hub talk through Redis"
	useManager = "the service manager, as systemd with Restart= and TimeoutStartSec="
	useStatus  = "--listen and the verbs status, stats and debug"
	useSpread  = "--startspread: all configs are loaded at once, first runs are spread"
)

// goneOptions are upstream's options that do nothing here any more. They stay
// in the table so that whoever brings an old file or script learns what to do.
var goneOptions = []Definition{
	{Name: "manhole", Status: Replaced, Instead: useStatus + "; the console's private key was public"},
	{Name: "manhole-port", Status: Replaced, Value: "PORT", Default: "7777", Instead: useStatus},
	{Name: "manhole-username", Status: Replaced, Value: valueName, Default: "zenoss", Instead: useStatus},
	{Name: "manhole-password", Status: Replaced, Value: "PASSWORD", Default: "zenoss", Secret: true, Instead: useStatus},

	{Name: "genxmltable", Status: Replaced, Instead: "docs/options.md, which is made from the same table"},
	{Name: "genxmlconfigs", Status: Replaced, Instead: "the verb genconf: there is no page that edits options as XML"},

	{Name: "uid", Status: Replaced, Value: "USER", Default: "zenoss", Instead: "the service manager, as systemd with User=: the daemon keeps the user that starts it"},
	{Name: "weblog", Status: Replaced, Instead: "--log-format json"},
	{Name: "watchdog", Status: Replaced, Instead: useManager},
	{Name: "watchdogPath", Status: Replaced, Value: "PATH", Instead: useManager},
	{Name: "starttimeout", Status: Replaced, Value: valueSeconds, Unit: "s", Instead: useManager},
	{Name: "socketOption", Status: Retired, Value: "NAME=VALUE", Repeat: true, Instead: "the daemon binds no socket that needs one"},

	{Name: "hubhost", Status: Replaced, Value: "HOST", Default: "localhost", Instead: useRedis},
	{Name: "hubport", Status: Replaced, Value: "PORT", Default: "8789", Instead: useRedis},
	{Name: "hubusername", Status: Replaced, Value: valueName, Default: "admin", Instead: useRedis},
	{Name: "hubpassword", Status: Replaced, Value: "PASSWORD", Default: "zenoss", Secret: true, Instead: useRedis},
	{Name: "zenhubpinginterval", Status: Retired, Value: valueSeconds, Unit: "s", Default: "120", Instead: "a lost connection to Redis shows at the next batch and is made anew"},
	{Name: "metricsChannel", Status: Replaced, Value: valueName, Default: "metrics", Instead: "the streams of docs/streams.md, named after --monitor"},
	{Name: "maxOutstandingMetrics", Status: Replaced, Value: "N", Default: "864000000", Instead: "--metricBufferSize for what waits here; the length of a stream is the hub's care"},
	{Name: "disable-ping-perspective", Status: Retired, Instead: "no ping daemon tells this one from where a device is seen"},
	{Name: "localport", Status: Replaced, Value: "PORT", Default: "14682", Instead: "--listen, with the same port by default"},

	{Name: "twistedconcurrenthttp", Status: Replaced, Value: "N", Default: "512", Instead: "--maxparallel: a run of the types here makes one request at a time"},
	{Name: "device-config-update-interval", Status: Replaced, Value: "MINUTES", Unit: "min", Default: "5", Instead: "reload by difference: inventory folders are watched, SIGHUP asks for it, the hub pushes"},
	{Name: "dispatch", Status: Replaced, Value: valueName, Hidden: true, Instead: "--workers and --workerid"},
	{Name: "configsipsize", Status: Replaced, Value: "N", Default: "25", Instead: useSpread},
	{Name: "configsipdelay", Status: Replaced, Value: valueSeconds, Unit: "s", Default: "1", Instead: useSpread},
}
