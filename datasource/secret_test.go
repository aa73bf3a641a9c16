package datasource

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestSecretsPrintAsAsterisks(t *testing.T) {
	type params struct {
		Password Secret `json:"password"`
		URL      URL    `json:"url"`
	}
	p := params{"hunter2", "https://monitor:hunter2@example.org:8443/a%20b?token=hunter2#hunter2"}
	encoded, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	shown := []string{string(encoded), p.Password.String(), p.URL.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown = append(shown, fmt.Sprintf(verb, p), fmt.Sprintf(verb, &p), fmt.Sprintf(verb, p.Password), fmt.Sprintf(verb, p.URL))
	}
	for _, text := range shown {
		if strings.Contains(text, "hunter2") || strings.Contains(text, fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("shown: %s", text)
		}
	}
	if Secret("").String() != "" {
		t.Error("no secret is shown as one")
	}
}

func TestURLsShowWhereTheyLead(t *testing.T) {
	for give, want := range map[URL]string{
		"https://monitor:pw@example.org:8443/a/b?token=x#y": "https://example.org:8443/a/b",
		"http://[::1]:9100/metrics":                         "http://[::1]:9100/metrics",
		"http://user:pa ss@h/":                              "(unreadable url)",
		"http://user:p%zz@h/":                               "(unreadable url)",
		"opaque:secret":                                     "(unreadable url)",
		"":                                                  "(unreadable url)",
	} {
		if got := give.String(); got != want {
			t.Errorf("%q is shown as %q, want %q", string(give), got, want)
		}
	}
}
