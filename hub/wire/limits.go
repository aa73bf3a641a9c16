package wire

// The bounds of what travels. An entry outside them is refused by whoever reads it, so that a broken or hostile writer
// costs a reader no more memory than this.
const (
	MaxRecords     = 10_000   // records of an entry
	MaxRecordBytes = 8 << 20  // one encoded record
	MaxEntryBytes  = 16 << 20 // an entry's payload
	MaxDepth       = 32       // nesting of lists and maps in an event field or a map attribute
	MaxIDBytes     = 256      // collector id
	MaxSeriesBytes = 16 << 10 // a series: metric name and tags
	MaxSeriesTags  = 64       // tags of a series
)
