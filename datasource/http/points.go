package http

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"time"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/datasource/httpclient"
)

// The datapoints that need no properties.
const (
	pointUp      = "up"
	pointStatus  = "status"
	pointTime    = "time"
	pointSize    = "size"
	pointTLSDays = "tls_days_left"
)

var points = []datasource.PointDoc{
	{Name: pointUp, Type: datasource.Gauge, Doc: "1 when the answer is as expected, else 0"},
	{Name: pointStatus, Type: datasource.Gauge, Doc: "status of the answer"},
	{Name: pointTime, Type: datasource.Gauge, Doc: "seconds from the start of the request to the end of the answer"},
	{Name: pointSize, Type: datasource.Gauge, Doc: "bytes of the answer's body, after decompression"},
	{Name: pointTLSDays, Type: datasource.Gauge, Doc: "days until the server's certificate ends, below 0 when it has"},
}

// measured are the values of the datapoints that need no properties; one that is not known is absent.
func measured(resp *httpclient.Response, err error, now time.Time) map[string]any {
	values := map[string]any{pointUp: 1}
	if err != nil {
		values[pointUp] = 0
	}
	if resp != nil {
		values[pointStatus] = resp.Status
		values[pointTime] = resp.Duration.Seconds()
		values[pointSize] = len(resp.Body)
	}
	if cert := certificate(resp, err); cert != nil {
		values[pointTLSDays] = cert.NotAfter.Sub(now).Hours() / 24
	}
	return values
}

// certificate returns the server's certificate, also one that was not accepted: its end is most wanted then.
func certificate(resp *httpclient.Response, err error) *x509.Certificate {
	if resp != nil && resp.TLS != nil && len(resp.TLS.PeerCertificates) > 0 {
		return resp.TLS.PeerCertificates[0]
	}
	var verification *tls.CertificateVerificationError
	if errors.As(err, &verification) && len(verification.UnverifiedCertificates) > 0 {
		return verification.UnverifiedCertificates[0]
	}
	return nil
}
