package events

import (
	"testing"
)

func TestParseSeverity(t *testing.T) {
	tests := []struct {
		in   any
		want Severity
	}{
		{0, Clear}, {1, Debug}, {int64(2), Info}, {uint8(3), Warning}, {4.0, Error}, {5, Critical}, {Critical, Critical},
		{"0", Clear}, {"1", Debug}, {"2", Info}, {"3", Warning}, {"4", Error}, {"5", Critical},
		{"clear", Clear}, {"Debug", Debug}, {"INFO", Info}, {"warning", Warning}, {"eRRoR", Error}, {"CRITICAL", Critical},
		{"", Clear},
		{true, Debug}, {false, Clear},
		{"6", Info}, {"-1", Info}, {"urgent", Info}, {6, Info}, {-1, Info}, {2.5, Info}, {uint64(1 << 63), Info},
		{Severity(9), Info}, {[]any{4}, Info}, {" 5", Info},
	}
	for _, tt := range tests {
		got, ok := ParseSeverity(tt.in)
		if got != tt.want || !ok {
			t.Errorf("ParseSeverity(%#v) = %v, %v, want %v", tt.in, got, ok, tt.want)
		}
	}
	if _, ok := ParseSeverity(nil); ok {
		t.Error("ParseSeverity(nil): None must count as missing")
	}
}

func TestNames(t *testing.T) {
	if got := Critical.String() + " " + Severity(7).String() + " " + Aged.String() + " " + State(9).String(); got != "Critical Severity(7) Aged State(9)" {
		t.Errorf("names: %s", got)
	}
	for state, open := range map[State]bool{
		New: true, Acknowledged: true, Suppressed: true, Closed: false, Cleared: false, Dropped: false, Aged: false,
	} {
		if state.IsOpen() != open {
			t.Errorf("%v.IsOpen() = %v", state, !open)
		}
	}
}

func TestClasses(t *testing.T) {
	c := NewClasses(map[string]string{"vendor-key": "/Vendor"}, map[string][]string{"/Up": {"/Down", "/Slow"}})
	for _, tt := range []struct{ class, key, want string }{
		{"/Perf/Snmp", KeyTimeout, "/Perf/Snmp"}, // a class that the event brings is used as it is
		{"", "zenpython-timeout", "/App/Zenoss"},
		{"", "vendor-key", "/Vendor"},
		{"", "nobody-knows", "/Unknown"},
		{"", "", "/Unknown"},
	} {
		if got := c.Class(tt.class, tt.key); got != tt.want {
			t.Errorf("Class(%q, %q) = %q, want %q", tt.class, tt.key, got, tt.want)
		}
	}
	for class, want := range map[string]int{"/Up": 3, "/App/Start": 2, "/Other": 1} {
		if got := c.ClearClasses(class); len(got) != want || got[0] != class {
			t.Errorf("ClearClasses(%q) = %q", class, got)
		}
	}
}
