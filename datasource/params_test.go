package datasource

import (
	"errors"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shared is what types embed.
type shared struct {
	URL     URL     `json:"url" required:"true" doc:"address"`
	Timeout float64 `json:"timeout" min:"0.1" max:"60" doc:"seconds"`
}

type probeParams struct {
	shared

	Method   string            `json:"method" enum:"GET,POST" doc:"method"`
	Password Secret            `json:"password" doc:"secret text"`
	Token    string            `json:"token" secret:"true" enum:"x,y" doc:"secret by tag"`
	Retries  int               `json:"retries" min:"0" doc:"how often"`
	Follow   bool              `json:"follow" doc:"redirects"`
	Status   []string          `json:"status" doc:"statuses"`
	Labels   map[string]string `json:"labels" doc:"labels"`
	Quantile *float64          `json:"quantile" max:"1" doc:"quantile"`

	provisioned bool
}

func (p *probeParams) Provision() error {
	if p.Method == http.MethodPost && p.Follow {
		return errors.New("follow: not with POST")
	}
	p.provisioned = true
	return nil
}

func newProbe() *Type {
	return &Type{
		Name:   "Probe",
		Class:  "datasource/probe.Probe",
		Params: func() any { return &probeParams{shared: shared{Timeout: 10}, Method: "GET", Follow: true} },
		PointParams: func() any {
			return &struct {
				Path string `json:"path" required:"true" doc:"path"`
			}{}
		},
		New: func(*Config, Handle) (Plugin, error) { return nil, errors.New("not for running") },
	}
}

func TestParamsAreDecodedByTheirTags(t *testing.T) {
	half := 0.5
	tests := []struct {
		name string
		give map[string]any
		want probeParams // over the defaults, compared without what embeds
	}{
		{"defaults", map[string]any{}, probeParams{Method: "GET", Follow: true}},
		{"null is absent", map[string]any{"method": nil, "follow": nil}, probeParams{Method: "GET", Follow: true}},
		{"as YAML has it", map[string]any{
			"method": "POST", "follow": false, "retries": 3, "password": "p", "quantile": 0.5,
			"status": []any{200, "301"}, "labels": map[string]any{"job": "node", "port": 9100, "on": true},
		}, probeParams{
			Method: "POST", Retries: 3, Password: "p", Quantile: &half,
			Status: []string{"200", "301"}, Labels: map[string]string{"job": "node", "port": "9100", "on": "true"},
		}},
		{"as TALES gives it: all text", map[string]any{"follow": "no", "retries": " 4 ", "quantile": "0.5", "status": "200"},
			probeParams{Method: "GET", Retries: 4, Quantile: &half, Status: []string{"200"}}},
		{"as programs give it", map[string]any{"retries": uint16(7), "status": []string{"1"}, "labels": map[string]string{"a": "b"}},
			probeParams{Method: "GET", Follow: true, Retries: 7, Status: []string{"1"}, Labels: map[string]string{"a": "b"}}},
		{"whole float", map[string]any{"retries": 2.0}, probeParams{Method: "GET", Follow: true, Retries: 2}},
		{"names of bools", map[string]any{"follow": "Off"}, probeParams{Method: "GET"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.give["url"] = "http://h/"
			got, problems := DecodeParams(newProbe(), tt.give)
			if len(problems) > 0 {
				t.Fatalf("problems: %v", problems)
			}
			p := got.(*probeParams)
			if !p.provisioned || p.URL != "http://h/" || p.Timeout != 10 {
				t.Errorf("provisioned %v, url %s, timeout %v", p.provisioned, string(p.URL), p.Timeout)
			}
			tt.want.provisioned, tt.want.shared = true, p.shared
			if diff := cmp.Diff(tt.want, *p, cmp.AllowUnexported(probeParams{}, shared{})); diff != "" {
				t.Errorf("params (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParamProblemsSayWhatIsWanted(t *testing.T) {
	tests := []struct {
		name string
		give map[string]any
		want []string // parts of each problem, in order
	}{
		{"unknown", map[string]any{"urll": 1}, []string{"urll: data source type Probe has no such property, it has url, timeout"}},
		{"not a number", map[string]any{"timeout": "soon"}, []string{`timeout: "soon" is not a number`}},
		{"not finite", map[string]any{"timeout": math.Inf(1)}, []string{"is not a number"}},
		{"NaN", map[string]any{"quantile": "NaN"}, []string{"is not a number"}},
		{"too small", map[string]any{"timeout": 0}, []string{"timeout: 0 is too small, want at least 0.1"}},
		{"too large", map[string]any{"quantile": 2}, []string{"want at most 1"}},
		{"not whole", map[string]any{"retries": 1.5}, []string{`"1.5" is not a whole number`}},
		{"beyond exact", map[string]any{"retries": 1e300}, []string{"is not a whole number"}},
		{"no name of a bool", map[string]any{"follow": "maybe"}, []string{`"maybe" is not true or false`}},
		{"not in enum", map[string]any{"method": "get"}, []string{`"get" is not one of GET, POST`}},
		{"list for text", map[string]any{"method": []any{"GET"}}, []string{"[]interface {} is not text"}},
		{"map in list", map[string]any{"status": []any{"1", map[string]any{}}}, []string{"item 2 is not text"}},
		{"map for list", map[string]any{"status": map[string]any{}}, []string{"is not a list of text"}},
		{"text for map", map[string]any{"labels": "a"}, []string{`"a" is not a map`}},
		{"list in map", map[string]any{"labels": map[string]any{"a": []any{}}}, []string{`the value of "a" is not text`}},
		{"together", map[string]any{"method": "POST"}, []string{"follow: not with POST"}},
		{"all at once", map[string]any{"retries": -1, "zap": 1}, []string{"retries: -1 is too small", "zap: "}},
		{"long values are cut", map[string]any{"timeout": strings.Repeat("é", 500)}, []string{strings.Repeat("é", 80) + `…"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.give["url"] = "http://h/"
			_, problems := DecodeParams(newProbe(), tt.give)
			if len(problems) != len(tt.want) {
				t.Fatalf("problems %v, want %d", problems, len(tt.want))
			}
			for i, p := range problems {
				if !strings.Contains(p.Error(), tt.want[i]) {
					t.Errorf("problem %q, want part %q", p, tt.want[i])
				}
			}
		})
	}
}

func TestRequiredParams(t *testing.T) {
	for _, given := range []map[string]any{{}, {"url": nil}, {"url": ""}} {
		_, problems := DecodeParams(newProbe(), given)
		if len(problems) != 1 || problems[0].Name != "url" || !strings.Contains(problems[0].Message, "missing") {
			t.Errorf("%v: problems %v, want url missing", given, problems)
		}
	}
	if _, problems := DecodePointParams(newProbe(), nil); len(problems) != 1 || problems[0].Name != "path" {
		t.Errorf("datapoint without path: %v", problems)
	}
}

func TestSecretsAreNotInProblems(t *testing.T) {
	_, problems := DecodeParams(newProbe(), map[string]any{
		"url": "http://h/", "token": "hunter2", "password": []any{"hunter2"},
	})
	if len(problems) != 2 {
		t.Fatalf("problems %v, want 2", problems)
	}
	for _, p := range problems {
		if strings.Contains(p.Error(), "hunter2") {
			t.Errorf("problem shows the secret: %v", p)
		}
	}
}

func TestStaticCheckLeavesExpressionsToTALES(t *testing.T) {
	fine := map[string]any{
		"url": "http://${dev/manageIp}/", "retries": "${here/zRetries}", "method": "${here/m}",
		"labels": map[string]any{"a": []any{"${here/id}"}}, "status": []any{"${here/s}"},
	}
	if problems := CheckParams(newProbe(), fine); len(problems) > 0 {
		t.Errorf("problems with expressions: %v", problems)
	}
	wrong := map[string]any{"url": "http://${dev/manageIp}/", "retries": "x", "methud": "${here/m}"}
	if problems := CheckParams(newProbe(), wrong); len(problems) != 2 {
		t.Errorf("problems %v, want methud and retries", problems)
	}
	if problems := CheckParams(newProbe(), map[string]any{"url": "${here/u}", "method": "POST"}); len(problems) > 0 {
		t.Errorf("a struct with values still missing was checked as a whole: %v", problems)
	}
	if problems := CheckPointParams(&Type{Name: "Plain"}, map[string]any{"x": 1}); len(problems) != 1 || !problems[0].Unknown {
		t.Errorf("a type without datapoint properties took one: %v", problems)
	}
}

func TestFieldsDescribeTheStruct(t *testing.T) {
	fields := Fields(newProbe().Params())
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	want := "url timeout method password token retries follow status labels quantile"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("fields %q, want %q", got, want)
	}
	if timeout := fields[1]; timeout.Default != 10.0 || *timeout.Max != 60 || timeout.Kind != NumberField {
		t.Errorf("timeout is %+v", timeout)
	}
	if !fields[3].Secret || !fields[4].Secret || fields[2].Secret {
		t.Error("password and token are secret, method is not")
	}
}

func TestBadParamsStructsPanic(t *testing.T) {
	tests := map[string]any{
		"no pointer":  probeParams{},
		"no json tag": &struct{ A string }{},
		"no known type": &struct {
			A []int `json:"a"`
		}{},
		"bound no number": &struct {
			A int `json:"a" min:"few"`
		}{},
		"pointer to text": new(string),
		"nested struct": &struct {
			A struct{} `json:"a"`
		}{},
	}
	for name, params := range tests {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(r.(string), "BUG: ") {
					t.Errorf("recovered %v, want a BUG", r)
				}
			}()
			Fields(params)
		})
	}
}

// FuzzDecodeParams holds that nothing an inventory can hold breaks decoding, and that what it accepts is in bounds.
func FuzzDecodeParams(f *testing.F) {
	f.Add("url", "http://h/", "timeout", "3")
	f.Add("retries", "-1", "follow", "yes")
	f.Add("status", "200", "quantile", "1e-9")
	f.Fuzz(func(t *testing.T, k1, v1, k2, v2 string) {
		got, problems := DecodeParams(newProbe(), map[string]any{"url": "x", k1: v1, k2: v2})
		if len(problems) > 0 {
			return
		}
		p := got.(*probeParams)
		if p.Timeout < 0.1 || p.Timeout > 60 || p.Retries < 0 || p.Quantile != nil && !(*p.Quantile <= 1) {
			t.Errorf("accepted %+v", p)
		}
	})
}
