package host

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/mem"
	"github.com/shirou/gopsutil/v4/net"
	"go.uber.org/goleak"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeMachine is a machine as a test wants it.
type fakeMachine struct {
	times    []cpu.TimesStat // one after the other, the last one for ever
	mounted  []disk.PartitionStat
	files    []string // mount points that are no directories
	nics     net.InterfaceStatList
	counted  []net.IOCountersStat
	failing  error // of everything but cpu times
	cpuError error
}

func (m *fakeMachine) cpuTimes(context.Context) (cpu.TimesStat, error) {
	if m.cpuError != nil {
		return cpu.TimesStat{}, m.cpuError
	}
	now := m.times[0]
	if len(m.times) > 1 {
		m.times = m.times[1:]
	}
	return now, nil
}

func (m *fakeMachine) load(context.Context) (*load.AvgStat, error) {
	return &load.AvgStat{Load1: 1, Load5: 5, Load15: 15}, m.failing
}

func (m *fakeMachine) memory(context.Context) (*mem.VirtualMemoryStat, error) {
	return &mem.VirtualMemoryStat{Total: 1000, Used: 250, Available: 700, UsedPercent: 25}, m.failing
}

func (m *fakeMachine) swap(context.Context) (*mem.SwapMemoryStat, error) {
	return &mem.SwapMemoryStat{Total: 100, Used: 10, UsedPercent: 10}, m.failing
}

func (m *fakeMachine) uptime(context.Context) (uint64, error) { return 3600, m.failing }
func (m *fakeMachine) processes(context.Context) (int, error) { return 42, m.failing }

func (m *fakeMachine) mounts(context.Context) ([]disk.PartitionStat, error) {
	return m.mounted, m.failing
}

func (m *fakeMachine) usage(_ context.Context, mount string) (*disk.UsageStat, error) {
	return &disk.UsageStat{
		Path: mount, Total: 100, Used: 40, Free: 50, UsedPercent: 44.4, InodesTotal: 10, InodesUsed: 1, InodesUsedPercent: 10,
	}, m.failing
}

func (m *fakeMachine) isDirectory(path string) bool { return !slices.Contains(m.files, path) }

func (m *fakeMachine) interfaces(context.Context) (net.InterfaceStatList, error) {
	return m.nics, m.failing
}

func (m *fakeMachine) counters(context.Context) ([]net.IOCountersStat, error) {
	return m.counted, m.failing
}

func newFake() *fakeMachine {
	return &fakeMachine{
		times: []cpu.TimesStat{{User: 10, Idle: 90}, {User: 12, System: 1, Iowait: 2, Idle: 95}},
		mounted: []disk.PartitionStat{
			{Mountpoint: "/proc", Device: "proc", Fstype: "proc"},
			{Mountpoint: "/var/lib/data", Device: "/dev/sdb1", Fstype: "xfs"},
			{Mountpoint: "/", Device: "/dev/sda1", Fstype: "ext4"},
		},
		nics: net.InterfaceStatList{
			{Name: "lo", MTU: 65536, Flags: []string{"up", "loopback"}},
			{Name: "eth0", MTU: 1500, HardwareAddr: "02:fc:00:00:00:01", Flags: []string{"up", "broadcast"}},
			{Name: "veth12ab", MTU: 1500, HardwareAddr: "aa:bb:cc:dd:ee:ff"},
		},
		counted: []net.IOCountersStat{{Name: "eth0", BytesRecv: 1, BytesSent: 2, PacketsRecv: 3, PacketsSent: 4, Errin: 5, Errout: 6, Dropin: 7, Dropout: 8}},
	}
}

func decode(t *testing.T, own map[string]any) *Params {
	t.Helper()
	params, problems := datasource.DecodeParams(Type(), own)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return params.(*Params)
}

// sourceFor makes a data source bound to the device, or to a component that has the given attributes.
func sourceFor(t *testing.T, m machine, component datasource.Component, attributes, own map[string]any, points ...string) (*source, *datasource.DataSourceConfig) {
	t.Helper()
	spec := &datasource.SourceSpec{Template: "Host", DataSource: "host", Severity: 3}
	for _, id := range points {
		spec.Points = append(spec.Points, &datasource.DataPointConfig{ID: id, Name: "host_" + id})
	}
	ds := &datasource.DataSourceConfig{
		SourceSpec: spec, Device: "localhost", Component: component, Params: decode(t, own), Attributes: attributes,
	}
	s, err := newSource(ds, m, 0)
	if err != nil {
		t.Fatal(err)
	}
	return s, ds
}

func TestDeviceDatapoints(t *testing.T) {
	s, ds := sourceFor(t, newFake(), datasource.DeviceLevel, nil, map[string]any{"model": false},
		"cpu", "cpuUser", "cpuSystem", "cpuIOWait", "cpuSteal", "cpuIdle", "load1", "load5", "load15",
		"memoryTotal", "memoryUsed", "memoryAvailable", "memoryUsedPercent", "swapTotal", "swapUsed", "swapUsedPercent",
		"uptime", "processes")
	got, err := s.Collect(t.Context(), ds)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"host_cpu": 30.0, "host_cpuUser": 20.0, "host_cpuSystem": 10.0, "host_cpuIOWait": 20.0, "host_cpuSteal": 0.0,
		"host_cpuIdle": 50.0, "host_load1": 1.0, "host_load5": 5.0, "host_load15": 15.0,
		"host_memoryTotal": int64(1000), "host_memoryUsed": int64(250), "host_memoryAvailable": int64(700),
		"host_memoryUsedPercent": 25.0, "host_swapTotal": int64(100), "host_swapUsed": int64(10), "host_swapUsedPercent": 10.0,
		"host_uptime": int64(3600), "host_processes": 42,
	}
	if diff := cmp.Diff(want, got.Values[datasource.DeviceLevel]); diff != "" || len(got.Maps) > 0 || len(got.Rejected) > 0 {
		t.Errorf("maps %v, rejected %v, values (-want +got):\n%s", got.Maps, got.Rejected, diff)
	}
}

// TestCPUIsMeasuredFromRunToRun gives times that would be seen if a run compared with anything but the run before it.
func TestCPUIsMeasuredFromRunToRun(t *testing.T) {
	m := newFake()
	m.times = []cpu.TimesStat{{Idle: 0}, {Idle: 100}, {Idle: 100, User: 100}, {Idle: 100, User: 100}, {Idle: 50}, {Idle: 150}}
	s, ds := sourceFor(t, m, datasource.DeviceLevel, nil, map[string]any{"model": false}, "cpu")
	// The fourth run sees no time gone by, the fifth sees times go back, as after a suspend.
	for i, want := range []any{0.0, 100.0, nil, nil, 0.0} {
		got, err := s.Collect(t.Context(), ds)
		if err != nil || got.Values[datasource.DeviceLevel]["host_cpu"] != want {
			t.Errorf("run %d: %v, error %v, want %v", i+1, got.Values, err, want)
		}
	}
}

func TestFirstWindowEndsWithTheRun(t *testing.T) {
	s, ds := sourceFor(t, newFake(), datasource.DeviceLevel, nil, map[string]any{"model": false}, "cpu")
	s.firstWindow = 1 << 62
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Collect(ctx, ds); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestComponentDatapoints(t *testing.T) {
	filesystem, ds := sourceFor(t, newFake(), "var_lib_data", map[string]any{"mount": "/var/lib/data", "interfaceName": nil}, nil,
		"totalBytes", "usedBytes", "freeBytes", "usedPercent", "inodesTotal", "inodesUsed", "inodesUsedPercent")
	got, err := filesystem.Collect(t.Context(), ds)
	want := datasource.Values{"var_lib_data": {
		"host_totalBytes": int64(100), "host_usedBytes": int64(40), "host_freeBytes": int64(50), "host_usedPercent": 44.4,
		"host_inodesTotal": int64(10), "host_inodesUsed": int64(1), "host_inodesUsedPercent": 10.0,
	}}
	if diff := cmp.Diff(want, got.Values); diff != "" || err != nil || len(got.Maps) > 0 {
		t.Errorf("error %v, maps %v, values (-want +got):\n%s", err, got.Maps, diff)
	}
	nic, ds := sourceFor(t, newFake(), "eth0", map[string]any{"interfaceName": "eth0"}, nil,
		"up", "rxBytes", "txBytes", "rxPackets", "txPackets", "rxErrors", "txErrors", "rxDrops", "txDrops")
	got, err = nic.Collect(t.Context(), ds)
	want = datasource.Values{"eth0": {
		"host_up": 1, "host_rxBytes": int64(1), "host_txBytes": int64(2), "host_rxPackets": int64(3), "host_txPackets": int64(4),
		"host_rxErrors": int64(5), "host_txErrors": int64(6), "host_rxDrops": int64(7), "host_txDrops": int64(8),
	}}
	if diff := cmp.Diff(want, got.Values); diff != "" || err != nil {
		t.Errorf("error %v, values (-want +got):\n%s", err, diff)
	}
}

func TestFailuresCostOnlyThemselves(t *testing.T) {
	eth1 := map[string]any{"interfaceName": "eth1"}
	gone := newFake()
	gone.nics = append(gone.nics, net.InterfaceStat{Name: "eth1"}) // down, and without counters
	broken := newFake()
	broken.failing = errors.New("permission denied")
	noCPU := newFake()
	noCPU.cpuError = errors.New("no /proc/stat")
	tests := []struct {
		name       string
		machine    *fakeMachine
		component  datasource.Component
		attributes map[string]any
		points     []string
		kind, part string
		values     map[string]any
	}{
		{"unmounted", newFake(), "gone", map[string]any{"mount": "/gone"}, []string{"usedBytes"}, "gone", "filesystem /gone is not there", nil},
		{"no such interface", newFake(), "eth1", eth1, []string{"up"}, "gone", "interface eth1 is not there", nil},
		{"no counters", gone, "eth1", eth1, []string{"up", "rxBytes"}, "gone", "interface eth1", map[string]any{"host_up": 0}},
		{"no filesystem", newFake(), datasource.DeviceLevel, nil, []string{"usedBytes", "load1"}, "misbound", "without the attribute mount", map[string]any{"host_load1": 1.0}},
		{"no interface", newFake(), "x", nil, []string{"up"}, "misbound", "without the attribute interfaceName", nil},
		{"no interface's counters", newFake(), "x", nil, []string{"rxBytes"}, "misbound", "IpInterface component", nil},
		{"unreadable", broken, datasource.DeviceLevel, nil, []string{"load1", "cpu"}, "unreadable", "machine's load: permission denied", map[string]any{"host_cpu": 30.0}},
		{"no cpu times", noCPU, datasource.DeviceLevel, nil, []string{"load1", "cpu"}, "unreadable", "cpu times: no /proc/stat", map[string]any{"host_load1": 1.0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, ds := sourceFor(t, tt.machine, tt.component, tt.attributes, map[string]any{"model": false}, tt.points...)
			got, err := s.Collect(t.Context(), ds)
			var f *datasource.Failure
			if !errors.As(err, &f) || f.Kind != tt.kind || !strings.Contains(err.Error(), tt.part) {
				t.Errorf("error %v, want %s: %s", err, tt.kind, tt.part)
			}
			if diff := cmp.Diff(tt.values, got.Values[tt.component]); diff != "" || len(got.Rejected) > 0 {
				t.Errorf("rejected %v, values (-want +got):\n%s", got.Rejected, diff)
			}
		})
	}
}

func TestEveryGroupTellsWhenTheSystemIsSilent(t *testing.T) {
	for _, g := range groups {
		m := newFake()
		m.failing, m.cpuError = errors.New("boom"), errors.New("boom")
		s, _ := sourceFor(t, m, "x", map[string]any{"mount": "/", "interfaceName": "eth0"}, nil)
		if _, err := g.read(s, t.Context()); err == nil || !strings.Contains(err.Error(), "boom") {
			t.Errorf("%s: error %v", g.points[0].Name, err)
		}
	}
}

func TestUnknownDatapointIsRejected(t *testing.T) {
	s, ds := sourceFor(t, newFake(), datasource.DeviceLevel, nil, map[string]any{"model": false}, "lod1", "load1")
	got, err := s.Collect(t.Context(), ds)
	if err != nil || len(got.Rejected) != 1 || !strings.Contains(got.Rejected[0].Item.(datasource.RejectedPoint).Why, "no datapoint lod1") {
		t.Errorf("rejected %v, error %v", got.Rejected, err)
	}
	if Type().HasPoint("lod1") || !Type().HasPoint("rxBytes") {
		t.Error("the type does not know its datapoints")
	}
}

func TestComponentsAreTold(t *testing.T) {
	s, ds := sourceFor(t, newFake(), datasource.DeviceLevel, nil, nil)
	got, err := s.Collect(t.Context(), ds)
	if err != nil {
		t.Fatal(err)
	}
	want := []maps.Map{
		&maps.RelationshipMap{CompName: "os", RelName: "filesystems", ModName: "Products.ZenModel.FileSystem", Maps: []*maps.ObjectMap{
			{ID: "-", Attributes: map[string]any{"title": "/", "mount": "/", "storageDevice": "/dev/sda1", "type": "ext4"}},
			{ID: "var_lib_data", Attributes: map[string]any{"title": "/var/lib/data", "mount": "/var/lib/data", "storageDevice": "/dev/sdb1", "type": "xfs"}},
		}},
		&maps.RelationshipMap{CompName: "os", RelName: "interfaces", ModName: "Products.ZenModel.IpInterface", Maps: []*maps.ObjectMap{
			{ID: "eth0", Attributes: map[string]any{"title": "eth0", "interfaceName": "eth0", "macaddress": "02:fc:00:00:00:01", "mtu": 1500, "type": "ethernetCsmacd"}},
			{ID: "lo", Attributes: map[string]any{"title": "lo", "interfaceName": "lo", "macaddress": "", "mtu": 65536, "type": "softwareLoopback"}},
		}},
	}
	if diff := cmp.Diff(want, got.Maps); diff != "" {
		t.Errorf("maps (-want +got):\n%s", diff)
	}
}

// TestStorageOnlyOnce holds which mounts are filesystems of their own.
func TestStorageOnlyOnce(t *testing.T) {
	m := newFake()
	m.mounted = []disk.PartitionStat{
		{Mountpoint: "/etc/hosts", Device: "/dev/sda2", Fstype: "ext4"}, // a file that the container runtime mounts
		{Mountpoint: "/data/deep", Device: "/dev/sda3", Fstype: "ext4"}, // part of /data
		{Mountpoint: "/data", Device: "/dev/sda3", Fstype: "ext4"},
		{Mountpoint: "/", Device: "overlay", Fstype: "overlay"},
		{Mountpoint: "/layer", Device: "overlay", Fstype: "overlay"}, // another one: overlay is no device
		{Mountpoint: "/data", Device: "/dev/sda4", Fstype: "ext4"},   // over the other /data
		{Mountpoint: "/dev/shm", Device: "/dev/x", Fstype: "ext4"},
		{Mountpoint: "/mnt", Device: "server:/x", Fstype: "nfs4"},
		{Mountpoint: "/tmp", Device: "tmpfs", Fstype: "tmpfs"},
	}
	m.files = []string{"/etc/hosts"}
	storage := func(own map[string]any) (mounts []string) {
		modeler := modeler{params: decode(t, own), machine: m}
		for _, mount := range modeler.storage(m.mounted) {
			mounts = append(mounts, mount.Mountpoint)
		}
		return mounts
	}
	if got, want := storage(nil), []string{"/", "/data", "/layer"}; !slices.Equal(got, want) {
		t.Errorf("storage %v, want %v", got, want)
	}
	own := map[string]any{"ignore_filesystems": []any{"overlay"}, "ignore_mounts": ""}
	if got, want := storage(own), []string{"/data", "/dev/shm", "/mnt", "/tmp"}; !slices.Equal(got, want) {
		t.Errorf("storage by own rules %v, want %v", got, want)
	}
}

func TestComponentsAreToldAgainWhenTheyChangeAndEverySoOften(t *testing.T) {
	m := newFake()
	s, ds := sourceFor(t, m, datasource.DeviceLevel, nil, map[string]any{"model_every": 4})
	told := func() bool {
		got, err := s.Collect(t.Context(), ds)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range got.Maps {
			found.(*maps.RelationshipMap).Maps = nil // as one who applies maps may do
		}
		return len(got.Maps) > 0
	}
	var runs []bool
	for i := range 10 {
		if i == 2 {
			m.nics = m.nics[:1] // eth0 is gone
		}
		if i == 8 {
			m.nics[0].Addrs = net.InterfaceAddrList{{Addr: "127.0.0.2"}} // nothing that a map tells
			m.nics[0].Flags = []string{"loopback"}
		}
		runs = append(runs, told())
	}
	want := []bool{true, false, true, false, false, false, true, false, false, false}
	if !slices.Equal(runs, want) {
		t.Errorf("told in %v, want %v", runs, want)
	}
}

func TestComponentsThatCannotBeReadAreAFailure(t *testing.T) {
	m := newFake()
	m.failing = errors.New("boom")
	s, ds := sourceFor(t, m, datasource.DeviceLevel, nil, nil)
	if got, err := s.Collect(t.Context(), ds); err == nil || got.Maps != nil {
		t.Errorf("maps %v, error %v: an unreadable machine must not look like one without components", got.Maps, err)
	}
}

func TestBadParams(t *testing.T) {
	for part, own := range map[string]map[string]any{
		"ignore_mounts: error parsing":     {"ignore_mounts": "("},
		"ignore_interfaces: error parsing": {"ignore_interfaces": "["},
		"model_every: 0 is too small":      {"model_every": 0},
		"no such property":                 {"url": "http://h/"},
	} {
		_, problems := datasource.DecodeParams(Type(), own)
		if len(problems) != 1 || !strings.Contains(problems[0].Error(), part) {
			t.Errorf("%v: problems %v, want %s", own, problems, part)
		}
	}
}

// TestThisMachine reads the real one, through the plugin as the daemon does.
func TestThisMachine(t *testing.T) {
	spec := &datasource.SourceSpec{Template: "Host", DataSource: "host"}
	for _, p := range Type().Points {
		if strings.HasPrefix(p.Doc, boundDevice) {
			spec.Points = append(spec.Points, &datasource.DataPointConfig{ID: p.Name, Name: p.Name})
		}
	}
	c := &datasource.Config{ID: "localhost", DataSources: []*datasource.DataSourceConfig{
		{SourceSpec: spec, Device: "localhost", Component: datasource.DeviceLevel, Params: decode(t, nil)},
	}}
	data := run(t, c)
	for _, p := range spec.Points {
		if _, ok := data.Values[datasource.DeviceLevel][p.ID]; !ok && !strings.HasPrefix(p.ID, "cpu") {
			t.Errorf("%s has no value", p.ID)
		}
	}
	filesystems := data.Maps[0].(*maps.RelationshipMap).Maps
	nics := data.Maps[1].(*maps.RelationshipMap).Maps
	if len(filesystems) == 0 || len(nics) == 0 {
		t.Fatalf("%d filesystems, %d interfaces", len(filesystems), len(nics))
	}
	spec = &datasource.SourceSpec{Template: "FileSystem", DataSource: "fs", Points: []*datasource.DataPointConfig{{ID: "usedPercent", Name: "fs_usedPercent"}}}
	c = &datasource.Config{ID: "localhost"}
	for _, fs := range filesystems {
		c.DataSources = append(c.DataSources, &datasource.DataSourceConfig{
			SourceSpec: spec, Device: "localhost", Component: datasource.Component(fs.ID), Params: decode(t, nil), Attributes: fs.Attributes,
		})
	}
	for id, values := range run(t, c).Values {
		if used, ok := values["fs_usedPercent"].(float64); !ok || used < 0 || used > 100 {
			t.Errorf("filesystem %s: %v", id, values)
		}
	}
}

func run(t *testing.T, c *datasource.Config) *datasource.Data {
	t.Helper()
	p, err := Type().New(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Collect(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	data := make(chan *datasource.Data, 1)
	got.(*datasource.Deferred).Subscribe(func(value any, err error) {
		if err != nil {
			t.Error(err)
			value = datasource.NewData()
		}
		data <- value.(*datasource.Data)
	})
	return <-data
}

func TestTimeOfGuestsIsNotCountedTwice(t *testing.T) {
	last := &cpu.TimesStat{}
	now := &cpu.TimesStat{User: 50, Guest: 50, Idle: 50}
	if got := cpuPercents(last, now)["cpu"]; got != 50.0 {
		t.Errorf("cpu %v, want 50: a guest's 50 seconds are the user's", got)
	}
}
