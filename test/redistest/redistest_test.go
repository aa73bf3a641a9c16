package redistest_test

import (
	"context"
	"testing"

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
	client := server.Client()
	server.Pause()
	ctx, cancel := context.WithCancel(t.Context())
	answered := make(chan error, 1)
	go func() { answered <- client.Ping(ctx).Err() }()
	select {
	case err := <-answered:
		t.Errorf("a paused server answers: %v", err)
	default:
	}
	server.Resume()
	if err := <-answered; err != nil {
		t.Errorf("after Resume: %v", err)
	}
	cancel()
}
