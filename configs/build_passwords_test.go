package configs

import (
	"strings"
	"testing"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/maps"
)

// TestPasswordsStayHidden: a password that an expression puts where it would be shown costs the property's data source,
// datapoint property or tag; where nothing shows it, it is used.
func TestPasswordsStayHidden(t *testing.T) {
	const hiddenOf = "what may hold one here: bearer_token, body, headers, password, proxy, user and query of url"
	tests := []struct{ name, source, want string }{
		{"text", "contains: '${here/zShopToken}'", "property contains: shows the password zShopToken: " + hiddenOf},
		{"inside a text", "regex: 'a${dev/zShopToken}b'", "property regex: shows the password zShopToken: " + hiddenOf},
		{"number", "timeout: '${here/zShopToken}'", "property timeout: shows the password zShopToken: " + hiddenOf},
		{"list", "status: ['${here/zShopToken}']", "property status: shows the password zShopToken: " + hiddenOf},
		{"by a Python expression", "contains: '${python:here.zShopToken}'", "property contains: shows the password zShopToken: " + hiddenOf},
		{"path of an address", "url: 'http://h/${here/zShopToken}/'", "property url: shows the password zShopToken: " + hiddenOf},
		{"query of an address", "url: 'http://h/?t=${here/zShopToken}'", ""},
		{"user of an address", "url: 'http://u:${here/zShopToken}@h/'", ""},
		{"secret", "password: '${here/zShopToken}'", ""},
		{"header", "headers: {url: '${here/zShopToken}'}", ""},
		{"empty", "contains: '${here/zShopEmpty}x'", ""},
		{"other zProperty", "contains: '${here/zShopName}'", ""},
		{"tag", "datapoints: {up: {rrdtype: GAUGE, tags: {shop: '${here/zShopToken}'}}}", "shows the password zShopToken"},
		{"datapoint", "datapoints: {n: {rrdtype: GAUGE, regex: '${here/zShopToken}(.)'}}", "shows the password zShopToken: what may hold one here: nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			source := "type: HTTP\n            " + tt.source
			if !strings.HasPrefix(tt.source, "url:") {
				source += "\n            url: http://h/"
			}
			if !strings.HasPrefix(tt.source, "datapoints:") {
				source += "\n            datapoints: {up: GAUGE}"
			}
			var got []string
			for _, p := range buildShop(t, source).Problems {
				got = append(got, p.Message)
				if strings.Contains(p.String(), "s3cret") {
					t.Errorf("the problem shows the password: %s", p)
				}
			}
			if text := strings.Join(got, "\n"); !strings.Contains(text, tt.want) || (tt.want == "") != (text == "") {
				t.Errorf("problems %q, want %q", text, tt.want)
			}
		})
	}
}

// buildShop builds a device with one data source, with the types that are registered.
func buildShop(t *testing.T, source string) *Set {
	t.Helper()
	l := newLoader(LoadOptions{})
	l.addFile("inventory.yaml", []byte(`
zProperties:
  zShopToken: {type: password, default: s3cret}
  zShopEmpty: {type: password, default: ""}
  zShopName: s3cret
device_classes:
  /Shop:
    templates:
      Shop:
        datasources:
          page:
            `+source+`
devices:
  shop01: {device_class: /Shop, templates: [Shop]}
`), nil)
	if err := l.read(t.Context()); err != nil {
		t.Fatal(err)
	}
	inv, model := l.finish(), maps.NewMemory()
	if err := Seed(inv, model); err != nil {
		t.Fatal(err)
	}
	set, err := Build(t.Context(), inv, model, datasource.GoBuilder{}, BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return set
}
