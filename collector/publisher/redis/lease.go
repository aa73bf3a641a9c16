package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// lease is the right to use a collector id: a key that names its holder and runs out unless renewed.
type lease struct {
	client *goredis.Client
	key    string
	holder string
	ttl    time.Duration
}

// takeScript sets the key if it is free or ours, and tells how long anybody else still has it.
var takeScript = goredis.NewScript(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
	return {holder, redis.call('PTTL', KEYS[1])}
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {}
`)

var releaseScript = goredis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then
	return redis.call('DEL', KEYS[1])
end
return 0
`)

// takenError is an ErrUnusable: somebody else has the id.
type takenError struct {
	holder string
	ends   time.Duration // unless renewed
}

func (e *takenError) Error() string {
	return fmt.Sprintf("%v: the id is in use by %s; give each collector an id of its own, or stop the other (its lease ends in %v unless renewed)",
		ErrUnusable, e.holder, e.ends)
}

func (e *takenError) Unwrap() error { return ErrUnusable }

// take takes or renews the lease.
func (l *lease) take(ctx context.Context) error {
	answer, err := takeScript.Run(ctx, l.client, []string{l.key}, l.holder, l.ttl.Milliseconds()).Slice()
	if err != nil {
		return err
	}
	if len(answer) == 0 {
		return nil
	}
	taken := &takenError{holder: fmt.Sprint(answer[0])}
	if len(answer) > 1 {
		if ms, ok := answer[1].(int64); ok && ms > 0 {
			taken.ends = time.Duration(ms) * time.Millisecond
		}
	}
	return taken
}

func (l *lease) release(ctx context.Context) error {
	return releaseScript.Run(ctx, l.client, []string{l.key}, l.holder).Err()
}

// keepLease renews the lease until ctx ends. When somebody else has it, publishing ends until it is free again.
func (p *Publisher) keepLease(ctx context.Context) {
	renew := time.NewTicker(p.opts.LeaseTTL / 3)
	defer renew.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-renew.C:
		}
		if !p.ready.Load() {
			continue
		}
		err := p.lease.take(ctx)
		if errors.Is(err, ErrUnusable) {
			p.ready.Store(false)
			p.opts.Logger.Error("lost the collector id to another process: no record is published until it stops", "error", err)
		}
	}
}
