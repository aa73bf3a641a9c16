package configs

import (
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// checkID reports an id that Zenoss would have changed before using it, which would break everything that names it.
func (r *reader) checkID(n *yaml.Node, what string) {
	if id := prepID(n.Value); id != n.Value {
		r.report(n, "it would become "+id, "%q cannot be the id of a %s: use letters, digits, spaces and - _ , . $ ( ), no _ at either end", n.Value, what)
	}
}

// prepID makes an id of any text as Zenoss does (spec §7.4): what is no letter, digit or one of "-_,.$() " becomes an
// underscore, underscores at the ends are dropped, outer blanks too; of bad characters alone a "-" is left.
func prepID(text string) string {
	id := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_,.$() ", c) {
			return c
		}
		return '_'
	}, text)
	trimmed := strings.Trim(id, "_ ")
	if trimmed == "" && strings.Contains(id, "_") {
		return "-"
	}
	return trimmed
}
