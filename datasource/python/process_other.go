//go:build !linux

package python

import (
	"errors"
	"time"
)

// GuardMain reports false: there are no guards where there are no subreapers.
func GuardMain() bool { return false }

func startProcess(*Options) (*process, error) {
	return nil, errors.New("python plugins are run on Linux alone: containing them needs its subreapers and process groups")
}

func killGroup(int) {}

func usageOf(int) (Usage, error) { return Usage{}, nil }

func monotonic() uint64 { return uint64(time.Since(time.Time{})) }
