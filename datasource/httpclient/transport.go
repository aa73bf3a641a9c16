package httpclient

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// transportKey is everything that tells one transport from another. Data sources that agree in it share connections.
type transportKey struct {
	proxy                              string
	insecureSkipVerify                 bool
	caFile, certFile, keyFile, srvName string
}

func keyOf(p *Params, attributes map[string]any) transportKey {
	return transportKey{
		proxy:              proxyOf(p, attributes),
		insecureSkipVerify: p.InsecureSkipVerify,
		caFile:             p.CAFile,
		certFile:           p.CertFile,
		keyFile:            p.KeyFile,
		srvName:            p.ServerName,
	}
}

// transports is the registry of the transports in use. Each goes when the last client that uses it is closed.
var transports = struct {
	sync.Mutex
	open map[transportKey]*sharedTransport
}{open: map[transportKey]*sharedTransport{}}

type sharedTransport struct {
	*http.Transport
	users int
}

func acquire(key transportKey) (*http.Transport, error) {
	transports.Lock()
	defer transports.Unlock()
	if t := transports.open[key]; t != nil {
		t.users++
		return t.Transport, nil
	}
	t, err := newTransport(key)
	if err != nil {
		return nil, err
	}
	transports.open[key] = &sharedTransport{t, 1}
	return t, nil
}

func release(key transportKey) {
	transports.Lock()
	defer transports.Unlock()
	t := transports.open[key]
	t.users--
	if t.users == 0 {
		delete(transports.open, key)
		t.CloseIdleConnections()
	}
}

// Limits of a transport. Connections to one host are few, so that a slow server cannot take all of a collector's
// sockets; more requests than that wait, within their timeout.
const (
	maxIdle        = 1024
	maxIdlePerHost = 4
	maxPerHost     = 64
	idleTimeout    = 90 * time.Second
	dialTimeout    = 30 * time.Second
	maxHeaderBytes = 1 << 20
)

func newTransport(key transportKey) (*http.Transport, error) {
	config, err := newTLSConfig(key)
	if err != nil {
		return nil, err
	}
	proxy, err := parseProxy(key.proxy)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", zProxy, err)
	}
	t := &http.Transport{
		DialContext:            (&net.Dialer{Timeout: dialTimeout}).DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    dialTimeout,
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    maxIdlePerHost,
		MaxConnsPerHost:        maxPerHost,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		ForceAttemptHTTP2:      true,
	}
	// The environment's proxy is for people's own traffic; devices are asked directly unless told otherwise.
	if proxy != nil {
		t.Proxy = http.ProxyURL(proxy)
	}
	return t, nil
}

func newTLSConfig(key transportKey) (*tls.Config, error) {
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: key.insecureSkipVerify, //nolint:gosec // asked for by the data source
		ServerName:         key.srvName,
	}
	if key.caFile != "" {
		pem, err := os.ReadFile(key.caFile)
		if err != nil {
			return nil, fmt.Errorf("ca_file: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("ca_file %s: %w", key.caFile, errors.New("holds no certificate in PEM form"))
		}
	}
	if key.certFile != "" {
		pair, err := tls.LoadX509KeyPair(key.certFile, key.keyFile)
		if err != nil {
			return nil, fmt.Errorf("cert_file: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
