package configs

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zenpython/zenpython/configs/nearest"
	"github.com/zenpython/zenpython/configs/options"
)

// checkFilter says when -d or --datasource name what the inventory does not have.
func checkFilter(inv *Inventory, o *options.Options) error {
	if o.Device != "" && inv.Device(o.Device) == nil {
		return unknownDevice(inv, o.Device)
	}
	if o.DataSource.IsZero() {
		return nil
	}
	names := inv.dataSourceNames()
	if slices.Contains(names, o.DataSource.String()) {
		return nil
	}
	return fmt.Errorf("no data source %s in the inventory%s", o.DataSource, alternatives(o.DataSource.String(), names))
}

// unknownDevice says what is like the id, or why a device that is declared was left out.
func unknownDevice(inv *Inventory, id string) error {
	var why []string
	for _, p := range inv.Problems {
		if p.Severity == ProblemError && p.Unit == "device "+id {
			why = append(why, p.String())
		}
	}
	if len(why) > 0 {
		return fmt.Errorf("device %s is left out: %s", id, strings.Join(why, "; "))
	}
	ids := make([]string, len(inv.Devices))
	for i, d := range inv.Devices {
		ids[i] = d.ID
	}
	return fmt.Errorf("no device %s in the inventory%s", id, alternatives(id, ids))
}

// mostNamed is how many names an error lists: more is a list to read, not a hint.
const mostNamed = 10

// alternatives words what exists: what is like the name, else everything, as far as it can be listed.
func alternatives(name string, known []string) string {
	if hint := nearest.Hint(name, known); hint != "" {
		return hint
	}
	if len(known) == 0 {
		return ": it has none"
	}
	listed := known[:min(len(known), mostNamed)]
	text := ": it has " + strings.Join(listed, ", ")
	if more := len(known) - len(listed); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// dataSourceNames lists "Template/datasource" of everything that --datasource may name, titles as well, sorted.
func (inv *Inventory) dataSourceNames() []string {
	var names []string
	for _, class := range inv.DeviceClasses {
		for _, t := range class.Templates {
			for _, ds := range t.DataSources {
				names = append(names, t.Name+"/"+ds.ID, t.Name+"/"+ds.name())
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// explainNothing says why a filter has left no task where what it names exists.
func explainNothing(o *options.Options, set *Set) error {
	if len(set.Tasks) > 0 || o.Device == "" && o.DataSource.IsZero() {
		return nil
	}
	what := "there is nothing to collect"
	if !o.DataSource.IsZero() {
		what = fmt.Sprintf("data source %s is not bound to any device", o.DataSource)
	}
	if o.Device != "" {
		what = fmt.Sprintf("device %s has nothing to collect", o.Device)
		if !o.DataSource.IsZero() {
			what = fmt.Sprintf("data source %s is not bound to device %s", o.DataSource, o.Device)
		}
	}
	var why []string
	why = append(why, set.NotCollected...)
	for _, p := range set.Problems {
		if p.Severity == ProblemError {
			why = append(why, p.String())
		}
	}
	if len(why) > 0 {
		what += ": " + strings.Join(why[:min(len(why), mostNamed)], "; ")
	}
	return errors.New(what)
}
