package configs

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestSealing(t *testing.T) {
	key, plain := bytes.Repeat([]byte{7}, stateKeySize), []byte("the inventory")
	sealed, err := seal(key, plain)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := unseal(key, sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("got %q, %v", got, err)
	}
	again, err := seal(key, plain)
	if err != nil || bytes.Equal(again, sealed) {
		t.Errorf("the same is sealed alike twice, %v", err)
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if got, err := unseal(key, bad); err == nil {
			t.Fatalf("byte %d changed, and %q was read", i, got)
		}
	}
}

// TestSavingTheSameAgainWritesNothing: a daemon that is reloaded often does not wear out a disk.
func TestSavingTheSameAgainWritesNothing(t *testing.T) {
	inv, _ := seeded(t, shop["classes.yaml"]+shop["a.yaml"])
	f := &stateFile{folder: filepath.Join(t.TempDir(), "state")}
	path := filepath.Join(f.folder, stateName)
	if err := f.save(inv); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := f.save(inv); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the same was written again: %v", err)
	}
}

// FuzzStateFile: whatever stands in the file, nothing is taken from it but what was sealed with the key.
func FuzzStateFile(f *testing.F) {
	key, plain := bytes.Repeat([]byte{7}, stateKeySize), []byte("the inventory")
	sealed, err := seal(key, plain)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte(stateMagic))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, err := unseal(key, data); err == nil && !bytes.Equal(got, plain) {
			t.Errorf("%q was read", got)
		}
	})
}
