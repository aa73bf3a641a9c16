package maps

import (
	"fmt"
	"maps"
	"slices"
)

// Declaration is a device or component that the inventory declares. It becomes a static object: maps may change its
// attributes but never remove it. Once given to a model it must not be changed.
type Declaration struct {
	ID         string
	UUID       string // contextUUID; "" derives it from the path
	ModName    string // dotted class; its last part is the class's name
	Attributes map[string]any
	// OnlyRelations are the relations that the object has; nil is any.
	OnlyRelations []string
	Components    map[string][]Declaration // by relation; ChildRelation holds children such as "os"
}

// Seed makes the declared devices the devices of the model: those that are not declared are removed with all that maps
// found on them. It stops at the first declaration that is wrong, with nothing changed.
func (m *Memory) Seed(devices []Declaration) error {
	wanted := make(map[string]bool, len(devices))
	for _, d := range devices {
		if wanted[d.ID] {
			return fmt.Errorf("declare device %s: it is declared twice", d.ID)
		}
		wanted[d.ID] = true
		if err := d.check(); err != nil {
			return fmt.Errorf("declare device %s: %w", d.ID, err)
		}
	}
	m.writing.Lock()
	defer m.writing.Unlock()
	for _, id := range m.DeviceIDs() {
		if !wanted[id] {
			m.remove(id)
		}
	}
	for _, d := range devices {
		m.declare(d)
	}
	return nil
}

// AddDevice declares one device, new or known. What maps found stays; a declared attribute is set when it is new or was
// declared with another value before, so that declaring the same again undoes nothing that maps changed.
func (m *Memory) AddDevice(d Declaration) error {
	if err := d.check(); err != nil {
		return fmt.Errorf("declare device %s: %w", d.ID, err)
	}
	m.writing.Lock()
	defer m.writing.Unlock()
	m.declare(d)
	return nil
}

// RemoveDevice removes a device and reports whether there was one.
func (m *Memory) RemoveDevice(id string) bool {
	m.writing.Lock()
	defer m.writing.Unlock()
	known := m.Device(id) != nil
	m.remove(id)
	return known
}

func (m *Memory) remove(id string) {
	delete(m.declared, id)
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.devices, id)
}

func (m *Memory) declare(d Declaration) {
	device := m.Device(d.ID)
	if device == nil {
		device = newDevice(d.ID)
	} else {
		device = copyTree(device, nil, map[*Object]*Object{})
	}
	before := m.declared[d.ID]
	declareObject(device, &d, &before)
	m.declared[d.ID] = d
	m.replace(device)
}

// declareObject makes an object, which must be no snapshot, what is declared now, given what was declared before.
func declareObject(o *Object, d, before *Declaration) {
	o.Static, o.ModName, o.OnlyRelations = true, orElse(d.ModName, o.ModName), d.OnlyRelations
	if o.UUID = d.UUID; o.UUID == "" {
		o.UUID = pathUUID(o.Path)
	}
	o.Attributes = declaredAttributes(o, d, before)
	undeclare(o, d, before)
	for relation, members := range d.Components {
		for i := range members {
			member := o.Member(relation, members[i].ID)
			if member == nil {
				member = newMember(o, relation, members[i].ID)
				insertMember(o, member)
			}
			declareObject(member, &members[i], before.member(relation, members[i].ID))
		}
	}
}

func declaredAttributes(o *Object, d, before *Declaration) map[string]any {
	attributes := maps.Clone(o.Attributes)
	if attributes == nil {
		attributes = map[string]any{}
	}
	for name := range before.Attributes {
		if _, still := d.Attributes[name]; !still {
			delete(attributes, name)
		}
	}
	decode := decoderOf(o)
	for name, value := range d.Attributes {
		old, was := before.Attributes[name]
		if !was || !equalValues(old, value) {
			attributes[name] = plain(value, decode)
		}
	}
	return attributes
}

// undeclare removes the components that were declared before and are not any more.
func undeclare(o *Object, d, before *Declaration) {
	for relation, members := range before.Components {
		for i := range members {
			id := members[i].ID
			everyDeviceHasIt := relation == ChildRelation && o.IsDevice() && children[id] != ""
			if !d.declares(relation, id) && !everyDeviceHasIt {
				removeMember(o, relation, id)
			}
		}
	}
}

func (d *Declaration) declares(relation, id string) bool {
	return slices.ContainsFunc(d.Components[relation], func(c Declaration) bool { return c.ID == id })
}

// member returns the declaration of a component, an empty one when there is none.
func (d *Declaration) member(relation, id string) *Declaration {
	for i := range d.Components[relation] {
		if d.Components[relation][i].ID == id {
			return &d.Components[relation][i]
		}
	}
	return &Declaration{}
}

// check refuses ids that cannot be part of a path and components that are declared twice.
func (d *Declaration) check() error {
	if err := checkID(d.ID); err != nil {
		return err
	}
	for relation, members := range d.Components {
		ids := make(map[string]bool, len(members))
		for i := range members {
			if ids[members[i].ID] {
				return fmt.Errorf("component %s of relation %s is declared twice", members[i].ID, relation)
			}
			ids[members[i].ID] = true
			if err := members[i].check(); err != nil {
				return fmt.Errorf("component of relation %s: %w", relation, err)
			}
		}
	}
	return nil
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
