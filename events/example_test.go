package events_test

import (
	"fmt"
	"time"

	"github.com/zenpython/zenpython/events"
)

// A problem that is seen twice is one event; the clear of its key closes it.
func ExampleStore() {
	store := events.NewStore(events.StoreOptions{})
	problem := events.Event{
		"device": "web01", "component": "eu", "eventClass": "/Status/Web", "eventKey": "http", "severity": "error", "summary": "no answer",
	}
	now := time.Now()
	for range 2 {
		if _, err := store.Apply(problem, now); err != nil {
			fmt.Println(err)
		}
	}
	for _, e := range store.List(events.Filter{Device: "web01"}) {
		fmt.Println(e.Severity, e.Summary, e.Count)
	}

	problem["severity"], problem["summary"] = 0, "answers again"
	outcome, err := store.Apply(problem, now.Add(time.Minute))
	fmt.Println(len(outcome.Cleared), store.OpenCount(), err)
	// Output:
	// Error no answer 2
	// 1 0 <nil>
}
