package events

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var stamp = Stamp{
	Agent: "zenpython", Monitor: "localhost", Manager: "col1.example.org",
	DeviceGUID: func(device string) string {
		if device == "dev1" {
			return "guid-1"
		}
		return ""
	},
}

// Checks 10 and 11 of spec §11, and the rest of §4.13.1.
func TestStampDefaults(t *testing.T) {
	own := func(e Event) Event {
		e["agent"], e["monitor"], e["manager"] = "zenpython", "localhost", "col1.example.org"
		return e
	}
	tests := []struct {
		name     string
		in, want Event
	}{
		{"check 10: defaults", Event{"summary": "a"},
			own(Event{"summary": "a", "device": "dev1", "severity": int64(2), "device_guid": "guid-1"})},
		{"check 11: given fields stay", Event{"device": "x", "severity": 0, "summary": "b"},
			own(Event{"device": "x", "severity": 0, "summary": "b"})},
		{"None is not replaced", Event{"device": nil, "severity": nil},
			own(Event{"device": nil, "severity": nil})},
		{"the collector's own fields win", Event{"agent": "me", "monitor": "m", "manager": "n", "device_guid": "plugin's"},
			own(Event{"device": "dev1", "severity": int64(2), "device_guid": "guid-1"})},
		{"unknown device keeps its guid", Event{"device": "x", "severity": 1, "device_guid": "plugin's"},
			own(Event{"device": "x", "severity": 1, "device_guid": "plugin's"})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := tt.in.Clone()
			if diff := cmp.Diff(tt.want, stamp.Apply(tt.in, "dev1")); diff != "" {
				t.Errorf("Apply (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, tt.in); diff != "" {
				t.Errorf("the plugin's event was changed:\n%s", diff)
			}
		})
	}
}

// Check 12 of spec §11.
func TestStampCutsTexts(t *testing.T) {
	for _, tt := range []struct {
		field      string
		length     int
		character  string
		wantLength int
	}{
		{"summary", 300, "s", 256},
		{"summary", 256, "s", 256},
		{"summary", 300, "ü", 256},
		{"message", 5000, "m", 4096},
		{"component", 300, "c", 300},
		{"detail", 524289, "d", 524288},
		{"detail", 524289, "€", 524288},
	} {
		got := stamp.Apply(Event{tt.field: strings.Repeat(tt.character, tt.length)}, "d").Text(tt.field)
		if want := strings.Repeat(tt.character, tt.wantLength); got != want {
			t.Errorf("%s of %d %q: %d bytes leave, want %d", tt.field, tt.length, tt.character, len(got), len(want))
		}
	}
}

func TestCutBytesEndsAtACharacter(t *testing.T) {
	for _, tt := range []struct {
		text  string
		limit int
		want  string
	}{
		{"abc", 3, "abc"}, {"abc", 2, "ab"}, {"aü", 2, "a"}, {"aü", 3, "aü"}, {"a€b", 3, "a"}, {"€", 1, ""},
	} {
		if got := cutBytes(tt.text, tt.limit); got != tt.want {
			t.Errorf("cutBytes(%q, %d) = %q, want %q", tt.text, tt.limit, got, tt.want)
		}
	}
}
