package options

import "regexp"

// whatOptions choose what is collected.
var whatOptions = []Definition{
	{
		Name: "inventory", Group: GroupWhat, Status: Working, Value: "PATH", Repeat: true, verbs: daemonVerbs | checkVerb | pluginsVerb,
		Computed: "$ZENHOME/etc/zenpython.d; without ZENHOME configs/example; none with --redis-url",
		Help:     "Folder or file that says which devices are collected, and how. May be given several times (in the environment: parted by colons). Without one, --redis-url lets the hub give the configs.",
		set:      addInventory,
		reset:    func(o *Options) { o.Inventory = nil },
	},
	{
		Name: "monitor", Group: GroupWhat, Status: Working, Value: valueName, Default: "localhost", verbs: daemonVerbs | controlVerbs,
		Help: "Pool of collectors this one belongs to.",
		set:  bind(func(o *Options) *string { return &o.Monitor }, monitorName),
	},
	{
		Name: "device", Short: "d", Group: GroupWhat, Status: Working, Value: "ID",
		Help: "Collect this device only, whatever --workers says.",
		set:  bind(func(o *Options) *string { return &o.Device }, text),
	},
	{
		Name: "datasource", Group: GroupWhat, Status: Working, Value: "TEMPLATE/DATASOURCE",
		Help: "Collect this data source only, and log its values.",
		set:  bind(func(o *Options) *DataSource { return &o.DataSource }, dataSource),
	},
	{
		Name: "collect", Dest: "collectPlugins", Group: GroupWhat, Status: Working, Value: "REGEX",
		Help: "Collect only the plugins in whose module.Class the expression is found (a type written in Go: datasource/package.Type). Not together with --ignore.",
		set:  bind(func(o *Options) **regexp.Regexp { return &o.Collect }, pythonRegexp),
	},
	{
		Name: "ignore", Dest: "ignorePlugins", Group: GroupWhat, Status: Working, Value: "REGEX",
		Help: "Leave out the plugins in whose module.Class the expression is found. Not together with --collect.",
		set:  bind(func(o *Options) **regexp.Regexp { return &o.Ignore }, pythonRegexp),
	},
	{
		Name: "workers", Group: GroupWhat, Status: Working, Value: "N", Default: "1", Hidden: true, verbs: daemonVerbs | controlVerbs,
		Help: "Number of processes that share the devices of the monitor; each device belongs to one of them.",
		set:  bind(func(o *Options) *int { return &o.Workers }, whole(1)),
	},
	{
		Name: "workerid", Group: GroupWhat, Status: Working, Value: "I", Default: "0", Hidden: true, verbs: daemonVerbs | controlVerbs,
		Help: "Which of the --workers this process is, from 0. Collector id, pid file, state folder and log file carry it.",
		set:  bind(func(o *Options) *int { return &o.WorkerID }, whole(0)),
	},
	{
		Name: "strict", Group: GroupWhat, Status: Working, FlagOnly: true, verbs: checkVerb,
		Help: "Make errors of the warnings about ZenPacks.",
		set:  bind(func(o *Options) *bool { return &o.Strict }, onOff),
	},
}

func addInventory(o *Options, path string) error {
	if path != "" {
		o.Inventory = append(o.Inventory, path)
	}
	return nil
}
