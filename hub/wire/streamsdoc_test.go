package wire

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/events"
	"github.com/zenpython/zenpython/maps"
)

const streamsPage = "../../docs/streams.md"

// docExamples are what docs/streams.md shows.
func docExamples(t *testing.T) map[string]*Batch {
	t.Helper()
	series := mustSeries(t, "web01/status_time", map[string]string{
		"contextUUID": "5f6f0b9c-6a1d-5d0e-8a59-0a4a4c1a7f10", "device": "web01", "key": "Devices/web01",
	})
	examples := map[string]*Batch{
		"values": batchOf([]Value{
			{Series: series, Time: 1404160020000, Number: Number{IsFloat: true, Float: 0.25}},
			{Series: series, Time: 1404160080000, Number: Number{Int: 1}},
		}),
		"events": batchOf([]Event{{"web01", events.Event{
			"device": "web01", "component": "eu", "severity": int64(4), "summary": "no answer", "eventClass": "/Status/Web",
			"agent": "zenpython", "monitor": "localhost", "manager": "collector.example.com", "rcvtime": 1404160020.5,
			"firstTime": 1404160018.25, "count": int64(2),
		}}}),
		"maps": batchOf([]Map{
			{"web01", "web01 300 Sites", 1404160020000, &maps.ObjectMap{Attributes: map[string]any{"serialNumber": "X1"}}},
			{"web01", "web01 300 Sites", 1404160020000, &maps.RelationshipMap{RelName: "sites", ModName: "ZenPacks.example.Shop.Site", Maps: []*maps.ObjectMap{
				{ID: "eu", Attributes: map[string]any{"path": "/eu", "visits": int64(10)}},
			}}},
		}),
	}
	for _, b := range examples {
		b.Lane.Shard = ShardOf("web01", DefaultShards)
	}
	return examples
}

// TestStreamsPageExamples decodes the bytes that the page shows, with nothing but what the page says.
func TestStreamsPageExamples(t *testing.T) {
	page, err := os.ReadFile(streamsPage)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range docExamples(t) {
		section := regexp.MustCompile(`(?s)<!-- example: ` + name + ` -->\n(.*?)<!-- end -->`)
		if *update {
			page = section.ReplaceAllLiteral(page, []byte("<!-- example: "+name+" -->\n"+docExample(t, want)+"<!-- end -->"))
			if err := os.WriteFile(streamsPage, page, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		found := section.FindSubmatch(page)
		if found == nil {
			t.Fatalf("%s has no example of %s", streamsPage, name)
		}
		key, entry := parseDocEntry(t, string(found[1]))
		if key != StreamKey("localhost", want.Lane) {
			t.Errorf("%s: key %s", name, key)
		}
		got, err := DecodeEntry(want.Lane, entry)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the page's bytes mean something else: %s", name, diff)
		}
		if string(found[1]) != docExample(t, want) {
			t.Errorf("%s: run go test ./hub/wire -update", name)
		}
	}
}

// parseDocEntry reads a block of "field text" lines; d is hexadecimal and goes on over indented lines.
func parseDocEntry(t *testing.T, section string) (key string, entry map[string]any) {
	t.Helper()
	_, block, _ := strings.Cut(section, "```text\n")
	block, _, _ = strings.Cut(block, "```")
	entry = map[string]any{}
	payload := ""
	for line := range strings.Lines(block) {
		field, text, _ := strings.Cut(strings.TrimRight(line, "\n"), " ")
		switch field {
		case "XADD":
			key, _, _ = strings.Cut(text, " ")
		case "d", "":
			payload += text
		default:
			entry[field] = text
		}
	}
	data, err := hex.DecodeString(strings.ReplaceAll(payload, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	entry["d"] = data
	return key, entry
}

// docExample writes an entry and what it means.
func docExample(t *testing.T, b *Batch) string {
	t.Helper()
	entry := entryOf(t, b)
	var out strings.Builder
	fmt.Fprintf(&out, "An entry, with `d` in hexadecimal:\n\n```text\nXADD %s *\n", StreamKey("localhost", b.Lane))
	for _, field := range []string{"v", "c", "i", "s", "n", "f", "z"} {
		fmt.Fprintf(&out, "%s %s\n", field, entry[field])
	}
	payload := entry["d"].([]byte)
	for at := 0; at < len(payload); at += 32 {
		lead := " "
		if at == 0 {
			lead = "d"
		}
		fmt.Fprintf(&out, "%s % x\n", lead, payload[at:min(at+32, len(payload))])
	}
	out.WriteString("```\n\nIts records, from number 7:\n\n```json\n")
	for _, record := range docRecords(t, b) {
		text, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s\n", text)
	}
	out.WriteString("```\n")
	return out.String()
}

// docRecords are a batch's records as the page describes them.
func docRecords(t *testing.T, b *Batch) (records []any) {
	t.Helper()
	for _, v := range b.Values {
		metric, tags, err := ParseSeries(v.Series)
		if err != nil {
			t.Fatal(err)
		}
		var number any = v.Number.Int
		if v.Number.IsFloat {
			number = v.Number.Float
		}
		records = append(records, []any{[]any{metric, tags}, v.Time, number})
	}
	for _, e := range b.Events {
		records = append(records, []any{e.Device, e.Event})
	}
	for _, m := range b.Maps {
		switch of := m.Map.(type) {
		case *maps.ObjectMap:
			records = append(records, []any{m.Device, m.Task, m.Slot, kindObject, docObject(of)})
		case *maps.RelationshipMap:
			members := []any{}
			for _, member := range of.Maps {
				members = append(members, docObject(member))
			}
			records = append(records, []any{m.Device, m.Task, m.Slot, kindRelationship, map[string]any{
				"relname": of.RelName, "modname": of.ModName, "maps": members,
			}})
		}
	}
	return records
}

func docObject(m *maps.ObjectMap) map[string]any {
	body := map[string]any{"attributes": m.Attributes}
	if m.ID != "" {
		body["id"] = m.ID
	}
	return body
}
