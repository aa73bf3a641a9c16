package publisher

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/zenpython/zenpython/hub/wire"
)

// Options configures a Queue. The zero value of a field is its default.
type Options struct {
	Publisher   Publisher // required; the queue closes it
	Collector   string    // required: id of the collector
	Incarnation string    // default: NewIncarnation
	Shards      int       // number of shards of the monitor; default wire.DefaultShards
	Logger      hclog.Logger

	EventFlush             time.Duration // --eventflushseconds; default 5 s
	EventChunk             int           // --eventflushchunksize: events of a batch; default 50
	MaxEvents              int           // --maxqueuelen: unsent events; default 5000
	HighWater              float64       // --queuehighwatermark: share of MaxEvents that sends at once; default 0.75
	AllowDuplicateClears   bool          // --allowduplicateclears
	DuplicateClearInterval int           // --duplicateclearinterval: with AllowDuplicateClears every Nth is sent
	KeepDuplicateEvents    bool          // --disable-event-deduplication

	ValueFlush time.Duration // how long a value waits for its batch to fill; default 1 s
	ValueBatch int           // values of a batch; default 1000, at most wire.MaxRecords
	MaxValues  int           // --metricBufferSize: values held; default 65536
	MaxMaps    int           // maps held; default 10000

	RetryBase time.Duration // a failed publish is tried again after a random part of this, doubled each time; default 100 ms
	RetryMax  time.Duration // the longest such wait; default 30 s
}

// maxBatchBytes closes a batch whatever its number of records.
const maxBatchBytes = 256 << 10

func (o Options) withDefaults() (Options, error) {
	if o.Publisher == nil || o.Collector == "" {
		return o, errors.New("publisher and collector id are required")
	}
	if o.Incarnation == "" {
		o.Incarnation = NewIncarnation()
	}
	if o.Logger == nil {
		o.Logger = hclog.NewNullLogger()
	}
	setDefault(&o.Shards, wire.DefaultShards)
	setDefault(&o.EventFlush, 5*time.Second)
	setDefault(&o.EventChunk, 50)
	setDefault(&o.MaxEvents, 5000)
	setDefault(&o.HighWater, 0.75)
	setDefault(&o.ValueFlush, time.Second)
	setDefault(&o.ValueBatch, 1000)
	setDefault(&o.MaxValues, 65536)
	setDefault(&o.MaxMaps, 10_000)
	setDefault(&o.RetryBase, 100*time.Millisecond)
	setDefault(&o.RetryMax, 30*time.Second)
	return o, o.check()
}

func (o Options) check() error {
	for _, number := range []struct {
		name     string
		value    int
		min, max int
	}{
		{"number of shards", o.Shards, 1, 255},
		{"--eventflushchunksize", o.EventChunk, 1, wire.MaxRecords},
		{"--maxqueuelen", o.MaxEvents, 1, 1 << 30},
		{"--duplicateclearinterval", o.DuplicateClearInterval, 0, 1 << 30},
		{"values of a batch", o.ValueBatch, 1, wire.MaxRecords},
		{"--metricBufferSize", o.MaxValues, 1, 1 << 30},
		{"maps held", o.MaxMaps, 1, 1 << 30},
	} {
		if number.value < number.min || number.value > number.max {
			return fmt.Errorf("%s is %d: give %d to %d", number.name, number.value, number.min, number.max)
		}
	}
	if o.HighWater < 0 || o.HighWater > 1 {
		return fmt.Errorf("--queuehighwatermark is %v: give 0 to 1", o.HighWater)
	}
	if o.EventFlush < 0 || o.ValueFlush < 0 || o.RetryBase < 0 || o.RetryMax < o.RetryBase {
		return fmt.Errorf("--eventflushseconds %v, value flush %v, retry %v to %v: give times above 0",
			o.EventFlush, o.ValueFlush, o.RetryBase, o.RetryMax)
	}
	return nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// NewIncarnation mints the random id of this process's sequence numbers: 32 hexadecimal digits.
func NewIncarnation() string {
	var id [16]byte
	rand.Read(id[:]) // never fails: the runtime crashes instead
	return hex.EncodeToString(id[:])
}
