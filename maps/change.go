package maps

import "strings"

// Kind says what a change did to an object.
type Kind uint8

// The kinds of change.
const (
	KindAdd Kind = iota
	KindSet
	KindRemove
	KindRebuild // deleted and created again, with another class
)

// String returns the kind as upstream's change events write it.
func (k Kind) String() string { return [...]string{"Add", "Set", "Remove", "Rebuild"}[k] }

// Change is one thing that a map did to an object, or would have done, had the object not been locked or static.
type Change struct {
	Path       string // of the object
	Kind       Kind
	Attributes map[string]any // the new values, for KindAdd, KindSet and KindRebuild
	Blocked    string         // why it was not done; "" when it was
	SendEvent  bool           // a blocked change of which the object asks to be told (spec §6.6)
}

// ComponentID returns the id of the changed object when it is below the device, else "".
func (c *Change) ComponentID() string {
	parts := strings.Split(c.Path, "/")
	if len(parts) <= 2 {
		return ""
	}
	return parts[len(parts)-1]
}

// Result says what applying maps did to a device.
type Result struct {
	Changed  bool     // whether anything is different now
	Changes  []Change // in the order done, blocked ones included
	Failed   int      // maps that were wrong, or had a wrong member
	Warnings []string // maps that were refused without being wrong in themselves: nothing is where they point
}
