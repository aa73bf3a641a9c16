"""Contexts are objects of the packs' own classes over the model's."""

from __future__ import annotations

import pytest

from zenpython.model import acquisition
from zenpython.model.components import DeviceComponent
from zenpython.model.tree import binding


def names(objects):
    return sorted(o.id for o in objects)


def test_classes_are_the_packs(find):
    array, d1 = find("array1"), find("array1", ("disks", "d1"))
    assert type(array).__module__ == "ZenPacks.test.ModelYaml.Array"
    assert d1.broken.__func__.__module__ == "ZenPacks.test.ModelYaml.Disk"
    assert find("array1", ("disks", "s1")).broken, "a generated class inherits the pack's own file"
    assert type(find("array1", ("disks", "d3"))) is type(d1), "with and without the class's name"


def test_declared_defaults_and_attributes(find):
    array, d1, d2 = find("array1"), find("array1", ("disks", "d1")), find("array1", ("disks", "d2"))
    assert (array.firmware, array.shelves) == ("unknown", 3)
    assert (d1.size, d1.serial, d1.tags) == (2000, "S1", ["a", "b"])
    assert (d2.size, d2.serial) == (5, "")
    assert {"size", "serial", "tags", "monitor"} <= set(d1.propertyIds())


def test_acquisition(find):
    d1, s1 = find("array1", ("disks", "d1")), find("array1", ("disks", "s1"))
    assert d1.zArrayPort == 9443, "the device's own value before what it inherits"
    assert d1.zSnmpVer == "v2c"
    assert s1.zArrayPort == 1
    assert d1.manageIp == d1.getManageIp() == "10.0.0.7"
    assert d1.getSnmpConnInfo().zSnmpVer == "v2c"
    assert not hasattr(d1, "zNothing") and not hasattr(d1, "_zp_visible_"), "private names are not acquired"
    assert d1.getZ("zSnmpVer") == "v2c" and d1.getProperty("zNothing", 7) == 7
    assert d1.hasProperty("size") and not d1.hasProperty("zSnmpVer") and d1.hasProperty("zSnmpVer", True)
    assert not hasattr(acquisition.aq_base(d1), "zSnmpVer") and acquisition.aq_base(d1).size == 2000
    assert acquisition.aq_chain(d1)[-1] is find("array1")


def test_names_and_paths(find):
    d1, p1 = find("array1", ("disks", "d1")), find("array1", ("pools", "p1"))
    assert (d1.titleOrId(), p1.titleOrId(), p1.name()) == ("d1", "Gold", "Gold")
    assert d1.getPrimaryId() == "/zport/dmd/Devices/Storage/Array/devices/array1/disks/d1"
    assert d1.getPrimaryUrlPath() == d1.getPrimaryId()
    m1 = find("array1", ("", "os"), ("filesystems", "m1"))
    assert m1.getPrimaryPath()[-4:] == ("array1", "os", "filesystems", "m1")
    assert m1.getPrimaryDmdId() == "/Devices/Storage/Array/devices/array1/os/filesystems/m1"
    assert d1.getUUID() == "u-1" and d1.getIdForRelationship() == "d1"


def test_devices(find):
    array = find("array1")
    assert array.device() is array and find("array1", ("", "os"), ("filesystems", "m1")).device() is array
    assert array.getDeviceClassPath() == array.deviceClass().getOrganizerName() == "/Storage/Array"
    assert array.deviceClass().getPrimaryUrlPath() == "/zport/dmd/Devices/Storage/Array"
    assert array.perfServer().id == "localhost"
    assert array.os.uname == "Linux" and find("array1", ("disks", "d1")).os is array.os
    assert array.hw.cpus() == []
    assert names(array.getDeviceComponents()) == ["d1", "d2", "d3", "eth0", "m1", "p1", "s1"]
    assert "p1" not in names(array.getMonitoredComponents())
    assert [b.getObject().id for b in array.componentSearch(meta_type="Pool")] == ["p1"]
    assert array.dmd.Devices.findDeviceByIdOrIp("10.0.0.9").id == "cloud1"
    assert array.getAddedByPack() == "added to array1", "the pack's __init__ ran and patched the platform's class"


def test_production_state(find):
    d1, p1 = find("array1", ("disks", "d1")), find("array1", ("pools", "p1"))
    assert (d1.getProductionState(), p1.productionState) == (1000, 400)
    assert d1.monitored() and not p1.monitored() and d1.device().monitorDevice()


def test_relations(find):
    array, d1, p1 = find("array1"), find("array1", ("disks", "d1")), find("array1", ("pools", "p1"))
    assert names(array.disks()) == ["d1", "d2", "d3", "s1"]
    assert array.disks.countObjects() == len(array.disks) == 4
    assert array.disks._getOb("d1") is d1 and array.disks.d1 is d1 and array.disks.objectIds()[0] == "d1"
    assert d1.array() is array and p1.owner() is array, "the way back, under its default name and a given one"
    assert p1 in array.pools and "p1" in array.pools and "d1" not in array.pools
    assert array.os.interfaces.eth0.os() is array.os
    assert array.disks._getOb("d9", None) is None and array._getOb("os") is array.os
    with pytest.raises(AttributeError):
        array.disks._getOb("d9")


def test_relations_that_contain_nothing(find):
    d1, d2, p1 = (find("array1", a) for a in (("disks", "d1"), ("disks", "d2"), ("pools", "p1")))
    # d2 was put into p1 from its own side; then p1 was given its members, which are d1 alone.
    assert names(p1.members()) == p1.get_members() == ["d1"]
    assert d1.pool() is p1 and d1.get_pool() == "p1" and d1.pool_name() == "Gold"
    m1 = find("array1", ("", "os"), ("filesystems", "m1"))
    assert names(m1.disks()) == ["d1", "d2"] and names(d2.mounts()) == ["m1"]
    assert m1.name() == "/data" and m1.totalBytes() == 40960


def test_platform_classes_in_a_pack_of_old(find):
    cloud, z1 = find("cloud1"), find("cloud1", ("zones", "z1"))
    assert cloud.meta_type == "TestCloud" and cloud.isRootAdmin() and cloud.getZoneCount() == 2
    assert z1.device() is cloud and z1.cloud() is cloud and z1.region == "eu" and z1.siblings() == ["z2"]
    assert z1.zCloudKey == "k"


@pytest.mark.parametrize(
    ("address", "want"),
    [
        (["array1", []], None),
        (["array1", [("disks", "d1")]], ["HardDisk", "BigDisk"]),
        (["array1", [("disks", "d2")]], ["HardDisk"]),
        (["array1", [("disks", "d3")]], []),
        (["array1", [("pools", "p1")]], None),
        (["cloud1", []], ["Cloud"]),
        (["cloud1", [("zones", "z1")]], ["CloudZone"]),
    ],
)
def test_a_class_may_decide_the_binding(service, address, want):
    assert service.handle("binding", {"object": address}) == want


def test_default_binding_knows_replacements_and_additions(find):
    p1 = find("array1", ("pools", "p1"))
    assert [t.id for t in p1.getRRDTemplates()] == ["PoolStats", "PoolStats-addition", "PoolHealth-replacement"]
    assert p1.getRRDTemplateByName("Nope") is None
    assert binding(find("array1", ("", "os"), ("interfaces", "eth0"))) == []


@pytest.mark.parametrize(
    ("name", "bases"),
    [
        ("ZenPacks.test.ModelYaml.FileSystem", ["zenpython.model.components.FileSystem"]),
        ("ZenPacks.test.ModelYaml.ModelYaml", ["zenpython.model.device.Device"]),
        (
            "ZenPacks.test.ModelYaml.SpareDisk",
            ["ZenPacks.test.ModelYaml.Disk.Disk", "zenpython.model.components.DeviceComponent"],
        ),
        ("Products.ZenModel.IpInterface.IpInterface", ["zenpython.model.components.OSComponent"]),
    ],
)
def test_names_of_classes(service, name, bases):
    found = (
        service.model._classes.for_device(name) if "Device" in bases[0] else service.model._classes.for_component(name)
    )
    assert found.__name__ == name.rpartition(".")[2]
    assert set(bases) <= {f"{c.__module__}.{c.__name__}" for c in found.__mro__}


@pytest.mark.parametrize(
    ("name", "text"), [("Confused", "nor the platform has a class of that name"), ("Careless", "no_such_default")]
)
def test_mistakes_in_a_description_or_a_class_say_what(service, name, text):
    dotted = f"ZenPacks.test.ModelYaml.{name}"
    assert service.model._classes.for_component(dotted) is DeviceComponent
    assert text in next(p["text"] for p in service.handle("problems", {}) if p["name"] == dotted)


EMBEDDED = {
    "id": "grid1",
    "class": "ZenPacks.test.ModelEmbedded.Grid",
    "attributes": {"manageIp": "10.9.8.0", "disks": "what the class does not declare"},
    "relations": {
        "nodes": [
            {"id": "n1", "modname": "ZenPacks.test.ModelEmbedded.Node", "attributes": {"set_shares": ["s1", "s2"]}}
        ],
        "shares": [{"id": s, "modname": "ZenPacks.test.ModelEmbedded.Share"} for s in ("s1", "s2", "s3")],
    },
}


def test_a_bundled_zenpacklib_with_a_description_in_python(service, find):
    service.handle("model", {"devices": [EMBEDDED]})
    n1 = find("grid1", ("nodes", "n1"))
    assert n1.getManageIp() == "10.9.8.1" and n1.grid() is find("grid1") and n1.meta_type == "GridNode"
    assert names(n1.shares()) == ["s1", "s2"]
    assert find("grid1", ("shares", "s1")).servedBy() is n1
    assert find("grid1", ("shares", "s3")).servedBy() is None
    assert find("grid1").health == ""


def test_what_cannot_be_imported_gets_a_general_context(service, find):
    service.handle(
        "model",
        {
            "devices": [
                {
                    "id": "odd",
                    "class": "ZenPacks.test.ModelBroken.Thing",
                    "attributes": {"manageIp": "1.2.3.4", "_secret": 1, "getManageIp": "hides nothing"},
                    "relations": {
                        "things": [
                            {"id": "a", "modname": "ZenPacks.test.ModelBroken.Shaky", "attributes": {"setSpeed": 1}},
                            {"id": "b", "modname": "Site", "attributes": {"path": "/b"}},
                            {"id": "c", "modname": "Products.ZenModel.NoSuchThing"},
                        ]
                    },
                }
            ]
        },
    )
    odd = find("odd")
    assert odd.getManageIp() == "1.2.3.4" and "_secret" not in odd.__dict__
    assert find("odd", ("things", "a")).getLabel() == "label of a"
    assert find("odd", ("things", "b")).path == "/b"
    found = {(p["what"], p["name"]): p["text"] for p in service.handle("problems", {})}
    assert "a_library_nobody_has" in found["class", "ZenPacks.test.ModelBroken.Thing"]
    assert found["constructor", "ZenPacks.test.ModelBroken.Shaky.Shaky"] == "no database"
    assert found["setter", "ZenPacks.test.ModelBroken.Shaky.Shaky.setSpeed"] == "unusable speed 1"
    assert ("class", "Products.ZenModel.NoSuchThing") in found
    assert ("class", "Site") not in found, "a class of the inventory's own has no module"


def test_devices_are_replaced_and_removed(service, find):
    service.handle("model", {"devices": [{"id": "temp", "attributes": {"rack": 1}}]})
    assert find("temp").rack == 1
    service.handle("model", {"devices": [{"id": "temp", "attributes": {"shelf": 2}}]})
    assert not hasattr(find("temp"), "rack")
    service.handle("model", {"devices": [{"id": "temp", "removed": True}]})
    with pytest.raises(LookupError, match="not been told of device 'temp'"):
        find("temp")
    with pytest.raises(LookupError, match="has no disks/nope"):
        find("array1", ("disks", "nope"))
