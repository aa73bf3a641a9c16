package httpclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/zenpython/zenpython/datasource"
)

// The kinds of failure of types over HTTP.
const (
	KindRefused  = "refused"
	KindTimeout  = "timeout"
	KindName     = "name"    // the host's name has no address
	KindTLS      = "tls"     // the certificate is not accepted, or no TLS is spoken
	KindNetwork  = "network" // any other trouble on the way
	KindRedirect = "redirect"
	KindTooLarge = "too_large"
	KindStatus   = "status"
	KindParse    = "parse"
	KindContent  = "content"
)

// Failure returns a failure of this client's data source: what happened, in words that follow its address.
func (c *Client) Failure(kind, what, advice string) *datasource.Failure {
	return &datasource.Failure{Kind: kind, Summary: c.params.URL.String() + " " + what, Advice: advice}
}

// failure says what a request's error means. The errors' own texts are used only where they cannot hold an address,
// a header or a credential.
func (c *Client) failure(err error) *datasource.Failure {
	f := c.explain(err)
	f.Err = err
	return f
}

func (c *Client) explain(err error) *datasource.Failure {
	var dns *net.DNSError
	var network net.Error
	switch {
	case errors.Is(err, errBodyTooLarge):
		return c.Failure(KindTooLarge, fmt.Sprintf("answers with more than %d bytes", c.params.MaxBody),
			"raise max_body if that is right")
	case errors.Is(err, errTooManyRedirects):
		return c.Failure(KindRedirect, fmt.Sprintf("redirects more than %d times", maxRedirects),
			"check where the address leads")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return c.Failure(KindTimeout, fmt.Sprintf("has not answered within %v", c.params.timeout()),
			"check the server's load, or raise timeout")
	case errors.As(err, &dns):
		return c.Failure(KindName, fmt.Sprintf("cannot be reached: no address for %q", dns.Name),
			"check the name and the resolver of the collector")
	case errors.Is(err, syscall.ECONNREFUSED):
		return c.Failure(KindRefused, "refuses the connection",
			"check that the server runs and listens there"+c.viaProxy())
	}
	if what := tlsTrouble(err); what != "" {
		return c.Failure(KindTLS, what, "check the certificate, ca_file and server_name")
	}
	return c.Failure(KindNetwork, "cannot be asked: "+networkTrouble(err), "check the network and the server"+c.viaProxy())
}

// viaProxy reminds the reader that another machine may be the one at fault.
func (c *Client) viaProxy() string {
	if c.key.proxy == "" || c.key.proxy == noProxy {
		return ""
	}
	return "; it is asked through the proxy " + datasource.URL(c.key.proxy).String()
}

// tlsTrouble tells what is wrong with the other side's TLS, or "" when it is something else.
func tlsTrouble(err error) string {
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var operation *net.OpError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &authority):
		return "shows a certificate of an authority that is not trusted"
	case errors.As(err, &verification):
		return "shows a certificate that is not accepted: " + verification.Err.Error()
	case errors.As(err, &record), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return "does not speak TLS on this port"
	case errors.As(err, &operation) && operation.Op == "remote error": // what crypto/tls calls an alert from there
		return "ends the TLS handshake: " + operation.Err.Error()
	}
	return ""
}

// networkTrouble names the cause of an error of the network, if it is one whose text is known to be harmless.
func networkTrouble(err error) string {
	var errno syscall.Errno
	var operation *net.OpError
	switch {
	case errors.As(err, &errno):
		return errno.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection ends in the middle of the answer"
	case errors.As(err, &operation):
		return operation.Op + " failed"
	}
	return "the answer cannot be read as HTTP"
}
