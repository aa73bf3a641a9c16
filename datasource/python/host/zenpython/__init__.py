"""Writing Python plugins for zenpython.

    from zenpython import PythonDataSourcePlugin

    class Orders(PythonDataSourcePlugin):
        async def collect(self, config):
            data = self.new_data()
            ...
            return data

The names here are those of ZenPacks' own modules (``ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource`` and
others): the same classes by a shorter way. Type checkers find their types in ``__init__.pyi``.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

_SOURCE = "ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource"
_DATA_MAPS = "Products.DataCollector.plugins.DataMaps"

# Name → module that has it. They are imported when they are asked for, so that no plugin pays for what it does not use.
_HOMES = {
    "PythonDataSource": _SOURCE,
    "PythonDataSourcePlugin": _SOURCE,
    "Metric": _SOURCE,
    "ObjectMap": _DATA_MAPS,
    "RelationshipMap": _DATA_MAPS,
    "MultiArgs": _DATA_MAPS,
    "ZenEventClasses": "Products.ZenEvents.ZenEventClasses",
    "prepId": "Products.ZenUtils.Utils",
    "DataPointConfig": "zenpython.host.configs",
    "DeviceProxy": "zenpython.host.configs",
    "PythonDataSourceConfig": "zenpython.host.configs",
    "RemoteError": "zenpython.host.errors",
    "RunningTimeoutError": "zenpython.host.errors",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _make_importable()
    module = importlib.import_module(home)
    value = module if home.endswith(f".{name}") and not hasattr(module, name) else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *_HOMES]


def _make_importable() -> None:
    """Make ZenPacks' module names importable where no daemon did: in a plugin's own tests, say."""
    from zenpython import compat
    from zenpython.compat.finder import PlatformFinder

    if not any(isinstance(finder, PlatformFinder) for finder in sys.meta_path):
        compat.install({})
