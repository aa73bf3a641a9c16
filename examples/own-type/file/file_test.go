package file

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

func TestFile(t *testing.T) {
	written := time.Unix(1_700_000_000, 0)
	path := filepath.Join(t.TempDir(), "backup.tar")
	if err := os.WriteFile(path, make([]byte, 7), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, written, written); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name       string
		properties map[string]any
		want       map[string]any
		kind       string // of the failure, "" for none
	}{
		{"fresh", map[string]any{"path": path, "max_age": "120"}, map[string]any{"backup_age": 100.0, "backup_size": int64(7)}, ""},
		{"never too old", map[string]any{"path": path}, map[string]any{"backup_age": 100.0, "backup_size": int64(7)}, ""},
		{"too old", map[string]any{"path": path, "max_age": 60}, map[string]any{"backup_age": 100.0, "backup_size": int64(7)}, "too_old"},
		{"missing", map[string]any{"path": path + "x"}, nil, "missing"},
		{"unreadable", map[string]any{"path": path + "/x"}, nil, "unreadable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			params, problems := datasource.DecodeParams(Type(), tt.properties)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			ds := &datasource.DataSourceConfig{
				SourceSpec: &datasource.SourceSpec{Points: []*datasource.DataPointConfig{
					{ID: "age", Name: "backup_age"}, {ID: "size", Name: "backup_size"},
				}},
				Component: datasource.DeviceLevel,
				Params:    params,
			}
			s := &source{params: params.(*Params), now: func() time.Time { return written.Add(100 * time.Second) }}
			data, err := s.Collect(t.Context(), ds)
			var failure *datasource.Failure
			switch {
			case tt.kind == "" && err != nil:
				t.Fatal(err)
			case tt.kind != "" && (!errors.As(err, &failure) || failure.Kind != tt.kind):
				t.Fatalf("error %v, want a failure of kind %s", err, tt.kind)
			}
			var values map[string]any
			if data != nil {
				values = data.Values[datasource.DeviceLevel]
			}
			if !maps.Equal(values, tt.want) {
				t.Errorf("values %v, want %v", values, tt.want)
			}
		})
	}
}

// TestTypeIsRegistered holds what the main package relies on.
func TestTypeIsRegistered(t *testing.T) {
	if datasource.Lookup("File") == nil {
		t.Error("importing the package does not register the type")
	}
}
