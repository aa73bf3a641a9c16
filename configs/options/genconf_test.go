package options

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite docs/options.md")

func template(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := GenConf(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGenConfIsAFileOfDefaults loads the template as it is, and with every
// key uncommented: both must give the defaults.
func TestGenConfIsAFileOfDefaults(t *testing.T) {
	asIs := template(t)
	uncommented := regexp.MustCompile(`(?m)^#(\S)`).ReplaceAllString(asIs, "$1")
	if keys := len(parseConf(uncommented)); keys != len(fileKeys()) {
		t.Errorf("%d keys, want %d", keys, len(fileKeys()))
	}
	if keys := parseConf(asIs); len(keys) != 0 {
		t.Errorf("keys are set already: %v", keys)
	}
	defaults := mustLoad(t, Sources{})
	for name, content := range map[string]string{"as it is": asIs, "uncommented": uncommented} {
		file := writeFile(t, t.TempDir(), "zenpython.conf", content)
		got := mustLoad(t, Sources{Flags: map[string][]string{"configfile": {file}}})
		got.ConfigFile = ""
		if diff := cmp.Diff(defaults, got, compareRegexps); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestGenConfIsReadable(t *testing.T) {
	for line := range strings.Lines(template(t)) {
		if len([]rune(line)) > confWidth+1 || strings.TrimRight(line, " \n")+"\n" != line {
			t.Errorf("too long, or blanks at its end: %q", line)
		}
	}
}

func TestDocumentIsUpToDate(t *testing.T) {
	const path = "../../docs/options.md"
	var b bytes.Buffer
	if err := WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(have), b.String()); diff != "" {
		t.Errorf("docs/options.md is stale, run `go test ./configs/options -update`:\n%s", diff)
	}
}

func TestDocumentListsEveryUpstreamOption(t *testing.T) {
	var b bytes.Buffer
	if err := WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	for name := range upstreamDefaults {
		if !regexp.MustCompile("(?m)^\\| `(-., )?--" + name + "[ `]").Match(b.Bytes()) {
			t.Errorf("--%s is not listed", name)
		}
	}
}
