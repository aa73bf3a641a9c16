package redis

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/zenpython/zenpython/hub/wire"
)

// Options configures a Publisher. The zero value of a field is its default.
type Options struct {
	URL         string // required: redis://[user:password@]host[:port][/database], rediss:// for TLS, unix://[user:password@]/path
	Monitor     string // default "localhost"
	Collector   string // required: id of the collector
	Incarnation string // required: publisher.Queue's
	Shards      int    // shards that the monitor is to have; default wire.DefaultShards
	Logger      hclog.Logger

	LeaseTTL time.Duration // how long the collector's id stays taken after a crash; default 10 s
	Timeout  time.Duration // of connecting, and of each answer; default 5 s
}

// withDefaults also returns the client's options: the URL is the one setting that may hold a secret, and goes no further.
func (o Options) withDefaults() (Options, *goredis.Options, error) {
	if o.Collector == "" || o.Incarnation == "" {
		return o, nil, errors.New("collector id and incarnation are required")
	}
	if o.Monitor == "" {
		o.Monitor = "localhost"
	}
	if strings.ContainsAny(o.Monitor, "{}") {
		return o, nil, fmt.Errorf("monitor %q: braces are not allowed, Redis Cluster gives them a meaning in keys", o.Monitor)
	}
	if o.Shards == 0 {
		o.Shards = wire.DefaultShards
	}
	if o.Logger == nil {
		o.Logger = hclog.NewNullLogger()
	}
	if o.LeaseTTL == 0 {
		o.LeaseTTL = 10 * time.Second
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	client, err := parseURL(o.URL)
	if err != nil {
		return o, nil, err
	}
	o.URL = ""
	client.MaxRetries = -1 // the queue tries again, and keeps the order
	client.DialerRetries = 1
	client.DialTimeout, client.ReadTimeout, client.WriteTimeout = o.Timeout, o.Timeout, o.Timeout
	client.ContextTimeoutEnabled = true
	client.PoolSize = o.Shards + 1 // one a shard, one for the lease
	client.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return o, client, nil
}

// parseURL never lets user or password into an error. What does not parse may hold part of a password in any place, so
// nothing of it is shown.
func parseURL(text string) (*goredis.Options, error) {
	const form = "--redis-url: give redis://[user:password@]host[:port][/database], rediss:// for TLS, or unix://[user:password@]/path"
	u, err := url.Parse(text)
	// Without this, the password's part behind a slash would count as the path.
	if err != nil || u.User == nil && strings.Contains(text, "@") {
		return nil, errors.New(form + " (in user and password, / @ : # and % are written %2F %40 %3A %23 %25)")
	}
	opts, err := goredis.ParseURL(text)
	if err != nil {
		return nil, errors.New(form + " (scheme, host, database or query of what was given is not understood)")
	}
	return opts, nil
}

// holder tells people whose lease it is.
func holder(incarnation string) string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	return fmt.Sprintf("process %d on %s, started %s, incarnation %s",
		os.Getpid(), host, time.Now().UTC().Format(time.RFC3339), incarnation)
}
