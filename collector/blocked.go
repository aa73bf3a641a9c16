package collector

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/zenpython/zenpython/collector/runner"
	"github.com/zenpython/zenpython/configs"
	"github.com/zenpython/zenpython/events"
)

// keyDisabled is the event key and class key of the event that tells of disabled data sources (spec §4.6).
const keyDisabled = "zenpython-datasources-disabled"

// readBlocked reads the plugin classes that a person, or upstream's watchdog, has switched off: one a line (spec
// §4.12). A file that there is not, or that cannot be read, blocks nothing; the latter is said.
func (c *Collector) readBlocked() {
	if c.opts.Settings.BlockingTimeout <= 0 {
		return
	}
	blocked, err := c.listedClasses()
	if err != nil {
		c.log.Error("no plugin is disabled: the list of blocked classes cannot be read", "error", err)
		return
	}
	if len(blocked) > 0 {
		c.blocked.Store(&blocked)
		c.log.Warn("plugin classes are disabled; see zenpython unblock, or give --blockingtimeout 0",
			"file", c.opts.Settings.BlockedFile(), "classes", len(blocked))
	}
}

// RereadBlocked makes the classes that are switched off those of the list as it is now, and tells the devices that this
// concerns: with an event, or with its clear where nothing of a device is disabled any more. A list that cannot be read
// changes nothing.
func (c *Collector) RereadBlocked() {
	if c.opts.Settings.BlockingTimeout <= 0 {
		return
	}
	c.listing.Lock()
	defer c.listing.Unlock()
	now, err := c.listedClasses()
	if err != nil {
		c.log.Error("the disabled plugins stay as they were: the list of blocked classes cannot be read", "error", err)
		return
	}
	was := map[string]bool{}
	if before := c.blocked.Load(); before != nil {
		was = *before
	}
	if maps.Equal(was, now) {
		return
	}
	c.blocked.Store(&now)
	c.log.Info("the list of blocked plugin classes has changed", "classes", len(now), "before", len(was))
	c.mtx.Lock()
	set := c.set
	c.mtx.Unlock()
	if set != nil {
		c.tellReread(set, was, now)
	}
}

// tellReread tells the devices that have tasks of classes which are in one of two lists alone.
func (c *Collector) tellReread(set *configs.Set, was, now map[string]bool) {
	changed, disabled := map[string]bool{}, map[string]bool{}
	for _, t := range set.Tasks {
		if class := t.PluginClass(); was[class] != now[class] {
			changed[t.Device] = true
		}
		if now[t.PluginClass()] {
			disabled[t.Device] = true
		}
	}
	c.tellDisabledOf(set, func(t *configs.TaskConfig) bool { return changed[t.Device] && now[t.PluginClass()] })
	for device := range changed {
		if !disabled[device] {
			c.tell(cleared(disabledEvent(device, nil)))
		}
	}
}

// listedClasses reads the list; where there is none, no class is in it.
func (c *Collector) listedClasses() (map[string]bool, error) {
	text, err := os.ReadFile(c.opts.Settings.BlockedFile())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the list of blocked classes: %w", err)
	}
	return blockedClasses(text), nil
}

// SwitchOff disables a plugin class that blocked workers again and again: its runs end as disabled from now on, the list
// keeps it over a restart, and an event tells each device of it. One that is off already stays so without a word.
func (c *Collector) SwitchOff(class, why string) {
	c.listing.Lock()
	defer c.listing.Unlock()
	blocked := map[string]bool{class: true}
	if before := c.blocked.Load(); before != nil {
		if (*before)[class] {
			return
		}
		maps.Copy(blocked, *before)
	}
	c.blocked.Store(&blocked)
	c.mtx.Lock()
	set := c.set
	c.mtx.Unlock()
	c.log.Error("a plugin class is switched off", "class", class, "why", why, "file", c.opts.Settings.BlockedFile())
	if err := c.listBlocked(class, why); err != nil {
		c.log.Error("a class that is switched off will run again after a restart", "class", class, "error", err)
	}
	c.tellDisabledOf(set, func(t *configs.TaskConfig) bool { return t.PluginClass() == class })
}

// listBlocked adds a class to the list, which people edit too.
func (c *Collector) listBlocked(class, why string) error {
	f, err := os.OpenFile(c.opts.Settings.BlockedFile(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o640)
	if err != nil {
		return fmt.Errorf("opening the list of blocked classes: %w", err)
	}
	_, err = fmt.Fprintf(f, "%s # %s\n", class, strings.ReplaceAll(why, "\n", " "))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("writing the list of blocked classes: %w", err)
	}
	return nil
}

// blockedClasses reads the lines of the file: classes, blank lines and # comments.
func blockedClasses(text []byte) map[string]bool {
	classes := map[string]bool{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		class, _, _ := strings.Cut(lines.Text(), "#")
		if class = strings.TrimSpace(class); class != "" {
			classes[class] = true
		}
	}
	return classes
}

// disabled reports whether a task's plugin must not be called.
func (c *Collector) disabled(t *runner.Task) bool {
	return c.isBlocked(t.Config)
}

func (c *Collector) isBlocked(t *configs.TaskConfig) bool {
	blocked := c.blocked.Load()
	return blocked != nil && (*blocked)[t.PluginClass()]
}

// tellDisabled sends one event for each device that has disabled data sources, when its tasks change (spec §4.6).
func (c *Collector) tellDisabled(set *configs.Set, changes configs.Changes) {
	if c.blocked.Load() == nil {
		return
	}
	changed := map[string]bool{}
	for _, t := range changes.Added {
		changed[t.Device] = true
	}
	for _, pair := range changes.Replaced {
		changed[pair.New.Device] = true
	}
	c.tellDisabledOf(set, func(t *configs.TaskConfig) bool { return changed[t.Device] && c.isBlocked(t) })
}

func (c *Collector) tellDisabledOf(set *configs.Set, chosen func(*configs.TaskConfig) bool) {
	byDevice := map[string][]string{}
	for _, t := range set.Tasks {
		if chosen(t) {
			byDevice[t.Device] = append(byDevice[t.Device], t.DataSourceNames()...)
		}
	}
	for device, names := range byDevice {
		slices.Sort(names)
		c.tell(disabledEvent(device, slices.Compact(names)))
	}
}

func disabledEvent(device string, names []string) events.Event {
	summary := "multiple datasources have been disabled - see details"
	if len(names) == 1 {
		summary = fmt.Sprintf("%s datasource has been disabled", names[0])
	}
	return events.Event{
		events.FieldDevice: device, events.FieldSeverity: int(events.Error),
		events.FieldEventClassKey: keyDisabled, events.FieldEventKey: keyDisabled,
		events.FieldSummary: summary, events.FieldMessage: strings.Join(names, ", "),
	}
}
