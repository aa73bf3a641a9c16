package processor

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

func TestMaps(t *testing.T) {
	seen := &rows{}
	r := newRig(t, now, func(o *Options) { o.Observer = seen; o.Limits.Maps = 6 })
	object, relation := &maps.ObjectMap{ID: "a"}, &maps.RelationshipMap{RelName: "sites", Maps: []*maps.ObjectMap{{ID: "b"}}}
	r.p.Run(&Run{Config: standard(), Slot: 5_000_000_000, Data: &datasource.Data{Maps: []maps.Map{
		object, nil, (*maps.ObjectMap)(nil), (*maps.RelationshipMap)(nil), &maps.RelationshipMap{Maps: []*maps.ObjectMap{nil}}, relation,
		object,
	}}})
	want := []wire.Map{
		{Device: "dev1", Task: "dev1 300 x", Slot: 5000, Map: object}, {Device: "dev1", Task: "dev1 300 x", Slot: 5000, Map: relation},
	}
	if diff := cmp.Diff(want, r.out.maps); diff != "" {
		t.Errorf("maps (-want +got):\n%s", diff)
	}
	rejected := map[wire.Reason]uint64{wire.BadMap: 4, wire.Limit: 1}
	if diff := cmp.Diff(rejected, r.p.Ledger().Class(wire.Maps).Rejected); diff != "" {
		t.Errorf("rejected (-want +got):\n%s", diff)
	}
	if len(seen.maps) != 2 || len(seen.dropped) != 5 {
		t.Errorf("%d map rows and %d dropped, want 2 and 5", len(seen.maps), len(seen.dropped))
	}
}

func TestMapsThatTheOutletRefuses(t *testing.T) {
	seen := &rows{}
	r := newRig(t, now, func(o *Options) { o.Observer = seen })
	r.out.refuse = wire.TooLarge
	r.run(standard(), &datasource.Data{Maps: []maps.Map{&maps.ObjectMap{}}})
	if r.rejected(wire.Maps, wire.TooLarge) != 1 || len(seen.maps) != 0 || len(seen.dropped) != 1 || len(r.out.rejected) != 0 {
		t.Errorf("ledger %v, %d map rows, %d dropped", r.p.Ledger().Class(wire.Maps).Rejected, len(seen.maps), len(seen.dropped))
	}
}

func TestItemsRejectedBefore(t *testing.T) {
	seen := &rows{}
	r := newRig(t, now, func(o *Options) { o.Observer = seen })
	task := standard()
	data := &datasource.Data{Rejected: []datasource.RejectedItem{
		{Reason: "bad_event", Item: 5}, {Reason: "bad_map", Item: "x"}, {Reason: "no such reason"}, {Reason: "queue_full"},
	}}
	data.Reject(task.Config.DataSources[0], task.Config.DataSources[0].Points[0], datasource.ReasonNoValue, "no such series")
	r.run(task, data)
	l := r.p.Ledger()
	if l[wire.Events].Rejected[wire.BadEvent] != 1 || l[wire.Maps].Rejected[wire.BadMap] != 1 ||
		l[wire.Values].Rejected[wire.BadResult] != 2 || l[wire.Values].Rejected[wire.NoValue] != 1 || len(seen.dropped) != 5 {
		t.Errorf("ledger %+v, %d dropped rows", l, len(seen.dropped))
	}
}
