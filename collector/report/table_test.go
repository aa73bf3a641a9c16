package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/zenpython/zenpython/collector/processor"
	"github.com/zenpython/zenpython/collector/report"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

func TestTheTableShowsRunsThenWhatTheyGave(t *testing.T) {
	var out bytes.Buffer
	table := report.NewTable(&out, nil)
	point := &datasource.DataPointConfig{Name: "ds1_dp1", RRDType: datasource.Gauge}
	table.Value(processor.ValueRow{RunRef: ref, Source: source("c1"), Point: point, Stored: &wire.Number{Int: 5}})
	table.Value(processor.ValueRow{RunRef: ref, Source: source("c2"), Point: point, Reason: wire.BadValue})
	table.Metric(processor.MetricRow{RunRef: ref, Name: "adhoc", Value: wire.Number{Int: 1}, Tags: map[string]string{"b": "2", "a": "1"}})
	table.Event(processor.EventRow{RunRef: ref, Origin: processor.OriginTimeout, Event: events.Event{"severity": 0, "summary": "clear"}})
	table.Event(processor.EventRow{RunRef: ref, Origin: processor.OriginPlugin, Event: events.Event{"severity": 5, "summary": "on\tfire", "device": "dev1"}})
	table.Map(processor.MapRow{RunRef: ref, Device: "dev1", Map: &maps.RelationshipMap{RelName: "disks", Maps: make([]*maps.ObjectMap, 3)}})
	table.Dropped(processor.DroppedRow{RunRef: ref, Reason: wire.UnknownComponent})
	table.Run(report.RunRow{RunRef: ref, Config: taskConfig(t), Outcome: "error", Duration: 12 * time.Millisecond, Err: errors.New("no route")})
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"TASK RUN OUTCOME DURATION VALUES EVENTS MAPS DROPPED dev1 60 T ds1 x.Y 2 error 12ms 2 2 1 2",
		"dev1 60 T ds1 x.Y: error: no route",
		"DEVICE COMPONENT DATAPOINT VALUE TYPE dev1 c1 ds1_dp1 5 GAUGE dev1 c2 ds1_dp1 not stored: bad_value GAUGE",
		"adhoc 1 a=1 b=2",
		"critical dev1 on fire",
		"relationship dev1 disks 3",
		"DROPPED COUNT bad_value 1 unknown_component 1",
	} {
		if !strings.Contains(strings.ToLower(got), strings.ToLower(want)) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(got, "clear") {
		t.Errorf("the timeout's clear is listed:\n%s", out.String())
	}
}

func TestLongListsAreCutAndCounted(t *testing.T) {
	var out bytes.Buffer
	table := report.NewTable(&out, nil)
	for i := range 1000 {
		table.Metric(processor.MetricRow{Name: fmt.Sprintf("m%d", i)})
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); n > 210 || !strings.Contains(out.String(), "and 800 more") {
		t.Errorf("%d lines:\n%s", n, out.String())
	}
}

func TestProgressIsForTerminalsOnly(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if p := report.NewProgress(f); p != nil {
		t.Error("a file got a progress line")
	}
	var none *report.Progress
	none.Expect(5)
	table := report.NewTable(&bytes.Buffer{}, none)
	table.Run(report.RunRow{Config: taskConfig(t)})
	if err := table.Close(); err != nil {
		t.Error(err)
	}
}
