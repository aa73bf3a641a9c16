package httpclient

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Client asks the server of one data source. It is safe for concurrent use and must be closed.
type Client struct {
	params      *Params
	key         transportKey
	credentials credentials
	http        http.Client
	lastSize    atomic.Int64 // of a body: what the next one will need
}

// New returns a client for a data source's parameters and its proxy attributes. An error names the file or setting
// that is wrong.
func New(p *Params, attributes map[string]any) (*Client, error) {
	c := &Client{params: p, key: keyOf(p, attributes), credentials: credentialsOf(p, attributes)}
	transport, err := acquire(c.key)
	if err != nil {
		return nil, err
	}
	c.http.Transport = transport
	c.http.CheckRedirect = c.checkRedirect
	return c, nil
}

// Close gives up the client's connections, unless others share them. It must be called once.
func (c *Client) Close() { release(c.key) }

// Request is what to ask for; the address is the data source's.
type Request struct {
	Method string // "" is GET
	Header map[string]string
	Body   string
}

// Response is an answer that has arrived in full.
type Response struct {
	Status   int
	Header   http.Header
	Body     []byte
	Duration time.Duration // from the start of the request to the last byte of the body
	TLS      *tls.ConnectionState
}

// Do asks and reads the whole answer, whatever its status. The error is a *datasource.Failure.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	ctx, cancel := context.WithTimeout(ctx, c.params.timeout())
	defer cancel()
	req, err := c.newRequest(ctx, r)
	if err != nil {
		return nil, c.failure(err)
	}
	start := time.Now()
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.failure(err)
	}
	defer resp.Body.Close()
	body, err := c.readBody(resp.Body)
	if err != nil {
		return nil, c.failure(err)
	}
	return &Response{
		Status: resp.StatusCode, Header: resp.Header, Body: body, Duration: time.Since(start), TLS: resp.TLS,
	}, nil
}

func (c *Client) newRequest(ctx context.Context, r Request) (*http.Request, error) {
	var body io.Reader
	if r.Body != "" {
		body = strings.NewReader(r.Body)
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, string(c.params.URL), body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "zenpython")
	for name, value := range r.Header {
		// Go sends the Host header from a field of its own.
		if http.CanonicalHeaderKey(name) == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	c.credentials.sign(req)
	return req, nil
}

// errBodyTooLarge is a body of more than max_body bytes.
var errBodyTooLarge = errors.New("body too large")

// readBody reads into one buffer of the size of the last answer, since the next is seldom much larger.
func (c *Client) readBody(body io.Reader) ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(int(c.lastSize.Load()) + bytes.MinRead)
	n, err := buf.ReadFrom(io.LimitReader(body, int64(c.params.MaxBody)+1))
	if err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	if n > int64(c.params.MaxBody) {
		return nil, errBodyTooLarge
	}
	c.lastSize.Store(n)
	return buf.Bytes(), nil
}

const maxRedirects = 10

var errTooManyRedirects = errors.New("too many redirects")

// checkRedirect keeps what the data source sends to its own server from any other: net/http does that for the
// headers that it knows, while a token may be in any.
func (c *Client) checkRedirect(req *http.Request, via []*http.Request) error {
	if !c.params.FollowRedirects {
		return http.ErrUseLastResponse
	}
	if len(via) > maxRedirects {
		return errTooManyRedirects
	}
	if req.URL.Host != via[0].URL.Host || via[0].URL.Scheme == "https" && req.URL.Scheme != "https" {
		if req.Body != nil {
			return http.ErrUseLastResponse
		}
		req.Header = http.Header{"User-Agent": req.Header["User-Agent"], "Accept": req.Header["Accept"]} //nolint:gosec // these two hold no secret, and no other crosses origins
	}
	// The referer that net/http sets would carry the query, and with it a token, to the next server.
	req.Header.Del("Referer")
	return nil
}
