package e2e

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// documentedFile is a file in a page: its path in back quotes, and its text as a code block.
var documentedFile = regexp.MustCompile("(?s)\n`([^`\n]+)`:\n\n```\\w+\n(.*?)```\n")

// writeDocumented writes the files of a page of docs into a folder, and returns how many there are.
func writeDocumented(t *testing.T, page, folder string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	files := documentedFile.FindAllStringSubmatch(string(text), -1)
	for _, f := range files {
		path := filepath.Join(folder, filepath.FromSlash(f[1]))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(f[2]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return len(files)
}

// What docs/writing-plugins.md shows is what is run here.
func TestDocumentedPluginsRun(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if got := writeDocumented(t, "writing-plugins.md", folder); got != 5 {
		t.Fatalf("the page has %d files, want 5", got)
	}
	server, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	// Connections are taken by the system; nobody needs to accept them.
	port := server.Addr().(*net.TCPAddr).Port
	addToInventory(t, folder, port)
	collect := func() string {
		c := exec.CommandContext(t.Context(), binary, "run", "--inventory", filepath.Join(folder, "inventory.yaml"),
			"--var-dir", filepath.Join(folder, "var"), "--python", python(t), "--format", "json")
		var out, log bytes.Buffer
		c.Stdout, c.Stderr = &out, &log
		_ = c.Run() // a port that does not answer is a failed run
		t.Logf("%s%s", out.String(), log.String())
		return out.String()
	}
	out := collect()
	for _, source := range []string{"old", "new", "loop"} {
		if !strings.Contains(out, fmt.Sprintf("localhost/%s_seconds", source)) {
			t.Errorf("no value of %s", source)
		}
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if out := collect(); !strings.Contains(out, "the port does not answer") || strings.Contains(out, `"kind":"value"`) {
		t.Error("a closed port is not told")
	}
}

// addToInventory gives the device its port, and the data source whose template the page leaves out.
func addToInventory(t *testing.T, folder string, port int) {
	t.Helper()
	path := filepath.Join(folder, "inventory.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("templates: [Port]"), []byte("templates: [Port, Loop]"), 1)
	text = fmt.Appendf(text, `device_classes:
  /Example:
    zProperties: {zExamplePort: %d}
    templates:
      Loop:
        datasources:
          loop:
            type: Python
            plugin_classname: ZenPacks.example.Port.loop.Port
            cycletime: 60
            datapoints: {seconds: GAUGE}
`, port)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
