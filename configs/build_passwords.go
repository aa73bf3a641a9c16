package configs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/zenpython/zenpython/datasource"
)

// passwordsRead is what expressions read of zProperties of type password.
type passwordsRead struct{ names, texts []string }

// note is called for every name that expressions read of an object.
func (p *passwordsRead) note(inv *Inventory, name string, value any) {
	if p == nil || !inv.ZProperties[name].Secret() {
		return
	}
	if text, ok := value.(string); ok && text != "" {
		p.names, p.texts = append(p.names, name), append(p.texts, text)
	}
}

// keepsPasswords refuses the value of a property that an expression put a password into, where the type shows the
// property's value in its events and errors. Types whose properties are unknown here answer for themselves.
func (e *evaluation) keepsPasswords(name string, value any) error {
	field, ok := e.fields[name]
	if !ok || e.passwords == nil {
		return nil
	}
	shown := e.passwords.take(func(password string) bool { return showsText(field, value, password) })
	if shown == "" {
		return nil
	}
	return fmt.Errorf("shows the password %s: what may hold one here: %s", shown, cmp.Or(strings.Join(e.hidden(), ", "), "nothing"))
}

// take returns the name of a password read that is shown, empty when there is none, and forgets what was read.
func (p *passwordsRead) take(isShown func(password string) bool) string {
	read := *p
	*p = passwordsRead{}
	if i := slices.IndexFunc(read.texts, isShown); i >= 0 {
		return read.names[i]
	}
	return ""
}

// hidden returns the properties that are not shown, or not all of them, sorted.
func (e *evaluation) hidden() []string {
	var names []string
	for name, field := range e.fields {
		switch {
		case field.Secret:
			names = append(names, name)
		case field.Shown(userAndQuery) != userAndQuery:
			names = append(names, "user and query of "+name)
		}
	}
	slices.Sort(names)
	return names
}

// userAndQuery is an address with everything that a field of addresses does not show.
const userAndQuery = "http://user@host/?query"

func showsText(field datasource.Field, value any, text string) bool {
	switch value := value.(type) {
	case string:
		return strings.Contains(field.Shown(value), text)
	case []any:
		return slices.ContainsFunc(value, func(item any) bool { return showsText(field, item, text) })
	case map[string]any:
		for key, item := range value {
			if strings.Contains(field.Shown(key), text) || showsText(field, item, text) {
				return true
			}
		}
	}
	return false
}

// fieldsByName returns the parameters that a params struct declares; nil without one.
func fieldsByName(params func() any) map[string]datasource.Field {
	if params == nil {
		return nil
	}
	fields := map[string]datasource.Field{}
	for _, f := range datasource.Fields(params()) {
		fields[f.Name] = f
	}
	return fields
}
