package processor

// Limits bound what one result may hold; what is beyond is rejected item by item. The zero value of a field is its
// default, and a negative one is no bound.
type Limits struct {
	Events      int // events of a result; default 10,000
	EventFields int // fields of one event; default 1,000
	Values      int // values of a result, each time of each datapoint one; default 1,000,000
	Metrics     int // ad hoc metrics of a result; default 100,000
	Maps        int // maps of a result; default 100,000
	TextBytes   int // length of a value given as text; default 4,096
}

func (l Limits) withDefaults() Limits {
	for _, field := range []struct {
		limit *int
		value int
	}{
		{&l.Events, 10_000}, {&l.EventFields, 1_000}, {&l.Values, 1_000_000}, {&l.Metrics, 100_000},
		{&l.Maps, 100_000}, {&l.TextBytes, 4_096},
	} {
		if *field.limit == 0 {
			*field.limit = field.value
		}
	}
	return l
}

// isBeyond reports whether n is more than a limit allows.
func isBeyond(n, limit int) bool { return limit >= 0 && n > limit }
