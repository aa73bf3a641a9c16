package prometheus

import (
	"github.com/prometheus/prometheus/model/labels"

	"github.com/zenpython/zenpython/datasource"
)

// scrape distributes the samples of one page among a data source's selectors.
type scrape struct {
	params   *Params
	ds       *datasource.DataSourceConfig
	tallies  []tally          // one a selector
	byMetric map[string][]int // metric → indices of the selectors that want it
	exported map[string]bool  // metric → whether it is exported, asked once
	metrics  []datasource.Metric
	picks    []*selector
}

func newScrape(params *Params, ds *datasource.DataSourceConfig, picks []*selector) *scrape {
	s := &scrape{
		params: params, ds: ds, picks: picks,
		tallies:  make([]tally, len(picks)),
		byMetric: make(map[string][]int, len(picks)),
		exported: map[string]bool{},
	}
	for i, pick := range picks {
		if pick.err == nil && !pick.builtin {
			s.byMetric[pick.metric] = append(s.byMetric[pick.metric], i)
		}
	}
	return s
}

// wants tells whether anybody asks for a metric. It is called for each sample of a page, so it makes no strings.
func (s *scrape) wants(name []byte) bool {
	if s.params.Export {
		export, known := s.exported[string(name)]
		if !known {
			export = s.params.exports(string(name))
			s.exported[string(name)] = export
		}
		if export {
			return true
		}
	}
	return len(s.byMetric[string(name)]) > 0
}

func (s *scrape) take(sample *sample) {
	for _, i := range s.byMetric[sample.name] {
		if !s.picks[i].matches(sample.labels) {
			continue
		}
		s.tallies[i].add(sample)
		if s.picks[i].window != nil {
			s.tallies[i].addBucket(sample)
		}
	}
	if s.exported[sample.name] {
		s.metrics = append(s.metrics, s.metric(sample))
	}
}

// metric gives a sample as an ad hoc metric. Its tags are its labels and the device; a label of that name is kept
// under another, as Prometheus does with labels that it sets itself.
func (s *scrape) metric(sample *sample) datasource.Metric {
	tags := make(map[string]string, sample.labels.Len())
	sample.labels.Range(func(l labels.Label) {
		switch l.Name {
		case labelName:
		case tagDevice, tagComponent:
			tags["exported_"+l.Name] = l.Value
		default:
			tags[l.Name] = l.Value
		}
	})
	tags[tagDevice] = s.ds.Device
	if !s.ds.Component.IsDevice() {
		tags[tagComponent] = s.ds.Component.String()
	}
	return datasource.Metric{Name: sample.name, Value: sample.value, Time: sampleTime(sample), Tags: tags}
}

const (
	tagDevice    = "device"
	tagComponent = "component"
)

// results puts the values of all selectors into data, or the reasons why they have none.
func (s *scrape) results(data *datasource.Data) {
	data.Metrics = s.metrics
	for i, pick := range s.picks {
		if pick.err != nil || pick.builtin {
			continue
		}
		value, miss := s.tallies[i].value(pick)
		if miss != nil {
			data.Reject(s.ds, pick.config, miss.reason, miss.why)
			continue
		}
		data.Values.Set(s.ds.Component, pick.config.Name, value)
	}
}
