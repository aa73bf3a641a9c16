package prometheus

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/datasource/httpclient"
)

// source collects one data source.
type source struct {
	params    *Params
	client    *httpclient.Client
	selectors []*selector
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
	return &source{params: params, client: client, selectors: newSelectors(ds)}, nil
}

// Close gives up the connections.
func (s *source) Close() { s.client.Close() }

// Collect scrapes the page.
func (s *source) Collect(ctx context.Context, ds *datasource.DataSourceConfig) (*datasource.Data, error) {
	data := datasource.NewData()
	about := map[string]any{pointUp: 0}
	err := s.scrape(ctx, ds, data, about)
	if err == nil {
		about[pointUp] = 1
	}
	for _, pick := range s.selectors {
		switch {
		case pick.err != nil:
			data.Reject(ds, pick.config, datasource.ReasonBadValue, pick.err.Error())
		case pick.builtin:
			if value, ok := about[pick.config.ID]; ok {
				data.Values.Set(ds.Component, pick.config.Name, value)
			}
		}
	}
	return data, err
}

// scrape fetches and reads the page. Nothing of a page that fails is kept but what is known about the scrape itself.
func (s *source) scrape(ctx context.Context, ds *datasource.DataSourceConfig, data *datasource.Data, about map[string]any) error {
	resp, err := s.client.Do(ctx, httpclient.Request{Header: map[string]string{
		"Accept":                              accept,
		"X-Prometheus-Scrape-Timeout-Seconds": strconv.FormatFloat(s.params.Timeout, 'g', -1, 64),
	}})
	if err != nil {
		return err
	}
	about[pointDuration] = resp.Duration.Seconds()
	if resp.Status != http.StatusOK {
		return s.client.Failure(httpclient.KindStatus, fmt.Sprintf("answers with status %d", resp.Status),
			"expected 200; check the address, the server and the credentials")
	}
	found := newScrape(s.params, ds, s.selectors)
	samples, err := readPage(resp.Body, resp.Header.Get("Content-Type"), s.params.MaxSamples, found.wants, found.take)
	switch {
	case errors.Is(err, errTooManySamples):
		return s.client.Failure(httpclient.KindTooLarge, fmt.Sprintf("has more than %d samples", s.params.MaxSamples),
			"raise max_samples if that is right")
	case err != nil:
		return s.client.Failure(httpclient.KindParse, "has no page of metrics: "+err.Error(), "check the address and the exporter")
	}
	about[pointSamples] = samples
	found.results(data)
	return nil
}

// sampleTime returns when a sample was taken, or zero if the page does not say.
func sampleTime(s *sample) time.Time {
	if s.time == nil {
		return time.Time{}
	}
	return time.UnixMilli(*s.time)
}
