package hub

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/zenpython/zenpython/hub/wire"
)

// LastValue is the newest value of a series.
type LastValue struct {
	Metric string
	Tags   map[string]string
	Time   time.Time // of the value
	Number wire.Number
	Count  uint64 // values taken since the hub first saw the series
}

// lastValues keeps the newest value of each series, by device.
type lastValues struct {
	max int

	mu       sync.Mutex
	byDevice map[string]map[string]*lastValue // device → series
	series   int
	refused  uint64
}

type lastValue struct {
	time     int64 // milliseconds since 1970
	number   wire.Number
	count    uint64
	received time.Time
}

func newLastValues(maxSeries int) *lastValues {
	return &lastValues{max: maxSeries, byDevice: map[string]map[string]*lastValue{}}
}

// put takes values that are no later than latest (milliseconds since 1970) and returns how many others there were.
func (l *lastValues) put(records []wire.Value, now time.Time, latest int64) (future uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range records {
		if records[i].Time > latest {
			future++
			continue
		}
		l.putOne(&records[i], now)
	}
	return future
}

func (l *lastValues) putOne(v *wire.Value, now time.Time) {
	series := l.byDevice[v.Device]
	last := series[string(v.Series)] // no copy for the look-up
	if last == nil {
		if l.series >= l.max {
			l.refused++
			return
		}
		if series == nil {
			series = map[string]*lastValue{}
			l.byDevice[v.Device] = series
		}
		last = &lastValue{time: v.Time}
		series[string(v.Series)] = last
		l.series++
	}
	last.count++
	last.received = now
	if v.Time >= last.time {
		last.time, last.number = v.Time, v.Number
	}
}

// forget drops the series that got no value since a time and returns how many they were.
func (l *lastValues) forget(since time.Time) (dropped int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for device, series := range l.byDevice {
		for name, last := range series {
			if last.received.Before(since) {
				delete(series, name)
				dropped++
			}
		}
		if len(series) == 0 {
			delete(l.byDevice, device)
		}
	}
	l.series -= dropped
	return dropped
}

func (l *lastValues) counts() (series int, refused uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.series, l.refused
}

// of returns the values of a device. A series that cannot be read, which no collector of ours sends, is left out.
func (l *lastValues) of(device string) []LastValue {
	names, lasts := l.snapshot(device)
	values := make([]LastValue, 0, len(names))
	for i, name := range names {
		metric, tags, err := wire.ParseSeries([]byte(name))
		if err != nil {
			continue
		}
		last := lasts[i]
		values = append(values, LastValue{
			Metric: metric, Tags: tags, Time: time.UnixMilli(last.time), Number: last.number, Count: last.count,
		})
	}
	slices.SortStableFunc(values, func(a, b LastValue) int { return cmp.Compare(a.Metric, b.Metric) })
	return values
}

// snapshot copies the values of a device in the order of their series' names.
func (l *lastValues) snapshot(device string) (names []string, lasts []lastValue) {
	l.mu.Lock()
	defer l.mu.Unlock()
	series := l.byDevice[device]
	for name := range series {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		lasts = append(lasts, *series[name])
	}
	return names, lasts
}
