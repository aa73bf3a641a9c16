package python

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

func packageFiles(text string) fstest.MapFS {
	return fstest.MapFS{
		"zenpython/__init__.py":                   {Data: []byte(text)},
		"zenpython/host/__main__.py":              {Data: []byte("main()")},
		"zenpython/__pycache__/x.cpython-311.pyc": {Data: []byte("not source")},
	}
}

func TestUnpack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	first, err := unpack(packageFiles("a"), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(first, "zenpython", "host", "__main__.py")); err != nil || string(text) != "main()" {
		t.Errorf("text %q, error %v", text, err)
	}
	if _, err := os.Stat(filepath.Join(first, "zenpython", "__pycache__")); err == nil {
		t.Error("what is no source was unpacked")
	}
	if info, err := os.Stat(first); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
	if again, err := unpack(packageFiles("a"), dir, nil); err != nil || again != first {
		t.Errorf("unpacked to %s and %s, error %v", first, again, err)
	}
	if other, err := unpack(packageFiles("b"), dir, nil); err != nil || other == first {
		t.Errorf("another content is in the same folder, error %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".python-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Code that was tampered with does not run.
func TestUnpackRepairs(t *testing.T) {
	dir := t.TempDir()
	target, err := unpack(packageFiles("a"), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(target, "zenpython", "__init__.py")
	if err := os.WriteFile(changed, []byte("evil()"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := unpack(packageFiles("a"), dir, nil); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(changed); err != nil || string(text) != "a" {
		t.Errorf("text %q, error %v", text, err)
	}
}

func TestUnpackForAnotherUser(t *testing.T) {
	target, err := unpack(packageFiles("a"), t.TempDir(), &Credential{UID: uint32(os.Getuid()), GID: uint32(os.Getgid())})
	if err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{"zenpython": 0o750, "zenpython/__init__.py": 0o640} {
		if info, err := os.Stat(filepath.Join(target, path)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: mode %v, error %v", path, info.Mode(), err)
		}
	}
}

func TestUnpackHost(t *testing.T) {
	target, err := UnpackHost(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(filepath.Join(target, "zenpython")); err != nil || len(entries) == 0 {
		t.Errorf("%d entries, error %v", len(entries), err)
	}
}
