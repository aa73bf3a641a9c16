package wire

import (
	"fmt"
	"testing"
)

// TestKeysStayWhatTheyAre: collectors and readers of other versions use them too.
func TestKeysStayWhatTheyAre(t *testing.T) {
	for got, want := range map[string]string{
		StreamKey("localhost", Lane{Events, 0}): "zenpython:{localhost:0}:events",
		StreamKey("localhost", Lane{Values, 7}): "zenpython:{localhost:7}:values",
		StreamKey("pool-2", Lane{Maps, 3}):      "zenpython:{pool-2:3}:maps",
		ShardsKey("localhost"):                  "zenpython:{localhost}:shards",
		LeaseKey("localhost", "web-1"):          "zenpython:{localhost}:collector:web-1",
		Lane{Values, 3}.String():                "values:3",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestShardsStayWhatTheyAre: a device that changed its shard would lose its order.
func TestShardsStayWhatTheyAre(t *testing.T) {
	for device, want := range map[string]uint8{"": 1, "dev1": 0, "localhost": 4, "web01": 5} {
		if got := ShardOf(device, DefaultShards); got != want {
			t.Errorf("%q is in shard %d, want %d", device, got, want)
		}
	}
}

func TestShardsAreUsedEvenly(t *testing.T) {
	const devices = 8000
	var used [DefaultShards]int
	for i := range devices {
		used[ShardOf(fmt.Sprint("device-", i), DefaultShards)]++
	}
	for shard, n := range used {
		if n < devices/DefaultShards*8/10 || n > devices/DefaultShards*12/10 {
			t.Errorf("shard %d has %d of %d devices", shard, n, devices)
		}
	}
}
