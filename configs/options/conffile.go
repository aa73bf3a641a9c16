package options

import (
	"strings"
	"unicode"
)

// entry is one setting of a configuration file.
type entry struct {
	key   string
	value string
	line  int // from 1
}

// parseConf reads `key value` lines (spec §4.2). Key and value are parted by
// any run of whitespace, ':' and '='; so a value cannot begin with one of
// those. A line whose first character is '#' is a comment. Every other line
// is an entry: nothing is an error here, an unknown key is the caller's.
func parseConf(data string) []entry {
	data = strings.TrimPrefix(data, "\ufeff")
	var entries []entry
	line := 0
	for text := range strings.SplitSeq(data, "\n") {
		line++
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' {
			continue
		}
		key, value := splitEntry(text)
		entries = append(entries, entry{key: key, value: value, line: line})
	}
	return entries
}

func splitEntry(text string) (key, value string) {
	end := strings.IndexFunc(text, isSeparator)
	if end < 0 {
		return text, ""
	}
	return text[:end], strings.TrimLeftFunc(text[end:], isSeparator)
}

func isSeparator(r rune) bool { return r == ':' || r == '=' || unicode.IsSpace(r) }
