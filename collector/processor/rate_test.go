package processor

import (
	"math"
	"runtime"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/zenpython/zenpython/datasource"
	"github.com/zenpython/zenpython/hub/wire"
)

func TestRates(t *testing.T) {
	type step struct {
		value  any
		second int64
		want   float64
		reason wire.Reason
	}
	first := func(v any) step { return step{v, 100, 0, wire.RateFirst} }
	for name, tt := range map[string]struct {
		point *datasource.DataPointConfig
		steps []step
	}{
		"COUNTER grows": {point("c", datasource.Counter, nil, nil), []step{first(100), {400, 400, 1, ""}, {1000, 500, 6, ""}}},
		"COUNTER reset without a minimum": {point("c", datasource.Counter, nil, nil), []step{
			first(400), {100, 400, 0, wire.RateOutOfBounds}, {130, 430, 1, ""}, // goes on from the reset
		}},
		"COUNTER with a minimum of its own": {point("c", datasource.Counter, new(-5.0), nil), []step{first(400), {100, 400, -1, ""}}},
		"DERIVE may fall":                   {point("d", datasource.Derive, nil, nil), []step{first(400), {100, 400, -1, ""}}},
		"bounds are inside": {point("d", datasource.Derive, new(1.0), new(2.0)), []step{
			first(0), {1, 101, 1, ""}, {3, 102, 2, ""}, {3, 103, 0, wire.RateOutOfBounds}, {6, 104, 0, wire.RateOutOfBounds},
		}},
		"out of order": {point("d", datasource.Derive, nil, nil), []step{
			first(100), {50, 90, 0, wire.RateOutOfOrder}, {200, 200, 1, ""},
		}},
		"same time": {point("d", datasource.Derive, nil, nil), []step{first(100), {50, 100, 0, wire.RateSameTime}, {200, 200, 1, ""}}},
		"text":      {point("d", datasource.Derive, nil, nil), []step{first("100"), {"200.0", 200, 1, ""}}},
		"units are no number": {point("d", datasource.Derive, nil, nil), []step{
			{"100%", 100, 0, wire.BadValue}, {"N/A", 101, 0, wire.BadValue}, {math.NaN(), 102, 0, wire.BadValue},
			{math.Inf(1), 103, 0, wire.BadValue}, {1, 104, 0, wire.RateFirst},
		}},
		"large counters are exact": {point("d", datasource.Derive, nil, nil), []step{
			first(int64(1) << 62), {int64(1)<<62 + 3, 103, 1, ""},
		}},
		"from end to end": {point("d", datasource.Derive, nil, nil), []step{
			first(int64(math.MinInt64)), {int64(math.MaxInt64), 101, 1 << 64, ""},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			seen := &rows{}
			r := newRig(t, 600, func(o *Options) { o.Observer = seen })
			task := newTask(source("ds1", datasource.DeviceLevel, tt.point))
			for i, s := range tt.steps {
				r.runValues(task, map[string]any{tt.point.ID: datasource.Tuple{s.value, s.second}})
				row := seen.values[i]
				if row.Reason != s.reason || s.reason == "" && *row.Stored != fraction(s.want) {
					t.Errorf("step %d: %v with reason %q, want %v with %q", i, row.Stored, row.Reason, s.want, s.reason)
				}
			}
		})
	}
}

func TestAbsoluteIsStoredAsItIs(t *testing.T) {
	r := newRig(t, now, nil)
	r.runValues(newTask(source("ds1", datasource.DeviceLevel, point("a", datasource.Absolute, new(5.0), new(6.0)))), map[string]any{"a": "7 %"})
	checkStored(t, r, storedValue{"dev1/ds1_a", now, whole(7)})
}

func TestBoundsAreOfRatesOnly(t *testing.T) {
	r := newRig(t, now, nil)
	r.runValues(newTask(source("ds1", datasource.DeviceLevel, point("g", datasource.Gauge, new(5.0), new(6.0)))), map[string]any{"g": 7})
	checkStored(t, r, storedValue{"dev1/ds1_g", now, whole(7)})
}

func TestRatesOutliveTasksButNotDevices(t *testing.T) {
	r := newRig(t, 1000, nil)
	derive := func() *datasource.DataSourceConfig {
		return source("ds1", datasource.DeviceLevel, point("d", datasource.Derive, nil, nil))
	}
	r.runValues(newTask(derive()), map[string]any{"d": datasource.Tuple{0, 100}})
	r.runValues(newTask(derive()), map[string]any{"d": datasource.Tuple{100, 200}}) // the task was replaced
	checkStored(t, r, storedValue{"dev1/ds1_d", 200, fraction(1)})
	r.p.Forget("dev2")
	r.runValues(newTask(derive()), map[string]any{"d": datasource.Tuple{300, 300}})
	r.p.Forget("dev1")
	r.runValues(newTask(derive()), map[string]any{"d": datasource.Tuple{400, 400}})
	if n := r.rejected(wire.Values, wire.RateFirst); n != 2 || len(r.out.values) != 2 {
		t.Errorf("rate_first %d and %d values: want 2 and 2", n, len(r.out.values))
	}
}

func TestUnusedRatesAreDropped(t *testing.T) {
	table := newRateTable(2 * day * time.Second)
	key := func(i int) seriesKey { return newSeriesKey("uuid", strconv.Itoa(i)) }
	use := func(i int, second int64) wire.Reason {
		_, reason := table.rate("dev1", key(i), whole(1), second, second)
		return reason
	}
	for i := range 10 {
		use(i, 100)
	}
	for second := int64(day); second <= 3*day-1; second += day / 4 {
		if reason := use(0, second); reason != wire.Accepted {
			t.Fatalf("second %d: a series in use gives %q", second, reason)
		}
	}
	if n := table.len(); n != 10 {
		t.Errorf("%d series remembered before their time is up, want 10", n)
	}
	use(0, 3*day+day/2)
	if n := table.len(); n != 1 {
		t.Errorf("%d series remembered, want the one in use", n)
	}
}

// The model is the arithmetic on whole histories: a rate is made of a value and the newest one before it.
func TestRateModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := newRateTable(time.Hour * 1e4)
		type last struct{ value, second int64 }
		model := map[string]last{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			device := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "device")
			metric := rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "metric")
			if rapid.IntRange(0, 15).Draw(t, "forget") == 0 {
				table.forget(device)
				for _, m := range []string{"x", "y", "z"} {
					delete(model, device+m)
				}
				continue
			}
			value := rapid.Int64Range(-1000, 1000).Draw(t, "value")
			second := rapid.Int64Range(0, 20).Draw(t, "second")
			rate, reason := table.rate(device, newSeriesKey(device, metric), whole(value), second, 100)
			before, known := model[device+metric]
			switch {
			case !known:
				expect(t, reason == wire.RateFirst, "first: %v", reason)
			case second == before.second:
				expect(t, reason == wire.RateSameTime, "same time: %v", reason)
				continue
			case second < before.second:
				expect(t, reason == wire.RateOutOfOrder, "older: %v", reason)
				continue
			default:
				want := float64(value-before.value) / float64(second-before.second)
				expect(t, reason == wire.Accepted && rate == want, "rate %v (%v), want %v", rate, reason, want)
			}
			model[device+metric] = last{value, second}
		}
		expect(t, table.len() == len(model), "%d series remembered, want %d", table.len(), len(model))
	})
}

func expect(t *rapid.T, ok bool, format string, args ...any) {
	t.Helper()
	if !ok {
		t.Fatalf(format, args...)
	}
}

func (t *rateTable) len() (n int) {
	for i := range t.shards {
		n += len(t.shards[i].last)
	}
	return n
}

// A collector holds a series for each counter it collects: each may cost 80 bytes.
func TestRatesAreSmall(t *testing.T) {
	const devices, each = 10_000, 20
	measure := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := measure()
	table := newRateTable(time.Hour)
	for d := range devices {
		device := "dev" + strconv.Itoa(d)
		for i := range each {
			table.rate(device, newSeriesKey(device, strconv.Itoa(i)), whole(1), 0, 0)
		}
	}
	per := float64(measure()-before) / (devices * each)
	runtime.KeepAlive(table)
	t.Logf("%.0f bytes a series", per)
	if per > 80 {
		t.Errorf("%.0f bytes a series, want at most 80", per)
	}
}
