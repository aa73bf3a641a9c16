package wire

// Reason says why an item or a slot did not go its way. Every reason there is stands in the table below; metrics, logs,
// events, `dropped` rows and docs/reasons.md show the same names.
type Reason string

// Accepted is the absence of a reason: the item goes its way.
const Accepted Reason = ""

// What a result returned and no record was made of.
const (
	UnknownComponent Reason = "unknown_component"
	UnknownDatapoint Reason = "unknown_datapoint"
	NoValue          Reason = "no_value"
	BadValue         Reason = "bad_value"
	BadEvent         Reason = "bad_event"
	BadMetric        Reason = "bad_metric"
	BadMap           Reason = "bad_map"
	BadResult        Reason = "bad_result"
	Future           Reason = "future"
	TooOld           Reason = "too_old"
	RateFirst        Reason = "rate_first"
	RateSameTime     Reason = "rate_same_time"
	RateOutOfOrder   Reason = "rate_out_of_order"
	RateOutOfBounds  Reason = "rate_out_of_bounds"
	TooLarge         Reason = "too_large"
	Limit            Reason = "limit"
)

// What became part of another record, or was not worth one.
const (
	Repeat      Reason = "repeat"
	Heartbeat   Reason = "heartbeat"
	ClearRepeat Reason = "clear_repeat"
)

// Records that were lost on their way to the hub.
const (
	QueueFull   Reason = "queue_full"
	BufferFull  Reason = "buffer_full"
	HubRejected Reason = "hub_rejected"
	Shutdown    Reason = "shutdown"
)

// Slots that no run was started for.
const (
	Running   Reason = "running"
	Queued    Reason = "queued"
	Contained Reason = "contained"
	Down      Reason = "down"
	ClockStep Reason = "clock_step"
	Stopping  Reason = "stopping"
)

// ReasonKind is the term of the ledgers that a reason counts in.
type ReasonKind string

// The kinds, in the order in which a record or slot meets them.
const (
	Rejected   ReasonKind = "rejected"
	Merged     ReasonKind = "merged"
	Suppressed ReasonKind = "suppressed"
	Dropped    ReasonKind = "dropped"
	Missed     ReasonKind = "missed"
)

// Kinds returns all kinds, in the order of the table.
func Kinds() []ReasonKind { return []ReasonKind{Rejected, Merged, Suppressed, Dropped, Missed} }

// ReasonInfo is a row of the table of reasons.
type ReasonInfo struct {
	Reason  Reason
	Kind    ReasonKind
	Meaning string // one line, without a full stop
	Remedy  string // what the operator or the plugin's author can do about it
}

// Info returns the reason's row; false when there is no such reason.
func (r Reason) Info() (ReasonInfo, bool) {
	for _, info := range reasons {
		if info.Reason == r {
			return info, true
		}
	}
	return ReasonInfo{}, false
}

// Reasons returns the table of all reasons, grouped by kind.
func Reasons() []ReasonInfo { return append([]ReasonInfo(nil), reasons...) }

var reasons = []ReasonInfo{
	{UnknownComponent, Rejected, "values for a component that the task does not collect",
		"compare the component ids of the result with the task's in `zenpython debug`; the device itself is `None`, never an empty string"},
	{UnknownDatapoint, Rejected, "a value whose key is no datapoint of the task's data sources",
		"add the datapoint to the template, or correct the key: `datapoint` or `datasource_datapoint`"},
	{NoValue, Rejected, "a datapoint was given without a value: None, or nothing of a form that holds one",
		"leave the key out when there is nothing to report"},
	{BadValue, Rejected, "a value that is no number, or a timestamp that is no time",
		"return a number, a numeric text, or (value, timestamp)"},
	{BadEvent, Rejected, "an event that is no dictionary of field names, or has a field that cannot be sent",
		"return dictionaries with at least `summary` and `severity`; nest no deeper than 32 levels"},
	{BadMetric, Rejected, "an ad hoc metric without a name, or with a value that is no number",
		"give each metric a name and a numeric value"},
	{BadMap, Rejected, "a map that is neither an ObjectMap nor a RelationshipMap, or has an attribute that cannot be sent",
		"return maps of the two kinds with plain attributes; nest no deeper than 32 levels"},
	{BadResult, Rejected, "a result that has no form known here",
		"return a dictionary as made by `new_data()`, or nothing"},
	{Future, Rejected, "a timestamp more than ten minutes ahead of this machine's clock",
		"check the clocks (NTP) and the unit: timestamps are seconds since 1970"},
	{TooOld, Rejected, "a timestamp older than the value store takes",
		"check the clocks (NTP) and the unit: timestamps are seconds since 1970"},
	{RateFirst, Rejected, "the first value of a COUNTER or DERIVE: there is no rate yet",
		"nothing; the second value gives the first rate"},
	{RateSameTime, Rejected, "a COUNTER or DERIVE value with the timestamp of the one before it",
		"return one value a timestamp"},
	{RateOutOfOrder, Rejected, "a COUNTER or DERIVE value older than the one before it",
		"return the values of a datapoint in the order of their timestamps"},
	{RateOutOfBounds, Rejected, "a rate outside the datapoint's rrdmin and rrdmax, such as after a counter's reset",
		"nothing after a restart of what is monitored; else widen the bounds"},
	{TooLarge, Rejected, "a record bigger than one record may be",
		"shorten its texts, or split the map"},
	{Limit, Rejected, "more items than one result may hold",
		"return less at once, or raise the limit of the data source type"},

	{Repeat, Merged, "an event equal to one still unsent, folded into it: `count` grows",
		"nothing"},
	{Heartbeat, Merged, "a heartbeat that a newer one replaced before it was sent",
		"nothing"},

	{ClearRepeat, Suppressed, "a clear for what was cleared last time, with no problem between",
		"nothing; `--allowduplicateclears` and `--duplicateclearinterval` send them"},

	{QueueFull, Dropped, "the oldest event gave way because `--maxqueuelen` events were unsent",
		"see why the hub or Redis does not take records; raise `--maxqueuelen` to hold more"},
	{BufferFull, Dropped, "the oldest values or maps gave way because the buffer was full",
		"see why the hub or Redis does not take records; raise `--metricBufferSize` to hold more values"},
	{HubRejected, Dropped, "a batch that the hub refused for good",
		"see the error in the log; hub and collector may be of different versions"},
	{Shutdown, Dropped, "records still unsent when the collector had to stop",
		"see why the hub or Redis did not take records within the time allowed for stopping"},

	{Running, Missed, "the task's last run was still under way",
		"raise the cycle time, or find out why a run takes longer than its interval"},
	{Queued, Missed, "the task's last slot was still waiting for its start",
		"raise `--twistedthreadpoolsize` or `--maxparallel`, or spread the load"},
	{Contained, Missed, "the task's last run is accounted for, but its code has not returned",
		"the plugin hangs: give its waits a timeout, or watch its context"},
	{Down, Missed, "the collector was not running, or was held up",
		"nothing, when the stop was meant"},
	{ClockStep, Missed, "the wall clock was set ahead, or the machine was suspended",
		"let NTP slew the clock"},
	{Stopping, Missed, "the collector was stopping",
		"nothing"},
}
