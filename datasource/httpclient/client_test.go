package httpclient

import (
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	hclog "github.com/hashicorp/go-hclog"
	"go.uber.org/goleak"

	"github.com/zenpython/zenpython/datasource"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// secret is in every place that holds one; it must be in no error.
const secret = "hunter2"

// serve starts a server that must be asked with a context and is gone at the end.
func serve(t *testing.T, handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s
}

func newClient(t *testing.T, url string, attributes map[string]any, change func(*Params)) *Client {
	t.Helper()
	p := DefaultParams()
	p.URL = datasource.URL(url)
	if change != nil {
		change(&p)
	}
	if err := p.Provision(); err != nil {
		t.Fatal(err)
	}
	c, err := New(&p, attributes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestAnswersAreReadInFull(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Seen", r.Method+" "+r.Header.Get("X-Own")+" "+r.Host)
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write(append([]byte("echo "), body...))
	})
	c := newClient(t, s.URL, nil, nil)
	resp, err := c.Do(t.Context(), Request{Method: "POST", Header: map[string]string{"X-Own": "1", "host": "other"}, Body: "hello"})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Status != http.StatusTeapot || string(resp.Body) != "echo hello" || resp.Duration <= 0 {
		t.Errorf("response %+v", resp)
	}
	if got := resp.Header.Get("X-Seen"); got != "POST 1 other" {
		t.Errorf("server saw %q", got)
	}
}

func TestCredentials(t *testing.T) {
	device := map[string]any{zUsername: "dev", zPassword: "devpw"}
	withToken := map[string]any{zUsername: "dev", zPassword: "devpw", zBearerToken: "devtoken"}
	basic := func(user, password string) string {
		r := &http.Request{Header: http.Header{}}
		r.SetBasicAuth(user, password)
		return r.Header.Get("Authorization")
	}
	tests := []struct {
		name       string
		userinfo   string
		attributes map[string]any
		change     func(*Params)
		header     string
		want       string
	}{
		{name: "none", want: ""},
		{name: "missing zProperties are nil", attributes: map[string]any{zUsername: nil, zPassword: nil, zBearerToken: nil, zProxy: nil}},
		{name: "zProperties", attributes: device, want: basic("dev", "devpw")},
		{name: "zBearerToken wins over zUsername", attributes: withToken, want: "Bearer devtoken"},
		{name: "own user wins over all zProperties", attributes: withToken, change: func(p *Params) { p.Username, p.Password = "own", "ownpw" }, want: basic("own", "ownpw")},
		{name: "own user with the device's password", attributes: withToken, change: func(p *Params) { p.Username = "own" }, want: basic("own", "devpw")},
		{name: "own token", attributes: device, change: func(p *Params) { p.BearerToken = "own" }, want: "Bearer own"},
		{name: "url", userinfo: "u:pw@", attributes: withToken, want: basic("u", "pw")},
		{name: "user alone in url gets no other's password", userinfo: "u@", attributes: device, want: basic("u", "")},
		{name: "own header wins", attributes: device, header: "Custom x", want: "Custom x"},
		{name: "secrets are text", attributes: map[string]any{zBearerToken: datasource.Secret("devtoken")}, want: "Bearer devtoken"},
		{name: "numbers are text", attributes: map[string]any{zUsername: 7, zPassword: 8}, want: basic("7", "8")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got string
			s := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Get("Authorization") })
			c := newClient(t, strings.Replace(s.URL, "http://", "http://"+tt.userinfo, 1), tt.attributes, tt.change)
			req := Request{}
			if tt.header != "" {
				req.Header = map[string]string{"Authorization": tt.header}
			}
			if _, err := c.Do(t.Context(), req); err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("Authorization %q, want %q", got, tt.want)
			}
		})
	}
}

// wantFailure checks kind and words of an error, and that it can be shown to anybody.
func wantFailure(t *testing.T, err error, kind string, parts ...string) {
	t.Helper()
	var f *datasource.Failure
	if !errors.As(err, &f) {
		t.Fatalf("error %v is a %T, want a Failure", err, err)
	}
	if f.Kind != kind || f.Advice == "" {
		t.Errorf("failure %+v, want kind %s and advice", f, kind)
	}
	for _, part := range parts {
		if !strings.Contains(f.Error(), part) {
			t.Errorf("failure %q lacks %q", f, part)
		}
	}
	if strings.Contains(f.Error(), secret) {
		t.Errorf("failure shows a secret: %q", f)
	}
}

// refusedAddress is a port of this machine that nobody listens at.
func refusedAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// rawServer answers each connection with the same bytes, whatever is asked, and hangs up.
func rawServer(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-done })
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1024))
			_, _ = io.WriteString(conn, answer)
			conn.Close()
		}
	}()
	return l.Addr().String()
}

func TestFailuresSayWhatWhereAndWhatToDo(t *testing.T) {
	login := "monitor:" + secret + "@"
	t.Run("refused", func(t *testing.T) {
		address := refusedAddress(t)
		_, err := newClient(t, "http://"+login+address+"/x?token="+secret, nil, nil).Do(t.Context(), Request{})
		wantFailure(t, err, KindRefused, "http://"+address+"/x refuses the connection: check that the server runs")
	})
	t.Run("name", func(t *testing.T) {
		_, err := newClient(t, "http://"+login+"no-such-host.invalid/", nil, nil).Do(t.Context(), Request{})
		wantFailure(t, err, KindName, "no-such-host.invalid")
	})
	t.Run("garbage", func(t *testing.T) {
		_, err := newClient(t, "http://"+login+rawServer(t, "\x00\x01garbage "+secret+"\r\n\r\n"), nil, nil).Do(t.Context(), Request{})
		wantFailure(t, err, KindNetwork, "cannot be read as HTTP")
	})
	t.Run("hangs up", func(t *testing.T) {
		_, err := newClient(t, "http://"+login+rawServer(t, ""), nil, nil).Do(t.Context(), Request{})
		wantFailure(t, err, KindNetwork)
	})
	t.Run("body cut", func(t *testing.T) {
		answer := "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"
		_, err := newClient(t, "http://"+login+rawServer(t, answer), nil, nil).Do(t.Context(), Request{})
		wantFailure(t, err, KindNetwork, "ends in the middle")
	})
	t.Run("no TLS there", func(t *testing.T) {
		s := serve(t, func(http.ResponseWriter, *http.Request) {})
		_, err := newClient(t, strings.Replace(s.URL, "http://", "https://"+login, 1), nil, nil).Do(t.Context(), Request{})
		wantFailure(t, err, KindTLS, "does not speak TLS")
	})
	t.Run("too large", func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", 11)) })
		_, err := newClient(t, s.URL, nil, func(p *Params) { p.MaxBody = 10 }).Do(t.Context(), Request{})
		wantFailure(t, err, KindTooLarge, "more than 10 bytes", "max_body")
	})
	t.Run("redirects for ever", func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/"+secret, http.StatusFound) })
		_, err := newClient(t, s.URL, nil, nil).Do(t.Context(), Request{})
		wantFailure(t, err, KindRedirect, "more than 10 times")
	})
	t.Run("redirects to nowhere", func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://%zz/"+secret)
			w.WriteHeader(http.StatusFound)
		})
		_, err := newClient(t, s.URL, nil, nil).Do(t.Context(), Request{})
		wantFailure(t, err, KindNetwork)
	})
	t.Run("header that cannot be sent", func(t *testing.T) {
		_, err := newClient(t, "http://127.0.0.1:1/", nil, nil).Do(t.Context(), Request{Header: map[string]string{"X": secret + "\n"}})
		wantFailure(t, err, KindNetwork)
	})
	t.Run("proxy down", func(t *testing.T) {
		attributes := map[string]any{zProxy: "http://" + login + refusedAddress(t)}
		_, err := newClient(t, "http://example.invalid/", attributes, nil).Do(t.Context(), Request{})
		wantFailure(t, err, KindRefused, "asked through the proxy http://127.0.0.1:")
	})
}

func TestBodyOfExactlyTheLimitIsTaken(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "0123456789") })
	c := newClient(t, s.URL, nil, func(p *Params) { p.MaxBody = 10 })
	for range 2 { // the second time into a buffer of the first answer's size
		if resp, err := c.Do(t.Context(), Request{}); err != nil || string(resp.Body) != "0123456789" {
			t.Errorf("response %v, error %v", resp, err)
		}
	}
}

// TestLimitHoldsForWhatIsUnpacked sends a small answer that unpacks to a large one.
func TestLimitHoldsForWhatIsUnpacked(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Error("gzip is not asked for")
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		_, _ = z.Write(make([]byte, 1<<20))
	})
	_, err := newClient(t, s.URL, nil, func(p *Params) { p.MaxBody = 64 << 10 }).Do(t.Context(), Request{})
	wantFailure(t, err, KindTooLarge)
}

// hangingServer accepts and never answers, until the request is given up.
func hangingServer(t *testing.T, arrived chan<- struct{}) *httptest.Server {
	t.Helper()
	return serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if arrived != nil {
			arrived <- struct{}{}
		}
		<-r.Context().Done()
	})
}

func TestTimeoutEndsTheWait(t *testing.T) {
	s := hangingServer(t, nil)
	c := newClient(t, s.URL, nil, func(p *Params) { p.Timeout = 0.05 })
	_, err := c.Do(t.Context(), Request{})
	wantFailure(t, err, KindTimeout, "has not answered within 50ms", "raise timeout")
}

func TestTimeoutCoversTheBody(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "first")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	c := newClient(t, s.URL, nil, func(p *Params) { p.Timeout = 0.05 })
	_, err := c.Do(t.Context(), Request{})
	wantFailure(t, err, KindTimeout)
}

func TestContextEndsTheWait(t *testing.T) {
	arrived := make(chan struct{}, 1)
	s := hangingServer(t, arrived)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	if _, err := newClient(t, s.URL, nil, nil).Do(ctx, Request{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the context's", err)
	}
}

func TestRedirects(t *testing.T) {
	var seen http.Header
	target := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		_, _ = io.WriteString(w, "there")
	})
	var own http.Header
	origin := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, target.URL, http.StatusTemporaryRedirect)
		case "/here":
			http.Redirect(w, r, "/end", http.StatusFound)
		default:
			own = r.Header.Clone()
		}
	})
	request := Request{Header: map[string]string{"X-Api-Key": secret}}
	attributes := map[string]any{zBearerToken: secret}

	t.Run("another server gets no credentials", func(t *testing.T) {
		resp, err := newClient(t, origin.URL+"/away?token="+secret, attributes, nil).Do(t.Context(), request)
		if err != nil || string(resp.Body) != "there" {
			t.Fatalf("response %v, error %v", resp, err)
		}
		if text := fmt.Sprint(seen); strings.Contains(text, secret) {
			t.Errorf("the other server got %s", text)
		}
	})
	t.Run("the same server gets them", func(t *testing.T) {
		if _, err := newClient(t, origin.URL+"/here", attributes, nil).Do(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		if own.Get("X-Api-Key") != secret || own.Get("Authorization") != "Bearer "+secret {
			t.Errorf("the server got %v", own)
		}
	})
	t.Run("a body is not sent on to another server", func(t *testing.T) {
		resp, err := newClient(t, origin.URL+"/away", nil, nil).Do(t.Context(), Request{Method: "POST", Body: secret})
		if err != nil || resp.Status != http.StatusTemporaryRedirect {
			t.Errorf("response %v, error %v, want the redirect itself", resp, err)
		}
	})
	t.Run("not followed when not wanted", func(t *testing.T) {
		resp, err := newClient(t, origin.URL+"/here", nil, func(p *Params) { p.FollowRedirects = false }).Do(t.Context(), Request{})
		if err != nil || resp.Status != http.StatusFound {
			t.Errorf("response %v, error %v", resp, err)
		}
	})
}

func TestProxy(t *testing.T) {
	var asked []string
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String()+" "+r.Header.Get("Proxy-Authorization"))
		_, _ = io.WriteString(w, "by proxy")
	})
	direct := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "direct") })
	throughDevice := map[string]any{zProxy: proxy.URL}
	tests := []struct {
		name       string
		attributes map[string]any
		proxy      string
		want       string
	}{
		{"none", nil, "", "direct"},
		{"the device's", throughDevice, "", "by proxy"},
		{"none in spite of the device's", throughDevice, "none", "direct"},
		{"own, with a login", nil, strings.Replace(proxy.URL, "://", "://u:p@", 1), "by proxy"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newClient(t, direct.URL+"/x", tt.attributes, func(p *Params) { p.Proxy = datasource.Secret(tt.proxy) })
			resp, err := c.Do(t.Context(), Request{})
			if err != nil || string(resp.Body) != tt.want {
				t.Errorf("response %v, error %v", resp, err)
			}
		})
	}
	want := []string{direct.URL + "/x ", direct.URL + "/x Basic dTpw"}
	if fmt.Sprint(asked) != fmt.Sprint(want) {
		t.Errorf("the proxy was asked for %q, want %q", asked, want)
	}
}

func TestTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	s.Config.ErrorLog = hclog.NewNullLogger().StandardLogger(nil)
	s.StartTLS()
	t.Cleanup(s.Close)
	ca := writePEM(t, "CERTIFICATE", s.Certificate().Raw)
	tests := []struct {
		name   string
		change func(*Params)
		kind   string // "" is success
		part   string
	}{
		{"unknown authority", nil, KindTLS, "authority that is not trusted"},
		{"known authority", func(p *Params) { p.CAFile = ca }, "", ""},
		{"other name", func(p *Params) { p.CAFile, p.ServerName = ca, "other.test" }, KindTLS, "not accepted: x509"},
		{"right name", func(p *Params) { p.CAFile, p.ServerName = ca, "example.com" }, "", ""},
		{"anything goes", func(p *Params) { p.InsecureSkipVerify = true }, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			resp, err := newClient(t, s.URL, nil, tt.change).Do(t.Context(), Request{})
			if tt.kind != "" {
				wantFailure(t, err, tt.kind, tt.part)
				return
			}
			if err != nil || string(resp.Body) != "ok" || resp.TLS == nil {
				t.Errorf("response %+v, error %v", resp, err)
			}
		})
	}
}

func TestClientCertificate(t *testing.T) {
	cert, certFile, keyFile := newCertificate(t)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
	}))
	s.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	s.TLS.ClientCAs.AddCert(cert)
	s.Config.ErrorLog = hclog.NewNullLogger().StandardLogger(nil)
	s.StartTLS()
	t.Cleanup(s.Close)
	c := newClient(t, s.URL, nil, func(p *Params) { p.InsecureSkipVerify, p.CertFile, p.KeyFile = true, certFile, keyFile })
	if resp, err := c.Do(t.Context(), Request{}); err != nil || string(resp.Body) != "collector" {
		t.Errorf("response %v, error %v", resp, err)
	}
	_, err := newClient(t, s.URL, nil, func(p *Params) { p.InsecureSkipVerify = true }).Do(t.Context(), Request{})
	wantFailure(t, err, KindTLS)
}

func newCertificate(t *testing.T) (cert *x509.Certificate, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	template.Subject.CommonName = "collector"
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return cert, writePEM(t, "CERTIFICATE", der), writePEM(t, "EC PRIVATE KEY", keyDER)
}

func writePEM(t *testing.T, kind string, der []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.pem")
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestBadFilesAreNamed(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*Params)
		attrs  map[string]any
		part   string
	}{
		{"no such ca_file", func(p *Params) { p.CAFile = "/nowhere/ca.pem" }, nil, "ca_file: open /nowhere/ca.pem"},
		{"empty ca_file", func(p *Params) { p.CAFile = empty }, nil, "holds no certificate"},
		{"no such cert_file", func(p *Params) { p.CertFile, p.KeyFile = "/nowhere/c.pem", empty }, nil, "cert_file: open /nowhere/c.pem"},
		{"bad zHttpProxy", nil, map[string]any{zProxy: "ftp://u:" + secret + "@h"}, "zHttpProxy: want an address"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := DefaultParams()
			p.URL = "http://h/"
			if tt.change != nil {
				tt.change(&p)
			}
			_, err := New(&p, tt.attrs)
			if err == nil || !strings.Contains(err.Error(), tt.part) || strings.Contains(err.Error(), secret) {
				t.Errorf("error %v, want %q", err, tt.part)
			}
		})
	}
}

func TestProvision(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Params)
		part   string // "" is fine
	}{
		{"fine", nil, ""},
		{"no scheme", func(p *Params) { p.URL = "h:80/" + secret }, "url: not an address"},
		{"other scheme", func(p *Params) { p.URL = "ftp://h/" + secret }, "url: not an address"},
		{"unreadable", func(p *Params) { p.URL = "http://u:" + secret + "%zz@h/" }, "url: not an address"},
		{"two ways to sign", func(p *Params) { p.BearerToken, p.Username = secret, "u" }, "either a token or"},
		{"certificate without key", func(p *Params) { p.CertFile = "x" }, "cert_file and key_file together"},
		{"proxy", func(p *Params) { p.Proxy = "proxy:3128" }, "proxy: "},
		{"socks", func(p *Params) { p.Proxy = "socks5://h:1080" }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := DefaultParams()
			p.URL = "http://h/"
			if tt.change != nil {
				tt.change(&p)
			}
			err := p.Provision()
			switch {
			case tt.part == "" && err != nil:
				t.Error(err)
			case tt.part != "" && (err == nil || !strings.Contains(err.Error(), tt.part) || strings.Contains(err.Error(), secret)):
				t.Errorf("error %v, want %q", err, tt.part)
			}
		})
	}
}

// TestConnectionsAreShared holds that equal settings share one transport, and that the last client takes it away.
func TestConnectionsAreShared(t *testing.T) {
	open := func() int {
		transports.Lock()
		defer transports.Unlock()
		return len(transports.open)
	}
	before := open()
	p := DefaultParams()
	p.URL = "http://a/"
	q := p
	q.URL, q.Timeout, q.Username = "http://b/", 3, "u"
	other := p
	other.InsecureSkipVerify = true
	var clients []*Client
	for _, params := range []*Params{&p, &q, &other} {
		c, err := New(params, nil)
		if err != nil {
			t.Fatal(err)
		}
		clients = append(clients, c)
	}
	if clients[0].http.Transport != clients[1].http.Transport || clients[0].http.Transport == clients[2].http.Transport {
		t.Error("clients share what they should not, or do not what they should")
	}
	if got := open() - before; got != 2 {
		t.Errorf("%d transports, want 2", got)
	}
	for _, c := range clients {
		c.Close()
	}
	if got := open(); got != before {
		t.Errorf("%d transports stay", got-before)
	}
}

func TestConnectionsAreKept(t *testing.T) {
	var remotes []string
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { remotes = append(remotes, r.RemoteAddr) })
	c := newClient(t, s.URL, nil, nil)
	for range 3 {
		if _, err := c.Do(t.Context(), Request{}); err != nil {
			t.Fatal(err)
		}
	}
	if remotes[0] != remotes[1] || remotes[1] != remotes[2] {
		t.Errorf("asked from %v, want one connection", remotes)
	}
}

// FuzzURL holds that no address that provisioning refuses or a request fails with is shown with its secret parts.
func FuzzURL(f *testing.F) {
	f.Add("http://u:", "@h/")
	f.Add("http://h/?t=", "")
	f.Add("http://h:", "/")
	f.Add("", "%zz")
	f.Fuzz(func(t *testing.T, before, after string) {
		text := before + secret + after
		p := DefaultParams()
		p.URL = datasource.URL(text)
		if err := p.Provision(); err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%q: %v", text, err)
		}
		u, err := url.Parse(text)
		if err == nil && (strings.Contains(u.Host, secret) || strings.Contains(u.Path, secret) || strings.Contains(u.Scheme, secret)) {
			return // these are told on purpose
		}
		if shown := p.URL.String(); strings.Contains(shown, secret) {
			t.Errorf("%q is shown as %q", text, shown)
		}
	})
}
