package monitor

// Labels of metrics that tell numbers apart.
const (
	byReason = "reason"
	byClass  = "class"
)

// Metrics returns the table of all metrics of the daemon, besides those that the Go runtime and the process give.
func Metrics() []Metric {
	return []Metric{
		{"zenpython_devices", gauge, "", "devices", "Devices that have tasks.",
			one(func(s *Statistics) float64 { return float64(s.Devices) })},
		{"zenpython_tasks", gauge, "", "taskCount", "Tasks scheduled.",
			one(func(s *Statistics) float64 { return float64(s.Tasks) })},
		{"zenpython_runs_in_flight", gauge, "", "runningTasks", "Runs started and not yet settled.",
			one(func(s *Statistics) float64 { return float64(s.Running) })},
		{"zenpython_runs_queued", gauge, "", "queuedTasks", "Runs that are due and wait for their start.",
			one(func(s *Statistics) float64 { return float64(s.Queued) })},
		{"zenpython_runs_contained", gauge, "", "", "Runs settled whose code has not returned; each holds its task back.",
			one(func(s *Statistics) float64 { return float64(s.Contained) })},
		{"zenpython_slots_due_total", counter, "", "", "Slots that fell due: runs plus missed.",
			one(func(s *Statistics) float64 { return float64(s.Due) })},
		{"zenpython_slots_missed_total", counter, byReason, "missedRuns", "Slots that no run was started for, by reason.",
			each(func(s *Statistics) map[string]uint64 { return s.Missed })},
		{"zenpython_runs_total", counter, "outcome", "", "Runs settled, by outcome.",
			each(func(s *Statistics) map[string]uint64 { return s.Runs })},
		{"zenpython_runs_failed_total", counter, "", "failedRuns", "Runs that failed before any hook could handle it, as upstream counts them.",
			one(func(s *Statistics) float64 { return float64(s.FailedRuns) })},
		{"zenpython_runs_timed_out_total", counter, "", "timedOutTasks", "Runs that ended in a running timeout which no hook handled.",
			one(func(s *Statistics) float64 { return float64(s.TimedOutTasks) })},
		{"zenpython_hook_seconds_total", counter, "", "percentBlocked", "Seconds spent inside hooks, over all threads of the pool.",
			one(func(s *Statistics) float64 { return s.HookSeconds })},
		{"zenpython_pool_threads", gauge, "", "", "Threads for plugin code (--twistedthreadpoolsize).",
			one(func(s *Statistics) float64 { return float64(s.Threads) })},
		{"zenpython_max_parallel", gauge, "", "", "Runs that may be in flight (--maxparallel).",
			one(func(s *Statistics) float64 { return float64(s.MaxParallel) })},
		{"zenpython_items_returned_total", counter, byClass, "", "Items that plugins returned or published, and the daemon's own, by class.",
			each(func(s *Statistics) map[string]uint64 { return s.Returned })},
		{"zenpython_records_produced_total", counter, byClass, "", "Records made of them, by class.",
			each(func(s *Statistics) map[string]uint64 { return s.Produced })},
		{"zenpython_items_rejected_total", counter, byReason, "", "Items that no record was made of, by reason.",
			each(func(s *Statistics) map[string]uint64 { return s.Rejected })},
		{"zenpython_items_merged_total", counter, byReason, "", "Events that became part of another, by reason.",
			each(func(s *Statistics) map[string]uint64 { return s.Merged })},
		{"zenpython_items_suppressed_total", counter, byReason, "", "Events that were not worth a record, by reason.",
			each(func(s *Statistics) map[string]uint64 { return s.Suppressed })},
		{"zenpython_records_published_total", counter, byClass, "", "Records that the hub or its streams took, by class.",
			each(func(s *Statistics) map[string]uint64 { return s.Published })},
		{"zenpython_records_dropped_total", counter, byReason, "discardedEvents", "Records lost on their way to the hub, by reason.",
			each(func(s *Statistics) map[string]uint64 { return s.Dropped })},
		{"zenpython_records_queued", gauge, byClass, "", "Records that wait to be published, by class.",
			each(func(s *Statistics) map[string]uint64 { return s.RecordsQueued })},
		{"zenpython_records_in_flight", gauge, byClass, "", "Records handed to the publisher and not yet confirmed, by class.",
			each(func(s *Statistics) map[string]uint64 { return s.RecordsInFlight })},
		{"zenpython_event_queue_length", gauge, "", "eventQueueLength", "Events that wait in the queue.",
			one(func(s *Statistics) float64 { return float64(s.EventQueueLength) })},
		{"zenpython_config_reloads_total", counter, "", "", "Times that the configs were built again.",
			one(func(s *Statistics) float64 { return float64(s.Reloads) })},
		{"zenpython_config_reload_success", gauge, "", "", "1 when the last build of the configs found no error.",
			one(func(s *Statistics) float64 { return truth(s.ReloadGood) })},
		{"zenpython_config_problems", gauge, "", "", "Problems that the last build of the configs found.",
			one(func(s *Statistics) float64 { return float64(s.Problems) })},
		{"zenpython_hub_up", gauge, "", "", "1 while the hub or its streams take records.",
			one(func(s *Statistics) float64 { return truth(s.HubUp) })},
	}
}
