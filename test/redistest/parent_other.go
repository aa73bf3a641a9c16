//go:build !linux

package redistest

import "syscall"

// endWithParent has no way to do so here: a test that dies without its cleanups leaves its server behind.
func endWithParent() *syscall.SysProcAttr { return nil }
