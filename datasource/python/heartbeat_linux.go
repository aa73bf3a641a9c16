package python

import (
	"syscall"
	"unsafe"
)

// monotonic reads CLOCK_MONOTONIC, which all processes of a machine share; package time keeps its reading to itself.
func monotonic() uint64 {
	const clockMonotonic = 1
	var ts syscall.Timespec
	//nolint:gosec // G103: the system call takes an address; it cannot fail for this clock
	_, _, _ = syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&ts)), 0)
	return uint64(ts.Nano())
}
