package main

import (
	"context"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/host"
	"github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/mem"
)

// machine is where the figures were measured: without it they mean nothing.
type machine struct {
	CPU         string  `json:"cpu"`
	Cores       int     `json:"cores"`
	Used        int     `json:"used"` // GOMAXPROCS of the processes that measure
	MemoryBytes uint64  `json:"memory_bytes"`
	Kernel      string  `json:"kernel"`
	Go          string  `json:"go"`
	Redis       string  `json:"redis"`  // "" when there is none
	Commit      string  `json:"commit"` // "" when unknown
	LoadBefore  float64 `json:"load_before"`
	LoadAfter   float64 `json:"load_after"`
}

// describeMachine looks up what it can; what it cannot stays empty, since the figures do not depend on it.
func describeMachine(ctx context.Context) machine {
	m := machine{Cores: runtime.NumCPU(), Used: runtime.GOMAXPROCS(0), Go: runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH}
	if info, err := cpu.InfoWithContext(ctx); err == nil && len(info) > 0 {
		m.CPU = info[0].ModelName
	}
	if memory, err := mem.VirtualMemoryWithContext(ctx); err == nil {
		m.MemoryBytes = memory.Total
	}
	if version, err := host.KernelVersionWithContext(ctx); err == nil {
		m.Kernel = version
	}
	if out, err := exec.CommandContext(ctx, "redis-server", "--version").Output(); err == nil {
		m.Redis = redisVersion(string(out))
	}
	m.Commit = commit(ctx)
	m.LoadBefore = loadAverage(ctx)
	return m
}

// redisVersion finds v=7.0.15 in what redis-server says of itself.
func redisVersion(line string) string {
	for word := range strings.FieldsSeq(line) {
		if version, ok := strings.CutPrefix(word, "v="); ok {
			return version
		}
	}
	return strings.TrimSpace(line)
}

// commit asks the binary, and the checkout where `go run` has left it out.
func commit(ctx context.Context) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	out, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// busyTime returns the CPU time that the whole machine has used; 0 when that cannot be known.
func busyTime(ctx context.Context) time.Duration {
	all, err := cpu.TimesWithContext(ctx, false)
	if err != nil || len(all) == 0 {
		return 0
	}
	t := all[0]
	// Guests' time is part of user and nice.
	return time.Duration((t.User + t.Nice + t.System + t.Irq + t.Softirq + t.Steal) * float64(time.Second))
}

func loadAverage(ctx context.Context) float64 {
	average, err := load.AvgWithContext(ctx)
	if err != nil {
		return 0
	}
	return average.Load1
}
