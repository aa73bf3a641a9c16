"""What translated code gets when it imports: modules under Python 2's names, with native strings at their edges.

Only imports of translated modules come here (their `__import__` is `native_import`); code written for Python 3 sees
the libraries as they are. A facade is a module that has the names that differ and takes all others from the real one.
"""

from __future__ import annotations

import builtins
import importlib
import os
import sys
import types
from collections.abc import Mapping, Sequence
from typing import Any

from zenpython.py2.facades.table import ABSENT, MOVED, WRAPPED, Entry

_TABLE: dict[str, Entry] = {**MOVED, **WRAPPED}
_PACKAGES = {name.rsplit(".", depth)[0] for name in [*_TABLE, *ABSENT] for depth in range(1, name.count(".") + 1)}

_made: dict[str, Facade] = {}


class Facade(types.ModuleType):
    """A module as Python 2 code expects it, before one or several real ones."""

    def __init__(self, name: str, reals: Sequence[types.ModuleType], names: Mapping[str, Any]) -> None:
        super().__init__(name, reals[0].__doc__ if reals else None)
        self.__dict__["__zp_reals__"] = tuple(reals)
        self.__dict__.update(names)

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return [public for public in dir(self) if not public.startswith("_")]
        below = f"{self.__name__}.{name}"
        if below in _TABLE or (below in _PACKAGES and below in sys.modules):
            return facade(below)
        for real in self.__dict__["__zp_reals__"]:
            try:
                return getattr(real, name)
            except AttributeError:
                continue
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        # Settings and patches are meant for the library.
        for real in self.__dict__["__zp_reals__"][:1]:
            setattr(real, name, value)
        self.__dict__[name] = value

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *(name for real in self.__dict__["__zp_reals__"] for name in dir(real))})


def facade(name: str) -> Facade:
    """The facade of a module that the table names, or of a package that holds such modules."""
    if name not in _made:
        # No lock: making one imports, and another thread may wait for ours inside an import. The first one made stays.
        _made.setdefault(name, _make(name))
    return _made[name]


def _make(name: str) -> Facade:
    entry = _TABLE.get(name) or ABSENT.get(name) or Entry((name,) if name in _PACKAGES - {"elementtree"} else ())
    reals = [importlib.import_module(module) for module in entry.modules]
    names: Mapping[str, Any] = {}
    if entry.names:
        module, _, function = entry.names.partition(":")
        names = getattr(importlib.import_module(f"{__name__}.{module}"), function)()
    return Facade(name, reals, names)


def native_import(
    name: str,
    globals: Mapping[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> Any:
    """`__import__` of translated modules: a module beside the importing one first, as Python 2 did, then facades."""
    if level < 0:
        level = 0
    if level == 0 and _lies_beside(name, globals or {}):
        return builtins.__import__(name, globals, locals, fromlist or (), 1)
    if level:
        return builtins.__import__(name, globals, locals, fromlist or (), level)
    if name in ABSENT:
        try:
            return builtins.__import__(name, globals, locals, fromlist or (), 0)
        except ImportError:
            return _served(name, fromlist)
    if name in MOVED:
        return _served(name, fromlist)
    result = _imported(name, globals, locals, fromlist)
    if name in _TABLE or name in _PACKAGES or (name.partition(".")[0] in _ROOTS and not fromlist):
        return _served(name, fromlist)
    return result


_ROOTS = {name.partition(".")[0] for name in [*_TABLE, *ABSENT]}


def _imported(name: str, globals: Any, locals: Any, fromlist: Any) -> Any:
    """The real import, of what of `fromlist` is no facade itself."""
    wanted = tuple(item for item in fromlist or () if f"{name}.{item}" not in MOVED)
    if fromlist and not wanted:
        return importlib.import_module(name)
    return builtins.__import__(name, globals, locals, wanted, 0)


def _served(name: str, fromlist: Sequence[str] | None) -> types.ModuleType:
    """What an import statement gets for a name in the tables: the module itself, or the package at its top."""
    leaf: types.ModuleType = (
        facade(name) if name in _TABLE or name in ABSENT or name in _PACKAGES else sys.modules[name]
    )
    if fromlist or "." not in name:
        return leaf
    return facade(name.partition(".")[0])


_beside: dict[tuple[str, str], bool] = {}


def _lies_beside(name: str, globals: Mapping[str, Any]) -> bool:
    """Whether a module of that name lies in the importing module's package."""
    package = globals.get("__package__") or ""
    own = globals.get("__name__") or ""
    first = name.partition(".")[0]
    if not package or not first or own == f"{package}.{first}" or "absolute_import" in globals:
        return False
    if (package, first) not in _beside:
        folders = getattr(sys.modules.get(package), "__path__", ())
        _beside[package, first] = any(
            os.path.isfile(os.path.join(folder, first + ".py"))
            or os.path.isfile(os.path.join(folder, first, "__init__.py"))
            for folder in folders
        )
    return _beside[package, first]
