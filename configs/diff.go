package configs

import "cmp"

// Changes are what leads from one Set to another.
type Changes struct {
	Added     []*TaskConfig
	Removed   []*TaskConfig
	Replaced  []Replacement
	Unchanged int
}

// Replacement is a task whose rendered config changed: of the same identity, but to be collected otherwise.
type Replacement struct{ Old, New *TaskConfig }

// Empty reports whether both sets have the same tasks.
func (c Changes) Empty() bool { return len(c.Added)+len(c.Removed)+len(c.Replaced) == 0 }

// Diff returns what leads from old, which may be nil for no tasks at all, to next. Tasks are told apart by identity and
// compared by the hash of their rendered configs; a new suffix of a name is a change too, as events carry names.
func Diff(old, next *Set) Changes {
	var c Changes
	var was []*TaskConfig
	if old != nil {
		was = old.Tasks
	}
	is := next.Tasks
	for len(was) > 0 && len(is) > 0 {
		switch order := compareIdentity(was[0].Identity, is[0].Identity); {
		case order < 0:
			c.Removed, was = append(c.Removed, was[0]), was[1:]
		case order > 0:
			c.Added, is = append(c.Added, is[0]), is[1:]
		default:
			if sameConfig(was[0], is[0]) {
				c.Unchanged++
			} else {
				c.Replaced = append(c.Replaced, Replacement{was[0], is[0]})
			}
			was, is = was[1:], is[1:]
		}
	}
	c.Removed, c.Added = append(c.Removed, was...), append(c.Added, is...)
	return c
}

func sameConfig(a, b *TaskConfig) bool {
	return a == b || a.Hash == b.Hash && a.Duplicate == b.Duplicate
}

// compareIdentity is the order of the tasks of a Set.
func compareIdentity(a, b Identity) int {
	return cmp.Or(cmp.Compare(a.Device, b.Device), cmp.Compare(a.Key.Encoded(), b.Key.Encoded()))
}
