package wire

import (
	"strconv"

	"github.com/cespare/xxhash/v2"
)

// DefaultShards is the number of shards of a monitor, fixed when its first collector connects.
const DefaultShards = 8

// Classes returns the classes of records, in the order in which the hub is asked to take them.
func Classes() []Class { return []Class{Events, Values, Maps} }

// ShardOf returns the shard of all records of a device.
func ShardOf(device string, shards int) uint8 {
	return uint8(xxhash.Sum64String(device) % uint64(shards))
}

// StreamKey returns the Redis key of a lane's stream. The braces make Redis Cluster keep a shard's streams together.
func StreamKey(monitor string, lane Lane) string {
	return "zenpython:{" + monitor + ":" + strconv.Itoa(int(lane.Shard)) + "}:" + lane.Class.String()
}

// ShardsKey returns the Redis key of the monitor's number of shards, a decimal number.
func ShardsKey(monitor string) string { return "zenpython:{" + monitor + "}:shards" }

// LeaseKey returns the Redis key that the one running collector of an id holds.
func LeaseKey(monitor, collector string) string {
	return "zenpython:{" + monitor + "}:collector:" + collector
}
