package redis

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/test/redistest"
)

var leaseKey = wire.LeaseKey("localhost", "c1")

func TestSecondCollectorOfAnIDIsRefused(t *testing.T) {
	server := redistest.Start(t)
	first := newPublisher(t, server, Options{LeaseTTL: 300 * time.Millisecond})
	if err := first.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := newPublisher(t, server, Options{LeaseTTL: 300 * time.Millisecond})
	defer second.Close()
	// It waits longer than the lease lasts, which the first renews meanwhile.
	err := second.Connect(t.Context())
	if !errors.Is(err, ErrUnusable) || !strings.Contains(err.Error(), "in use by "+first.lease.holder) {
		t.Fatalf("%v", err)
	}
	other := newPublisher(t, server, Options{Collector: "c2"})
	if err := other.Connect(t.Context()); err != nil {
		t.Errorf("another id: %v", err)
	}
	other.Close()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := second.Connect(t.Context()); err != nil {
		t.Errorf("after the first has stopped: %v", err)
	}
}

func TestLeaseOfACrashedCollectorIsWaitedFor(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	if err := client.Set(t.Context(), leaseKey, "process 1 on elsewhere", 200*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	p := newPublisher(t, server, Options{LeaseTTL: time.Second})
	defer p.Close()
	if err := p.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := client.Get(t.Context(), leaseKey).Val(); got != p.lease.holder {
		t.Errorf("held by %q", got)
	}
}

func TestLeaseIsGivenBackUnlessItIsAnothers(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	p := newPublisher(t, server, Options{})
	if err := p.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Close()
	if n := client.Exists(t.Context(), leaseKey).Val(); n != 0 {
		t.Error("still held after Close")
	}
	p = newPublisher(t, server, Options{})
	if err := p.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	client.Set(t.Context(), leaseKey, "another", 0)
	p.Close()
	if got := client.Get(t.Context(), leaseKey).Val(); got != "another" {
		t.Errorf("another's lease is now %q", got)
	}
}

// TestLostLeaseStopsPublishing: a collector that hung while another took its id must not go on beside it.
func TestLostLeaseStopsPublishing(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	p := newPublisher(t, server, Options{LeaseTTL: 30 * time.Millisecond})
	defer p.Close()
	if err := p.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	client.Set(t.Context(), leaseKey, "another", 0)
	deadline := time.Now().Add(10 * time.Second)
	for p.ready.Load() { // until the next renewal
		if time.Now().After(deadline) {
			t.Fatal("the loss of the lease goes unnoticed")
		}
		time.Sleep(time.Millisecond)
	}
	batch := []*wire.Batch{{
		Collector: "c1", Incarnation: p.opts.Incarnation, Lane: wire.Lane{Class: wire.Values}, First: 1, Floor: 1, Values: values(0, 1),
	}}
	if err := p.Publish(t.Context(), batch); !errors.Is(err, ErrUnusable) {
		t.Errorf("published without the lease: %v", err)
	}
	client.Del(t.Context(), leaseKey)
	if err := p.Publish(t.Context(), batch); err != nil {
		t.Errorf("after the other has gone: %v", err)
	}
}
