// Package runner runs the hooks of due tasks.
//
// # One run
//
// A job is one slot of one task. When the limits allow it becomes a run, and its hooks are called in upstream's order
// (spec §4.9, §4.10):
//
//	Collect → OnResult → OnSuccess | OnError → OnComplete
//
// Every hook may return a plain value, an error, or a Deferred, whose value may be a Deferred again; a panic is an
// error that is logged with the plugin's name. Also an error that Collect itself returns goes through the hooks. What
// is left at the end is handed to Options.Ended, once for every run. A job that is not started any more, because the
// runner drains, is handed to Options.Abandoned instead; there is no third way:
//
//	enqueued = ended{outcome} + abandoned{stopping}
//
// # Limits
//
// Two limits apply to every run. Options.Threads bounds the goroutines in plugin code, Options.MaxParallel the runs in
// flight. A run that waits for a Deferred is in flight and holds no goroutine: firing the Deferred queues its
// continuation, and continuations are served before new starts. While others wait, one plugin holds at most half of
// MaxParallel and one device at most ten runs.
//
// One goroutine, the dispatcher, feeds the pool (ants) with worker loops, never with single hooks, and never from
// inside the pool. A loop serves what is ready until nothing is.
//
// # A run ends twice
//
// It is settled when its chain is over: the slot is accounted for, Options.Ended has been called. It is released when
// no code works for it any more: then its task's gate is idle, and the next slot may enter. Nearly always the two are
// one moment. They part when code does not return although its time is up:
//
//   - Collect has the running timeout. For the call itself it counts from the start; for a Deferred that it handed
//     back, from its return. Then the call's context ends, or the Deferred is cancelled, and the chain goes on with
//     ErrRunningTimeout, unless the canceller gave an error or value of its own (spec §4.11).
//   - The later hooks share one context of Options.HookTimeout. When that is over the run ends with ErrHookTimeout,
//     and hooks that were still to come are not called.
//
// A call that has not returned a second after its context ended is contained: the chain goes on, on another goroutine,
// and the stuck one no longer counts as one of Threads. Up to four times Threads goroutines there may be in all. So the
// hooks after a contained Collect may run while it still does; a plugin that ignores its context has to expect that.
// The task's gate stays Settled, and its slots are missed as contained, until the call returns; what it returns is
// dropped, and the extra goroutine goes. The same holds for a goroutine that datasource.Go started and that does not
// return when it is cancelled.
//
// What no runner can contain in its own process: memory, os.Exit, fatal errors of the Go runtime, and a goroutine that
// plugin code starts with a bare go statement.
//
// # Cost
//
// A run whose hooks return at once arms no timer and makes no channel: a call is looked at every 100 ms while a worker
// is busy, and given an exact time only when it is found to block.
package runner
