"""``zenpacklib`` as packs import it, central or bundled: the entry points that a pack's ``__init__`` calls.

In the builder the classes of a pack are made from its folder before its ``__init__`` runs; what is here hands them out.
"""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

from . import schema
from .zenpackyaml import load_pack_spec, pack_spec


class LoadedPack:
    """What ``load_yaml`` returns: the pack's description with its module."""

    def __init__(self, name: str, module: types.ModuleType, data: dict[str, Any]) -> None:
        self.name = name
        self.zenpack_module = module
        self.classes = dict(data.get("classes") or {})
        self.device_classes = dict(data.get("device_classes") or {})
        self.zProperties = dict(data.get("zProperties") or {})

    def create(self) -> None:
        """Return without more: the classes stand already."""


def load_yaml(yaml_filename: Any = None, **kwargs: Any) -> LoadedPack:
    """Return the description of the pack whose ``__init__`` calls."""
    return _loaded(_calling_package())


def relationships_from_yuml(yuml: str) -> str:
    """Return relations in a form that ZenPackSpec takes."""
    return yuml


class ZenPackSpec(LoadedPack):
    """A pack's description written in Python, as packs from before ``zenpack.yaml`` have it."""

    def __init__(self, name: str, **data: Any) -> None:
        package = sys.modules[name]
        super().__init__(name, package, data)
        spec = pack_spec(name, data)
        if spec.problems:
            raise ValueError("; ".join(spec.problems))
        self._spec, self._folder = spec, Path(package.__path__[0])

    def create(self) -> None:
        """Make the classes importable."""
        schema.install(self._spec, self._folder)


def _calling_package() -> str:
    """Return the name of the package whose code called, zenpacklib's own frames left out."""
    frame = sys._getframe(1)
    while frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    names = frame.f_globals
    return names["__name__"] if "__path__" in names else names["__name__"].rpartition(".")[0]


def _loaded(name: str) -> LoadedPack:
    module = sys.modules[name]
    installed = sys.modules.get(name + ".schema")
    if isinstance(installed, schema.SchemaModule):
        return LoadedPack(name, module, installed._zp_spec.data)
    spec = load_pack_spec(name, Path(module.__path__[0]))
    if spec is None:
        raise FileNotFoundError(f"{name}: load_yaml() found no zenpack.yaml beside the pack's __init__.py")
    schema.install(spec, Path(module.__path__[0]))
    return LoadedPack(name, module, spec.data)
