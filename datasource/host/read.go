package host

import (
	"context"
	"slices"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/net"
)

// readCPU compares cpu times with those of the last run. The first run makes a short window of its own, so that a
// single run has figures too.
func (s *source) readCPU(ctx context.Context) (map[string]any, error) {
	if s.lastCPU == nil {
		first, err := s.machine.cpuTimes(ctx)
		if err != nil {
			return nil, unreadable("cpu times", err)
		}
		if err := sleep(ctx, s.firstWindow); err != nil {
			return nil, err
		}
		s.lastCPU = &first
	}
	now, err := s.machine.cpuTimes(ctx)
	if err != nil {
		return nil, unreadable("cpu times", err)
	}
	last := *s.lastCPU
	s.lastCPU = &now
	return cpuPercents(&last, &now), nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// cpuPercents gives nothing when no time has passed or times went backwards, as after a suspend.
func cpuPercents(last, now *cpu.TimesStat) map[string]any {
	total := allTimes(now) - allTimes(last)
	if total <= 0 {
		return nil
	}
	percent := func(seconds float64) float64 { return min(100, max(0, 100*seconds/total)) }
	idle, waiting := now.Idle-last.Idle, now.Iowait-last.Iowait
	return map[string]any{
		"cpu":       percent(total - idle - waiting),
		"cpuUser":   percent(now.User - last.User + now.Nice - last.Nice),
		"cpuSystem": percent(now.System - last.System + now.Irq - last.Irq + now.Softirq - last.Softirq),
		"cpuIOWait": percent(waiting),
		"cpuSteal":  percent(now.Steal - last.Steal),
		"cpuIdle":   percent(idle),
	}
}

// allTimes is the sum of the seconds of all kinds. Those of guests are left out: the kernel has counted them as user and
// nice already.
func allTimes(t *cpu.TimesStat) float64 {
	return t.User + t.System + t.Idle + t.Nice + t.Iowait + t.Irq + t.Softirq + t.Steal
}

func (s *source) readLoad(ctx context.Context) (map[string]any, error) {
	l, err := s.machine.load(ctx)
	if err != nil {
		return nil, unreadable("load", err)
	}
	return map[string]any{"load1": l.Load1, "load5": l.Load5, "load15": l.Load15}, nil
}

func (s *source) readMemory(ctx context.Context) (map[string]any, error) {
	m, err := s.machine.memory(ctx)
	if err != nil {
		return nil, unreadable("memory", err)
	}
	return map[string]any{
		"memoryTotal":       count(m.Total),
		"memoryUsed":        count(m.Used),
		"memoryAvailable":   count(m.Available),
		"memoryUsedPercent": m.UsedPercent,
	}, nil
}

func (s *source) readSwap(ctx context.Context) (map[string]any, error) {
	m, err := s.machine.swap(ctx)
	if err != nil {
		return nil, unreadable("swap space", err)
	}
	return map[string]any{"swapTotal": count(m.Total), "swapUsed": count(m.Used), "swapUsedPercent": m.UsedPercent}, nil
}

func (s *source) readUptime(ctx context.Context) (map[string]any, error) {
	seconds, err := s.machine.uptime(ctx)
	if err != nil {
		return nil, unreadable("uptime", err)
	}
	return map[string]any{"uptime": count(seconds)}, nil
}

func (s *source) readProcesses(ctx context.Context) (map[string]any, error) {
	n, err := s.machine.processes(ctx)
	if err != nil {
		return nil, unreadable("processes", err)
	}
	return map[string]any{"processes": n}, nil
}

// readFilesystem first makes sure that the filesystem is mounted: the directory that is left when it is not would
// give the figures of the filesystem it is in.
func (s *source) readFilesystem(ctx context.Context) (map[string]any, error) {
	if s.mount == "" {
		return nil, misbound(boundFilesystem, attributeMount)
	}
	mounts, err := s.machine.mounts(ctx)
	if err != nil {
		return nil, unreadable("mounts", err)
	}
	if !slices.ContainsFunc(mounts, func(m disk.PartitionStat) bool { return m.Mountpoint == s.mount }) {
		return nil, gone("filesystem", s.mount)
	}
	u, err := s.machine.usage(ctx, s.mount)
	if err != nil {
		return nil, unreadable("filesystem "+s.mount, err)
	}
	return map[string]any{
		"totalBytes":        count(u.Total),
		"usedBytes":         count(u.Used),
		"freeBytes":         count(u.Free),
		"usedPercent":       u.UsedPercent,
		"inodesTotal":       count(u.InodesTotal),
		"inodesUsed":        count(u.InodesUsed),
		"inodesUsedPercent": u.InodesUsedPercent,
	}, nil
}

func (s *source) readState(ctx context.Context) (map[string]any, error) {
	if s.iface == "" {
		return nil, misbound(boundInterface, attributeInterface)
	}
	list, err := s.machine.interfaces(ctx)
	if err != nil {
		return nil, unreadable("interfaces", err)
	}
	i := slices.IndexFunc(list, func(n net.InterfaceStat) bool { return n.Name == s.iface })
	if i < 0 {
		return nil, gone("interface", s.iface)
	}
	up := 0
	if slices.Contains(list[i].Flags, "up") {
		up = 1
	}
	return map[string]any{"up": up}, nil
}

func (s *source) readCounters(ctx context.Context) (map[string]any, error) {
	if s.iface == "" {
		return nil, misbound(boundInterface, attributeInterface)
	}
	list, err := s.machine.counters(ctx)
	if err != nil {
		return nil, unreadable("interface counters", err)
	}
	i := slices.IndexFunc(list, func(n net.IOCountersStat) bool { return n.Name == s.iface })
	if i < 0 {
		return nil, gone("interface", s.iface)
	}
	n := list[i]
	return map[string]any{
		"rxBytes": count(n.BytesRecv), "txBytes": count(n.BytesSent),
		"rxPackets": count(n.PacketsRecv), "txPackets": count(n.PacketsSent),
		"rxErrors": count(n.Errin), "txErrors": count(n.Errout),
		"rxDrops": count(n.Dropin), "txDrops": count(n.Dropout),
	}, nil
}

// count gives a count in the integer type that results have; wider ones do not occur before centuries of counting.
func count(n uint64) int64 { return int64(n) }
