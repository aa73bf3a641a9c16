package processor

import "github.com/zenpython/zenpython/datasource"

// DaemonMetrics processes metrics that the daemon gives of itself. Device decides the shard.
func (p *Processor) DaemonMetrics(device string, list []datasource.Metric) {
	r := p.begin(nil, device, 0, 0)
	defer r.end()
	for i := range list {
		r.addMetric(&list[i], false)
	}
}
