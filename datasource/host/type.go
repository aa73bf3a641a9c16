// Package host is the data source type Host: the machine that the collector runs on. Bound to a device it gives cpu,
// load, memory and the like, and tells of filesystems and network interfaces as components; bound to one of these
// components it gives their figures.
package host

import (
	"fmt"
	"regexp"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

const typeName = "Host"

func init() { datasource.Register(Type()) }

// Type returns the type as it is registered.
func Type() *datasource.Type {
	return &datasource.Type{
		Name:            typeName,
		Class:           "datasource/host.Host",
		Doc:             "This machine: cpu, load, memory; filesystems and network interfaces as components.",
		Params:          func() any { return newParams() },
		Points:          pointDocs(),
		New:             newPlugin,
		ProxyAttributes: []string{attributeMount, attributeInterface},
	}
}

// Params are the parameters of a data source.
type Params struct {
	Model             bool     `json:"model" doc:"bound to a device: tell which filesystems and interfaces there are, as components"`
	ModelEvery        int      `json:"model_every" min:"1" max:"1000000" doc:"runs after which the components are told again though nothing changed"`
	IgnoreFilesystems []string `json:"ignore_filesystems" doc:"types of filesystems that are no components"`
	IgnoreMounts      string   `json:"ignore_mounts" doc:"regular expression (RE2) of mount points that are no components"`
	IgnoreInterfaces  string   `json:"ignore_interfaces" doc:"regular expression (RE2) of interfaces that are no components"`

	ignoreMounts, ignoreInterfaces *regexp.Regexp
}

func newParams() *Params {
	return &Params{
		Model:             true,
		ModelEvery:        60,
		IgnoreFilesystems: withoutStorage,
		IgnoreMounts:      `^/(dev|proc|run|snap|sys)(/|$)|^/var/lib/(docker|containers|kubelet)/`,
		IgnoreInterfaces:  `^(veth|cali|cni|flannel|lxc|tap|vnet|ifb)`,
	}
}

// withoutStorage are the types of filesystems that hold no storage of this machine: those that the kernel makes up,
// those in memory, images that are always full, and remote ones, which hang whoever asks when their server is gone.
var withoutStorage = []string{
	"autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devfs", "devpts", "devtmpfs", "efivarfs",
	"fusectl", "fuse.lxcfs", "fuse.gvfsd-fuse", "fuse.portal", "hugetlbfs", "mqueue", "nsfs", "proc", "procfs", "pstore",
	"ramfs", "rpc_pipefs", "securityfs", "selinuxfs", "sysfs", "tmpfs", "tracefs",
	"iso9660", "squashfs",
	"9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "lustre", "nfs", "nfs4", "smb3", "smbfs",
}

// Provision compiles the expressions.
func (p *Params) Provision() (err error) {
	if p.ignoreMounts, err = compile("ignore_mounts", p.IgnoreMounts); err != nil {
		return err
	}
	p.ignoreInterfaces, err = compile("ignore_interfaces", p.IgnoreInterfaces)
	return err
}

// compile returns nil for no expression, which ignores nothing.
func compile(name, text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return re, nil
}

func newPlugin(c *datasource.Config, _ datasource.Handle) (datasource.Plugin, error) {
	return datasource.PerSource(c, func(ds *datasource.DataSourceConfig) (datasource.Collector, error) {
		return newSource(ds, thisMachine{}, firstWindow)
	})
}

// firstWindow is what a source's first run measures cpu times over, having no run before it to compare with.
const firstWindow = 250 * time.Millisecond
