package httpclient

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/zenpython/zenpython/datasource"
)

// The zProperties that give what a data source's own parameters do not.
const (
	zUsername    = "zHttpUsername"
	zPassword    = "zHttpPassword"
	zBearerToken = "zHttpBearerToken"
	zProxy       = "zHttpProxy"
)

// ProxyAttributes are the attributes of the device or component that a type over HTTP asks for.
func ProxyAttributes() []string { return []string{zUsername, zPassword, zBearerToken, zProxy} }

// credentials are what a request is signed with; the zero value signs nothing.
type credentials struct {
	username, password string
	token              string
}

// credentialsOf lets the data source's own parameters win over the device's zProperties as a whole: a token there is
// never combined with a user here. Userinfo in the url counts as the data source's own.
func credentialsOf(p *Params, attributes map[string]any) credentials {
	own := credentials{username: p.Username, password: string(p.Password), token: string(p.BearerToken)}
	if u, err := url.Parse(string(p.URL)); err == nil && u.User != nil && own.token == "" && own.username == "" {
		own.username = u.User.Username()
		own.password, _ = u.User.Password()
	}
	if p.Username != "" && p.Password == "" {
		own.password = attributeText(attributes, zPassword)
	}
	if own != (credentials{}) {
		return own
	}
	if token := attributeText(attributes, zBearerToken); token != "" {
		return credentials{token: token}
	}
	return credentials{username: attributeText(attributes, zUsername), password: attributeText(attributes, zPassword)}
}

// sign sets the Authorization header, unless the data source sets one itself.
func (c credentials) sign(r *http.Request) {
	switch {
	case r.Header.Get("Authorization") != "":
	case c.token != "":
		r.Header.Set("Authorization", "Bearer "+c.token)
	case c.username != "" || c.password != "":
		r.SetBasicAuth(c.username, c.password)
	}
}

// proxyOf returns the data source's own proxy or the device's.
func proxyOf(p *Params, attributes map[string]any) string {
	if p.Proxy != "" {
		return string(p.Proxy)
	}
	return attributeText(attributes, zProxy)
}

func attributeText(attributes map[string]any, name string) string {
	switch v := attributes[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case datasource.Secret:
		return string(v)
	default:
		return fmt.Sprint(v)
	}
}
