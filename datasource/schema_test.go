package datasource

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSchemaAgreesWithDecoding gives the same properties to both.
func TestSchemaAgreesWithDecoding(t *testing.T) {
	schema := compileSchema(t, Schema(newProbe()))
	tests := []struct {
		properties string
		fits       bool
	}{
		{`{"url": "http://h/"}`, true},
		{`{"url": "http://h/", "timeout": 3, "method": "POST", "follow": false, "status": [200, "301-303"], "labels": {"a": 1}}`, true},
		{`{"url": "http://h/", "timeout": "3", "status": 200, "retries": "1"}`, true},
		{`{}`, false},
		{`{"url": "http://h/", "zap": 1}`, false},
		{`{"url": "http://h/", "timeout": 0}`, false},
		{`{"url": "http://h/", "timeout": []}`, false},
		{`{"url": "http://h/", "method": "get"}`, false},
		{`{"url": "http://h/", "retries": 1.5}`, false},
		{`{"url": "http://h/", "labels": ["a"]}`, false},
		{`{"url": "http://h/", "status": {"a": 1}}`, false},
	}
	for _, tt := range tests {
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(tt.properties))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(instance); (err == nil) != tt.fits {
			t.Errorf("%s: schema says %v", tt.properties, err)
		}
		var properties map[string]any
		if err := json.Unmarshal([]byte(tt.properties), &properties); err != nil {
			t.Fatal(err)
		}
		if tt.fits && properties["method"] == "POST" {
			properties["follow"] = false
		}
		if _, problems := DecodeParams(newProbe(), properties); (len(problems) == 0) != tt.fits {
			t.Errorf("%s: decoding says %v", tt.properties, problems)
		}
	}
	instance := map[string]any{"url": "${here/u}", "method": "${here/m}", "timeout": "${here/t}", "follow": "${here/f}"}
	if err := schema.Validate(instance); err != nil {
		t.Errorf("expressions do not fit: %v", err)
	}
}

func TestSchemaHidesSecrets(t *testing.T) {
	type params struct {
		Password Secret `json:"password" doc:"secret"`
	}
	s := Schema(&Type{Name: "X", Params: func() any { return &params{Password: "hunter2"} }})
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "default") || !strings.Contains(string(text), `"writeOnly":true`) {
		t.Errorf("schema of a secret: %s", text)
	}
}

func TestPointSchema(t *testing.T) {
	schema := compileSchema(t, PointSchema(newProbe()))
	if err := schema.Validate(map[string]any{"path": "a.b"}); err != nil {
		t.Error(err)
	}
	if err := schema.Validate(map[string]any{}); err == nil {
		t.Error("path is required and may be absent")
	}
	if err := compileSchema(t, PointSchema(&Type{Name: "X"})).Validate(map[string]any{"path": 1}); err == nil {
		t.Error("a type without datapoint properties takes one")
	}
}

func compileSchema(t *testing.T, s map[string]any) *jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatalf("schema does not compile: %v\n%s", err, text)
	}
	return schema
}
