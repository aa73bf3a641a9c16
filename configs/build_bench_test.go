package configs

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/zenpython/zenpython/datasource"
)

// BenchmarkBuild says what building costs by the number of devices, of three tasks each.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 33_334} {
		inv, model := seeded(b, manyDevices(n))
		b.Run(fmt.Sprintf("tasks=%d", 3*n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				set, err := Build(b.Context(), inv, model, datasource.GoBuilder{}, BuildOptions{})
				if err != nil || len(set.Tasks) != 3*n || len(set.Problems) > 0 {
					b.Fatalf("%d tasks, problems %v, %v", len(set.Tasks), set.Problems, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(3*n), "ns/task")
		})
	}
}

// BenchmarkBuildOneDevice says what a change of one device costs among many.
func BenchmarkBuildOneDevice(b *testing.B) {
	inv, model := seeded(b, manyDevices(10_000))
	builder, err := newBuilder(inv, model, datasource.GoBuilder{}, BuildOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		builder.device(b.Context(), inv.Devices[5])
	}
}

// manyTasks are n devices with one task each, of one data source with two datapoints, that share all they can.
func manyTasks(n int) string {
	var b strings.Builder
	b.WriteString(`
device_classes:
  /Server:
    zProperties: {zDeviceTemplates: [Web]}
    templates: {Web: {datasources: {page: {type: HTTP, cycletime: 10, url: "http://a/", datapoints: {time: GAUGE, size: GAUGE}}}}}
devices:
  DEFAULTS: {device_class: /Server}
`)
	for i := range n {
		fmt.Fprintf(&b, "  web%06d: {manageIp: 10.0.0.1}\n", i)
	}
	return b.String()
}

// TestMemoryOfATask: the whole daemon has 1 KiB for a task, of which this is the config's part.
func TestMemoryOfATask(t *testing.T) {
	if testing.Short() {
		t.Skip("builds many tasks")
	}
	const most = 550
	perTask := func(n int) float64 {
		inv, model := seeded(t, manyTasks(n))
		before := heap()
		set, err := Build(t.Context(), inv, model, datasource.GoBuilder{}, BuildOptions{})
		if err != nil || len(set.Tasks) != n {
			t.Fatalf("%d tasks, want %d; %v", len(set.Tasks), n, err)
		}
		used := float64(heap()-before) / float64(n)
		runtime.KeepAlive(inv)
		runtime.KeepAlive(model)
		runtime.KeepAlive(set)
		return used
	}
	got := perTask(100_000)
	t.Logf("%.0f bytes a task", got)
	if got > most {
		t.Errorf("a task costs %.0f bytes, want at most %d", got, most)
	}
}

func heap() uint64 {
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
