package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/zenpython/zenpython/hub/wire"
)

// ErrUnusable is wrapped by the error of a Redis that answers but cannot be used as it is: too old, forgetful, set up for
// another number of shards, or in use by another collector of the same id. Nothing but a person changes that.
var ErrUnusable = errors.New("this Redis cannot be used")

// The first release with all that the streams are used for.
const oldestMajor, oldestRelease = 7, "7.0"

// Connect checks that the Redis is there, fit for use and not used by another collector of the same id. An id that is
// taken is waited for as long as the lease of a collector that crashed lasts. Callers treat an error that wraps
// ErrUnusable as final; any other goes away by itself, and Publish connects when it does.
func (p *Publisher) Connect(ctx context.Context) error {
	deadline := time.Now().Add(p.opts.LeaseTTL + time.Second)
	for {
		err := p.greet(ctx)
		var taken *takenError
		if !errors.As(err, &taken) || time.Now().Add(taken.ends).After(deadline) {
			return err
		}
		p.opts.Logger.Info("waiting for the collector id", "holder", taken.holder, "lease_ends_in", taken.ends)
		select {
		case <-time.After(taken.ends + 50*time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

// greet makes the publisher ready, once: at the start, and again after the connection was lost.
func (p *Publisher) greet(ctx context.Context) error {
	if p.ready.Load() {
		return nil
	}
	p.greeting.Lock()
	defer p.greeting.Unlock()
	if p.ready.Load() {
		return nil
	}
	if err := p.inspect(ctx); err != nil {
		return fmt.Errorf("connecting to Redis at %s: %w", p.address, err)
	}
	if err := p.lease.take(ctx); err != nil {
		return fmt.Errorf("taking collector id %q of monitor %q: %w", p.opts.Collector, p.opts.Monitor, err)
	}
	p.ready.Store(true)
	return nil
}

// inspect refuses a Redis that would lose records or mix them up.
func (p *Publisher) inspect(ctx context.Context) error {
	text, err := p.client.Info(ctx, "server", "memory", "persistence").Result()
	if err != nil {
		return err
	}
	info := parseInfo(text)
	run := info[runID]
	p.run.Store(&run)
	if err := unfit(info); err != nil {
		return err
	}
	shards, err := p.agreeOnShards(ctx)
	if err != nil {
		return err
	}
	if shards != p.opts.Shards {
		return fmt.Errorf("%w: monitor %q has %d shards there (key %s), not %d; records of a device would change streams and lose "+
			"their order", ErrUnusable, p.opts.Monitor, shards, wire.ShardsKey(p.opts.Monitor), p.opts.Shards)
	}
	if info["aof_enabled"] == "0" {
		p.opts.Logger.Warn("Redis keeps no append-only file: records that it has taken are lost if it crashes; set appendonly yes")
	}
	p.opts.Logger.Info("connected to Redis", "address", p.address, "version", info["redis_version"], "shards", shards)
	return nil
}

// runID is the name of INFO's random id of a server process.
const runID = "run_id"

// errUnknownServer fails a connection, so that what was to be sent on it is sent again after a greeting.
var errUnknownServer = errors.New("a server answers that was not there before")

// recognise looks at each new connection: the pool replaces broken ones by itself, and whoever answers now may have
// forgotten shards and lease, or be another server.
func (p *Publisher) recognise(ctx context.Context, conn *goredis.Conn) error {
	if !p.ready.Load() {
		return nil
	}
	text, err := conn.Info(ctx, "server").Result()
	if err != nil {
		return err
	}
	if greeted := p.run.Load(); greeted == nil || *greeted != parseInfo(text)[runID] {
		p.ready.Store(false)
		return errUnknownServer
	}
	return nil
}

// unfit says why a server that describes itself so cannot be used.
func unfit(info map[string]string) error {
	version := info["redis_version"]
	if major, err := strconv.Atoi(strings.SplitN(version, ".", 2)[0]); err != nil || major < oldestMajor {
		return fmt.Errorf("%w: it is version %.20q, and %s or newer is needed", ErrUnusable, version, oldestRelease)
	}
	if policy := info["maxmemory_policy"]; strings.HasPrefix(policy, "allkeys-") {
		return fmt.Errorf("%w: its maxmemory-policy %s may evict the streams, and with them records nobody has read; "+
			"set noeviction, or a volatile- policy", ErrUnusable, policy)
	}
	return nil
}

// agreeOnShards returns the monitor's number of shards, which the first collector fixes.
func (p *Publisher) agreeOnShards(ctx context.Context) (int, error) {
	key := wire.ShardsKey(p.opts.Monitor)
	if err := p.client.SetNX(ctx, key, p.opts.Shards, 0).Err(); err != nil {
		return 0, err
	}
	text, err := p.client.Get(ctx, key).Result()
	if err != nil {
		return 0, err
	}
	shards, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%w: key %s holds %.50q, no number of shards", ErrUnusable, key, text)
	}
	return shards, nil
}

// parseInfo reads the answer of INFO: name:value lines below # headings.
func parseInfo(text string) map[string]string {
	info := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":"); ok {
			info[name] = value
		}
	}
	return info
}
