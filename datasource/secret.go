package datasource

import (
	"fmt"
	"net/url"
)

// Secret is text that must not be seen: it prints as asterisks, also inside other values.
type Secret string

const hidden = "********"

// Format hides the text from every verb of package fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// String hides the text; use string(s) to have it.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// MarshalText hides the text from JSON, YAML and loggers.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// URL is an address that may carry a user, a password or a token: it prints without them, also inside other values.
type URL string

// Format hides the secret parts from every verb of package fmt.
func (u URL) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(u.String())) }

// String returns scheme, host and path; use string(u) to have the rest. User, query and fragment are left out, as any
// of them may be a secret, and so is an address that cannot be read, as nobody knows what it holds.
func (u URL) String() string {
	parsed, err := url.Parse(string(u))
	if err != nil || parsed.Host == "" {
		return "(unreadable url)"
	}
	shown := url.URL{Scheme: parsed.Scheme, Host: parsed.Host, Path: parsed.Path}
	return shown.String()
}

// MarshalText hides the secret parts from JSON, YAML and loggers.
func (u URL) MarshalText() ([]byte, error) { return []byte(u.String()), nil }
