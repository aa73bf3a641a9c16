package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// pythonInventory writes an inventory of one device with a template of the test pack.
func pythonInventory(t *testing.T, templates ...string) string {
	t.Helper()
	pack, err := filepath.Abs("testdata/packs/ZenPacks.test.Shop")
	if err != nil {
		t.Fatal(err)
	}
	var devices strings.Builder
	for i, template := range templates {
		fmt.Fprintf(&devices, "  shop%02d: {device_class: /Shop, manageIp: 127.0.0.1, templates: [%s]}\n", i+1, template)
	}
	path := filepath.Join(t.TempDir(), "inventory.yaml")
	text := "zenpacks: [" + pack + "]\ndevice_classes:\n  /Shop: {zProperties: {zCommandUsername: monitor}}\ndevices:\n" + devices.String()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// python is the interpreter of the tests' virtual environment.
func python(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../.venv/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("no virtual environment for Python plugins: run `make deps` (%v)", err)
	}
	return path
}

func TestAPythonPluginRunsUnmodified(t *testing.T) {
	t.Parallel()
	c := exec.CommandContext(t.Context(), binary, "run", "--inventory", pythonInventory(t, "Orders"), "--var-dir", t.TempDir(),
		"--python", python(t), "--format", "json", "--runs", "2")
	var out, log bytes.Buffer
	c.Stdout, c.Stderr = &out, &log
	if err := c.Run(); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	var summaries, outcomes []string
	values := map[string]any{}
	for line := range strings.Lines(out.String()) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		switch row["kind"] {
		case "value":
			values[row["metric"].(string)] = row["value"]
		case "run":
			outcomes = append(outcomes, row["outcome"].(string))
			if fmt.Sprint(row["config_key"]) != "[shop01 1 shop]" {
				t.Errorf("config key %v", row["config_key"])
			}
		case "event":
			if row["origin"] == "plugin" {
				summaries = append(summaries, row["summary"].(string))
			}
		}
	}
	if got := fmt.Sprint(outcomes); got != "[ok ok]" {
		t.Errorf("outcomes %s\n%s", got, log.String())
	}
	// State on self lives from run to run; a missing proxy attribute is None.
	if got, want := fmt.Sprint(summaries), "[run 1 of shop01 as monitor None run 2 of shop01 as monitor None]"; got != want {
		t.Errorf("events %s, want %s", got, want)
	}
	// check_output() is compared with a str: on bytes a healthy shop would be down.
	if values["shop01/orders_orders"] != 42.0 || values["shop01/orders_state"] != 1.0 {
		t.Errorf("values %v", values)
	}
	if !strings.Contains(log.String(), "collecting shop01") {
		t.Errorf("what the plugin printed is not in the log:\n%s", log.String())
	}
}

func TestABlockingPluginHurtsNobodyForLong(t *testing.T) {
	t.Parallel()
	varDir := t.TempDir()
	p := start(t, varDir, "run", "--cycle", "--inventory", pythonInventory(t, "Orders", "Blocking"), "--listen", "off",
		"--python", python(t), "--pythonworkers", "1", "--blockingtimeout", "1", "--runningtimeout", "100")
	eventually(t, "the class is sent to the quarantine", func() bool { return strings.Contains(p.logged(), "goes to the quarantine worker") })
	eventually(t, "the class is switched off", func() bool { return strings.Contains(p.logged(), "a plugin class is switched off") })
	list, err := os.ReadFile(filepath.Join(varDir, "zenpython.blocked"))
	if err != nil || !strings.HasPrefix(string(list), "ZenPacks.test.Shop.dsplugins.Blocking #") {
		t.Errorf("the list of blocked classes holds %q (%v)", list, err)
	}
	before := strings.Count(p.logged(), "collecting shop01")
	eventually(t, "the other device is collected on", func() bool { return strings.Count(p.logged(), "collecting shop01") >= before+3 })
	if code := p.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestAMissingPluginClassCostsItsDataSourceAlone(t *testing.T) {
	t.Parallel()
	c := exec.CommandContext(t.Context(), binary, "run", "--inventory", pythonInventory(t, "Orders", "Missing"), "--var-dir", t.TempDir(),
		"--python", python(t), "--format", "json")
	out, _ := c.Output() // the exit code is not its subject
	if !bytes.Contains(out, []byte(`"outcome":"ok"`)) {
		t.Errorf("the other device was not collected:\n%s", out)
	}
	if !bytes.Contains(out, []byte("NotThere")) {
		t.Errorf("nothing says that the class is missing:\n%s", out)
	}
}

func TestWithoutAUsablePythonItSaysWhatToDo(t *testing.T) {
	t.Parallel()
	bare := filepath.Join(t.TempDir(), "bare")
	if out, err := exec.CommandContext(t.Context(), "python3", "-m", "venv", "--without-pip", bare).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	c := exec.CommandContext(t.Context(), binary, "run", "--inventory", pythonInventory(t, "Orders"), "--var-dir", t.TempDir(),
		"--python", filepath.Join(bare, "bin", "python3"))
	out, err := c.CombinedOutput()
	if err == nil {
		t.Error("a run without a usable Python succeeded")
	}
	if !bytes.Contains(out, []byte("zenpython python setup")) {
		t.Errorf("nothing says what to do:\n%s", out)
	}
}
