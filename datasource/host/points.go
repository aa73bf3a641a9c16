package host

import (
	"context"

	"github.com/zenpython/zenpython/datasource"
)

// The attributes of components that tell which filesystem or interface they are.
const (
	attributeMount     = "mount"
	attributeInterface = "interfaceName"
)

// group is datapoints that are read together.
type group struct {
	bound  string // what a data source with these datapoints is bound to, for people
	read   func(s *source, ctx context.Context) (map[string]any, error)
	points []datasource.PointDoc
}

const (
	boundDevice     = "device"
	boundFilesystem = "FileSystem component"
	boundInterface  = "IpInterface component"
)

// groups is the table of all datapoints.
var groups = []group{
	{boundDevice, (*source).readCPU, gauges(
		"cpu", "percent of cpu time in use since the last run",
		"cpuUser", "percent in programs, niced ones included",
		"cpuSystem", "percent in the kernel, interrupts included",
		"cpuIOWait", "percent idle while waiting for disks",
		"cpuSteal", "percent taken by other guests of the same machine",
		"cpuIdle", "percent idle",
	)},
	{boundDevice, (*source).readLoad, gauges(
		"load1", "load average over 1 minute",
		"load5", "load average over 5 minutes",
		"load15", "load average over 15 minutes",
	)},
	{boundDevice, (*source).readMemory, gauges(
		"memoryTotal", "bytes of memory",
		"memoryUsed", "bytes in use by programs",
		"memoryAvailable", "bytes that programs can have without swapping",
		"memoryUsedPercent", "percent in use by programs",
	)},
	{boundDevice, (*source).readSwap, gauges(
		"swapTotal", "bytes of swap space",
		"swapUsed", "bytes in use",
		"swapUsedPercent", "percent in use, 0 when there is no swap space",
	)},
	{boundDevice, (*source).readUptime, gauges("uptime", "seconds since the machine was started")},
	{boundDevice, (*source).readProcesses, gauges("processes", "processes there are")},
	{boundFilesystem, (*source).readFilesystem, gauges(
		"totalBytes", "bytes of the filesystem",
		"usedBytes", "bytes in use",
		"freeBytes", "bytes that are free for ordinary users",
		"usedPercent", "percent in use of what ordinary users can use",
		"inodesTotal", "inodes of the filesystem",
		"inodesUsed", "inodes in use",
		"inodesUsedPercent", "percent of inodes in use",
	)},
	{boundInterface, (*source).readState, gauges("up", "1 when the interface is up, else 0")},
	{boundInterface, (*source).readCounters, counters(
		"rxBytes", "bytes received",
		"txBytes", "bytes sent",
		"rxPackets", "packets received",
		"txPackets", "packets sent",
		"rxErrors", "errors in receiving",
		"txErrors", "errors in sending",
		"rxDrops", "packets received and dropped",
		"txDrops", "packets dropped instead of sent",
	)},
}

func gauges(namesAndDocs ...string) []datasource.PointDoc {
	return docs(datasource.Gauge, namesAndDocs)
}

// counters only grow: as DERIVE they are stored as a rate a second.
func counters(namesAndDocs ...string) []datasource.PointDoc {
	return docs(datasource.Derive, namesAndDocs)
}

func docs(t datasource.RRDType, namesAndDocs []string) []datasource.PointDoc {
	var out []datasource.PointDoc
	for i := 0; i < len(namesAndDocs); i += 2 {
		out = append(out, datasource.PointDoc{Name: namesAndDocs[i], Type: t, Doc: namesAndDocs[i+1]})
	}
	return out
}

// pointDocs lists the datapoints of all groups, each with what it is bound to.
func pointDocs() []datasource.PointDoc {
	var out []datasource.PointDoc
	for _, g := range groups {
		for _, p := range g.points {
			p.Doc = g.bound + ": " + p.Doc
			out = append(out, p)
		}
	}
	return out
}

func (g *group) has(name string) bool {
	for _, p := range g.points {
		if p.Name == name {
			return true
		}
	}
	return false
}
