package collector

import (
	"testing"
	"unsafe"
)

// A task of one data source is to take 1 KiB in all (docs/benchmarks.md). Of that the collector's own part is one object
// of the allocator's class of 176 bytes; the next class is 192.
func TestTaskStaysInItsSizeClass(t *testing.T) {
	if size := unsafe.Sizeof(task{}); size > 176 {
		t.Errorf("a task takes %d bytes: work out what is seldom wanted, or make room elsewhere", size)
	}
}
