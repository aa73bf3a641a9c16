// Package redis publishes batches to Redis Streams (docs/streams.md).
package redis

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"golang.org/x/sync/errgroup"

	"github.com/zenpython/zenpython/hub/wire"
)

// Publisher is a publisher.Publisher whose hub is behind a Redis server.
type Publisher struct {
	opts    Options
	address string // for messages; without user and password
	client  *goredis.Client
	lease   *lease
	buffers sync.Pool // of *[]byte

	ready    atomic.Bool
	run      atomic.Pointer[string] // the server process that was greeted
	greeting sync.Mutex             // held while ready is being made true

	stop    context.CancelFunc
	running sync.WaitGroup
}

// New checks the options. It does not connect: a collector starts, and collects, whether or not its Redis is there.
func New(opts Options) (*Publisher, error) {
	opts, clientOpts, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("redis publisher: %w", err)
	}
	logging.Disable() // the library's own lines repeat, at every attempt, what its errors say
	ctx, stop := context.WithCancel(context.Background())
	p := &Publisher{
		opts:    opts,
		address: clientOpts.Addr,
		buffers: sync.Pool{New: func() any { return new([]byte) }},
		stop:    stop,
	}
	clientOpts.OnConnect = p.recognise
	p.client = goredis.NewClient(clientOpts)
	p.lease = &lease{
		client: p.client,
		key:    wire.LeaseKey(opts.Monitor, opts.Collector),
		holder: holder(opts.Incarnation),
		ttl:    opts.LeaseTTL,
	}
	p.running.Go(func() { p.keepLease(ctx) })
	return p, nil
}

// Publish adds each batch to its lane's stream. The batches of one shard are one transaction, so that none is taken
// without those before it; shards travel over connections of their own.
func (p *Publisher) Publish(ctx context.Context, batches []*wire.Batch) error {
	if err := p.greet(ctx); err != nil {
		return err
	}
	byShard := map[uint8][]*wire.Batch{}
	for _, b := range batches {
		byShard[b.Lane.Shard] = append(byShard[b.Lane.Shard], b)
	}
	var group errgroup.Group
	for _, shard := range byShard {
		group.Go(func() error { return p.publishShard(ctx, shard) })
	}
	err := group.Wait()
	if err == nil || errors.Is(err, wire.ErrRefused) {
		return err
	}
	if _, answered := errors.AsType[goredis.Error](err); !answered {
		p.ready.Store(false) // whoever answers next may be another server, or have forgotten everything
	}
	return fmt.Errorf("publishing to Redis at %s: %w", p.address, err)
}

func (p *Publisher) publishShard(ctx context.Context, batches []*wire.Batch) error {
	buffer, _ := p.buffers.Get().(*[]byte)
	payloads := (*buffer)[:0]
	defer func() {
		*buffer = payloads
		p.buffers.Put(buffer)
	}()
	adds := make([]*goredis.XAddArgs, len(batches))
	for i, b := range batches {
		fields, grown, err := wire.EncodeEntry(payloads, b)
		if err != nil {
			return err
		}
		payloads = grown
		adds[i] = &goredis.XAddArgs{Stream: wire.StreamKey(p.opts.Monitor, b.Lane), Values: fields}
	}
	if len(adds) == 1 {
		return p.client.XAdd(ctx, adds[0]).Err()
	}
	_, err := p.client.TxPipelined(ctx, func(pipe goredis.Pipeliner) error {
		for _, add := range adds {
			pipe.XAdd(ctx, add)
		}
		return nil
	})
	return err
}

// Close gives the collector's id back and closes the connections.
func (p *Publisher) Close() error {
	p.stop()
	p.running.Wait()
	if p.ready.Load() {
		ctx, cancel := context.WithTimeout(context.Background(), p.opts.Timeout)
		defer cancel()
		if err := p.lease.release(ctx); err != nil {
			p.opts.Logger.Debug("collector id not given back: it stays taken until its lease ends", "error", err)
		}
	}
	return p.client.Close()
}
