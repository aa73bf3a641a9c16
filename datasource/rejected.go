package datasource

// The reasons that Reject is called with; they stand in the table of reasons.
const (
	ReasonNoValue  = "no_value"
	ReasonBadValue = "bad_value"
)

// RejectedPoint is a datapoint that has no value in a run, and why.
type RejectedPoint struct {
	Component string `json:"component,omitempty"` // "" for the device
	DataPoint string `json:"datapoint"`
	Why       string `json:"why"`
}

// String returns datapoint, component and why in one line.
func (r RejectedPoint) String() string {
	if r.Component == "" {
		return r.DataPoint + ": " + r.Why
	}
	return r.DataPoint + " of " + r.Component + ": " + r.Why
}

// Reject books that a datapoint has no value in this run; it costs the run nothing else.
func (d *Data) Reject(ds *DataSourceConfig, dp *DataPointConfig, reason, why string) {
	d.Rejected = append(d.Rejected, RejectedItem{
		Reason: reason,
		Item:   RejectedPoint{Component: ds.Component.String(), DataPoint: dp.Name, Why: why},
	})
}
