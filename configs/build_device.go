package configs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/zenpython/zenpython/datasource"
)

// deviceBuild is the building of one device.
type deviceBuild struct {
	*builder
	ctx        context.Context
	out        *deviceConfigs
	root       object
	whole      *datasource.DeviceTree // nil until plugin code needs it
	sources    []*boundSource
	waiting    []*preparedSource // asked about ahead, in the order bound
	thresholds []*datasource.ThresholdConfig
}

// device builds one device. It returns early, with less, when ctx ends.
func (b *builder) device(ctx context.Context, d *Device) *deviceConfigs {
	w := &deviceBuild{builder: b, ctx: ctx, out: &deviceConfigs{device: d.ID}}
	root := b.model.Device(d.ID)
	w.out.root = root
	if root == nil {
		w.fail(datasource.DeviceLevel, d.Position, "", fmt.Errorf("the model has no device %s", d.ID))
		return w.out
	}
	o := newObject(b.inv, d, root)
	if !o.inProduction() {
		w.leaveOut("device "+d.ID, "its production state "+strconv.Itoa(o.productionState())+" is below "+
			zProdStateThreshold+" "+strconv.Itoa(o.stateThreshold()))
		return w.out
	}
	w.out.collected, w.root = true, o
	w.bind(o)
	for component := range root.Components() {
		if c := o.at(component); c.monitored() && c.inProduction() {
			w.bind(c)
		}
	}
	for _, s := range w.waiting {
		w.settle(s)
	}
	w.out.tasks = w.group(o)
	return w.out
}

// bind binds the templates of one object.
func (w *deviceBuild) bind(o object) {
	in := &bindingPlace{object: o}
	for _, t := range o.templates() {
		template := w.compiled(t)
		for _, ds := range template.sources {
			if w.wants(ds) {
				w.bindSource(in, ds)
			}
		}
		for _, threshold := range template.thresholds {
			w.bindThreshold(in, template, threshold)
		}
	}
}

// wants reports whether a data source is to be collected.
func (w *deviceBuild) wants(ds *compiledSource) bool {
	byName := w.filter.WantsDataSource(ds.template.Name, ds.ID) || w.filter.WantsDataSource(ds.template.Name, ds.name())
	if !ds.Enabled || !byName {
		return false
	}
	if !w.plugins.Collects(ds.Type, ds.PluginClassname) {
		w.leaveOut("data source "+ds.label(), "this program cannot collect type "+ds.Type)
		return false
	}
	return w.filter.WantsPlugin(ds.class)
}

// bindSource binds one data source, or has its plugin's code asked so that it can be settled later.
func (w *deviceBuild) bindSource(in *bindingPlace, ds *compiledSource) {
	s := w.prepare(in, ds)
	if s.err == nil && w.ahead != nil && w.ahead.Prefetch(w.ctx, s.source) {
		w.waiting = append(w.waiting, s)
		return
	}
	w.settle(s)
}

// settle ends the binding of a data source. When that fails it is kept as it last was, if it ever was.
func (w *deviceBuild) settle(s *preparedSource) {
	in, ds, err := s.in, s.ds, s.err
	if err == nil {
		err = w.ask(s)
	}
	if err == nil {
		w.sources = append(w.sources, &boundSource{config: s.config, ds: ds})
		return
	}
	w.out.failed = append(w.out.failed, ds)
	w.fail(in.component(), ds.Position, "data source "+ds.label(), err)
	if w.kept == nil {
		return
	}
	if last := w.kept(w.out.device, in.component(), ds.template.Name, ds.name()); last != nil {
		w.sources = append(w.sources, &boundSource{config: last, ds: ds, kept: true})
	}
}

func (w *deviceBuild) bindThreshold(in *bindingPlace, template *compiledTemplate, t *compiledThreshold) {
	config, err := t.bind(in)
	if err != nil {
		w.fail(in.component(), t.Position, "threshold "+template.Name+"/"+t.ID, err)
		return
	}
	w.thresholds = append(w.thresholds, config)
}

func (w *deviceBuild) fail(component datasource.Component, at Position, unit string, err error) {
	w.out.problems = append(w.out.problems, deviceProblem{
		Problem: Problem{Position: at, Severity: ProblemError, Unit: unit, Message: err.Error()},
		device:  w.out.device, component: component.String(), unit: unit,
	})
}

// warn notes what is wrong with a part and costs nothing.
func (w *deviceBuild) warn(component datasource.Component, at Position, err error) {
	w.out.problems = append(w.out.problems, deviceProblem{
		Problem: Problem{Position: at, Severity: ProblemWarning, Message: err.Error()},
		device:  w.out.device, component: component.String(),
	})
}

func (w *deviceBuild) leaveOut(what, why string) {
	w.out.notCollected = append(w.out.notCollected, leftOut{what, why})
}

// bind returns the threshold for one object.
func (t *compiledThreshold) bind(in *bindingPlace) (*datasource.ThresholdConfig, error) {
	if t.fault != nil {
		return nil, t.fault
	}
	names := thresholdNames{in.object}
	low, err := t.min.eval(names)
	if err != nil {
		return nil, fmt.Errorf("minval: %w", err)
	}
	high, err := t.max.eval(names)
	if err != nil {
		return nil, fmt.Errorf("maxval: %w", err)
	}
	return &datasource.ThresholdConfig{
		ID: t.ID, Type: t.Type, Component: in.component(), ContextUUID: in.UUID, DataPoints: t.DSNames,
		Min: low, Max: high, Severity: t.Severity, EventClass: t.EventClass, EscalateCount: t.EscalateCount, Enabled: true,
	}, nil
}

// sortTasks puts tasks into the order of a Set.
func sortTasks(tasks []*TaskConfig) {
	slices.SortFunc(tasks, func(a, b *TaskConfig) int { return cmp.Compare(a.Key.Encoded(), b.Key.Encoded()) })
}
