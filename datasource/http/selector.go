package http

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"

	"github.com/zenpython/zenpython/datasource"
)

// point is one datapoint with its selector. A selector that cannot be used costs its datapoint alone, in each run,
// so that it is seen.
type point struct {
	config *datasource.DataPointConfig
	params *PointParams // nil: one of the datapoints that need none
	err    error
}

func newPoints(ds *datasource.DataSourceConfig) []point {
	out := make([]point, 0, len(ds.Points))
	for _, dp := range ds.Points {
		out = append(out, newPoint(dp))
	}
	return out
}

func newPoint(dp *datasource.DataPointConfig) point {
	decoded, problems := datasource.DecodePointParams(datasource.Lookup(typeName), dp.Properties)
	problems = slices.DeleteFunc(problems, func(p datasource.ParamProblem) bool { return p.Unknown })
	params := decoded.(*PointParams)
	switch {
	case len(problems) > 0:
		return point{config: dp, err: problems[0]}
	case params.regex != nil || params.path != nil:
		return point{config: dp, params: params}
	case !slices.ContainsFunc(points, func(p datasource.PointDoc) bool { return p.Name == dp.ID }):
		return point{config: dp, err: fmt.Errorf("%s is no datapoint of its own and has neither regex nor json", dp.ID)}
	}
	return point{config: dp}
}

// set stores the datapoint's value, or books why there is none. After a failure the answer is not the one that the
// selectors are meant for, and the failure itself tells why they have no value.
func (p *point) set(data *datasource.Data, ds *datasource.DataSourceConfig, measured map[string]any, answer *document, failure error) {
	switch {
	case p.err != nil:
		data.Reject(ds, p.config, datasource.ReasonBadValue, p.err.Error())
	case p.params == nil:
		if value, ok := measured[p.config.ID]; ok {
			data.Values.Set(ds.Component, p.config.Name, value)
		}
	case failure == nil:
		value, err := p.params.value(answer)
		if err != nil {
			data.Reject(ds, p.config, datasource.ReasonNoValue, err.Error())
			return
		}
		data.Values.Set(ds.Component, p.config.Name, value)
	}
}

// document is an answer's body and, once decoded, the JSON in it.
type document struct {
	body []byte
	json any
}

func (d *document) decode() error {
	decoder := json.NewDecoder(bytes.NewReader(d.body))
	decoder.UseNumber()
	if err := decoder.Decode(&d.json); err != nil {
		return jsonError(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the document")
	}
	return nil
}

// jsonError says where a document goes wrong, without the bytes that are there.
func jsonError(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("byte %d cannot be there", syntax.Offset)
	}
	return errors.New("it ends too early")
}

// value finds the selector's value in the answer.
func (p *PointParams) value(d *document) (any, error) {
	if p.path == nil {
		m := p.regex.FindSubmatch(d.body)
		if m == nil {
			return nil, fmt.Errorf("nothing matches %q", p.Regex)
		}
		return strings.TrimSpace(string(m[1])), nil
	}
	found, err := p.path.find(d.json)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.JSON, err)
	}
	return scalar(p.JSON, found)
}

// scalar gives what can be a value: numbers exact, bools as 1 and 0, text as it is.
func scalar(path string, v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, nil
		}
		n, err := v.Float64()
		if err != nil {
			return nil, fmt.Errorf("%s is beyond the range of numbers", path)
		}
		if whole, ok := new(big.Int).SetString(v.String(), 10); ok {
			return whole, nil
		}
		return n, nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case string:
		return v, nil
	case nil:
		return nil, fmt.Errorf("%s is null", path)
	}
	return nil, fmt.Errorf("%s is no single value", path)
}

func joinRanges(list []string) string { return strings.Join(list, " or ") }
