// Package nearest finds the known names a mistyped name was probably meant to be, for error texts.
package nearest

import (
	"slices"
	"strings"
)

// most is how many names a hint offers: more is a list to read, not a hint.
const most = 3

// longest is the length in bytes beyond which a name is not compared: the work grows with the product of both lengths.
const longest = 128

// Names returns at most three of known that are like name, the likest first and equally like ones in
// alphabetical order. Letter case does not count. Nothing like it gives nil.
func Names(name string, known []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	if name == "" || len(name) > longest {
		return nil
	}
	folded := strings.ToLower(name)
	var found []candidate
	for _, k := range known {
		if limit := tolerated(len(name), len(k)); len(k) <= longest {
			if d := distance(folded, strings.ToLower(k)); d <= limit {
				found = append(found, candidate{k, d})
			}
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		return strings.Compare(a.name, b.name)
	})
	var names []string
	for _, c := range found {
		if len(names) < most && !slices.Contains(names, c.name) {
			names = append(names, c.name)
		}
	}
	return names
}

// Hint words Names for the end of an error text: "; nearest: 'here', 'device'", or "" when nothing is like name.
func Hint(name string, known []string) string {
	names := Names(name, known)
	if len(names) == 0 {
		return ""
	}
	return "; nearest: '" + strings.Join(names, "', '") + "'"
}

// tolerated is the greatest distance that still looks like a slip: a third of the longer name, but at least one.
func tolerated(a, b int) int {
	return max(1, max(a, b)/3)
}

// distance counts the slips that make b of a, in bytes: a byte too many, too few, wrong, or two neighbours swapped.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			substitute := last[j-1]
			if a[i-1] != b[j-1] {
				substitute++
			}
			row[j] = min(substitute, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
