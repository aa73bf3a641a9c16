package events

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// naiveStore keeps all events in one list and looks at every one of them, as spec §5.6 to §5.8 read.
type naiveStore struct{ rows []*naiveRow }

type naiveRow struct {
	device, component, uuid, class, key, summary string
	severity, first, last, count                 int
	state                                        State
}

func (n *naiveStore) apply(e *naiveRow, clears map[string][]string) {
	if e.severity == 0 {
		n.clear(e, append([]string{e.class}, clears[e.class]...))
		return
	}
	for _, r := range n.rows {
		if r.state.IsOpen() && r.fingerprint() == e.fingerprint() {
			r.merge(e)
			return
		}
	}
	row := *e
	n.rows = append(n.rows, &row)
}

func (n *naiveStore) clear(e *naiveRow, classes []string) {
	matched := false
	for _, r := range n.rows {
		byUUID := r.uuid != "" && r.uuid == e.uuid
		byName := r.uuid == "" && r.device == e.device && r.component == e.component
		if r.state.IsOpen() && (byUUID || byName) && slices.Contains(classes, r.class) && r.key == e.key && r.last <= e.last {
			r.state, matched = Cleared, true
		}
	}
	if matched {
		row := *e
		row.state = Closed
		n.rows = append(n.rows, &row)
	}
}

func (r *naiveRow) fingerprint() string {
	if r.key != "" {
		return strings.Join([]string{r.device, r.component, r.class, r.key, strconv.Itoa(r.severity)}, "|")
	}
	return strings.Join([]string{r.device, r.component, r.class, strconv.Itoa(r.severity), r.summary}, "|")
}

func (r *naiveRow) merge(e *naiveRow) {
	r.count += e.count
	r.first = min(r.first, e.first)
	if e.last < r.last {
		return
	}
	r.last, r.summary, r.uuid = e.last, e.summary, cmp.Or(e.uuid, r.uuid)
	if r.state != Acknowledged || e.state == Acknowledged {
		r.state = e.state
	}
}

func (n *naiveStore) lines() []string {
	var lines []string
	for _, r := range n.rows {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %s %s %d first %d last %d count %d %v",
			r.device, r.component, r.uuid, r.class, r.key, r.summary, r.severity, r.first, r.last, r.count, r.state))
	}
	slices.Sort(lines)
	return lines
}

func storeLines(s *Store) []string {
	var lines []string
	for _, r := range append(s.List(Filter{}), s.List(Filter{Closed: true})...) {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %s %s %d first %d last %d count %d %v",
			r.Device, r.Component, r.ComponentGUID, r.EventClass, r.EventKey, r.Summary, r.Severity,
			r.FirstSeen.Unix(), r.LastSeen().Unix(), r.Count, r.State))
	}
	slices.Sort(lines)
	return lines
}

func TestStoreAgainstNaive(t *testing.T) {
	clears := map[string][]string{"/up": {"/down"}}
	rapid.Check(t, func(t *rapid.T) {
		naive := &naiveStore{}
		store := NewStore(StoreOptions{Classes: NewClasses(nil, clears)})
		for range rapid.IntRange(1, 40).Draw(t, "events") {
			e := drawEvent(t)
			naive.apply(e, clears)
			if _, err := store.Apply(e.event(), now); err != nil {
				t.Fatal(err)
			}
			want, got := naive.lines(), storeLines(store)
			if !slices.Equal(want, got) {
				t.Fatalf("after %+v\nwant:\n%s\ngot:\n%s", *e, strings.Join(want, "\n"), strings.Join(got, "\n"))
			}
		}
	})
}

func drawEvent(t *rapid.T) *naiveRow {
	of := func(label string, texts ...string) string { return rapid.SampledFrom(texts).Draw(t, label) }
	e := &naiveRow{
		device: of("device", "d", "e"), component: of("component", "", "c"), uuid: of("uuid", "", "", "u"),
		class: of("class", "/up", "/down"), key: of("key", "", "k"), summary: of("summary", "s", "t"),
		severity: rapid.SampledFrom([]int{0, 0, 3, 4}).Draw(t, "severity"),
		last:     rapid.IntRange(1, 6).Draw(t, "last"), count: rapid.IntRange(1, 3).Draw(t, "count"),
		state: rapid.SampledFrom([]State{New, New, Acknowledged, Suppressed}).Draw(t, "state"),
	}
	if e.severity == 0 {
		e.state = New
	}
	e.first = rapid.IntRange(0, e.last).Draw(t, "first")
	return e
}

func (r *naiveRow) event() Event {
	return Event{
		"device": r.device, "component": r.component, "component_guid": r.uuid, "eventClass": r.class, "eventKey": r.key,
		"summary": r.summary, "severity": r.severity, "firstTime": r.first, "lastTime": r.last, "count": r.count,
		"eventState": int(r.state),
	}
}
