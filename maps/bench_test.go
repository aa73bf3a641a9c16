package maps

import (
	"strconv"
	"testing"
)

// BenchmarkApplyUnchanged is the usual case: a modeler finds again what the model has.
func BenchmarkApplyUnchanged(b *testing.B) {
	m := newModel(b)
	rm := &RelationshipMap{RelName: "sites", ModName: classM}
	for i := range 1000 {
		rm.Append(&ObjectMap{ID: strconv.Itoa(i), Attributes: dict{"color": "red", "size": i, "tags": []any{"a", "b"}}})
	}
	list := []Map{rm}
	if _, err := m.Apply("dev1", list); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if result, _ := m.Apply("dev1", list); result.Changed {
			b.Fatal("the same maps changed the model")
		}
	}
}
