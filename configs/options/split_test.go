package options

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestSplitGivesEachDeviceToOneWorker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		device := rapid.String().Draw(t, "device")
		workers := rapid.IntRange(1, 20).Draw(t, "workers")
		owners := 0
		for worker := range workers {
			if (Split{worker, workers}).Has(device) {
				owners++
			}
		}
		if owners != 1 {
			t.Fatalf("%q has %d owners among %d", device, owners, workers)
		}
	})
}

// TestSplitIsStable pins the hash by published values of XXH64: another one
// would move devices between the workers of a rolling upgrade, to be collected
// twice or not at all.
func TestSplitIsStable(t *testing.T) {
	for device, owner := range map[string]int{
		"a":    0xd24ec4f1a98c6e5b % 4,
		"as":   0x1c330fb2d66be179 % 4,
		"asd":  0x631c37ce72a97393 % 4,
		"asdf": 0x415872f599cea71e % 4,
	} {
		for worker := range 4 {
			if got := (Split{worker, 4}).Has(device); got != (worker == owner) {
				t.Errorf("worker %d has %s: %t", worker, device, got)
			}
		}
	}
}

func TestSplitIsEven(t *testing.T) {
	const devices, workers = 10_000, 8
	for worker := range workers {
		n := 0
		for i := range devices {
			if (Split{worker, workers}).Has("device" + strconv.Itoa(i)) {
				n++
			}
		}
		if n < devices/workers*9/10 || n > devices/workers*11/10 {
			t.Errorf("worker %d has %d of %d devices", worker, n, devices)
		}
	}
}

func TestWantsDevice(t *testing.T) {
	all := Options{Workers: 1}
	named := Options{Workers: 4, WorkerID: 0, Device: "dev1"}
	if !all.WantsDevice("any") || !named.WantsDevice("dev1") || named.WantsDevice("dev2") {
		t.Error("--device, or its absence, does not decide")
	}
	split := Options{Workers: 4, WorkerID: 1}
	for _, device := range []string{"a", "as", "asd", "asdf"} {
		if split.WantsDevice(device) != split.Split().Has(device) {
			t.Errorf("%s: without --device the split decides", device)
		}
	}
}

func TestWantsPlugin(t *testing.T) {
	for _, tc := range []struct {
		flags map[string][]string
		name  string
		want  bool
	}{
		{nil, "a.b.MyPlugin", true},
		{map[string][]string{"collect": {"MyPlugin$"}}, "a.b.MyPlugin", true},
		{map[string][]string{"collect": {"MyPlugin$"}}, "a.b.MyPlugin2", false},
		{map[string][]string{"collect": {"^datasource/host"}}, "datasource/host.Host", true},
		{map[string][]string{"ignore": {"b"}}, "a.b.MyPlugin", false},
		{map[string][]string{"ignore": {"^b"}}, "a.b.MyPlugin", true},
	} {
		o := mustLoad(t, Sources{Flags: tc.flags})
		if got := o.WantsPlugin(tc.name); got != tc.want {
			t.Errorf("%v wants %s: %t", tc.flags, tc.name, got)
		}
	}
}

func TestWantsDataSource(t *testing.T) {
	o := mustLoad(t, Sources{Flags: map[string][]string{"datasource": {"Web/status/x"}}})
	if !o.WantsDataSource("Web", "status/x") || o.WantsDataSource("Web", "status") || o.WantsDataSource("Other", "status/x") {
		t.Errorf("--datasource %s lets the wrong ones through", o.DataSource)
	}
	none := Options{}
	if !none.WantsDataSource("any", "one") || none.DataSource.String() != "" {
		t.Error("without --datasource all are wanted")
	}
	for _, bad := range []string{"Web", "/status", "Web/"} {
		if _, _, err := Load(Sources{Flags: map[string][]string{"datasource": {bad}}}); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
