// Package prometheus is the data source type Prometheus: it scrapes a page of metrics in the Prometheus text format or
// OpenMetrics and gives single series to datapoints, or all of them as ad hoc metrics.
package prometheus

import (
	"fmt"
	"regexp"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/datasource/httpclient"
)

const typeName = "Prometheus"

func init() { datasource.Register(Type()) }

// Type returns the type as it is registered.
func Type() *datasource.Type {
	return &datasource.Type{
		Name:            typeName,
		Class:           "datasource/prometheus.Prometheus",
		Doc:             "Scrapes a page of metrics, as Prometheus does, and picks series for datapoints.",
		Params:          func() any { return newParams() },
		PointParams:     func() any { return &PointParams{} },
		Points:          points,
		AnyPoint:        true,
		New:             newPlugin,
		ProxyAttributes: httpclient.ProxyAttributes(),
	}
}

// The datapoints about the scrape itself.
const (
	pointUp       = "up"
	pointDuration = "scrape_duration_seconds"
	pointSamples  = "scrape_samples_scraped"
)

var points = []datasource.PointDoc{
	{Name: pointUp, Type: datasource.Gauge, Doc: "1 when the page was scraped, else 0"},
	{Name: pointDuration, Type: datasource.Gauge, Doc: "seconds that fetching the page took"},
	{Name: pointSamples, Type: datasource.Gauge, Doc: "samples on the page"},
}

// Params are the parameters of a data source.
type Params struct {
	httpclient.Params

	MaxSamples int    `json:"max_samples" min:"1" max:"10000000" doc:"most samples of a page; one with more fails as a whole"`
	Export     bool   `json:"export" doc:"pass all series on as ad hoc metrics, under their own names"`
	Include    string `json:"include" doc:"with export: only metrics whose whole name matches this regular expression (RE2)"`
	Exclude    string `json:"exclude" doc:"with export: not those whose whole name matches this one"`

	include, exclude *regexp.Regexp
}

func newParams() *Params {
	return &Params{Params: httpclient.DefaultParams(), MaxSamples: 50_000}
}

// Provision checks and compiles the filters.
func (p *Params) Provision() error {
	if err := p.Params.Provision(); err != nil {
		return err
	}
	for _, filter := range []struct {
		name, text string
		compiled   **regexp.Regexp
	}{{"include", p.Include, &p.include}, {"exclude", p.Exclude, &p.exclude}} {
		if filter.text == "" {
			continue
		}
		if !p.Export {
			return fmt.Errorf("%s: does nothing without export", filter.name)
		}
		re, err := compileWhole(filter.text)
		if err != nil {
			return fmt.Errorf("%s: %w", filter.name, err)
		}
		*filter.compiled = re
	}
	return nil
}

// exports tells whether a metric is passed on as an ad hoc one.
func (p *Params) exports(name string) bool {
	return p.Export &&
		(p.include == nil || p.include.MatchString(name)) &&
		(p.exclude == nil || !p.exclude.MatchString(name))
}

// compileWhole compiles an expression that has to match a whole text, as Prometheus's own do.
func compileWhole(text string) (*regexp.Regexp, error) {
	if _, err := regexp.Compile(text); err != nil {
		return nil, err
	}
	return regexp.Compile("^(?s:" + text + ")$")
}
