"""Devices as the code of ZenPacks sees them: ``Products.ZenModel.Device`` and what hangs on a device."""

from __future__ import annotations

from typing import Any

from .acquisition import ModelObject
from .entity import ManagedEntity
from .relations import ToManyContRelationship
from .templates import RRDTemplate

SNMP_PROPERTIES = [
    "zMaxOIDPerRequest",
    "zSnmpMonitorIgnore",
    "zSnmpAuthPassword",
    "zSnmpAuthType",
    "zSnmpCommunity",
    "zSnmpPort",
    "zSnmpPrivPassword",
    "zSnmpPrivType",
    "zSnmpSecurityName",
    "zSnmpTimeout",
    "zSnmpTries",
    "zSnmpVer",
    "zSnmpContext",
    "zSnmpEngineId",
]


class Device(ManagedEntity):
    """A device. It ends acquisition: what it has neither itself nor from its class is a zProperty or nothing."""

    meta_type = portal_type = "Device"
    manageIp = ""
    productionState = 1000
    preMWProductionState = 1000
    priority = 3
    snmpDescr = ""
    snmpSysName = ""
    snmpContact = ""
    snmpLocation = ""
    snmpAgent = ""
    snmpindex = ""
    tag = ""
    serialNumber = ""
    comments = ""
    sysedgeLicenseMode = ""
    rackSlot = ""
    osVersion = ""
    _relations = ManagedEntity._relations
    _properties = (
        *ManagedEntity._properties,
        {"id": "manageIp", "type": "string", "mode": "w"},
        {"id": "productionState", "type": "keyedselection", "mode": "w"},
        {"id": "snmpDescr", "type": "string", "mode": "w"},
        {"id": "snmpSysName", "type": "string", "mode": "w"},
        {"id": "priority", "type": "int", "mode": "w"},
    )
    # What the daemon knows of the device beyond its own attributes.
    _zp_class_path = "/"
    _zp_visible: frozenset[str] = frozenset()
    _zp_devices: dict[str, Device] | None = None

    def __init__(self, id: str = "", buildRelations: bool = True, *args: Any, **kwargs: Any) -> None:
        super().__init__(id)

    @property
    def dmd(self) -> Dmd:
        """The root of the platform's database, as far as the builder has it."""
        return Dmd(self)

    def device(self) -> Device:
        """Return the device itself."""
        return self

    def getPrimaryPath(self) -> tuple[str, ...]:
        """Return the path below the device class."""
        organizers = [part for part in self._zp_class_path.split("/") if part]
        return ("", "zport", "dmd", "Devices", *organizers, "devices", self.id)

    def getManageIp(self) -> str:
        """Return the address that the device is managed by."""
        return self.manageIp

    def getDeviceIp(self) -> str:
        """Return the address that the device is managed by."""
        return self.getManageIp()

    def deviceClass(self) -> Organizer:
        """Return the device class."""
        return Organizer("Devices", self._zp_class_path)

    def getDeviceClassPath(self) -> str:
        """Return the device class's path, such as /Server/Linux."""
        return self._zp_class_path

    def getDeviceClassName(self) -> str:
        """Return the device class's path, such as /Server/Linux."""
        return self._zp_class_path

    def monitorDevice(self) -> bool:
        """Report whether the production state is high enough for monitoring."""
        return self.productionState >= getattr(self, "zProdStateThreshold", 300)

    def perfServer(self) -> Collector:
        """Return the collector that the device belongs to."""
        return Collector(self.getPerformanceServerName())

    getPerformanceServer = perfServer

    def getPerformanceServerName(self) -> str:
        """Return the id of the collector that the device belongs to."""
        return self.__dict__.get("performanceMonitor", "localhost")

    def getLocationName(self) -> str:
        """Return the path of the device's location, empty without one."""
        return self.__dict__.get("location_path", "")

    def getSystemNames(self) -> list[str]:
        """Return the paths of the systems that the device is in."""
        return list(self.__dict__.get("system_paths", ()))

    def getDeviceGroupNames(self) -> list[str]:
        """Return the paths of the groups that the device is in."""
        return list(self.__dict__.get("group_paths", ()))

    def getSnmpConnInfo(self) -> SnmpConnInfo:
        """Return what a connection to the device's SNMP agent needs."""
        return SnmpConnInfo(self)

    def getHWSerialNumber(self) -> str:
        """Return the serial number of the hardware."""
        return getattr(self.hw, "serialNumber", "")

    def getOSProductName(self) -> str:
        """Return the name of the operating system."""
        return getattr(self.os, "productName", "")

    def getHWProductName(self) -> str:
        """Return the name of the hardware's product."""
        return getattr(self.hw, "productName", "")

    def getDeviceComponents(
        self, monitored: bool | None = None, collector: Any = None, type: str | None = None
    ) -> list[Any]:
        """Return all components, also those of components; those of one meta_type if type is given."""
        return [
            component
            for component in _components(self)
            if (type is None or component.meta_type == type)
            and (monitored is None or component.monitored() == monitored)
        ]

    def getMonitoredComponents(self, collector: Any = None, type: str | None = None) -> list[Any]:
        """Return the components that are monitored."""
        return self.getDeviceComponents(monitored=True, type=type)

    def componentSearch(self, query: Any = None, **terms: Any) -> list[Brain]:
        """Return what the catalog of components would find: for terms such as meta_type or id, as brains."""
        return [
            Brain(component)
            for component in _components(self)
            if all(getattr(component, name, None) == value for name, value in {**(query or {}), **terms}.items())
        ]

    def getRRDTemplates(self) -> list[RRDTemplate]:
        """Return the templates that are bound: those of zDeviceTemplates where nothing else is said."""
        if self._zp_bound is not None:
            return [found for name in self._zp_bound if (found := self.getRRDTemplateByName(name))]
        return self._zp_templates(list(getattr(self, "zDeviceTemplates", None) or ["Device"]))


class Dmd:
    """The root of the platform's database: the devices that the builder has been told of, and nothing else."""

    id = "dmd"

    def __init__(self, device: Device) -> None:
        self._device = device

    @property
    def Devices(self) -> Organizer:
        """The root of the device classes."""
        return Organizer("Devices", "/", self._device._zp_devices)

    def getDmdRoot(self, name: str) -> Organizer:
        """Return the organizer at the top of a tree."""
        return Organizer(name, "/", self._device._zp_devices if name == "Devices" else None)

    def getDmd(self) -> Dmd:
        """Return the root itself."""
        return self


class Organizer(ModelObject):
    """A device class, or another organizer: its path, and at the root the devices."""

    meta_type = portal_type = "DeviceClass"

    def __init__(self, root: str, path: str, devices: dict[str, Device] | None = None) -> None:
        super().__init__(path.rsplit("/", 1)[-1] or root)
        self._root, self._path, self._devices = root, path, devices or {}

    def getPrimaryPath(self) -> tuple[str, ...]:
        """Return the path from the root of the platform's database, as ids."""
        return ("", "zport", "dmd", self._root, *[part for part in self._path.split("/") if part])

    def getOrganizerName(self) -> str:
        """Return the path below the organizer at the top, such as /Server/Linux."""
        return self._path

    def findDevice(self, name: str) -> Device | None:
        """Return the device of that id, title or address, if the builder has it."""
        return self.findDeviceByIdExact(name) or self.findDeviceByIdOrIp(name)

    findDeviceByIdOrTitle = findDevice

    def findDeviceByIdExact(self, name: str) -> Device | None:
        """Return the device of that id, if the builder has it."""
        return self._devices.get(name)

    def findDeviceByIdOrIp(self, name: str) -> Device | None:
        """Return the device of that id or address, if the builder has it."""
        if name in self._devices:
            return self._devices[name]
        return next((d for d in self._devices.values() if name in (d.manageIp, d.title) and name), None)

    def getSubDevices(self, devfilter: Any = None) -> list[Device]:
        """Return the devices at and below a device class."""
        below = self._path.rstrip("/") + "/"
        devices = (d for d in self._devices.values() if (d.getDeviceClassPath() + "/").startswith(below))
        return [d for d in devices if devfilter is None or devfilter(d)]


class Collector(ModelObject):
    """The collector that a device belongs to."""

    meta_type = portal_type = "PerformanceConf"


class SnmpConnInfo:
    """What a connection to a device's SNMP agent needs."""

    def __init__(self, device: Device) -> None:
        self.id = device.id
        self.manageIp = device.getManageIp()
        for name in SNMP_PROPERTIES:
            setattr(self, name, getattr(device, name, None))


class Brain:
    """What a catalog search finds in place of an object."""

    def __init__(self, obj: ModelObject) -> None:
        self._object = obj
        self.id = obj.id
        self.meta_type = obj.meta_type
        self.getPrimaryId = obj.getPrimaryId()

    def getPath(self) -> str:
        """Return the object's path as text."""
        return self.getPrimaryId

    def getObject(self) -> ModelObject:
        """Return the object."""
        return self._object


def _components(obj: ModelObject) -> list[Any]:
    """Return all components below an object, through children such as ``os`` too."""
    found = []
    for member in list(obj.__dict__.values()):
        if isinstance(member, ToManyContRelationship):
            for component in member():
                found.append(component)
                found.extend(_components(component))
        elif isinstance(member, ModelObject) and member._zp_parent is obj:
            found.extend(_components(member))
    return found
