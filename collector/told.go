package collector

import (
	"fmt"
	"strconv"

	"github.com/cespare/xxhash/v2"

	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/events"
)

// daemonName is the daemon's name in events and statistics, upstream's.
const daemonName = "zenpython"

// classOfProblems is the event class of everything that is wrong with configs (spec §3.6).
const classOfProblems = events.ClassStatusUpdate

// tell hands an event of the daemon itself to the processor.
func (c *Collector) tell(e events.Event) { c.processor.Daemon(e.Text(events.FieldDevice), e) }

// tellProblems sends an event for each problem of the set that costs something, and clears those that are gone.
func (c *Collector) tellProblems(set *configs.Set) {
	now := map[string]events.Event{}
	for _, p := range set.Problems {
		if p.Severity == configs.ProblemError {
			e := c.problemEvent(p)
			now[e.Text(events.FieldEventKey)] = e
		}
	}
	c.mtx.Lock()
	before := c.problems
	c.problems = now
	c.mtx.Unlock()
	for key, e := range now {
		if _, known := before[key]; !known {
			c.log.Error("config problem", "problem", e.Text(events.FieldMessage))
			c.tell(e)
		}
	}
	for key, e := range before {
		if _, still := now[key]; !still {
			c.tell(cleared(e))
		}
	}
}

func (c *Collector) problemEvent(p configs.Problem) events.Event {
	summary := p.Message
	if p.Unit != "" {
		summary = p.Unit + ": " + summary
	}
	// The position is left out of the key: a line inserted above must not close one event and open another.
	key := "config|" + strconv.FormatUint(xxhash.Sum64String(p.Path+"\x00"+p.Unit+"\x00"+p.Message), 16)
	return c.configEvent(c.opts.Settings.Monitor, key, summary, p.String())
}

// tellUnbuilt sends an event for a task that could not be constructed; the others go on.
func (c *Collector) tellUnbuilt(config *configs.TaskConfig, err error) {
	c.logPanic(err, config)
	c.log.Error("a task was not built", "task", config.Name(), "config", config.Origin, "error", err)
	summary := fmt.Sprintf("task %s was not built: %v", config.Name(), err)
	c.mtx.Lock()
	c.unbuilt[config.Identity] = true
	c.mtx.Unlock()
	c.tell(c.configEvent(config.Device, unbuiltKey(config), summary, fmt.Sprintf("%s: %s", config.Origin, summary)))
}

// clearUnbuilt clears what tellUnbuilt has told.
func (c *Collector) clearUnbuilt(config *configs.TaskConfig) {
	c.mtx.Lock()
	told := c.unbuilt[config.Identity]
	delete(c.unbuilt, config.Identity)
	c.mtx.Unlock()
	if told {
		c.tell(cleared(c.configEvent(config.Device, unbuiltKey(config), "", "")))
	}
}

func (c *Collector) unbuiltTasks() int {
	c.mtx.Lock()
	defer c.mtx.Unlock()
	return len(c.unbuilt)
}

func unbuiltKey(config *configs.TaskConfig) string { return "task|" + config.Name() }

func (c *Collector) configEvent(device, key, summary, message string) events.Event {
	return events.Event{
		events.FieldDevice: device, events.FieldComponent: daemonName, events.FieldEventClass: classOfProblems,
		events.FieldEventKey: key, events.FieldSeverity: int(events.Error),
		events.FieldSummary: summary, events.FieldMessage: message,
	}
}

// cleared returns the clear of an event.
func cleared(e events.Event) events.Event {
	e = e.Clone()
	e[events.FieldSeverity] = int(events.Clear)
	e[events.FieldSummary], e[events.FieldMessage] = "no longer so", "no longer so"
	return e
}

// tellStarted sends the start event of spec §4.18.
func (c *Collector) tellStarted() {
	c.tell(events.Event{
		events.FieldDevice: c.opts.Settings.Monitor, events.FieldComponent: daemonName,
		events.FieldEventClass: events.ClassAppStart, events.FieldSeverity: int(events.Clear), events.FieldSummary: "started",
	})
}

// tellStopped sends the stop event of spec §4.18.
func (c *Collector) tellStopped() {
	c.tell(events.Event{
		events.FieldDevice: c.opts.Settings.Monitor, events.FieldComponent: daemonName,
		events.FieldEventClass: events.ClassAppStop, events.FieldSeverity: int(events.Warning), events.FieldSummary: "stopped",
	})
}

// heartbeat sends the heartbeat of spec §4.18, after which the hub waits for the next. One of several workers speaks
// for all of them.
func (c *Collector) heartbeat() {
	if c.opts.Settings.WorkerID != 0 {
		return
	}
	c.tell(events.Event{
		events.FieldDevice: c.opts.Settings.Monitor, events.FieldComponent: daemonName,
		events.FieldEventClass: events.ClassHeartbeat, "timeout": int(c.opts.Settings.HeartbeatTimeout.Seconds()),
	})
}
