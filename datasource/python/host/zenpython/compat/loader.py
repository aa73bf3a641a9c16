"""Loads modules of packs: Python 2 source is translated, a package's `__init__` waits until a name is wanted of it."""

from __future__ import annotations

import importlib
import importlib.machinery as machinery
import os
import re
import sys
import threading
import types
from collections.abc import Sequence
from importlib.abc import Loader
from pathlib import Path
from typing import Any

from zenpython.compat import packs, record, standins

ModuleSpec = machinery.ModuleSpec

# Serialises the late runs of `__init__` files: the import system's own lock is no longer held then.
_init_lock = threading.RLock()


class PackLoader(machinery.SourceFileLoader):
    """Loads one source file below a pack's folder, translated where it is Python 2."""

    def __init__(self, fullname: str, path: str, pack: packs.Pack) -> None:
        super().__init__(fullname, path)
        self.pack = pack

    def get_code(self, fullname: str) -> Any:
        """The module's code. No bytecode is written beside the source: packs' folders are not ours to write to."""
        return self._translation().code

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module, with native strings where it was translated."""
        from zenpython import py2

        translation = self._translation()
        if translation.native:
            py2.prepare(module)
        exec(translation.code, module.__dict__)

    def _translation(self) -> Any:
        from zenpython import py2

        return py2.translate(self.path, self.get_data(self.path), self.pack.name)


class LazyPackageLoader(PackLoader):
    """Loads a package of a pack without running its `__init__.py`, see `LazyPackage`."""

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        """Make the package."""
        return LazyPackage(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Do nothing yet: importing a plugin's module must not need what the pack's `__init__` needs."""

    def run(self, module: types.ModuleType) -> None:
        """Run the package's `__init__.py` now."""
        super().exec_module(module)


class LazyPackage(types.ModuleType):
    """A package of a pack whose `__init__.py` runs when a name is asked of it that is no submodule."""

    def __getattr__(self, name: str) -> Any:
        if (name.startswith("__") and name.endswith("__")) or self._has_submodule(name):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        run_init(self)
        if name in self.__dict__:
            return self.__dict__[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def _has_submodule(self, name: str) -> bool:
        return any(
            os.path.isfile(os.path.join(folder, name + ".py")) or os.path.isdir(os.path.join(folder, name))
            for folder in self.__path__
        )


def run_init(module: types.ModuleType) -> None:
    """Run the `__init__.py` of a lazy package if it has not run; an error in it leaves it to be tried again."""
    with _init_lock:
        loader = module.__dict__.get("__loader__")
        if not isinstance(loader, LazyPackageLoader) or module.__dict__.get("__zenpython_ran__"):
            return
        # Set first: the __init__ imports submodules, which may ask this very package for names.
        module.__dict__["__zenpython_ran__"] = True
        try:
            loader.run(module)
        except BaseException:
            module.__dict__["__zenpython_ran__"] = False
            raise


def package_spec(fullname: str, folder: Path, pack: packs.Pack) -> ModuleSpec:
    """The spec of a package of a pack; one without `__init__.py` is a namespace."""
    init = folder / "__init__.py"
    loader = LazyPackageLoader(fullname, str(init), pack) if init.is_file() else None
    spec = ModuleSpec(fullname, loader, origin=str(init) if loader else None, is_package=True)
    spec.has_location = loader is not None
    spec.submodule_search_locations = [str(folder)]
    return spec


def spec_below(fullname: str, path: Sequence[str] | None, pack: packs.Pack) -> ModuleSpec | None:
    """The spec of a module inside a pack. Packages that are the pack's own wait with their `__init__`."""
    name = fullname.rpartition(".")[2]
    if name == "zenpacklib":
        return _bundled_zenpacklib(fullname, path)
    spec = machinery.PathFinder.find_spec(fullname, path)
    if spec is None and fullname == f"{pack.name}.{name}" and _describes(pack, name):
        return ModuleSpec(fullname, _DescribedClass())
    if spec is None or spec.origin is None:
        return spec
    inside = Path(spec.origin).relative_to(pack.folder).parts if pack.folder in Path(spec.origin).parents else ()
    if spec.submodule_search_locations and "lib" not in inside:
        return package_spec(fullname, Path(spec.origin).parent, pack)
    return adopt(spec, packs.current())


def _describes(pack: packs.Pack, name: str) -> bool:
    """Whether the pack's YAML describes a class of this name: zenpacklib makes a module for it."""
    line = re.compile(rf"^\s+{re.escape(name)}\s*:", re.MULTILINE)
    return any(line.search(path.read_text("utf-8", "replace")) for path in sorted(pack.folder.glob("*.yaml")))


class _DescribedClass(Loader):
    """Makes the module of a class that only the pack's YAML describes."""

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return standins.StandInModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        record.touch(module.__name__)


def adopt(spec: ModuleSpec | None, known: packs.Packs) -> ModuleSpec | None:
    """Let source below a pack's folder be loaded by us, however the path led to it."""
    if spec is not None and type(spec.loader) is machinery.SourceFileLoader:
        pack = known.at(spec.origin)
        if pack is not None:
            spec.loader = PackLoader(spec.name, str(spec.origin), pack)
            spec.cached = None
    return spec


def _bundled_zenpacklib(fullname: str, path: Sequence[str] | None) -> ModuleSpec | None:
    """A pack's bundled copy of zenpacklib is served by ours: the copy is a whole modeling framework in Python 2."""
    if machinery.PathFinder.find_spec(fullname, path) is None:
        return None
    return ModuleSpec(fullname, _SameModule("ZenPacks.zenoss.ZenPackLib.zenpacklib"))


class _SameModule(Loader):
    """Makes a name stand for another module."""

    def __init__(self, target: str) -> None:
        self._target = target

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return types.ModuleType(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        # The import system returns what stands in sys.modules once the module has run.
        sys.modules[module.__name__] = importlib.import_module(self._target)
