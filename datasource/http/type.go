// Package http is the data source type HTTP: it asks a web server and tells whether, how fast and with what it
// answers. Numbers in the answer become datapoints by regular expression or by path in a JSON document.
package http

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/datasource/httpclient"
)

const typeName = "HTTP"

func init() { datasource.Register(Type()) }

// Type returns the type as it is registered.
func Type() *datasource.Type {
	return &datasource.Type{
		Name:            typeName,
		Class:           "datasource/http.HTTP",
		Doc:             "Asks a web server: status, time, size, certificate, and numbers in the answer.",
		Params:          func() any { return newParams() },
		PointParams:     func() any { return &PointParams{} },
		Points:          points,
		AnyPoint:        true,
		New:             newPlugin,
		ProxyAttributes: httpclient.ProxyAttributes(),
	}
}

// Params are the parameters of a data source.
type Params struct {
	httpclient.Params

	Method   string            `json:"method" enum:"GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS" doc:"method of the request"`
	Headers  map[string]string `json:"headers" secret:"true" doc:"headers to send; their values are never shown"`
	Body     string            `json:"body" secret:"true" doc:"body to send; it is never shown"`
	Status   []string          `json:"status" doc:"statuses that are right: numbers and ranges"`
	Contains string            `json:"contains" doc:"text that the answer must hold"`
	Regex    string            `json:"regex" doc:"regular expression (RE2) that must be found in the answer"`

	statuses []statusRange
	regex    *regexp.Regexp
}

func newParams() *Params {
	return &Params{Params: httpclient.DefaultParams(), Method: "GET", Status: []string{"200-299"}}
}

// Provision checks and compiles the expectations.
func (p *Params) Provision() error {
	if err := p.Params.Provision(); err != nil {
		return err
	}
	for _, text := range p.Status {
		r, err := parseStatusRange(text)
		if err != nil {
			return fmt.Errorf("status: %w", err)
		}
		p.statuses = append(p.statuses, r)
	}
	if p.Regex != "" {
		re, err := regexp.Compile(p.Regex)
		if err != nil {
			return fmt.Errorf("regex: %w", err)
		}
		p.regex = re
	}
	return nil
}

type statusRange struct{ first, last int }

func parseStatusRange(text string) (statusRange, error) {
	from, to, isRange := strings.Cut(strings.TrimSpace(text), "-")
	if !isRange {
		to = from
	}
	first, err1 := strconv.Atoi(strings.TrimSpace(from))
	last, err2 := strconv.Atoi(strings.TrimSpace(to))
	if err1 != nil || err2 != nil || first < 100 || last > 599 || first > last {
		return statusRange{}, fmt.Errorf("%q is neither a status such as 200 nor a range such as 200-299", text)
	}
	return statusRange{first, last}, nil
}

func (p *Params) accepts(status int) bool {
	for _, r := range p.statuses {
		if r.first <= status && status <= r.last {
			return true
		}
	}
	return false
}

// PointParams tell what of the answer a datapoint holds.
type PointParams struct {
	Regex string `json:"regex" doc:"regular expression (RE2); the text of its first group is the value"`
	JSON  string `json:"json" doc:"path of the value in the answer's JSON, e.g. queues[0].depth"`

	regex *regexp.Regexp
	path  jsonPath
}

// Provision compiles the selector.
func (p *PointParams) Provision() error {
	if p.Regex != "" && p.JSON != "" {
		return errors.New("give either regex or json")
	}
	if p.Regex != "" {
		re, err := regexp.Compile(p.Regex)
		if err != nil {
			return fmt.Errorf("regex: %w", err)
		}
		if re.NumSubexp() == 0 {
			return fmt.Errorf("regex: %q has no group: put the value in parentheses", p.Regex)
		}
		p.regex = re
	}
	if p.JSON != "" {
		path, err := parseJSONPath(p.JSON)
		if err != nil {
			return fmt.Errorf("json: %w", err)
		}
		p.path = path
	}
	return nil
}
