"""What `zenpacklib` is to a pack's `__init__.py`: `load_yaml` gives it the pack's module and its `schema`.

The classes in `schema` are stand-ins here; the builder, which needs objects of them, has made real ones before.
"""

from __future__ import annotations

import sys
import types
from typing import Any

from zenpython.compat import record, standins


class PackSpec:
    """What `load_yaml` returns."""

    def __init__(self, module: types.ModuleType) -> None:
        self.name = module.__name__
        self.zenpack_module = module
        self.schema = schema_of(module)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        record.touch("ZenPacks.zenoss.ZenPackLib.zenpacklib", f"load_yaml().{name}")
        return standins.StandIn(f"{self.name}.{name}")


def load_yaml(*paths: Any, **options: Any) -> PackSpec:
    """Take the place of zenpacklib's: the inventory reads `zenpack.yaml` itself."""
    caller = sys.modules.get(record.importer()) or sys.modules["__main__"]
    package = caller.__name__ if hasattr(caller, "__path__") else caller.__name__.rpartition(".")[0]
    return PackSpec(sys.modules.get(package, caller))


def schema_of(module: types.ModuleType) -> types.ModuleType:
    """The pack's `schema` module, made where nobody has made it."""
    name = f"{module.__name__}.schema"
    if name not in sys.modules:
        sys.modules[name] = standins.StandInModule(name)
    module.__dict__.setdefault("schema", sys.modules[name])
    return sys.modules[name]
