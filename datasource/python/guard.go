package python

import "time"

// A guard is this same binary, started again to stand between the daemon and one Python process. It is the subreaper of
// all that the process starts, and kills them all when the process ends, when the daemon says so, or when the daemon is
// gone, however it went. (A death signal from the kernel alone would not do: it follows the thread that forked, and does
// not reach grandchildren.)
//
// Between daemon and guard is a socketpair. The daemon closing its side, or its death, is the order to kill. The guard
// says, a line each:
//
//	pid N       the Python process
//	exit N      it ended by itself
//	signal N    a signal ended it
//	failed TEXT it could not be started or followed
const (
	wordPID    = "pid"
	wordExit   = "exit"
	wordSignal = "signal"
	wordFailed = "failed"
)

// guardName is argv[0] of a guard, so that lists of processes show what it is.
const guardName = "zenpython-guard"

// killPatience is how long a guard waits for killed processes to be gone: one that hangs in the kernel, or runs as
// another user, must not keep the guard for ever.
const killPatience = 10 * time.Second

// asSelf stands for "no other user" in a guard's arguments.
const asSelf = "-"
