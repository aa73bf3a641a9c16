"""The config objects that plugins see (spec §3.4, §3.5).

What a data source or datapoint takes from its template is the same for all devices. It is kept once, and the configs of
all tasks look into it; what a plugin sets on its own config stays there. Datapoints are made when a plugin asks for
them, which many never do. So a task costs little more than what is its own.
"""

from __future__ import annotations

import copy
import json
import sys
from typing import Any, ClassVar
from weakref import WeakValueDictionary

import msgpack

_SOURCE_DEFAULTS: dict[str, Any] = {
    "device": None,
    "manageIp": None,
    "component": None,
    "template": None,
    "datasource": None,
    "config_key": None,
    "params": None,
    "cycletime": None,
    "eventClass": None,
    "eventKey": None,
    "severity": 3,
    "plugin_classname": None,
    "result": None,
}

_POINT_DEFAULTS: dict[str, Any] = {
    "id": None,
    "component": None,
    "dpName": None,
    "rrdType": None,
    "rrdCreateCommand": "",
    "rrdMin": None,
    "rrdMax": None,
}


_DEVICE_DEFAULTS: dict[str, Any] = {"id": None, "configId": None, "manageIp": None, "deviceGuid": None}


class Shared(dict[str, Any]):
    """What objects of several tasks have in common. Never changed."""

    __slots__ = ("__weakref__",)


class _SharingConfig:
    """Looks up what is not its own in what it shares, then in the defaults."""

    _defaults: ClassVar[dict[str, Any]] = {}
    _shared: dict[str, Any]

    def __init__(self, shared: dict[str, Any] | None = None, **own: Any) -> None:
        # One by one: so instances share a table of names, which writing to __dict__ would end.
        self._shared = {} if shared is None else shared
        for name, value in own.items():
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        """Return the shared value or the default."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._shared:
            value = self._shared[name]
            if isinstance(value, (list, dict, set)):
                # What a plugin can change it must not change for other tasks.
                value = copy.deepcopy(value)
                setattr(self, name, value)
            return value
        if name in self._defaults:
            return self._defaults[name]
        return self._made(name)

    def _made(self, name: str) -> Any:
        raise AttributeError(f"{self!r} has no attribute {name!r}")


class DataPointConfig(_SharingConfig):
    """One datapoint: ``id``, ``dpName``, ``component``, ``rrdPath``, ``rrdType``, ``rrdCreateCommand``, ``rrdMin``,
    ``rrdMax``, ``metadata``, ``tags`` and the datapoint's further properties.
    """

    _defaults = _POINT_DEFAULTS

    def _made(self, name: str) -> Any:
        if name in ("metadata", "tags"):
            value: dict[str, Any] = {}
            setattr(self, name, value)
            return value
        if name == "rrdPath":
            return f"{json.dumps(self.metadata, sort_keys=True)}/{self.dpName}"
        return super()._made(name)

    def __repr__(self) -> str:
        return f"<DataPointConfig {self.dpName}>"


class PythonDataSourceConfig(_SharingConfig):
    """One data source bound to one device or component; its proxy attributes are attributes of it."""

    _defaults = _SOURCE_DEFAULTS
    _points: tuple[tuple[Shared, ...], bytes | list[dict[str, Any]]] = ((), [])

    def _made(self, name: str) -> Any:
        if name != "points":
            return super()._made(name)
        specs, packed = self._points
        owns = msgpack.unpackb(packed) if isinstance(packed, bytes) else packed
        self.points = [DataPointConfig(spec, **own) for spec, own in zip(specs, owns, strict=True)]
        self._points = PythonDataSourceConfig._points
        return self.points

    def getEventKey(self, point: Any) -> str:
        """Return the event key of thresholds on this point: eventKey, ``|``, the name at the end of its rrdPath."""
        if self.eventKey is None:
            raise TypeError("eventKey is None")
        return f"{self.eventKey}|{point.rrdPath.rsplit('/', 1)[-1]}"

    def __repr__(self) -> str:
        return f"<PythonDataSourceConfig {self.template}/{self.datasource} of {self.device}, {self.component}>"


class DeviceProxy(_SharingConfig):
    """The ``config`` of plugins' hooks: a device with the data sources of one task."""

    _defaults = _DEVICE_DEFAULTS

    def _made(self, name: str) -> Any:
        if name not in ("datasources", "thresholds"):
            return super()._made(name)
        value: list[Any] = []
        setattr(self, name, value)
        return value

    def __repr__(self) -> str:
        return f"<DeviceProxy {self.id}>"


# What differs from device to device though the template is the same.
_OWN_OF_SOURCE = ("device", "manageIp", "component", "config_key", "params")
_OWN_OF_POINT = ("component", "metadata", "rrdPath", "tags")


class ConfigFactory:
    """Makes config objects of the daemon's maps, and knows what they can share."""

    def __init__(self) -> None:
        self._shared: WeakValueDictionary[bytes, Shared] = WeakValueDictionary()
        self._nothing = Shared()

    def config(self, wire: dict[str, Any]) -> DeviceProxy:
        """Return the config of a configure frame. The map is used up by it."""
        same: dict[str, str] = {}
        proxy = DeviceProxy(self._nothing)
        for name in ("id", "configId", "manageIp", "deviceGuid"):
            setattr(proxy, name, _one(same, wire.get(name)))
        proxy.datasources = [self._source(source, same) for source in wire.get("datasources") or ()]
        if wire.get("thresholds"):
            proxy.thresholds = wire["thresholds"]
        return proxy

    def _source(self, wire: dict[str, Any], same: dict[str, str]) -> PythonDataSourceConfig:
        own = {name: wire.pop(name, None) for name in _OWN_OF_SOURCE}
        attributes = wire.pop("attributes", None) or {}
        points = wire.pop("points", None) or ()
        shared = self._share(wire)
        for value in shared.values():
            _one(same, value)
        source = PythonDataSourceConfig(shared)
        for name, value in own.items():
            setattr(source, name, _one(same, value))
        if own["config_key"] is not None:
            source.config_key = tuple(_one(same, part) for part in own["config_key"])
        if own["params"] is None:
            source.params = {}
        if points:
            source._points = self._packed_points(points)
        # Last: they overwrite fields of the same name.
        for name, value in attributes.items():
            setattr(source, name, _one(same, value))
        return source

    def _packed_points(self, points: list[dict[str, Any]]) -> tuple[tuple[Shared, ...], bytes | list[dict[str, Any]]]:
        own = [{name: point.pop(name) for name in _OWN_OF_POINT if name in point} for point in points]
        for point in own:
            if point.get("rrdPath") is None:
                point.pop("rrdPath", None)
        specs = tuple(self._share(point) for point in points)
        try:
            return specs, msgpack.packb(own, strict_types=True)
        except (TypeError, OverflowError):
            return specs, own  # something in it has no plain form

    def _share(self, value: dict[str, Any]) -> Shared:
        """Return what an equal value was shared as before."""
        try:
            key = msgpack.packb(value, strict_types=True)
        except (TypeError, OverflowError):
            return Shared(value)  # a value with something in it that has no plain form is rare
        shared = self._shared.get(key)
        if shared is None:
            shared = Shared({name: sys.intern(item) if type(item) is str else item for name, item in value.items()})
            self._shared[key] = shared
        return shared


def _one(same: dict[str, str], value: Any) -> Any:
    """Return the one text object of a task for this text; other values as they are."""
    return same.setdefault(value, value) if type(value) is str else value
