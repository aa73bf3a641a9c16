"""Our own modules under foreign names: which there are, and the module type that serves them.

The tree below `modules` mirrors the names it serves: `modules/Products/ZenUtils/Utils.py` is `Products.ZenUtils.Utils`.
"""

from __future__ import annotations

import functools
import logging
import types
from pathlib import Path
from typing import Any

from zenpython.compat import record, standins

log = logging.getLogger("zen.python.compat")

_ROOT = Path(__file__).parent / "modules"

# These win over anything installed; the rest (zope.*, pkg_resources, …) only fills in for what is not installed.
PLATFORM = frozenset({"Products", "Globals", "pynetsnmp", "zenoss", "ZenPacks"})

# Top-level packages of the platform that plugins import but a collector has no use for.
STAND_IN_ROOTS = frozenset(
    {
        "AccessControl", "Acquisition", "App", "BTrees", "DateTime", "ExtensionClass", "OFS", "Persistence",
        "Products", "ZConfig", "ZODB", "ZPublisher", "Zope2", "persistent", "servicemigration", "transaction",
        "zExceptions", "zenoss", "zope",
    }
)  # fmt: skip

# Platform packs that others tie into for pages and maps; a plugin needs nothing of them at collection time.
STAND_IN_PACKS = (
    "ZenPacks.zenoss.AdvancedSearch",
    "ZenPacks.zenoss.CatalogService",
    "ZenPacks.zenoss.DistributedCollector",
    "ZenPacks.zenoss.DurationThreshold",
    "ZenPacks.zenoss.DynamicView",
    "ZenPacks.zenoss.Impact",
    "ZenPacks.zenoss.Layer2",
    "ZenPacks.zenoss.PropertyMonitor",
    "ZenPacks.zenoss.PythonCollector",
    "ZenPacks.zenoss.ZenPackLib",
)


@functools.cache
def names() -> dict[str, Path | None]:
    """Served names and their files; a folder without `__init__.py` is a package without one (None)."""
    found: dict[str, Path | None] = {}
    for path in sorted(_ROOT.rglob("*.py")):
        parts = path.relative_to(_ROOT).with_suffix("").parts
        for depth in range(1, len(parts)):
            found.setdefault(".".join(parts[:depth]), None)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def is_package(fullname: str) -> bool:
    """Whether the served name is a package: it has no file, or the file is an `__init__.py`."""
    path = names()[fullname]
    return path is None or path.name == "__init__.py"


def is_stand_in(fullname: str) -> bool:
    """Whether an unknown module of this name gets a stand-in rather than an ImportError."""
    if fullname.partition(".")[0] in STAND_IN_ROOTS:
        return True
    return any(fullname == pack or fullname.startswith(pack + ".") for pack in STAND_IN_PACKS)


class ServedModule(types.ModuleType):
    """A module of ours under a foreign name.

    Unknown names are errors, for real behaviour is promised here, unless the module's file says
    `__zenpython_permissive__ = True`: then it holds a few real names among many that only have to import.
    """

    def __getattr__(self, name: str) -> Any:
        if (name.startswith("__") and name.endswith("__")) or f"{self.__name__}.{name}" in names():
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        if self.__dict__.get("__zenpython_permissive__"):
            value = standins.stand_in_for(self.__name__, name)
            setattr(self, name, value)
            return value
        if not self.__dict__.get("__path__"):
            record.touch(self.__name__, name)
        raise AttributeError(f"module {self.__name__!r}, as zenpython provides it, has no attribute {name!r}")
