package python

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zenpython/zenpython/datasource"
	model "github.com/zenpython/zenpython/maps"
)

// sourceAnswer is what plugin code said about a source.
type sourceAnswer struct {
	key        datasource.ConfigKey
	params     any
	attributes map[string]any

	keyErr, paramsErr, attributesErr error
}

// The parts of an answer, and the hooks that they come from.
const (
	partKey        = "config_key"
	partParams     = "params"
	partAttributes = "attributes"
	hookAttributes = "proxy_attributes"
)

// readAnswer reads the answer to a `source` request. Secrets of the device are taken out of what plugin code raised.
func readAnswer(c *call, s *datasource.Source) (*sourceAnswer, error) {
	if c.after != nil && c.after.failed() {
		return nil, fmt.Errorf("%s was not taken by the python builder: %w", c.after.subject, explained(s, c.after.err))
	}
	if c.err != nil {
		return nil, fmt.Errorf("%s: %w", s.PluginClassname, explained(s, c.err))
	}
	m, ok := c.value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: the python builder answered with a %T, want a map", s.PluginClassname, c.value)
	}
	raised, _ := m["errors"].(map[string]any)
	fault := func(part, hook string) error {
		e := fields{raised[part]}.exception(0)
		if e == nil {
			return nil
		}
		return fmt.Errorf("%s.%s: %w", s.PluginClassname, hook, explained(s, e))
	}
	a := &sourceAnswer{
		params: settled(m[partParams]), keyErr: fault(partKey, partKey), paramsErr: fault(partParams, partParams),
		attributesErr: fault(partAttributes, hookAttributes),
	}
	a.attributes, _ = settled(m[partAttributes]).(map[string]any)
	if a.keyErr == nil {
		a.key, a.keyErr = readKey(m[partKey])
		if a.keyErr != nil {
			a.keyErr = fmt.Errorf("%s.%s: %w", s.PluginClassname, partKey, a.keyErr)
		}
	}
	return a, nil
}

func readKey(v any) (datasource.ConfigKey, error) {
	elements, ok := v.(datasource.Tuple)
	if !ok {
		return datasource.ConfigKey{}, fmt.Errorf("it gives a %T, want a tuple", v)
	}
	return datasource.MakeKey(keyElements(elements)...)
}

// keyElements gives the elements of a tuple the forms that keys have.
func keyElements(tuple datasource.Tuple) []any {
	elements := slices.Clone([]any(tuple))
	for i, e := range elements {
		switch e := e.(type) {
		case datasource.Tuple:
			elements[i] = keyElements(e)
		case Native:
			elements[i] = latin1([]byte(e))
		}
	}
	return elements
}

// settled puts the elements of sets into an order that is the same in every process, else a config would change
// whenever the builder is started again.
func settled(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			v[key] = settled(item)
		}
	case []any:
		settleItems(v)
	case datasource.Tuple:
		settleItems(v)
	case Mapping:
		settleItems(v)
	case Set:
		settleItems(v)
		sortItems(v)
	case FrozenSet:
		settleItems(v)
		sortItems(v)
	}
	return v
}

func settleItems(items []any) {
	for i, item := range items {
		items[i] = settled(item)
	}
}

func sortItems(items []any) {
	slices.SortStableFunc(items, func(a, b any) int { return bytes.Compare(encoded(a), encoded(b)) })
}

// encoded is a value in the form of frames; elements of sets, which came from one, always have it.
func encoded(v any) []byte {
	e := newEncoder()
	_ = e.value(v)
	return e.buf.Bytes()
}

// explained is an exception with the last line of its traceback, on one line and without secrets of the device.
func explained(s *datasource.Source, e *Error) error {
	text := e.Error()
	if at := raisedAt(e.Traceback); at != "" {
		text += " (" + at + ")"
	}
	return errors.New(strings.Join(strings.Fields(withoutSecrets(s.Tree(), text)), " "))
}

// raisedAt returns where an exception was raised, with the line of code: the last of a traceback's entries.
func raisedAt(traceback string) string {
	lines := strings.Split(traceback, "\n")
	for i, line := range slices.Backward(lines) {
		at := strings.TrimSpace(line)
		if !strings.HasPrefix(at, `File "`) {
			continue
		}
		if i+1 < len(lines) && strings.HasPrefix(lines[i+1], "    ") {
			at += ": " + strings.TrimSpace(lines[i+1])
		}
		return at
	}
	return ""
}

const hiddenText = "********"

// withoutSecrets hides the device's secrets in text that plugin code gave, which often quotes what it could not use.
func withoutSecrets(t *datasource.DeviceTree, text string) string {
	for _, secret := range secretsOf(t) {
		// As it is, and as Python's repr shows it.
		shown := strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(secret)
		for _, form := range []string{secret, shown, strings.ReplaceAll(secret, `\`, `\\`)} {
			text = strings.ReplaceAll(text, form, hiddenText)
		}
	}
	return text
}

// secretsOf returns the secrets of the device and of everything below it, longer ones first: one may hold another.
func secretsOf(t *datasource.DeviceTree) []string {
	var secrets []string
	names := map[string]bool{}
	for name, value := range t.ZProperties {
		if secret, ok := value.(datasource.Secret); ok {
			names[name] = true
			secrets = append(secrets, string(secret))
		}
	}
	secrets = appendSecrets(secrets, t.Root, names)
	for component := range t.Root.Components() {
		secrets = appendSecrets(secrets, component, names)
	}
	secrets = slices.DeleteFunc(secrets, func(s string) bool { return s == "" })
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	return secrets
}

func appendSecrets(secrets []string, o *model.Object, names map[string]bool) []string {
	for name := range names {
		if secret, ok := o.Attributes[name].(string); ok {
			secrets = append(secrets, secret)
		}
	}
	return secrets
}
