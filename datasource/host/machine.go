package host

import (
	"context"
	"errors"
	"os"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/host"
	"github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/mem"
	"github.com/shirou/gopsutil/v4/net"
	"github.com/shirou/gopsutil/v4/process"
)

// machine is what can be read of a machine.
type machine interface {
	cpuTimes(ctx context.Context) (cpu.TimesStat, error)
	load(ctx context.Context) (*load.AvgStat, error)
	memory(ctx context.Context) (*mem.VirtualMemoryStat, error)
	swap(ctx context.Context) (*mem.SwapMemoryStat, error)
	uptime(ctx context.Context) (uint64, error)
	processes(ctx context.Context) (int, error)
	mounts(ctx context.Context) ([]disk.PartitionStat, error)
	usage(ctx context.Context, mount string) (*disk.UsageStat, error)
	isDirectory(path string) bool
	interfaces(ctx context.Context) (net.InterfaceStatList, error)
	counters(ctx context.Context) ([]net.IOCountersStat, error)
}

// thisMachine is the machine that the collector runs on.
type thisMachine struct{}

func (thisMachine) cpuTimes(ctx context.Context) (cpu.TimesStat, error) {
	all, err := cpu.TimesWithContext(ctx, false)
	if err != nil {
		return cpu.TimesStat{}, err
	}
	if len(all) != 1 {
		return cpu.TimesStat{}, errors.New("the system gives no cpu times")
	}
	return all[0], nil
}

func (thisMachine) load(ctx context.Context) (*load.AvgStat, error) { return load.AvgWithContext(ctx) }

func (thisMachine) memory(ctx context.Context) (*mem.VirtualMemoryStat, error) {
	return mem.VirtualMemoryWithContext(ctx)
}

func (thisMachine) swap(ctx context.Context) (*mem.SwapMemoryStat, error) {
	return mem.SwapMemoryWithContext(ctx)
}

func (thisMachine) uptime(ctx context.Context) (uint64, error) { return host.UptimeWithContext(ctx) }

func (thisMachine) processes(ctx context.Context) (int, error) {
	pids, err := process.PidsWithContext(ctx)
	return len(pids), err
}

// mounts lists all filesystems, since what gopsutil thinks physical leaves out a container's root.
func (thisMachine) mounts(ctx context.Context) ([]disk.PartitionStat, error) {
	return disk.PartitionsWithContext(ctx, true)
}

func (thisMachine) usage(ctx context.Context, mount string) (*disk.UsageStat, error) {
	return disk.UsageWithContext(ctx, mount)
}

func (thisMachine) isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (thisMachine) interfaces(ctx context.Context) (net.InterfaceStatList, error) {
	return net.InterfacesWithContext(ctx)
}

func (thisMachine) counters(ctx context.Context) ([]net.IOCountersStat, error) {
	return net.IOCountersWithContext(ctx, true)
}
