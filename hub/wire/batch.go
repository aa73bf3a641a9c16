package wire

import "errors"

// ErrRefused is wrapped by the error of a receiver that will never take a batch as it is, so that sending it again is
// useless.
var ErrRefused = errors.New("refused for good")

// Batch is a run of records of one lane with consecutive sequence numbers. The slice of the lane's class holds them, the
// other two are nil. Whoever is given a batch must not change it.
type Batch struct {
	Collector   string // id of the collector
	Incarnation string // random id of the collector process that numbered the records
	Lane        Lane
	First       uint64 // sequence number of the first record, from 1
	Floor       uint64 // lowest sequence number of the lane that the collector still holds; at most First
	Events      []Event
	Values      []Value
	Maps        []Map
}

// Len returns the number of records.
func (b *Batch) Len() int { return len(b.Events) + len(b.Values) + len(b.Maps) }

// Next returns the sequence number after the batch's last.
func (b *Batch) Next() uint64 { return b.First + uint64(b.Len()) }
