"""The platform's own component classes, and the children ``os`` and ``hw`` that every device has."""

from __future__ import annotations

from typing import Any

from .entity import ManagedEntity
from .relations import ToManyCont, ToOne


def _relation(name: str, remote: str, back: str) -> tuple[str, ToManyCont]:
    return name, ToManyCont(ToOne, f"Products.ZenModel.{remote}", back)


def _part_of(child: str, remote: str, name: str) -> tuple[tuple[str, ToOne], ...]:
    return ((child, ToOne(ToManyCont, f"Products.ZenModel.{remote}", name)),)


class DeviceComponent(ManagedEntity):
    """A part of a device that is monitored."""

    meta_type = portal_type = "DeviceComponent"

    def getStatus(self, statClass: str | None = None) -> int:
        """Return 0, for no open events: the builder knows none."""
        return 0

    def getInstDescription(self) -> str:
        """Return the description of the component."""
        return self.description

    def hostname(self) -> str:
        """Return the id of the device."""
        return self.device().id

    getHostname = hostname


class Software(ManagedEntity):
    """The operating system or other software of a device."""

    meta_type = portal_type = "Software"
    productName = ""


class OperatingSystem(Software):
    """The operating system: it holds the components that are part of it."""

    meta_type = portal_type = "OperatingSystem"
    totalSwap = 0
    uname = ""
    _relations = (
        _relation("interfaces", "IpInterface", "os"),
        _relation("routes", "IpRouteEntry", "os"),
        _relation("ipservices", "IpService", "os"),
        _relation("winservices", "WinService", "os"),
        _relation("processes", "OSProcess", "os"),
        _relation("filesystems", "FileSystem", "os"),
        _relation("software", "Software", "os"),
    )


class Hardware(ManagedEntity):
    """Hardware that is no device of its own."""

    meta_type = portal_type = "Hardware"
    tag = ""
    serialNumber = ""
    productName = ""


class DeviceHW(Hardware):
    """The hardware of a device: it holds the components that are part of it."""

    meta_type = portal_type = "DeviceHW"
    totalMemory = 0
    _relations = (
        _relation("cpus", "CPU", "hw"),
        _relation("cards", "ExpansionCard", "hw"),
        _relation("harddisks", "HardDisk", "hw"),
        _relation("fans", "Fan", "hw"),
        _relation("powersupplies", "PowerSupply", "hw"),
        _relation("temperaturesensors", "TemperatureSensor", "hw"),
    )


class OSComponent(DeviceComponent):
    """A component of the operating system."""

    meta_type = portal_type = "OSComponent"


class HWComponent(DeviceComponent):
    """A component of the hardware."""

    meta_type = portal_type = "HWComponent"
    serialNumber = ""


class HardwareComponent(HWComponent):
    """A component of the hardware under its other name."""


class IpInterface(OSComponent):
    """A network interface."""

    meta_type = portal_type = "IpInterface"
    _relations = _part_of("os", "OperatingSystem", "interfaces")
    interfaceName = ""
    macaddress = ""
    type = ""
    speed = 0
    duplex = 0
    mtu = 0
    adminStatus = 0
    operStatus = 0
    ifindex = "0"

    def getInterfaceName(self) -> str:
        """Return the name of the interface."""
        return self.interfaceName or self.id

    def getIpAddresses(self) -> list[str]:
        """Return the addresses with their prefix lengths."""
        return list(self.__dict__.get("setIpAddresses", ()))

    def getRRDTemplateName(self) -> str:
        """Return the name of the template for the interface's type."""
        return self.type or self.meta_type


class IpRouteEntry(OSComponent):
    """An entry of the routing table."""

    meta_type = portal_type = "IpRouteEntry"
    _relations = _part_of("os", "OperatingSystem", "routes")


class FileSystem(OSComponent):
    """A mounted file system."""

    meta_type = portal_type = "FileSystem"
    _relations = _part_of("os", "OperatingSystem", "filesystems")
    mount = ""
    storageDevice = ""
    type = ""
    blockSize = 0
    totalBlocks = 0
    totalFiles = 0
    capacity = 0
    maxNameLen = 0

    def totalBytes(self) -> int:
        """Return the size in bytes."""
        return int(self.blockSize) * int(self.totalBlocks)

    def name(self) -> str:
        """Return the mount point."""
        return self.mount or self.id


class Service(OSComponent):
    """A service."""

    meta_type = portal_type = "Service"
    serviceName = ""

    def name(self) -> str:
        """Return the service's name."""
        return self.serviceName or self.id


class IpService(Service):
    """A service that listens on a port."""

    meta_type = portal_type = "IpService"
    _relations = _part_of("os", "OperatingSystem", "ipservices")
    protocol = ""
    port = 0
    ipaddresses: list[str] = []  # noqa: RUF012 - declared by the platform in this form; instances replace it

    def getManageIp(self) -> str:
        """Return the address that the device is managed by."""
        return self.device().getManageIp()


class WinService(Service):
    """A service of Windows."""

    meta_type = portal_type = "WinService"
    _relations = _part_of("os", "OperatingSystem", "winservices")
    serviceType = ""
    startMode = ""
    startName = ""
    pathName = ""


class OSProcess(OSComponent):
    """A set of processes."""

    meta_type = portal_type = "OSProcess"
    _relations = _part_of("os", "OperatingSystem", "processes")
    displayName = ""
    includeRegex = ""
    excludeRegex = ""
    replaceRegex = ""
    replacement = ""
    generatedId = ""
    alertOnRestart = False
    severity = 3
    minProcessCount: Any = None
    maxProcessCount: Any = None

    def alertOnRestarts(self) -> bool:
        """Report whether a restart is an event."""
        return bool(self.alertOnRestart)

    def getFailSeverity(self) -> int:
        """Return the severity of the event for a process that is missing."""
        return self.severity


class CPU(HWComponent):
    """A processor."""

    meta_type = portal_type = "CPU"
    _relations = _part_of("hw", "DeviceHW", "cpus")
    socket = 0
    clockspeed = 0
    extspeed = 0
    voltage = 0
    cacheSizeL1 = 0
    cacheSizeL2 = 0


class ExpansionCard(HWComponent):
    """A card."""

    meta_type = portal_type = "ExpansionCard"
    _relations = _part_of("hw", "DeviceHW", "cards")
    slot = ""


class HardDisk(HWComponent):
    """A disk."""

    meta_type = portal_type = "HardDisk"
    _relations = _part_of("hw", "DeviceHW", "harddisks")
    hostresindex = 0


class Fan(HWComponent):
    """A fan."""

    meta_type = portal_type = "Fan"
    _relations = _part_of("hw", "DeviceHW", "fans")
    state = ""
    type = ""


class PowerSupply(HWComponent):
    """A power supply."""

    meta_type = portal_type = "PowerSupply"
    _relations = _part_of("hw", "DeviceHW", "powersupplies")
    watts = 0
    state = ""
    type = ""


class TemperatureSensor(HWComponent):
    """A sensor of temperature."""

    meta_type = portal_type = "TemperatureSensor"
    _relations = _part_of("hw", "DeviceHW", "temperaturesensors")
    state = ""
