package http

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// jsonPath is a way down into a JSON document, one step a key or an index. As text, keys are joined by dots, indices
// stand in brackets and count from the end below zero, and a key that holds a dot or a bracket stands quoted in
// brackets:
//
//	queues[0].depth      queues[-1].depth      ["a.b"].c      [0][1]
type jsonPath []jsonStep

// jsonStep is a key of an object or an index into an array.
type jsonStep struct {
	key     string
	index   int
	isIndex bool
}

// parseJSONPath reads the text form. An error says at which character it goes wrong.
func parseJSONPath(text string) (jsonPath, error) {
	var path jsonPath
	rest := strings.TrimPrefix(text, "$")
	// After a "$" the first key has its dot, as the following ones have.
	needDot := rest != text
	for rest != "" {
		step, tail, err := nextJSONStep(rest, needDot)
		if err != nil {
			return nil, fmt.Errorf("path %q, character %d: %w", text, len(text)-len(rest)+1, err)
		}
		path, rest, needDot = append(path, step), tail, true
	}
	if path == nil {
		return nil, fmt.Errorf("path %q names nothing", text)
	}
	return path, nil
}

func nextJSONStep(text string, needDot bool) (jsonStep, string, error) {
	if text[0] == '[' {
		return bracketStep(text)
	}
	if needDot {
		if text[0] != '.' {
			return jsonStep{}, "", errors.New("want a dot or a bracket")
		}
		text = text[1:]
	}
	end := strings.IndexAny(text, ".[]")
	if end < 0 {
		end = len(text)
	}
	if end == 0 {
		return jsonStep{}, "", errors.New("want a key")
	}
	return jsonStep{key: text[:end]}, text[end:], nil
}

// bracketStep reads [0], [-1] or ["key"].
func bracketStep(text string) (jsonStep, string, error) {
	inner := text[1:]
	if strings.HasPrefix(inner, `"`) {
		quoted, err := strconv.QuotedPrefix(inner)
		if err != nil {
			return jsonStep{}, "", errors.New("the quoted key does not end")
		}
		key, err := strconv.Unquote(quoted)
		tail, closed := strings.CutPrefix(inner[len(quoted):], "]")
		if err != nil || !closed {
			return jsonStep{}, "", errors.New("want a bracket after the quoted key")
		}
		return jsonStep{key: key}, tail, nil
	}
	digits, tail, closed := strings.Cut(inner, "]")
	index, err := strconv.Atoi(digits)
	if !closed || err != nil {
		return jsonStep{}, "", errors.New(`want [0], [-1] or ["key"]`)
	}
	return jsonStep{index: index, isIndex: true}, tail, nil
}

// find walks down from v, a document as encoding/json decodes it. An error names the step that leads nowhere.
func (p jsonPath) find(v any) (any, error) {
	for _, step := range p {
		next, err := step.from(v)
		if err != nil {
			return nil, err
		}
		v = next
	}
	return v, nil
}

func (s jsonStep) from(v any) (any, error) {
	if !s.isIndex {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("key %q is asked of what is no object", s.key)
		}
		value, ok := object[s.key]
		if !ok {
			return nil, fmt.Errorf("there is no key %q", s.key)
		}
		return value, nil
	}
	array, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("item %d is asked of what is no array", s.index)
	}
	i := s.index
	if i < 0 {
		i += len(array)
	}
	if i < 0 || i >= len(array) {
		return nil, fmt.Errorf("there is no item %d among %d", s.index, len(array))
	}
	return array[i], nil
}
