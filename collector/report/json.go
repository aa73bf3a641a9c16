package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	gomaps "maps"
	"sync"

	"github.com/zenpython/zenpython/collector/processor"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/maps"
)

// JSON writes one compact JSON object a line, "kind" first; see docs/run-output.md for the fields of each kind.
type JSON struct {
	mtx sync.Mutex // guards the fields below
	out *bufio.Writer
	err error
}

// NewJSON returns a report that writes to w. Lines are flushed at the end of each run.
func NewJSON(w io.Writer) *JSON { return &JSON{out: bufio.NewWriterSize(w, 64<<10)} }

// head is what every row starts with.
type head struct {
	Kind string      `json:"kind"`
	Task string      `json:"task"`
	Slot json.Number `json:"slot"`
	Run  int         `json:"run"`
}

func newHead(kind string, r processor.RunRef) head {
	return head{Kind: kind, Task: r.Task, Slot: nanoSeconds(r.Slot), Run: r.Number}
}

// Run writes a row of kind "run" and flushes.
func (j *JSON) Run(r RunRow) {
	var text *string
	if r.Err != nil {
		s := r.Err.Error()
		text = &s
	}
	j.write(struct {
		head
		Device      string   `json:"device"`
		Plugin      string   `json:"plugin"`
		ConfigKey   []any    `json:"config_key"`
		DataSources []string `json:"datasources"`
		Interval    float64  `json:"interval"`
		Outcome     string   `json:"outcome"`
		Duration    float64  `json:"duration_seconds"`
		Error       *string  `json:"error"`
	}{
		newHead("run", r.RunRef), r.Config.Device, r.Config.PluginClass(), plainList(r.Config.Key.Elements(), 0),
		r.Config.DataSourceNames(), r.Config.Interval.Seconds(), r.Outcome, r.Duration.Seconds(), text,
	})
	j.flush()
}

// Value writes a row of kind "value".
func (j *JSON) Value(r processor.ValueRow) {
	var value, reason any
	if r.Stored != nil {
		value = r.Stored.Plain()
	} else {
		reason = string(r.Reason)
	}
	j.write(struct {
		head
		Device      string            `json:"device"`
		Component   *string           `json:"component"`
		Template    string            `json:"template"`
		DataSource  string            `json:"datasource"`
		DataPoint   string            `json:"datapoint"`
		Metric      string            `json:"metric"`
		RRDType     string            `json:"rrdtype"`
		Raw         any               `json:"raw"`
		Value       any               `json:"value"`
		Reason      any               `json:"reason,omitempty"`
		Time        int64             `json:"time"`
		Tags        map[string]string `json:"tags"`
		ContextUUID string            `json:"contextUUID"`
	}{
		newHead("value", r.RunRef), r.Source.Device, componentName(r.Source.Component), r.Source.Template,
		r.Source.DataSource, r.Point.ID, r.Metric, string(r.Point.RRDType), plain(r.Raw), value, reason, r.Time,
		orEmpty(r.Tags), r.Source.Context.UUID,
	})
}

// Metric writes a row of kind "metric".
func (j *JSON) Metric(r processor.MetricRow) {
	j.write(struct {
		head
		Name  string            `json:"name"`
		Value any               `json:"value"`
		Time  int64             `json:"time"`
		Tags  map[string]string `json:"tags"`
	}{newHead("metric", r.RunRef), r.Name, r.Value.Plain(), r.Time, orEmpty(r.Tags)})
}

// Event writes a row of kind "event": the head, the event's own fields, sorted, with severity as a number, and origin.
func (j *JSON) Event(r processor.EventRow) {
	fields := plainMap(r.Event, 0)
	if sev, ok := events.ParseSeverity(r.Event[events.FieldSeverity]); ok {
		fields[events.FieldSeverity] = int(sev)
	}
	fields["origin"] = string(r.Origin)
	j.writeMerged(newHead("event", r.RunRef), fields)
}

// Dropped writes a row of kind "dropped".
func (j *JSON) Dropped(r processor.DroppedRow) {
	j.write(struct {
		head
		Reason string `json:"reason"`
		Item   any    `json:"item"`
	}{newHead("dropped", r.RunRef), string(r.Reason), plain(r.Item)})
}

// Map writes a row of kind "map".
func (j *JSON) Map(r processor.MapRow) {
	switch m := r.Map.(type) {
	case *maps.ObjectMap:
		j.write(struct {
			mapHead
			Attributes any `json:"attributes"`
		}{
			mapHead{newHead("map", r.RunRef), r.Device, "ObjectMap", m.RelName, m.CompName, m.ModName, m.ClassName, m.ParentID, directive(m)},
			plainMap(withID(m), 0),
		})
	case *maps.RelationshipMap:
		members := make([]any, len(m.Maps))
		for i, o := range m.Maps {
			members[i] = plainMap(withID(o), 0)
		}
		j.write(struct {
			mapHead
			Maps any `json:"maps"`
		}{
			mapHead{newHead("map", r.RunRef), r.Device, "RelationshipMap", m.RelName, m.CompName, m.ModName, "", m.ParentID, nil},
			members,
		})
	}
}

type mapHead struct {
	head
	Device    string  `json:"device"`
	Type      string  `json:"type"`
	RelName   string  `json:"relname"`
	CompName  string  `json:"compname"`
	ModName   string  `json:"modname"`
	ClassName string  `json:"classname"`
	ParentID  string  `json:"parentId"`
	Directive *string `json:"directive"`
}

func directive(m *maps.ObjectMap) *string {
	if m.Directive == maps.DirectiveNone {
		return nil
	}
	d := string(m.Directive)
	return &d
}

// withID shows the id among the attributes, where plugins write it.
func withID(m *maps.ObjectMap) map[string]any {
	out := make(map[string]any, len(m.Attributes)+1)
	gomaps.Copy(out, m.Attributes)
	if m.ID != "" {
		out["id"] = m.ID
	}
	return out
}

func componentName(c datasource.Component) *string {
	if c.IsDevice() {
		return nil
	}
	name := string(c)
	return &name
}

func orEmpty(tags map[string]string) map[string]string {
	if tags == nil {
		return map[string]string{}
	}
	return tags
}

// Close flushes and returns the first error met.
func (j *JSON) Close() error {
	j.flush()
	j.mtx.Lock()
	defer j.mtx.Unlock()
	return j.err
}

func (j *JSON) write(row any) {
	text, err := marshal(row)
	j.mtx.Lock()
	defer j.mtx.Unlock()
	if err != nil {
		j.fail(fmt.Errorf("writing a row as JSON: %w", err))
		return
	}
	j.line(text)
}

// writeMerged writes the head's fields first and then those of the map, in one object. A field of the map that the
// head has too is left out: the head's names are ours.
func (j *JSON) writeMerged(h head, fields map[string]any) {
	for _, name := range []string{"kind", "task", "slot", "run"} {
		delete(fields, name)
	}
	first, err := marshal(h)
	if err == nil {
		var rest []byte
		if rest, err = marshal(fields); err == nil {
			first = append(first[:len(first)-1], ',')
			first = append(first, rest[1:]...)
		}
	}
	j.mtx.Lock()
	defer j.mtx.Unlock()
	if err != nil {
		j.fail(fmt.Errorf("writing an event as JSON: %w", err))
		return
	}
	j.line(first)
}

// marshal is json.Marshal without the escapes that only matter inside HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// line writes with the lock held.
func (j *JSON) line(text []byte) {
	if j.err != nil {
		return
	}
	if _, err := j.out.Write(append(text, '\n')); err != nil {
		j.fail(fmt.Errorf("writing output: %w", err))
	}
}

func (j *JSON) fail(err error) {
	if j.err == nil {
		j.err = err
	}
}

func (j *JSON) flush() {
	j.mtx.Lock()
	defer j.mtx.Unlock()
	if j.err != nil {
		return
	}
	if err := j.out.Flush(); err != nil {
		j.fail(fmt.Errorf("writing output: %w", err))
	}
}
