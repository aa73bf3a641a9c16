package collector

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
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
	text, err := os.ReadFile(c.opts.Settings.BlockedFile())
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			c.log.Error("no plugin is disabled: the list of blocked classes cannot be read", "error", err)
		}
		return
	}
	c.blocked = blockedClasses(text)
	if len(c.blocked) > 0 {
		c.log.Warn("plugin classes are disabled; edit the file and restart, or give --blockingtimeout 0",
			"file", c.opts.Settings.BlockedFile(), "classes", len(c.blocked))
	}
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
	return len(c.blocked) > 0 && c.blocked[t.Config.PluginClass()]
}

// tellDisabled sends one event for each device that has disabled data sources, when its tasks change (spec §4.6).
func (c *Collector) tellDisabled(set *configs.Set, changes configs.Changes) {
	if len(c.blocked) == 0 {
		return
	}
	changed := map[string]bool{}
	for _, t := range changes.Added {
		changed[t.Device] = true
	}
	for _, pair := range changes.Replaced {
		changed[pair.New.Device] = true
	}
	byDevice := map[string][]string{}
	for _, t := range set.Tasks {
		if changed[t.Device] && c.blocked[t.PluginClass()] {
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
