package configs

import (
	"math"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// defaultsKey is the entry of a section whose keys every other entry of it takes over.
const defaultsKey = "DEFAULTS"

// entry is one key of a mapping with its value, both as the file has them, aliases followed.
type entry struct {
	key   *yaml.Node
	value *yaml.Node
}

// name is the key's text.
func (e entry) name() string { return e.key.Value }

// follow returns what an alias stands for.
func follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// isNull reports whether a key was given without a value.
func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// spend books visits against the file's budget and reports false once it is used up: then the file grows, by
// aliases, merge keys or DEFAULTS, beyond what is worth reading.
func (r *reader) spend(visits int, at *yaml.Node) bool {
	if r.file.budget < 0 {
		return false
	}
	if r.file.budget -= visits; r.file.budget >= 0 {
		return true
	}
	r.file.fail(r.loader, at, "aliases and "+defaultsKey+" make the file too large to read: repeat less by them")
	return false
}

// mapping returns the entries of a mapping in file order, merge keys resolved. Null is an empty mapping; anything else
// is a problem. Of a key that is given twice our own files keep the first, and the second is a problem of the scope
// that name gives for it (nil: of the present one); a pack's keep the last.
func (r *reader) mapping(n *yaml.Node, name func(key string) string) []entry {
	n = follow(n)
	if n.Kind != yaml.MappingNode {
		if !isNull(n) {
			r.problem(n, "want a mapping of names to values, got %s", r.describe(n))
		}
		return nil
	}
	if !r.spend(1+len(n.Content)/2, n) {
		return nil
	}
	entries := make([]entry, 0, len(n.Content)/2)
	seen := keyIndex{}
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		e := entry{follow(n.Content[i]), follow(n.Content[i+1])}
		switch {
		case e.key.Kind != yaml.ScalarNode:
			r.problem(e.key, "a key must be text, got %s", describe(e.key))
		case e.key.Tag == "!!merge":
			merges = append(merges, e.value)
		default:
			at, twice := seen.put(entries, e.name())
			if !twice {
				entries = append(entries, e)
				continue
			}
			r.duplicate(entries[at].key, e.key, name)
			if r.file.pack != nil {
				entries[at].value = e.value
			}
		}
	}
	for _, merge := range merges {
		entries = r.merge(entries, &seen, merge)
	}
	return entries
}

// duplicate reports the second of two equal keys.
func (r *reader) duplicate(first, second *yaml.Node, name func(key string) string) {
	if name != nil {
		r = r.within(scope{unit: name(second.Value)})
	}
	if r.scope.secret {
		r.problem(second, "a key is given twice, first in line %d", first.Line)
		return
	}
	r.problem(second, "%q is given twice, first in line %d", second.Value, first.Line)
}

// merge adds the entries of a `<<` value, a mapping or a list of mappings, that are not there yet.
func (r *reader) merge(entries []entry, seen *keyIndex, from *yaml.Node) []entry {
	sources := []*yaml.Node{from}
	if from.Kind == yaml.SequenceNode {
		sources = from.Content
	}
	for _, source := range sources {
		for _, e := range r.mapping(source, nil) {
			if _, known := seen.put(entries, e.name()); !known {
				entries = append(entries, e)
			}
		}
	}
	return entries
}

// keyIndex finds a key among entries: by looking through them while they are few, by a map once they are many.
type keyIndex struct{ at map[string]int }

const fewKeys = 16

// put returns the index of key among entries, or notes that it is about to be appended.
func (x *keyIndex) put(entries []entry, key string) (int, bool) {
	if x.at == nil && len(entries) < fewKeys {
		for i := range entries {
			if entries[i].key.Value == key {
				return i, true
			}
		}
		return len(entries), false
	}
	if x.at == nil {
		x.at = make(map[string]int, 4*fewKeys)
		for i := range entries {
			x.at[entries[i].key.Value] = i
		}
	}
	if i, ok := x.at[key]; ok {
		return i, true
	}
	x.at[key] = len(entries)
	return len(entries), false
}

// section returns the entries of a mapping whose keys are names that the user chose, with DEFAULTS laid under each of
// the others. As in zenpacklib a key of an entry takes the place of that of DEFAULTS as a whole, but for the open-ended
// maps params and extra_params, which are joined. A scalar entry is short for {short: scalar}.
func (r *reader) section(n *yaml.Node, short string, name func(key string) string) []entry {
	entries := r.mapping(n, name)
	for i, e := range entries {
		if e.name() != defaultsKey {
			continue
		}
		rest := slices.Delete(entries, i, i+1)
		if e.value.Kind != yaml.MappingNode {
			if !isNull(e.value) {
				r.problem(e.value, "%s must be a mapping, got %s", defaultsKey, describe(e.value))
			}
			return rest
		}
		for j := range rest {
			rest[j].value = r.overlay(e.value, rest[j].value, short)
		}
		return rest
	}
	return entries
}

// overlay returns own laid over defaults.
func (r *reader) overlay(defaults, own *yaml.Node, short string) *yaml.Node {
	if own.Kind == yaml.ScalarNode && short != "" && !isNull(own) {
		key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: short, Line: own.Line, Column: own.Column}
		own = &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, own}, Line: own.Line, Column: own.Column}
	}
	if isNull(own) {
		own = &yaml.Node{Kind: yaml.MappingNode, Line: own.Line, Column: own.Column}
	}
	if own.Kind != yaml.MappingNode || !r.spend(len(defaults.Content)/2, own) {
		return own
	}
	out := *own
	out.Content = append([]*yaml.Node(nil), own.Content...)
	for i := 0; i+1 < len(defaults.Content); i += 2 {
		key, value := defaults.Content[i], defaults.Content[i+1]
		at := valueIndex(own, key.Value)
		switch {
		case at < 0:
			out.Content = append(out.Content, key, value)
		case key.Value == "params" || key.Value == "extra_params":
			out.Content[at] = r.overlay(follow(value), follow(own.Content[at]), "")
		}
	}
	return &out
}

// valueIndex returns where in mapping's Content the value of key stands, or -1.
func valueIndex(mapping *yaml.Node, key string) int {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if follow(mapping.Content[i]).Value == key {
			return i + 1
		}
	}
	return -1
}

// list returns the items of a list. Null is an empty list, and a single value one item, as in zenpacklib.
func (r *reader) list(n *yaml.Node) []*yaml.Node {
	n = follow(n)
	switch {
	case isNull(n):
		return nil
	case n.Kind == yaml.SequenceNode:
		if !r.spend(1+len(n.Content), n) {
			return nil
		}
		items := make([]*yaml.Node, len(n.Content))
		for i, item := range n.Content {
			items[i] = follow(item)
		}
		return items
	}
	return []*yaml.Node{n}
}

// text returns a scalar's text as the file has it; null is "".
func (r *reader) text(n *yaml.Node) (string, bool) {
	n = follow(n)
	if n.Kind != yaml.ScalarNode {
		r.problem(n, "want text, got %s", describe(n))
		return "", false
	}
	if isNull(n) {
		return "", true
	}
	return n.Value, true
}

// texts returns a list of scalars as texts.
func (r *reader) texts(n *yaml.Node) []string {
	items := r.list(n)
	out := make([]string, 0, len(items))
	for _, item := range items {
		if text, ok := r.text(item); ok {
			out = append(out, text)
		}
	}
	return out
}

// boolean reads YAML 1.1's words, as the packs' own reader does: true, yes, on and their opposites.
func (r *reader) boolean(n *yaml.Node) (value, ok bool) {
	n = follow(n)
	if n.Kind == yaml.ScalarNode {
		switch strings.ToLower(n.Value) {
		case "true", "yes", "on":
			return true, true
		case "false", "no", "off":
			return false, true
		}
	}
	r.problem(n, "want true or false, got %s", describe(n))
	return false, false
}

// integer reads a whole number, in quotes or not.
func (r *reader) integer(n *yaml.Node) (int, bool) {
	n = follow(n)
	if n.Kind == yaml.ScalarNode {
		if i, err := strconv.Atoi(strings.ReplaceAll(n.Value, "_", "")); err == nil {
			return i, true
		}
	}
	r.problem(n, "want a whole number, got %s", describe(n))
	return 0, false
}

// plain returns a value as plain Go: nil, bool, int64, float64, string, []any, map[string]any. What YAML takes for a
// date stays the text that it is.
func (r *reader) plain(n *yaml.Node) any {
	n = follow(n)
	switch n.Kind {
	case yaml.MappingNode:
		entries := r.mapping(n, nil)
		out := make(map[string]any, len(entries))
		for _, e := range entries {
			out[e.name()] = r.plain(e.value)
		}
		return out
	case yaml.SequenceNode:
		items := r.list(n)
		out := make([]any, len(items))
		for i, item := range items {
			out[i] = r.plain(item)
		}
		return out
	}
	return scalar(n)
}

// scalar returns a scalar's value by the tag that YAML gives it.
func scalar(n *yaml.Node) any {
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int":
		if i, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
			return i
		}
		return number(n.Value)
	case "!!float":
		return number(n.Value)
	}
	return n.Value
}

// number reads a float; text that is none, or none that is finite, stays text.
func number(text string) any {
	f, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return text
	}
	return f
}

// maxQuoted is how many bytes of a value a problem repeats.
const maxQuoted = 60

// describe is the function of that name, but for what may be secret.
func (r *reader) describe(n *yaml.Node) string {
	if r.scope.secret {
		return "something else"
	}
	return describe(n)
}

// describe words what stands at a node, for "want …, got …". Values that may be secret are never described.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "nothing"
	}
	text := n.Value
	if len(text) > maxQuoted {
		text = strings.ToValidUTF8(text[:maxQuoted], "") + "…"
	}
	return strconv.Quote(text)
}
