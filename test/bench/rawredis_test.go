package main

import "testing"

func TestForeignRate(t *testing.T) {
	const head = `"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"` + "\n"
	for name, tt := range map[string]struct {
		csv  string
		want float64 // 0: an error
	}{
		"a rate":             {head + `"XADD s * d xx","1001253.12","2.5","1.0","2.4","3.0","3.5","5.0"` + "\n", 1001253.12},
		"a comma in front":   {head + `"XADD a,b * d xx","10.00","2.5"`, 10},
		"the head alone":     {head, 0},
		"nothing":            {"", 0},
		"an error of theirs": {head + "Error from server: LOADING", 0},
	} {
		got, err := foreignRate(tt.csv)
		if got != tt.want || (err == nil) != (tt.want != 0) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, tt.want)
		}
	}
}

func TestRedisVersion(t *testing.T) {
	for line, want := range map[string]string{
		"Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1\n": "7.0.15",
		"Valkey 8\n": "Valkey 8",
		"":           "",
	} {
		if got := redisVersion(line); got != want {
			t.Errorf("redisVersion(%q) = %q, want %q", line, got, want)
		}
	}
}
