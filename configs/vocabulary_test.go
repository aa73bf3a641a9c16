package configs

import (
	"os"
	"strings"
	"testing"
)

// TestPageNamesEveryKey: docs/inventory.md names each key that is read, and each that is read and ignored.
func TestPageNamesEveryKey(t *testing.T) {
	page, err := os.ReadFile("../docs/inventory.md")
	if err != nil {
		t.Fatal(err)
	}
	w := newVocabulary(nil)
	for _, table := range []described{
		w.inventory, w.pack, w.definition, w.deviceClass, w.template, w.dataSource, w.dataPoint, w.threshold,
		w.class, w.classProperty, w.eventClass, w.mapping, w.device, w.component,
	} {
		name, keys, _ := table.definition()
		for _, key := range keys {
			if !strings.Contains(string(page), "`"+key.name+"`") {
				t.Errorf("docs/inventory.md does not name %s of %s", key.name, name)
			}
			if key.doc == "" || key.shape == nil {
				t.Errorf("%s of %s has no doc or no shape", key.name, name)
			}
		}
	}
}
