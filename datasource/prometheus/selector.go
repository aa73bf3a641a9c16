package prometheus

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/zenpython/zenpython/datasource"
)

// PointParams tell which series a datapoint holds.
type PointParams struct {
	Metric    string            `json:"metric" doc:"name of the series, suffix included; else the datapoint's own"`
	Labels    map[string]string `json:"labels" doc:"label values the series must have: exact, or starting with != (not), =~ (regular expression), !~ (not matching)"`
	Aggregate string            `json:"aggregate" enum:"sum,min,max,count,first" doc:"what to do with several matching series; without it they are an error"`
	Quantile  *float64          `json:"quantile" min:"0" max:"1" doc:"quantile to work out from the buckets of the histogram metric, over what was observed since the last run"`

	matchers []matcher
}

// Provision compiles the label matchers.
func (p *PointParams) Provision() error {
	if p.Quantile != nil && p.Aggregate != "" && p.Aggregate != aggregateSum {
		return errors.New("aggregate: with quantile only sum makes sense, which adds the histograms up")
	}
	for _, name := range slices.Sorted(maps.Keys(p.Labels)) {
		m, err := newMatcher(name, p.Labels[name])
		if err != nil {
			return fmt.Errorf("labels: %w", err)
		}
		p.matchers = append(p.matchers, m)
	}
	return nil
}

// matcher is a condition on one label. As in Prometheus an absent label is one whose value is empty.
type matcher struct {
	name    string
	negate  bool
	pattern *regexp.Regexp // nil: value is meant exactly
	value   string
	number  *float64 // value as a number, for the labels that hold one
}

func newMatcher(name, text string) (matcher, error) {
	m := matcher{name: name, value: text}
	for _, operator := range []string{"=~", "!~", "!="} {
		if value, found := strings.CutPrefix(text, operator); found {
			m.value, m.negate = value, operator[0] == '!'
			if operator[1] == '~' {
				re, err := compileWhole(value)
				if err != nil {
					return matcher{}, fmt.Errorf("%s: %w", name, err)
				}
				m.pattern = re
			}
			break
		}
	}
	// Formats write the bounds of buckets and quantiles differently: 1, 1.0, 1e0.
	if n, err := strconv.ParseFloat(m.value, 64); err == nil && (name == labels.BucketLabel || name == quantileLabel) {
		m.number = &n
	}
	return m, nil
}

const quantileLabel = "quantile"

func (m *matcher) matches(ls labels.Labels) bool {
	return m.holds(ls.Get(m.name)) != m.negate
}

func (m *matcher) holds(value string) bool {
	if m.pattern != nil {
		return m.pattern.MatchString(value)
	}
	if m.number != nil {
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			return n == *m.number
		}
	}
	return value == m.value
}

// selector is one datapoint and what it holds. A selector that cannot be used costs its datapoint alone, in each run,
// so that it is seen.
type selector struct {
	config  *datasource.DataPointConfig
	params  *PointParams
	err     error
	builtin bool
	metric  string  // name of the series wanted
	window  *window // for a quantile
}

func newSelectors(ds *datasource.DataSourceConfig) []*selector {
	out := make([]*selector, 0, len(ds.Points))
	for _, dp := range ds.Points {
		out = append(out, newSelector(dp))
	}
	return out
}

func newSelector(dp *datasource.DataPointConfig) *selector {
	decoded, problems := datasource.DecodePointParams(datasource.Lookup(typeName), dp.Properties)
	problems = slices.DeleteFunc(problems, func(p datasource.ParamProblem) bool { return p.Unknown })
	if len(problems) > 0 {
		return &selector{config: dp, err: problems[0]}
	}
	params := decoded.(*PointParams)
	s := &selector{config: dp, params: params, metric: params.Metric}
	if s.metric == "" {
		s.metric = dp.ID
		s.builtin = slices.ContainsFunc(points, func(p datasource.PointDoc) bool { return p.Name == dp.ID })
	}
	if params.Quantile != nil {
		s.metric = strings.TrimSuffix(s.metric, bucketSuffix) + bucketSuffix
		s.window = &window{}
	}
	return s
}

const bucketSuffix = "_bucket"

func (s *selector) matches(ls labels.Labels) bool {
	for i := range s.params.matchers {
		if !s.params.matchers[i].matches(ls) {
			return false
		}
	}
	return true
}

// String returns the selector as Prometheus would write it, for messages.
func (s *selector) String() string {
	var b strings.Builder
	b.WriteString(s.metric)
	for i, name := range slices.Sorted(maps.Keys(s.params.Labels)) {
		b.WriteByte("{,"[min(i, 1)])
		text := s.params.Labels[name]
		operator := "="
		for _, o := range []string{"=~", "!~", "!="} {
			if strings.HasPrefix(text, o) {
				operator, text = o, text[len(o):]
				break
			}
		}
		b.WriteString(name + operator + strconv.Quote(text))
	}
	if len(s.params.Labels) > 0 {
		b.WriteByte('}')
	}
	return b.String()
}
