package redistest

import "syscall"

// endWithParent makes the kernel end the child when a test dies without its cleanups, such as by a timeout.
func endWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
