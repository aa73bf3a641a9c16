package host

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/net"

	"github.com/zenpython/zenpython/maps"
)

// Where the components live and what they are: the platform's own places and classes, so that templates written for
// them fit.
const (
	compName            = "os"
	relationFilesystems = "filesystems"
	relationInterfaces  = "interfaces"
	classFileSystem     = "Products.ZenModel.FileSystem"
	classIPInterface    = "Products.ZenModel.IpInterface"
)

// modeler tells of the components, when they changed and every so often, in case the hub forgot.
type modeler struct {
	params  *Params
	machine machine
	last    []maps.Map
	runs    int // since they were told
}

// changed returns the maps of all components, or nothing when they were told not long ago.
func (m *modeler) changed(ctx context.Context) ([]maps.Map, error) {
	mounts, err := m.machine.mounts(ctx)
	if err != nil {
		return nil, unreadable("mounts", err)
	}
	interfaces, err := m.machine.interfaces(ctx)
	if err != nil {
		return nil, unreadable("interfaces", err)
	}
	mounts = m.storage(mounts)
	now := []maps.Map{filesystemMap(mounts), m.interfaceMap(interfaces)}
	m.runs++
	if m.runs < m.params.ModelEvery && reflect.DeepEqual(now, m.last) {
		return nil, nil
	}
	m.last, m.runs = now, 0
	// A copy, since those who take maps may change them.
	return []maps.Map{filesystemMap(mounts), m.interfaceMap(interfaces)}, nil
}

// filesystemMap leaves out what changes while nothing is mounted or unmounted, sizes among them, so that the same
// machine always gives the same map.
func filesystemMap(mounts []disk.PartitionStat) *maps.RelationshipMap {
	found := &maps.RelationshipMap{CompName: compName, RelName: relationFilesystems, ModName: classFileSystem}
	for _, mount := range mounts {
		found.Maps = append(found.Maps, &maps.ObjectMap{ID: componentID(mount.Mountpoint), Attributes: map[string]any{
			"title":         mount.Mountpoint,
			attributeMount:  mount.Mountpoint,
			"storageDevice": mount.Device,
			"type":          mount.Fstype,
		}})
	}
	return found
}

// storage picks one mount of each filesystem that is storage: the one with the shortest path, since the others show
// parts of the same. Files that are mounted, as containers do with their resolv.conf, are none.
func (m *modeler) storage(mounts []disk.PartitionStat) []disk.PartitionStat {
	mounts = slices.Clone(mounts)
	slices.SortStableFunc(mounts, func(a, b disk.PartitionStat) int {
		if byLength := len(a.Mountpoint) - len(b.Mountpoint); byLength != 0 {
			return byLength
		}
		return strings.Compare(a.Mountpoint, b.Mountpoint)
	})
	var out []disk.PartitionStat
	for _, mount := range mounts {
		ignored := slices.Contains(m.params.IgnoreFilesystems, mount.Fstype) ||
			m.params.ignoreMounts != nil && m.params.ignoreMounts.MatchString(mount.Mountpoint)
		shown := slices.ContainsFunc(out, func(o disk.PartitionStat) bool { return sameStorage(o, mount) })
		if !ignored && !shown && m.machine.isDirectory(mount.Mountpoint) {
			out = append(out, mount)
		}
	}
	slices.SortFunc(out, func(a, b disk.PartitionStat) int { return strings.Compare(a.Mountpoint, b.Mountpoint) })
	return out
}

// sameStorage goes by the device where there is one; "overlay" and the like are only names of their types.
func sameStorage(a, b disk.PartitionStat) bool {
	return a.Mountpoint == b.Mountpoint || a.Device == b.Device && strings.HasPrefix(a.Device, "/")
}

// interfaceMap leaves out addresses and states, which change by themselves.
func (m *modeler) interfaceMap(list net.InterfaceStatList) *maps.RelationshipMap {
	found := &maps.RelationshipMap{CompName: compName, RelName: relationInterfaces, ModName: classIPInterface}
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b net.InterfaceStat) int { return strings.Compare(a.Name, b.Name) })
	for _, n := range list {
		if m.params.ignoreInterfaces != nil && m.params.ignoreInterfaces.MatchString(n.Name) {
			continue
		}
		kind := "ethernetCsmacd"
		if slices.Contains(n.Flags, "loopback") {
			kind = "softwareLoopback"
		}
		found.Maps = append(found.Maps, &maps.ObjectMap{ID: componentID(n.Name), Attributes: map[string]any{
			"title":            n.Name,
			attributeInterface: n.Name,
			"macaddress":       n.HardwareAddr,
			"mtu":              n.MTU,
			"type":             kind,
		}})
	}
	return found
}

// componentID makes an id of a name as the platform does. Names are text, which always has one.
func componentID(name string) string {
	id, _ := maps.PrepID(name)
	return id
}
