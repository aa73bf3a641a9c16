// Package report shows people and programs what runs gave: JSON lines, or a table at the end.
package report

import (
	"time"

	"github.com/zenpython/zenpython/collector/processor"
	"github.com/zenpython/zenpython/configs"
)

// Report takes every row of every run and how each run ended. Its methods are safe for concurrent use.
type Report interface {
	processor.Observer
	// Run takes a run's end, after all of its rows.
	Run(RunRow)
	// Close writes what is still held back and returns the first error of writing.
	Close() error
}

// RunRow says how one run ended.
type RunRow struct {
	processor.RunRef
	Config   *configs.TaskConfig
	Outcome  string
	Duration time.Duration
	Err      error // nil unless the run ended in one
}
