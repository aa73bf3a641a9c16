"""The import machinery: one finder that serves our modules, the packs and what fills in for the platform.

Two finders share the work. `PlatformFinder` stands before Python's own path finder: it serves the platform's names and
the packs, and it sees to it that source below a pack's folder is loaded by `loader.PackLoader` wherever the path
led to it. `FillInFinder` stands at the end: names that nobody found and that we can fill in for.
"""

from __future__ import annotations

import importlib.machinery as machinery
import sys
import types
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from typing import Any

from zenpython.compat import additions, loader, packs, record, served, standins

PathFinder = machinery.PathFinder
ModuleSpec = machinery.ModuleSpec


class PlatformFinder(MetaPathFinder):
    """Serves the platform's names and the packs."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find `fullname` among our modules, the packs, the installed modules and the importing pack's lib."""
        root = fullname.partition(".")[0]
        if root in served.PLATFORM:
            return self._platform(fullname, path)
        return self._installed(fullname, path)

    def _platform(self, fullname: str, path: Sequence[str] | None) -> ModuleSpec | None:
        if fullname in served.names():
            return _served_spec(fullname)
        known = packs.current()
        if fullname in known.by_name and not served.is_stand_in(fullname):
            return loader.package_spec(fullname, known.by_name[fullname].folder, known.by_name[fullname])
        if known.is_namespace(fullname):
            return ModuleSpec(fullname, None, is_package=True)
        owner = known.owner(None, fullname)
        if owner is not None and not served.is_stand_in(fullname):
            return loader.spec_below(fullname, path, owner)
        if served.is_stand_in(fullname):
            return _stand_in_spec(fullname)
        if fullname.startswith("ZenPacks.") and fullname.count(".") >= 2:
            wanted_by = record.pack_of_module(record.importer())
            raise ModuleNotFoundError(
                f"no module {fullname!r} (wanted by {wanted_by}): no such pack is among the inventory's `zenpacks`",
                name=fullname,
            )
        return ModuleSpec(fullname, None, is_package=True) if fullname.startswith("ZenPacks.") else None

    def _installed(self, fullname: str, path: Sequence[str] | None) -> ModuleSpec | None:
        known = packs.current()
        if additions.wanted(fullname):
            spec = PathFinder.find_spec(fullname, path)
            return additions.hook(spec) if spec else None
        if path is not None:
            return loader.adopt(PathFinder.find_spec(fullname, path), known)
        # Libraries bundled with a pack come last: they are often old copies of what is installed.
        own = [entry for entry in sys.path if known.at(entry) is None]
        spec = PathFinder.find_spec(fullname, own)
        if spec is not None:
            return spec
        bundled = [entry for entry in sys.path if known.at(entry) is not None]
        return loader.adopt(PathFinder.find_spec(fullname, [*_importer_paths(known), *bundled]), known)


class FillInFinder(MetaPathFinder):
    """Fills in for modules that nobody has: our own zope parts and the like, then stand-ins."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find what is not installed among our modules and the stand-ins."""
        if fullname in served.names():
            return _served_spec(fullname)
        return _stand_in_spec(fullname) if served.is_stand_in(fullname) else None


def _importer_paths(known: packs.Packs) -> list[str]:
    """Folders where the importing pack keeps libraries: seen by its own imports only."""
    name = record.importer()
    pack = known.owner(getattr(sys.modules.get(name), "__file__", None), name)
    return [str(folder) for folder in pack.libs] if pack else []


def _served_spec(fullname: str) -> ModuleSpec:
    path = served.names()[fullname]
    spec = ModuleSpec(
        fullname, _ServedLoader(), origin=str(path) if path else None, is_package=served.is_package(fullname)
    )
    spec.has_location = path is not None
    return spec


def _stand_in_spec(fullname: str) -> ModuleSpec:
    # A package, so that whatever lies below it is asked of us again.
    return ModuleSpec(fullname, _StandInLoader(), is_package=True)


class _ServedLoader(Loader):
    """Runs the file that serves a name, in a module of our type."""

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return served.ServedModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        path = served.names()[module.__name__]
        if path is not None:
            code: Any = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
            exec(code, module.__dict__)


class _StandInLoader(Loader):
    """Makes stand-in modules."""

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return standins.StandInModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        record.touch(module.__name__)


def install() -> None:
    """Put the finders into `sys.meta_path`, once a process."""
    if any(isinstance(finder, PlatformFinder) for finder in sys.meta_path):
        return
    at = next((i for i, finder in enumerate(sys.meta_path) if finder is PathFinder), len(sys.meta_path))
    sys.meta_path.insert(at, PlatformFinder())
    sys.meta_path.append(FillInFinder())
