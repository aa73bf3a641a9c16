package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/zenpython/zenpython/collector/processor"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

// shown bounds how many rows of one kind the table lists; the rest is counted.
const shown = 200

// Table gathers rows and writes tables for people when it is closed: the runs, then values, events and maps. While
// runs go on it can show a line of progress.
type Table struct {
	out      io.Writer
	progress *Progress

	mtx     sync.Mutex // guards the fields below
	runs    []RunRow
	counts  map[string]*rowCounts // by task and run
	values  []processor.ValueRow
	metrics []processor.MetricRow
	events  []processor.EventRow
	maps    []processor.MapRow
	dropped map[wire.Reason]int
}

type rowCounts struct{ values, events, maps, dropped int }

// NewTable returns a table on out. progress may be nil.
func NewTable(out io.Writer, progress *Progress) *Table {
	return &Table{out: out, progress: progress, counts: map[string]*rowCounts{}, dropped: map[wire.Reason]int{}}
}

func (t *Table) count(r processor.RunRef) *rowCounts {
	key := r.Task + "\x00" + strconv.Itoa(r.Number)
	c := t.counts[key]
	if c == nil {
		c = &rowCounts{}
		t.counts[key] = c
	}
	return c
}

// Run notes how a run ended.
func (t *Table) Run(r RunRow) {
	t.mtx.Lock()
	t.runs = append(t.runs, r)
	done := len(t.runs)
	t.mtx.Unlock()
	t.progress.show(done, r.Task)
}

// Value notes a value.
func (t *Table) Value(r processor.ValueRow) {
	t.mtx.Lock()
	defer t.mtx.Unlock()
	if r.Stored != nil {
		t.count(r.RunRef).values++
	} else {
		t.count(r.RunRef).dropped++
		t.dropped[r.Reason]++
	}
	t.values = append(t.values, r)
}

// Metric notes an ad hoc metric; it counts as a value.
func (t *Table) Metric(r processor.MetricRow) {
	t.mtx.Lock()
	defer t.mtx.Unlock()
	t.count(r.RunRef).values++
	t.metrics = append(t.metrics, r)
}

// Event notes an event. Clears, of which every good run gives several, are counted and not listed.
func (t *Table) Event(r processor.EventRow) {
	t.mtx.Lock()
	defer t.mtx.Unlock()
	t.count(r.RunRef).events++
	t.events = append(t.events, r)
}

// Map notes a map.
func (t *Table) Map(r processor.MapRow) {
	t.mtx.Lock()
	defer t.mtx.Unlock()
	t.count(r.RunRef).maps++
	t.maps = append(t.maps, r)
}

// Dropped notes an item that goes nowhere.
func (t *Table) Dropped(r processor.DroppedRow) {
	t.mtx.Lock()
	defer t.mtx.Unlock()
	t.count(r.RunRef).dropped++
	t.dropped[r.Reason]++
}

// Close writes the tables.
func (t *Table) Close() error {
	t.progress.clear()
	t.mtx.Lock()
	defer t.mtx.Unlock()
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	t.writeRuns(w)
	t.writeValues(w)
	t.writeMetrics(w)
	t.writeEvents(w)
	t.writeMaps(w)
	t.writeDropped(w)
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

func (t *Table) writeRuns(w io.Writer) {
	if len(t.runs) == 0 {
		return
	}
	slices.SortStableFunc(t.runs, func(a, b RunRow) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Task, b.Task))
	})
	line(w, "TASK", "RUN", "OUTCOME", "DURATION", "VALUES", "EVENTS", "MAPS", "DROPPED")
	for _, r := range t.runs {
		c := t.count(r.RunRef)
		line(w, r.Task, strconv.Itoa(r.Number), r.Outcome, r.Duration.Round(100*time.Microsecond).String(),
			strconv.Itoa(c.values), strconv.Itoa(c.events), strconv.Itoa(c.maps), strconv.Itoa(c.dropped))
	}
	for _, r := range t.runs {
		if r.Err != nil {
			fmt.Fprintf(w, "\n%s: %s: %v\n", r.Task, r.Outcome, r.Err)
		}
	}
}

func (t *Table) writeValues(w io.Writer) {
	if !section(w, len(t.values), "DEVICE", "COMPONENT", "DATAPOINT", "VALUE", "TYPE") {
		return
	}
	slices.SortStableFunc(t.values, func(a, b processor.ValueRow) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Source.Device, b.Source.Device),
			cmp.Compare(a.Source.Component.String(), b.Source.Component.String()), cmp.Compare(a.Point.Name, b.Point.Name))
	})
	for _, r := range first(t.values) {
		value := "not stored: " + string(r.Reason)
		if r.Stored != nil {
			value = fmt.Sprint(r.Stored.Plain())
		}
		line(w, r.Source.Device, r.Source.Component.String(), r.Point.Name, value, string(r.Point.RRDType))
	}
	rest(w, len(t.values))
}

func (t *Table) writeMetrics(w io.Writer) {
	if !section(w, len(t.metrics), "METRIC", "VALUE", "TAGS") {
		return
	}
	for _, r := range first(t.metrics) {
		line(w, r.Name, fmt.Sprint(r.Value.Plain()), tagText(r.Tags))
	}
	rest(w, len(t.metrics))
}

func (t *Table) writeEvents(w io.Writer) {
	var listed []processor.EventRow
	for _, r := range t.events {
		if sev, _ := events.ParseSeverity(r.Event[events.FieldSeverity]); sev > events.Clear {
			listed = append(listed, r)
		}
	}
	if !section(w, len(listed), "SEVERITY", "DEVICE", "COMPONENT", "SUMMARY") {
		return
	}
	for _, r := range first(listed) {
		sev, _ := events.ParseSeverity(r.Event[events.FieldSeverity])
		line(w, sev.String(), r.Event.Text(events.FieldDevice), r.Event.Text(events.FieldComponent), r.Event.Text(events.FieldSummary))
	}
	rest(w, len(listed))
}

func (t *Table) writeMaps(w io.Writer) {
	if !section(w, len(t.maps), "MAP", "DEVICE", "TARGET", "OBJECTS") {
		return
	}
	for _, r := range first(t.maps) {
		switch m := r.Map.(type) {
		case *maps.ObjectMap:
			line(w, "object", r.Device, path(m.CompName, m.RelName, m.ID), "1")
		case *maps.RelationshipMap:
			line(w, "relationship", r.Device, path(m.CompName, m.ParentID, m.RelName), strconv.Itoa(len(m.Maps)))
		}
	}
	rest(w, len(t.maps))
}

func (t *Table) writeDropped(w io.Writer) {
	if !section(w, len(t.dropped), "DROPPED", "COUNT") {
		return
	}
	reasons := make([]wire.Reason, 0, len(t.dropped))
	for r := range t.dropped {
		reasons = append(reasons, r)
	}
	slices.Sort(reasons)
	for _, r := range reasons {
		line(w, string(r), strconv.Itoa(t.dropped[r]))
	}
}

// section starts a table below the last one and reports whether there is anything to list.
func section(w io.Writer, n int, titles ...string) bool {
	if n == 0 {
		return false
	}
	fmt.Fprintln(w)
	line(w, titles...)
	return true
}

func line(w io.Writer, cells ...string) {
	for i, c := range cells {
		cells[i] = strings.NewReplacer("\t", " ", "\n", " ", "\v", " ", "\f", " ").Replace(c)
	}
	fmt.Fprintln(w, strings.Join(cells, "\t"))
}

func first[T any](rows []T) []T { return rows[:min(len(rows), shown)] }

func rest(w io.Writer, n int) {
	if n > shown {
		fmt.Fprintf(w, "and %d more; --format json lists all\n", n-shown)
	}
}

func path(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	if len(parts) == 0 {
		return "the device"
	}
	return strings.Join(parts, "/")
}

func tagText(tags map[string]string) string {
	pairs := make([]string, 0, len(tags))
	for k, v := range tags {
		pairs = append(pairs, k+"="+v)
	}
	slices.Sort(pairs)
	return strings.Join(pairs, " ")
}
