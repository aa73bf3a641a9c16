// Package publisher takes what the processor made of results and brings it to the hub: events fold in a queue, every
// record is numbered in its lane, and batches go out in order and again until they are taken. What is unsent is held in
// memory and bounded; what is lost is counted with its reason.
package publisher

import (
	"context"

	"github.com/zenpython/zenpython/hub/wire"
)

// Publisher brings batches to the hub. It is safe for concurrent use.
type Publisher interface {
	// Publish returns nil once all batches are taken, those of a lane in the order given. After an error any of them may
	// have been taken: the caller sends all of them again, unchanged and before any later batch of their lanes, and
	// whoever reads knows a repeat by its sequence number. An error that wraps wire.ErrRefused is the exception: sending
	// again is useless. The batches must not be changed, nor their slices kept.
	Publish(ctx context.Context, batches []*wire.Batch) error
	// Close gives up what Publish uses. It is called once, after the last Publish has returned.
	Close() error
}

// Ingester is the hub as a function call, for a hub in the same process.
type Ingester interface {
	// Ingest has the same contract as Publisher.Publish.
	Ingest(ctx context.Context, batches []*wire.Batch) error
}

// Direct returns the publisher to a hub in the same process.
func Direct(hub Ingester) Publisher { return direct{hub} }

type direct struct{ hub Ingester }

// Publish implements Publisher.
func (d direct) Publish(ctx context.Context, batches []*wire.Batch) error {
	return d.hub.Ingest(ctx, batches)
}

// Close implements Publisher; the hub lives on.
func (d direct) Close() error { return nil }
