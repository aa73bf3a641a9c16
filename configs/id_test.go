package configs

import (
	"testing"

	"pgregory.net/rapid"
)

// TestPrepID holds the values that Zenoss gives (spec §7.4).
func TestPrepID(t *testing.T) {
	for text, want := range map[string]string{
		"/": "-", "/var/log": "var_log", "a:b": "a_b", `C:\`: "C", "__x__": "x", "eth0/1.5 (x)": "eth0_1.5 (x)", "": "",
		" a ": "a", "web-01.example": "web-01.example", "a b_c": "a b_c",
	} {
		if got := prepID(text); got != want {
			t.Errorf("prepID(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestPrepIDTwice: an id once made is an id, or checkID would have no way to be content.
func TestPrepIDTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune(" _-/a.é"))).Draw(t, "text")
		once := prepID(text)
		if twice := prepID(once); twice != once {
			t.Errorf("prepID(%q) = %q, and of that %q", text, once, twice)
		}
	})
}
