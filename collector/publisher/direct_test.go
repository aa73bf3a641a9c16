package publisher_test

import (
	"testing"

	"github.com/zenpython/zenpython/collector/publisher"
	"github.com/zenpython/zenpython/collector/publisher/publishertest"
	"github.com/zenpython/zenpython/hub"
	"github.com/zenpython/zenpython/hub/wire"
	"github.com/zenpython/zenpython/maps"
)

// TestDirectConformance brings both sides together: a hub in the collector's own process.
func TestDirectConformance(t *testing.T) {
	publishertest.Test(t, func(*testing.T) publishertest.Harness {
		model := maps.NewMemory()
		h := hub.New(hub.Options{Model: model})
		return publishertest.Harness{
			Publisher: publisher.Direct(h),
			Taken:     func(class wire.Class) int { return int(h.Stats().Applied[class]) },
		}
	})
}
