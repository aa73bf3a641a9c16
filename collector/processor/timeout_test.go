package processor

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
)

// All rows of the table of spec §4.11.
func TestTimeoutEvents(t *testing.T) {
	const device = datasource.DeviceLevel
	sources := func(of ...any) (list []*datasource.DataSourceConfig) {
		for i := 0; i < len(of); i += 3 {
			ds := source(of[i].(string), of[i+1].(datasource.Component))
			ds.Severity = of[i+2].(int)
			list = append(list, ds)
		}
		return list
	}
	c := func(id string) datasource.Component { return datasource.Component(id) }
	for name, tt := range map[string]struct {
		sources []*datasource.DataSourceConfig
		want    events.Event
	}{
		"one":            {sources("ds1", device, 3), timeoutEventOf(3, nil, "", "ds1", "timeout collecting ds1 datasource")},
		"of a component": {sources("ds1", c("c1"), 4), timeoutEventOf(4, "c1", "c1", "ds1", "timeout collecting ds1 datasource")},
		"two sources":    {sources("b", device, 2, "a", device, 5), timeoutEventOf(5, nil, "", "a,b", "timeout collecting multiple datasources")},
		"two components": {sources("ds1", c("c2"), 3, "ds1", c("c1"), 3),
			timeoutEventOf(3, "", "c1,c2", "ds1", "timeout collecting ds1 datasource for multiple components")},
		"device and components": {sources("b", c("c1"), 3, "a", device, 3, "a", c("c1"), 0),
			timeoutEventOf(3, "", "c1", "a,b", "timeout collecting multiple datasources for multiple components")},
	} {
		t.Run(name, func(t *testing.T) {
			task := newTask(tt.sources...)
			key := NewTimeoutKey(task)
			r := newRig(t, now, nil)
			failed := fmt.Errorf("collecting: %w", datasource.ErrRunningTimeout)
			r.p.Run(&Run{Config: task, TimeoutKey: &key, Err: failed})
			r.p.Run(&Run{Config: task, TimeoutKey: &key})
			restored := tt.want.Clone()
			restored["severity"] = int64(0)
			checkEvents(t, r, tt.want, restored)
			if r.out.events[1].ClearKey() != key {
				t.Error("the clear's key is not the one kept with the task")
			}
		})
	}
}

func TestTimeoutWithoutRunningTimeout(t *testing.T) {
	r := newRig(t, now, nil)
	r.p.Run(&Run{Config: standard(), Err: datasource.ErrRunningTimeout})
	checkEvents(t, r)
}

func TestRepeatedClearsAreCountedUnbuilt(t *testing.T) {
	r := newRig(t, now, nil)
	task := standard()
	key := NewTimeoutKey(task)
	for range 5 {
		r.p.Run(&Run{Config: task, TimeoutKey: &key})
	}
	counts := r.p.Ledger().Class(wire.Events)
	if counts.Returned != 5 || counts.Produced != 1 || counts.Suppressed[wire.ClearRepeat] != 4 || r.out.unbuilt != 4 {
		t.Errorf("five clears: %+v, %d unbuilt; want 1 produced and 4 suppressed unbuilt", counts, r.out.unbuilt)
	}
}

func TestObserverSeesEveryClear(t *testing.T) {
	seen := &rows{}
	r := newRig(t, now, func(o *Options) { o.Observer = seen })
	task := standard()
	key := NewTimeoutKey(task)
	for n := range 3 {
		r.p.Run(&Run{Config: task, Slot: 7e9, Number: n + 1, TimeoutKey: &key})
	}
	if len(seen.events) != 3 || r.out.unbuilt != 0 {
		t.Fatalf("%d event rows and %d unbuilt, want 3 and 0", len(seen.events), r.out.unbuilt)
	}
	row := seen.events[2]
	if row.Origin != OriginTimeout {
		t.Errorf("origin %q, want timeout", row.Origin)
	}
	if diff := cmp.Diff(RunRef{"dev1 300 x", 7e9, 3}, row.RunRef); diff != "" {
		t.Errorf("run (-want +got):\n%s", diff)
	}
}
