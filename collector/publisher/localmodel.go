package publisher

import (
	"context"

	"github.com/zenpython/zenpython/hub/wire"
)

// WithLocalModel returns a publisher that publishes by p and, once p has taken them, has the maps applied by a hub in this
// process as well: a collector with an inventory of its own builds its configs from its own model, wherever its records
// go.
func WithLocalModel(p Publisher, hub Ingester) Publisher { return localModel{p, hub} }

type localModel struct {
	Publisher
	hub Ingester
}

// Publish implements Publisher. What p has taken and the hub has not is offered to both again, which p's readers know by
// the sequence numbers.
func (l localModel) Publish(ctx context.Context, batches []*wire.Batch) error {
	if err := l.Publisher.Publish(ctx, batches); err != nil {
		return err
	}
	var found []*wire.Batch
	for _, b := range batches {
		if b.Lane.Class == wire.Maps {
			found = append(found, b)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return l.hub.Ingest(ctx, found)
}

// Discard returns the publisher of --no-publish: it takes everything and brings it nowhere.
func Discard() Publisher { return discard{} }

type discard struct{}

// Publish implements Publisher.
func (discard) Publish(context.Context, []*wire.Batch) error { return nil }

// Close implements Publisher.
func (discard) Close() error { return nil }
