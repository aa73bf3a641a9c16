package nearest

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNames(t *testing.T) {
	known := []string{"zHttpPort", "zHttpPassword", "zSnmpPort", "here", "device", "dev", "devname"}
	tests := []struct {
		name string
		want []string
	}{
		{"zHtpPort", []string{"zHttpPort", "zSnmpPort"}},
		{"ZHTTPPORT", []string{"zHttpPort", "zSnmpPort"}},
		{"her", []string{"here"}},
		{"dve", []string{"dev"}},
		{"zHttpPotr", []string{"zHttpPort"}},
		{"dxx", nil},
		{"devnam", []string{"devname"}},
		{"completelyDifferent", nil},
		{"", nil},
		{strings.Repeat("z", longest+1), nil},
	}
	for _, tt := range tests {
		if got := Names(tt.name, known); !slices.Equal(got, tt.want) {
			t.Errorf("Names(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestNamesOffersFewAndEachOnce(t *testing.T) {
	got := Names("ds1", []string{"ds5", "ds2", "ds2", "ds4", "ds3"})
	if want := []string{"ds2", "ds3", "ds4"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHint(t *testing.T) {
	if got, want := Hint("her", []string{"here"}), "; nearest: 'here'"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Hint("her", nil); got != "" {
		t.Errorf("got %q for nothing known, want nothing", got)
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"same", "same", 0}}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

// TestDistanceIsAMetric holds what makes the ranking sensible: symmetry, zero only for equals, the triangle.
func TestDistanceIsAMetric(t *testing.T) {
	word := rapid.StringMatching(`[abc]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")
		if distance(a, b) != distance(b, a) || (distance(a, b) == 0) != (a == b) {
			t.Fatalf("distance of %q and %q is no metric", a, b)
		}
		if distance(a, c) > distance(a, b)+distance(b, c) {
			t.Fatalf("triangle %q %q %q", a, b, c)
		}
	})
}
