package options

import "time"

// recordOptions rule the events and values on their way to the hub.
var recordOptions = []Definition{
	{
		Name: "redis-url", Group: GroupRecords, Status: Working, Value: "URL", Secret: true, verbs: daemonVerbs | controlVerbs,
		Help: "Redis that leads to the hub, as redis://user:password@host:port/database, rediss:// or unix://. Empty: the hub runs in this process. A password is safer in the environment than on the command line.",
		set:  bind(func(o *Options) *RedisURL { return &o.RedisURL }, redisURL),
	},
	{
		Name: "initialHubTimeout", Group: GroupRecords, Status: Working, Value: valueSeconds, Unit: "s", Default: "30",
		Help: "How long the start waits for the first answer of Redis. Then a run without --cycle fails; one with it goes on and keeps trying.",
		set:  bind(func(o *Options) *time.Duration { return &o.InitialHubTimeout }, seconds),
	},
	{
		Name: "no-publish", Group: GroupRecords, Status: Working,
		Help: "Keep all results from any hub.",
		set:  bind(func(o *Options) *bool { return &o.NoPublish }, onOff),
	},
	{
		Name: "eventflushseconds", Group: GroupRecords, Status: Working, Value: valueSeconds, Unit: "s", Default: "5.0",
		Help: "Time between flushes of the event queue.",
		set:  bind(func(o *Options) *time.Duration { return &o.EventFlushInterval }, someSeconds),
	},
	{
		Name: "eventflushchunksize", Group: GroupRecords, Status: Working, Value: "N", Default: "50",
		Help: "Events sent in one batch.",
		set:  bind(func(o *Options) *int { return &o.EventFlushChunk }, whole(1)),
	},
	{
		Name: "maxqueuelen", Group: GroupRecords, Status: Working, Value: "N", Unit: "events", Default: "5000",
		Help: "Events that may wait in the queue; beyond that the oldest is dropped.",
		set:  bind(func(o *Options) *int { return &o.MaxQueueLen }, whole(1)),
	},
	{
		Name: "queuehighwatermark", Group: GroupRecords, Status: Working, Value: "PART", Default: "0.75",
		Help: "Part of --maxqueuelen, 0 to 1, from which on those who can wait with new events do.",
		set:  bind(func(o *Options) *float64 { return &o.QueueHighWatermark }, number(0, 1)),
	},
	{
		Name: "allowduplicateclears", Group: GroupRecords, Status: Working,
		Help: "Send clear events that repeat.",
		set:  bind(func(o *Options) *bool { return &o.AllowDuplicateClears }, onOff),
	},
	{
		Name: "duplicateclearinterval", Group: GroupRecords, Status: Working, Value: "N", Default: "0",
		Help: "With --allowduplicateclears send only each Nth repeated clear. 0: all.",
		set:  bind(func(o *Options) *int { return &o.DuplicateClearInterval }, whole(0)),
	},
	{
		Name: "disable-event-deduplication", Group: GroupRecords, Status: Working,
		Help: "Send equal events one by one, rather than one with a count.",
		set:  bind(func(o *Options) *bool { return &o.DisableEventDeduplication }, onOff),
	},
	{
		Name: "metricBufferSize", Group: GroupRecords, Status: Working, Value: "N", Unit: "values", Default: "65536",
		Help: "Values that may wait in memory; beyond that the oldest is dropped.",
		set:  bind(func(o *Options) *int { return &o.MetricBufferSize }, whole(1)),
	},
}

// outputOptions shape what a run without --cycle prints.
var outputOptions = []Definition{
	{
		Name: "format", Group: GroupOutput, Status: Working, Value: "table|json", Default: "table",
		Help: "How results are printed. json: for programs, and nothing else on stdout.", verbs: daemonVerbs | controlVerbs | checkVerb | pluginsVerb,
		set: bind(func(o *Options) *Format { return &o.Format }, oneOf(FormatTable, FormatJSON)),
	},
	{
		Name: "runs", Group: GroupOutput, Status: Working, Value: "N", Default: "1",
		Help: "Rounds with the same plugin instances.",
		set:  bind(func(o *Options) *int { return &o.Runs }, whole(1)),
	},
	{
		Name: "pause", Group: GroupOutput, Status: Working, Value: valueSeconds, Unit: "s", Default: "0",
		Help: "Time between two rounds.",
		set:  bind(func(o *Options) *time.Duration { return &o.Pause }, seconds),
	},
}
