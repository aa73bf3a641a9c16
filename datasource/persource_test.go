package datasource

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zenpython/zenpython/events"
)

// collectorFunc is a Collector that keeps no state.
type collectorFunc struct {
	collect func(ctx context.Context, ds *DataSourceConfig) (*Data, error)
	close   func()
}

func (f collectorFunc) Collect(ctx context.Context, ds *DataSourceConfig) (*Data, error) {
	return f.collect(ctx, ds)
}

func (f collectorFunc) Close() {
	if f.close != nil {
		f.close()
	}
}

func sites(ids ...string) *Config {
	c := &Config{ID: "web01"}
	for _, id := range ids {
		c.DataSources = append(c.DataSources, &DataSourceConfig{
			Device: "web01", Component: Component(id),
			SourceSpec: &SourceSpec{
				Template: "Site", DataSource: "page", EventClass: "/Status/Web", EventKey: "page", Severity: 4,
				Points: []*DataPointConfig{{ID: "up", Name: "page_up"}},
			},
		})
	}
	return c
}

func runPerSource(t *testing.T, c *Config, collect func(context.Context, *DataSourceConfig) (*Data, error)) (any, error) {
	t.Helper()
	return runWith(t, t.Context(), c, collect)
}

func runWith(t *testing.T, ctx context.Context, c *Config, collect func(context.Context, *DataSourceConfig) (*Data, error)) (any, error) {
	t.Helper()
	p, err := PerSource(c, func(*DataSourceConfig) (Collector, error) { return collectorFunc{collect: collect}, nil })
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Collect(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	type result struct {
		value any
		err   error
	}
	results := make(chan result, 1)
	got.(*Deferred).Subscribe(func(value any, err error) { results <- result{value, err} })
	r := <-results
	return r.value, r.err
}

func upIs(ds *DataSourceConfig, value int) *Data {
	data := NewData()
	data.Values.Set(ds.Component, "page_up", value)
	return data
}

func TestHealthySourcesAreJoined(t *testing.T) {
	got, err := runPerSource(t, sites("a", "b"), func(_ context.Context, ds *DataSourceConfig) (*Data, error) {
		data := upIs(ds, 1)
		data.Metrics = []Metric{{Name: "m_" + string(ds.Component)}}
		data.Reject(ds, ds.Points[0], ReasonNoValue, "none")
		return data, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	data := got.(*Data)
	if diff := cmp.Diff(Values{"a": {"page_up": 1}, "b": {"page_up": 1}}, data.Values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if len(data.Metrics) != 2 || len(data.Rejected) != 2 || len(data.Events) != 2 {
		t.Errorf("data %+v", data)
	}
	for _, e := range data.Events {
		if e["severity"] != 0 {
			t.Errorf("event %v is no clear", e)
		}
	}
}

func TestOneFailingSourceFailsTheRunAndLosesNothing(t *testing.T) {
	refused := &Failure{Kind: "refused", Summary: "http://b/ refuses", Advice: "start it"}
	got, err := runPerSource(t, sites("a", "b"), func(_ context.Context, ds *DataSourceConfig) (*Data, error) {
		if ds.Component == "b" {
			return upIs(ds, 0), refused
		}
		return upIs(ds, 1), nil
	})
	if got != nil || !errors.Is(err, refused) || err.Error() != "Site/page: http://b/ refuses: start it" {
		t.Errorf("run gives %v, error %v", got, err)
	}
	if DataOf(err) == nil {
		t.Fatalf("error %v carries no data", err)
	}
	want := &Data{
		Values: Values{"a": {"page_up": 1}, "b": {"page_up": 0}},
		Events: []events.Event{
			{"device": "web01", "component": "a", "eventClass": "/Status/Web", "eventKey": "page", "severity": 0, "summary": "Site/page is collected"},
			{"device": "web01", "component": "b", "eventClass": "/Status/Web", "eventKey": "page", "severity": 4, "summary": "http://b/ refuses: start it", "failureKind": "refused"},
		},
	}
	if diff := cmp.Diff(want, DataOf(err)); diff != "" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
}

func TestPanicCostsItsSourceAlone(t *testing.T) {
	_, err := runPerSource(t, sites("a", "b"), func(_ context.Context, ds *DataSourceConfig) (*Data, error) {
		if ds.Component == "a" {
			panic("boom")
		}
		return upIs(ds, 1), nil
	})
	var caught *PanicError
	if !errors.As(err, &caught) || caught.Value != "boom" {
		t.Errorf("error %v, want the panic", err)
	}
	if data := DataOf(err); data == nil || data.Values["b"]["page_up"] != 1 {
		t.Errorf("data %v, want b's value", data)
	}
}

func TestRunGivenUpTellsNothingOfTheSources(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err := runWith(t, ctx, sites("a", "b"), func(ctx context.Context, _ *DataSourceConfig) (*Data, error) {
		cancel(ErrRunningTimeout)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	if !errors.Is(err, ErrRunningTimeout) || DataOf(err) != nil {
		t.Errorf("error %v, data %v", err, DataOf(err))
	}
}

func TestSourcesWorkBesideEachOtherWithinALimit(t *testing.T) {
	var ids []string
	for i := range 3 * parallelSources {
		ids = append(ids, fmt.Sprintf("s%d", i))
	}
	var mu sync.Mutex
	var now, most int
	full := make(chan struct{})
	_, err := runPerSource(t, sites(ids...), func(_ context.Context, _ *DataSourceConfig) (*Data, error) {
		mu.Lock()
		now++
		most = max(most, now)
		if now == parallelSources && most == parallelSources {
			select {
			case <-full:
			default:
				close(full)
			}
		}
		mu.Unlock()
		<-full // none ends before as many as may are under way
		mu.Lock()
		now--
		mu.Unlock()
		return nil, nil
	})
	if err != nil || most != parallelSources {
		t.Errorf("%d at a time, error %v, want %d", most, err, parallelSources)
	}
}

func TestConstructionIsAllOrNothing(t *testing.T) {
	var closed []string
	boom := errors.New("boom")
	_, err := PerSource(sites("a", "b", "c"), func(ds *DataSourceConfig) (Collector, error) {
		if ds.Component == "c" {
			return nil, boom
		}
		return collectorFunc{close: func() { closed = append(closed, string(ds.Component)) }}, nil
	})
	if !errors.Is(err, boom) || !slices.Equal(closed, []string{"a", "b"}) {
		t.Errorf("error %v, closed %v", err, closed)
	}
	p, err := PerSource(sites("a"), func(*DataSourceConfig) (Collector, error) {
		return collectorFunc{close: func() { closed = append(closed, "cleanup") }}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Cleanup(t.Context(), nil); err != nil || closed[len(closed)-1] != "cleanup" {
		t.Errorf("Cleanup = %v, closed %v", err, closed)
	}
}

func TestParamsOf(t *testing.T) {
	ds := &DataSourceConfig{Params: &probeParams{Method: "GET"}}
	if p, err := ParamsOf[probeParams](ds); err != nil || p.Method != http.MethodGet {
		t.Errorf("ParamsOf = %v, %v", p, err)
	}
	ds.Params = map[string]any{}
	if _, err := ParamsOf[probeParams](ds); err == nil || !strings.Contains(err.Error(), "map[string]interface {}") {
		t.Errorf("error %v, want it to name both types", err)
	}
}
