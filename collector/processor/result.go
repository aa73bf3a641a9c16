package processor

import (
	"time"

	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

// result is one result on its way to records. Results are used again, since a collector makes thousands a second.
type result struct {
	p      *Processor
	task   *configs.TaskConfig // nil for the daemon's own events
	device string
	slot   int64 // unix nanoseconds; 0 outside runs
	now    int64 // unix seconds: one time for all items that come without one
	ref    RunRef
	tally  tally

	samples int // values of datapoints so far
	values  []wire.Value
	series  []byte // where the names of series are put together
	tags    map[string]string
	matched map[pointKey]struct{} // the keys of Data.Values that some datapoint has taken

	context    *datasource.Context           // the last one looked at
	thresholds []*datasource.ThresholdConfig // those of context
}

// begin returns a result of a task, or of the daemon itself, without items.
func (p *Processor) begin(task *configs.TaskConfig, device string, slot int64, number int) *result {
	r := p.results.Get().(*result)
	r.p, r.task, r.device, r.slot, r.now = p, task, device, slot, p.now().Unix()
	if p.observer != nil {
		r.ref = RunRef{Task: r.taskName(), Slot: slot, Number: number}
	}
	return r
}

// end hands over what is left, and adds up.
func (r *result) end() {
	r.putValues()
	p := r.p
	p.book.add(&r.tally)
	for i := range r.tally.lines {
		if line := &r.tally.lines[i]; line.count > line.booked {
			p.outlet.Reject(line.class, line.reason, int(line.count-line.booked))
		}
	}
	if len(r.tally.lines) > 0 {
		r.tally.log(p.log, r.device, r.taskName())
	}
	r.reset()
	p.results.Put(r)
}

// keptKeys is how many matched keys a result may have had to be used again: maps never shrink.
const keptKeys = 4096

func (r *result) reset() {
	r.tally.reset()
	clear(r.thresholds)
	clear(r.tags)
	matched := r.matched
	if len(matched) > keptKeys {
		matched = map[pointKey]struct{}{}
	}
	clear(matched)
	*r = result{
		tally: r.tally, values: r.values, series: r.series[:0], tags: r.tags, matched: matched,
		thresholds: r.thresholds[:0],
	}
}

func newResult() any {
	return &result{tags: map[string]string{}, matched: map[pointKey]struct{}{}}
}

// taskName returns the label of the task, "" for the daemon itself.
func (r *result) taskName() string {
	if r.task == nil {
		return ""
	}
	return r.task.Name()
}

// isEmpty reports whether data holds nothing to process.
func isEmpty(d *datasource.Data) bool {
	return d == nil || len(d.Events) == 0 && len(d.Values) == 0 && len(d.Metrics) == 0 && len(d.Maps) == 0 &&
		len(d.Rejected) == 0 && d.Interval == 0
}

func (r *result) addEvents(data *datasource.Data) {
	if data == nil {
		return
	}
	for i, e := range data.Events {
		r.addPluginEvent(e, isBeyond(i+1, r.p.limits.Events))
	}
}

// addRest processes all but the events.
func (r *result) addRest(data *datasource.Data) {
	if data == nil {
		return
	}
	r.addValues(data.Values)
	for i := range data.Metrics {
		r.addMetric(&data.Metrics[i], isBeyond(i+1, r.p.limits.Metrics))
	}
	for i, m := range data.Maps {
		r.addMap(m, isBeyond(i+1, r.p.limits.Maps))
	}
	for _, item := range data.Rejected {
		r.addRejected(item)
	}
}

// addRejected books an item that was rejected before it came here. A reason that is not for this makes it a bad result.
func (r *result) addRejected(item datasource.RejectedItem) {
	reason := wire.Reason(item.Reason)
	if info, known := reason.Info(); !known || info.Kind != wire.Rejected {
		reason = wire.BadResult
	}
	class := wire.Values
	switch reason {
	case wire.BadEvent:
		class = wire.Events
	case wire.BadMap:
		class = wire.Maps
	}
	r.tally.returned[class]++
	r.tally.reject(class, reason, "item", item.Item)
	if r.p.observer != nil {
		r.p.observer.Dropped(DroppedRow{r.ref, reason, item.Item})
	}
}

// timely returns the reason to reject a value for its time: both ends of the way refuse what the value store would.
func (r *result) timely(second int64) wire.Reason {
	switch {
	case second > r.now+int64(MaxAhead/time.Second):
		return wire.Future
	case r.p.maxAge >= 0 && second < r.now-int64(r.p.maxAge/time.Second):
		return wire.TooOld
	}
	return wire.Accepted
}
