// Package httpclient is what the data source types that speak HTTP have in common: their parameters, credentials from
// zProperties, shared connections, limits, and failures told in words that hold no secrets.
package httpclient

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// Params are the parameters of every type that asks a server over HTTP. Types embed them.
type Params struct {
	URL                datasource.URL    `json:"url" required:"true" doc:"address to ask: http or https"`
	Timeout            float64           `json:"timeout" min:"0.01" max:"3600" doc:"seconds until the whole answer must be there"`
	Username           string            `json:"username" doc:"user for basic authentication; else zHttpUsername"`
	Password           datasource.Secret `json:"password" doc:"password for basic authentication; else zHttpPassword"`
	BearerToken        datasource.Secret `json:"bearer_token" doc:"token for bearer authentication; else zHttpBearerToken"`
	Proxy              datasource.Secret `json:"proxy" doc:"proxy to go through, e.g. http://proxy:3128, or none for no proxy; else zHttpProxy"`
	InsecureSkipVerify bool              `json:"insecure_skip_verify" doc:"accept any certificate"`
	CAFile             string            `json:"ca_file" doc:"PEM file of the authorities to trust, in place of the system's"`
	CertFile           string            `json:"cert_file" doc:"PEM file of the certificate to show to the server"`
	KeyFile            string            `json:"key_file" doc:"PEM file of the key of cert_file"`
	ServerName         string            `json:"server_name" doc:"name that the server's certificate must have, where it is not the url's"`
	FollowRedirects    bool              `json:"follow_redirects" doc:"follow up to 10 redirects"`
	MaxBody            int               `json:"max_body" min:"1" max:"1073741824" doc:"most bytes of an answer, after decompression"`
}

// DefaultParams returns the parameters' defaults.
func DefaultParams() Params {
	return Params{Timeout: 10, FollowRedirects: true, MaxBody: 16 << 20}
}

// Provision checks what belongs together.
func (p *Params) Provision() error {
	u, err := url.Parse(string(p.URL))
	// The parser's own words would show the address, and with it a password that made it unreadable.
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("url: not an address such as http://host:port/path")
	}
	if p.BearerToken != "" && (p.Username != "" || p.Password != "") {
		return errors.New("bearer_token: give either a token or username and password")
	}
	if (p.CertFile == "") != (p.KeyFile == "") {
		return errors.New("cert_file: give cert_file and key_file together")
	}
	if _, err := parseProxy(string(p.Proxy)); err != nil {
		return fmt.Errorf("proxy: %w", err)
	}
	return nil
}

func (p *Params) timeout() time.Duration { return time.Duration(p.Timeout * float64(time.Second)) }

// noProxy is the proxy parameter that overrides zHttpProxy by nothing.
const noProxy = "none"

func parseProxy(text string) (*url.URL, error) {
	if text == "" || text == noProxy {
		return nil, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return nil, errors.New("not an address such as http://host:port")
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return u, nil
	}
	return nil, errors.New("want an address starting with http, https, socks5 or socks5h")
}
