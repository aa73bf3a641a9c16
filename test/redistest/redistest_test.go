package redistest_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/zenpython/zenpython/test/redistest"
)

func TestKeepsWhatItWroteOverACrash(t *testing.T) {
	server := redistest.Start(t, "--appendonly", "yes", "--appendfsync", "always")
	ctx := t.Context()
	if err := server.Client().Set(ctx, "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if err := server.Client().Get(ctx, "k").Err(); err == nil {
		t.Fatal("a killed server answers")
	}
	server.Restart()
	if got, err := server.Client().Get(ctx, "k").Result(); err != nil || got != "v" {
		t.Errorf("after the restart: %q, %v", got, err)
	}
}

func TestPausedServerDoesNotAnswer(t *testing.T) {
	server := redistest.Start(t)
	impatient := redis.NewClient(&redis.Options{
		Network: "unix", Addr: server.Socket(), MaxRetries: -1, ReadTimeout: 100 * time.Millisecond,
	})
	defer impatient.Close()
	server.Pause()
	if answer, err := impatient.Ping(t.Context()).Result(); err == nil {
		t.Errorf("a paused server answers %q", answer)
	}
	server.Resume()
	if err := server.Client().Ping(t.Context()).Err(); err != nil {
		t.Errorf("after Resume: %v", err)
	}
}

func TestURLIsWhatTheClientTakes(t *testing.T) {
	server := redistest.Start(t)
	opts, err := redis.ParseURL(server.URL())
	if err != nil || opts.Addr != server.Socket() {
		t.Errorf("%+v, %v", opts, err)
	}
}
