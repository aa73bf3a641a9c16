package maps

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// ErrUnknownDevice is returned for a device that the model does not have.
var ErrUnknownDevice = errors.New("the model has no such device")

// Memory is a Model in memory. Trees are replaced as a whole, never changed: whoever holds an Object holds a snapshot.
// It is safe for concurrent use.
type Memory struct {
	writing  sync.Mutex             // held while a new tree is made, so that no change is lost
	declared map[string]Declaration // by device id; guarded by writing

	mu      sync.RWMutex
	devices map[string]*Object
}

var _ Model = (*Memory)(nil)

// NewMemory returns an empty model.
func NewMemory() *Memory {
	return &Memory{declared: map[string]Declaration{}, devices: map[string]*Object{}}
}

// DeviceIDs returns the ids of all devices, sorted.
func (m *Memory) DeviceIDs() []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Sorted(maps.Keys(m.devices))
}

// Device returns the device's tree as it stands now, or nil when there is no such device.
func (m *Memory) Device(id string) *Object {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.devices[id]
}

func (m *Memory) replace(device *Object) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.devices[device.ID] = device
}

// Apply applies maps to a device in order (spec §6). A map that is wrong costs only itself: the others are applied, and
// the error joins what was wrong with each. The maps are not changed. A device that is not in the model is
// ErrUnknownDevice and nothing is applied.
func (m *Memory) Apply(device string, list []Map) (Result, error) {
	m.writing.Lock()
	defer m.writing.Unlock()
	root := m.Device(device)
	if root == nil {
		return Result{}, fmt.Errorf("apply maps to %s: %w", device, ErrUnknownDevice)
	}
	e := &edit{root: root}
	var errs []error
	for i, item := range list {
		if err := e.apply(item); err != nil {
			e.result.Failed++
			errs = append(errs, fmt.Errorf("map %d of %d for %s: %w", i+1, len(list), device, err))
		}
	}
	if e.copies != nil {
		m.replace(e.root)
		e.result.Changed = true
	}
	return e.result, errors.Join(errs...)
}

// SetLock sets what maps may not do to the object at a path below a device; "" is the device itself.
func (m *Memory) SetLock(device, path string, lock Lock) error {
	m.writing.Lock()
	defer m.writing.Unlock()
	root := m.Device(device)
	if root == nil {
		return fmt.Errorf("lock %s: %w", device, ErrUnknownDevice)
	}
	o := root.Find(path)
	if o == nil {
		return fmt.Errorf("lock %s: the device has no object at %q", device, path)
	}
	e := &edit{root: root}
	e.own(o).Lock = lock
	m.replace(e.root)
	return nil
}

// checkID refuses what cannot be part of a path.
func checkID(id string) error {
	if id == "" || id == "." || id == ".." || strings.ContainsRune(id, '/') {
		return fmt.Errorf("%q cannot be an id: make one with prepId", id)
	}
	return nil
}
