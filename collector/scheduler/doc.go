// Package scheduler decides when each task runs.
//
// # Slots
//
// A task has an identity hash and an interval. Its slots are the instants
// phase + k·interval of absolute (unix) time, where phase = hash mod interval
// in nanoseconds; a slot is named by its instant. The grid depends on nothing
// else, so every collector that agrees on the hash agrees on the slots, and a
// restart or a change of interval to a divisor keeps the old points.
//
// # One owner
//
// [Scheduler.Run] is the one goroutine that touches the heap of due times.
// Everybody else posts commands, which are applied in the order posted and
// never make the poster wait. When slots fall due the owner enters each task's
// [Gate]; what it could enter is handed to [Options.Due], all else is reported
// to [Options.Missed] with a reason. Every due slot goes one of the two ways:
//
//	due = handed + missed{reason}
//
// What has been handed belongs to the runner, also when the task is removed
// meanwhile.
//
// # First run
//
// A new task starts after its start delay, or at once in run mode, or else
// spread by hash over min(StartSpread, interval/2, 1 ms a task added with it).
// The run counts for the slot it starts in. A grid point less than interval/2
// after a start is passed over and does not count as due.
//
// # Clocks
//
// Delays pass on the monotonic clock; the wall clock places the grid.
//
//   - A slot found late is still run until a quarter of its interval has gone.
//     Later than that, it and all slots passed since are missed as one entry:
//     "down" when the process itself was held up (stopped, starved).
//   - A wall clock that jumps ahead by more than a second, as it also does
//     after a suspend, during which the monotonic clock stands still, starts
//     nothing: what it jumped over is missed as "clock_step". A smaller jump
//     is absorbed, but a slot within interval/2 of the last start is missed
//     as "clock_step" rather than run.
//   - After a jump back a task waits for its next unused slot if that is
//     less than two intervals away. Beyond, it re-anchors on the next
//     grid point: the wall clock repeats itself, and so do slot names.
//
// # Restarts
//
// A [State] file carries two things over a restart: an alive mark, written
// each second, and the last slot of tasks with an interval of at least
// [LongInterval]. A task added with [Entry.Resume] does not run again a slot
// already accounted for; shorter tasks take the alive mark for their last
// slot. Slots between the alive mark and now are missed as "down".
//
// # State file
//
// The file is the eight bytes "zpsched1" and records of 28 bytes, little
// endian:
//
//	offset  size  field
//	0       4     CRC-32C of bytes 4 to 27
//	4       8     identity hash, unsigned (0 in an alive mark)
//	12      8     slot, or the alive mark itself, unix nanoseconds, signed
//	20      8     interval, nanoseconds, signed; 0 makes it an alive mark
//
// A later record of the same hash, or a later alive mark, replaces the
// earlier. Records are appended without fsync, for they guard against the
// death of the process, not of the machine. When the file has grown it is
// written anew beside itself, without the slots whose interval has passed,
// and renamed into place. A record whose checksum is wrong is passed over; a
// file that does not start with the eight bytes is replaced.
package scheduler
