package http

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/datasource/httpclient"
)

// source collects one data source.
type source struct {
	params *Params
	client *httpclient.Client
	points []point
}

func newPlugin(c *datasource.Config, _ datasource.Handle) (datasource.Plugin, error) {
	return datasource.PerSource(c, newSource)
}

func newSource(ds *datasource.DataSourceConfig) (datasource.Collector, error) {
	params, err := datasource.ParamsOf[Params](ds)
	if err != nil {
		return nil, err
	}
	client, err := httpclient.New(&params.Params, ds.Attributes)
	if err != nil {
		return nil, err
	}
	return &source{params: params, client: client, points: newPoints(ds)}, nil
}

// Close gives up the connections.
func (s *source) Close() { s.client.Close() }

// Collect asks the server and compares the answer with what is expected of it.
func (s *source) Collect(ctx context.Context, ds *datasource.DataSourceConfig) (*datasource.Data, error) {
	resp, err := s.client.Do(ctx, httpclient.Request{Method: s.params.Method, Header: s.params.Headers, Body: s.params.Body})
	if err == nil {
		err = s.expect(resp)
	}
	answer := &document{}
	if err == nil {
		answer.body = resp.Body
		if err = s.decode(answer); err != nil {
			err = s.client.Failure(httpclient.KindParse, "does not answer with JSON: "+err.Error(), "check the address and the datapoints' json")
		}
	}
	data := datasource.NewData()
	values := measured(resp, err, time.Now())
	for i := range s.points {
		s.points[i].set(data, ds, values, answer, err)
	}
	return data, err
}

// expect compares an answer with what the data source says of it.
func (s *source) expect(resp *httpclient.Response) error {
	p := s.params
	switch {
	case !p.accepts(resp.Status):
		return s.client.Failure(httpclient.KindStatus, fmt.Sprintf("answers with status %d", resp.Status),
			fmt.Sprintf("expected %s; check the server, the credentials and status", joinRanges(p.Status)))
	case p.Contains != "" && !bytes.Contains(resp.Body, []byte(p.Contains)):
		return s.client.Failure(httpclient.KindContent, fmt.Sprintf("answers without the text %q", p.Contains),
			"check the page and contains")
	case p.regex != nil && !p.regex.Match(resp.Body):
		return s.client.Failure(httpclient.KindContent, fmt.Sprintf("answers with nothing that matches %q", p.Regex),
			"check the page and regex")
	}
	return nil
}

// decode reads the answer as JSON if any datapoint looks into it.
func (s *source) decode(answer *document) error {
	for i := range s.points {
		if s.points[i].params != nil && s.points[i].params.path != nil {
			return answer.decode()
		}
	}
	return nil
}
