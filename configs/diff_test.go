package configs

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/zenpython/zenpython/datasource"
)

// anySet draws a Set of few devices and keys, so that two of them have much in common.
func anySet() *rapid.Generator[*Set] {
	return rapid.Custom(func(t *rapid.T) *Set {
		set := &Set{}
		for device := range 3 {
			for key := range 4 {
				if !rapid.Bool().Draw(t, "present") {
					continue
				}
				k, err := datasource.MakeKey(key, 60)
				if err != nil {
					t.Fatal(err)
				}
				set.Tasks = append(set.Tasks, &TaskConfig{
					Identity: Identity{Device: fmt.Sprint("d", device), Key: k}, Hash: rapid.Uint64Range(1, 3).Draw(t, "hash"),
					Duplicate: rapid.IntRange(0, 1).Draw(t, "duplicate"),
				})
			}
		}
		slices.SortFunc(set.Tasks, func(a, b *TaskConfig) int { return compareIdentity(a.Identity, b.Identity) })
		return set
	})
}

// TestDiffLeadsFromOldToNew: what a collector does with the changes gives the tasks of the new set, and it does no
// more than it must.
func TestDiffLeadsFromOldToNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, next := anySet().Draw(t, "old"), anySet().Draw(t, "new")
		changes := Diff(old, next)
		running := map[Identity]*TaskConfig{}
		for _, task := range old.Tasks {
			running[task.Identity] = task
		}
		for _, task := range changes.Removed {
			if running[task.Identity] != task {
				t.Fatalf("removes %v, which does not run", task.Identity)
			}
			delete(running, task.Identity)
		}
		for _, r := range changes.Replaced {
			if running[r.Old.Identity] != r.Old || r.Old.Identity != r.New.Identity || sameConfig(r.Old, r.New) {
				t.Fatalf("replaces %v by %v", r.Old, r.New)
			}
			running[r.New.Identity] = r.New
		}
		for _, task := range changes.Added {
			if running[task.Identity] != nil {
				t.Fatalf("adds %v, which runs", task.Identity)
			}
			running[task.Identity] = task
		}
		for _, task := range next.Tasks {
			if got := running[task.Identity]; got == nil || !sameConfig(got, task) {
				t.Fatalf("%v is %v in the end", task.Identity, got)
			}
		}
		if len(running) != len(next.Tasks) || len(old.Tasks)-len(changes.Removed)-len(changes.Replaced) != changes.Unchanged {
			t.Fatalf("%d tasks run, want %d; %d unchanged", len(running), len(next.Tasks), changes.Unchanged)
		}
		if again := Diff(next, next); !again.Empty() || again.Unchanged != len(next.Tasks) {
			t.Fatalf("a set differs from itself: %+v", again)
		}
	})
}

func TestDiffFromNothing(t *testing.T) {
	set := built(t, threeSources, plugins{})
	if changes := Diff(nil, set); len(changes.Added) != 3 || changes.Empty() {
		t.Errorf("got %+v", changes)
	}
	if changes := Diff(set, &Set{}); len(changes.Removed) != 3 {
		t.Errorf("got %+v", changes)
	}
}
