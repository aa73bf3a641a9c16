package configs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSyntaxErrors: a file that is no YAML, or too much of it, costs that file and says where.
func TestSyntaxErrors(t *testing.T) {
	const unit = " [file inventory.yaml]"
	tests := []struct{ name, text, want string }{
		{"tab", "devices:\n\tweb01: {}\n", "2:1: error: found character that cannot start any token"},
		{"open bracket", "devices: {a: [1\n", "2:1: error: did not find expected ',' or ']'"},
		{"open brace further down", "zProperties: {}\ndevices:\n  a: {device_class: /W\n  b: c\n", "3:1: error: did not find expected ',' or '}'"},
		{"wrong indent", "devices:\n  a: b\n c: d\n", "3:1: error: did not find expected key"},
		{"nothing between commas", "devices:\n  a: [,]\n", "2:1: error: did not find expected node content"},
		{"not UTF-8", "devices:\n  web\xff01: {}\n", "2:6: error: the file is not UTF-8: save it as UTF-8"},
		{"control character", "devices: \x01\n", "1:1: error: control characters are not allowed"},
		{"unknown alias", "devices: *lost\n", "1:1: error: unknown anchor 'lost' referenced"},
		{"deep", "a: " + strings.Repeat("[", 100) + strings.Repeat("]", 100), "1:39: error: nested deeper than 64 levels"},
		{"deeper than the parser goes", strings.Repeat("[", 20_000), "1:1: error: exceeded max depth of 10000"},
		{"deep by aliases", aliasChain(), "64:6: error: nested deeper than 64 levels"},
		{"endless", "a: &a {b: [*a]}\n", "1:12: error: the alias *a stands inside what it repeats"},
		{"no mapping", "- a\n", "1:1: error: want a mapping such as devices: {…}, got a list"},
		{"too large", "#" + strings.Repeat(" ", maxFileBytes), fmt.Sprintf("1:1: error: the file has %d bytes, more than %d: split it into several", maxFileBytes+1, maxFileBytes)},
		{"bomb of aliases", aliasBomb(), "2:5: error: aliases and DEFAULTS make the file too large to read: repeat less by them"},
		{"bomb of DEFAULTS", defaultsBomb(), "7:7: error: aliases and DEFAULTS make the file too large to read: repeat less by them"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := loadText(t, tt.text)
			var got []string
			for _, line := range problems(inv) {
				if line, ok := strings.CutSuffix(line, unit); ok {
					got = append(got, line)
				}
			}
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Errorf("problems that cost the file (-want +got):\n%s", diff)
			}
			if len(inv.Devices) != 0 {
				t.Errorf("want no device of a broken file, got %d", len(inv.Devices))
			}
		})
	}
}

// aliasChain nests by aliases deeper than any bracket goes.
func aliasChain() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x]\n")
	for i := 1; i < 80; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [*a%d]\n", i, i, i-1)
	}
	return b.String()
}

// aliasBomb doubles at each line, by aliases and by merge keys, and puts the last into a device.
func aliasBomb() string {
	var b strings.Builder
	b.WriteString("x0: &x0 {a: b}\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&b, "x%d: &x%d {<<: [*x%d, *x%d], p%d: *x%d, q%d: *x%d}\n", i, i, i-1, i-1, i, i-1, i, i-1)
	}
	b.WriteString("devices: {a: {device_class: /, attributes: {b: *x29}}}\n")
	return b.String()
}

// defaultsBomb multiplies what DEFAULTS holds by the entries it lies under, at two levels.
func defaultsBomb() string {
	var b strings.Builder
	b.WriteString("device_classes:\n  /: {templates: {T: {}}}\n")
	b.WriteString("devices:\n  DEFAULTS:\n    device_class: /\n    attributes:\n")
	for i := range 5000 {
		fmt.Fprintf(&b, "      a%d: 1\n", i)
	}
	for i := range 2000 {
		fmt.Fprintf(&b, "  d%d: {}\n", i)
	}
	return b.String()
}

// TestHarmlessForms: forms of YAML that look odd and are right.
func TestHarmlessForms(t *testing.T) {
	utf16 := []byte{0xff, 0xfe}
	for _, c := range []byte("devices: {web01: {device_class: /}}\n") {
		utf16 = append(utf16, c, 0)
	}
	tests := []struct {
		name, text string
		devices    int
	}{
		{"empty", "", 0},
		{"comment alone", "# nothing yet\n", 0},
		{"null", "~\n", 0},
		{"empty sections", "zenpacks:\nzProperties:\ndevice_classes:\ndevices:\nclasses:\nevent_classes:\n", 0},
		{"byte order mark", "\ufeffdevices: {web01: {device_class: /}}\n", 1},
		{"UTF-16", string(utf16), 1},
		{"CRLF", "devices:\r\n  web01:\r\n    device_class: /\r\n", 1},
		{"JSON", `{"devices": {"web01": {"device_class": "/"}}}`, 1},
		{"tags", "!Inventory\ndevices: !!map {web01: !Device {device_class: !!str /}}\n", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := loadText(t, tt.text)
			wantNoProblems(t, inv)
			if len(inv.Devices) != tt.devices {
				t.Errorf("%d devices, want %d", len(inv.Devices), tt.devices)
			}
		})
	}
}
