"""The model's classes under the names by which ZenPacks import them."""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

from . import acquisition, components, relations, templates
from .device import Collector, Device, Organizer
from .entity import ManagedEntity

_COMPONENTS = [
    "DeviceComponent",
    "OSComponent",
    "HWComponent",
    "HardwareComponent",
    "OperatingSystem",
    "DeviceHW",
    "Hardware",
    "Software",
    "IpInterface",
    "IpRouteEntry",
    "FileSystem",
    "Service",
    "IpService",
    "WinService",
    "OSProcess",
    "CPU",
    "ExpansionCard",
    "HardDisk",
    "Fan",
    "PowerSupply",
    "TemperatureSensor",
]

PLATFORM_CLASSES: dict[str, type] = {
    "Device": Device,
    "ManagedEntity": ManagedEntity,
    **{name: getattr(components, name) for name in _COMPONENTS},
}
"""The classes of Products.ZenModel by the name of their module, which is that of the class."""


def served_names() -> dict[str, dict[str, Any]]:
    """Return what the model provides: names and objects, by module."""
    served: dict[str, dict[str, Any]] = {
        f"Products.ZenModel.{name}": {name: cls} for name, cls in PLATFORM_CLASSES.items()
    }
    for cls in (templates.RRDTemplate, templates.RRDDataPoint):
        served[f"Products.ZenModel.{cls.__name__}"] = {cls.__name__: cls}
    served["Products.ZenModel.ZenModelRM"] = {"ZenModelRM": acquisition.ModelObject}
    served["Products.ZenModel.DeviceClass"] = {"DeviceClass": Organizer}
    served["Products.ZenModel.PerformanceConf"] = {"PerformanceConf": Collector}
    served["Products.ZenRelations.RelSchema"] = {
        name: getattr(relations, name) for name in ("RelSchema", "ToOne", "ToMany", "ToManyCont")
    }
    for name in ("ToOneRelationship", "ToManyRelationship", "ToManyContRelationship"):
        served[f"Products.ZenRelations.{name}"] = {name: getattr(relations, name)}
    served["Products.ZenRelations.ToManyRelationship"]["ToManyRelationshipBase"] = relations.ToManyRelationship
    served["Products.ZenRelations.RelationshipBase"] = {"RelationshipBase": relations.Relationship}
    served["Acquisition"] = {name: getattr(acquisition, name) for name in ("aq_base", "aq_parent", "aq_chain")}
    from . import zenpacklib

    served["ZenPacks.zenoss.ZenPackLib.zenpacklib"] = {
        **{name: getattr(zenpacklib, name) for name in ("load_yaml", "relationships_from_yuml", "ZenPackSpec")},
        **PLATFORM_CLASSES,
        "Component": components.DeviceComponent,
    }
    return served


def serve() -> None:
    """Put the model's classes in place of what else stands under their names.

    Only the builder does so: plugins that run in a worker import these names but hold no objects of the model.
    """
    for module_name, names in served_names().items():
        module = _module(module_name)
        for name, value in names.items():
            setattr(module, name, value)


def _module(name: str) -> types.ModuleType:
    """Return the module that imports of the name find, made here and now if nobody provides it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        parent, _, last = name.rpartition(".")
        module = types.ModuleType(name)
        module.__path__ = []
        sys.modules[name] = module
        if parent:
            setattr(_module(parent), last, module)
        return module
