package main

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/zenpython/zenpython/test/redistest"
)

// startRedis runs a redis-server of this process's own, without persistence, until stop is called. redistest is made
// for tests; a bench that ends in a panic says as much of what went wrong.
func startRedis() (server *redistest.Server, stop func()) {
	m := &measuring{}
	return redistest.Start(m), m.stop
}

// measuring is the testing.TB that redistest is given.
type measuring struct {
	testing.TB // for what redistest does not use, and TB's private method
	cleanups   []func()
}

// Helper implements testing.TB.
func (m *measuring) Helper() {}

// Cleanup implements testing.TB.
func (m *measuring) Cleanup(f func()) { m.cleanups = append(m.cleanups, f) }

// Fatal implements testing.TB.
func (m *measuring) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// Fatalf implements testing.TB.
func (m *measuring) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// Errorf implements testing.TB.
func (m *measuring) Errorf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

func (m *measuring) stop() {
	for _, cleanup := range slices.Backward(m.cleanups) {
		cleanup()
	}
}
