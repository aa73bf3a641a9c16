"""From the dotted names that devices and components carry to the classes of their contexts."""

from __future__ import annotations

import importlib
import threading
from typing import Any

from .acquisition import ModelObject
from .components import DeviceComponent
from .device import Device
from .problems import Problems


def import_class(dotted: str, plain: str = "") -> type:
    """Return a class by its dotted name; plain is another form of the name that is tried too.

    The error is that of the first form: that the second one leads to a module says nothing.
    """
    from zenpython import compat

    try:
        return compat.load_class(dotted)
    except ImportError:
        try:
            found = compat.load_class(plain) if plain and plain != dotted else None
        except Exception:  # that form runs the code of a package that nobody asked for
            found = None
        if not isinstance(found, type):
            raise
        return found


class ContextClasses:
    """Finds the class for a context once per name. What cannot be imported costs its name alone and is recorded."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._found: dict[tuple[str, type], type] = {}
        self._lock = threading.Lock()

    def for_device(self, name: str) -> type[Device]:
        """Return the class for a device's zPythonClass."""
        return self._cached(name or "Products.ZenModel.Device", Device)

    def for_component(self, name: str) -> type[ModelObject]:
        """Return the class for a component's modname, with or without the class's name at its end."""
        return self._cached(name, DeviceComponent) if "." in name else DeviceComponent

    def _cached(self, name: str, base: type) -> type:
        key = (name, base)
        with self._lock:
            if key not in self._found:
                self._found[key] = self._find(name, base)
            return self._found[key]

    def _find(self, name: str, base: type) -> type:
        module, _, last = name.rpartition(".")
        # Mostly the name is that of a module which holds a class of the same name.
        doubled = name if module.rpartition(".")[2] == last else f"{name}.{last}"
        try:
            found = import_class(doubled, plain=name)
            return self._fitted(found, base)
        except Exception as error:  # a pack's module may raise anything while it is imported
            self._problems.add("class", name, error)
            return base

    def _fitted(self, found: Any, base: type) -> type:
        """Return a class whose objects are of the model: found itself, or one that has the model's base besides."""
        from zenpython.compat import standins

        if not isinstance(found, type) or standins.is_stand_in(found):
            raise ImportError("zenpython has no such class; the object gets a general one")
        if base is Device and issubclass(found, ModelObject) and not issubclass(found, Device):
            raise TypeError("the class is no class of devices")
        if issubclass(found, ModelObject):
            return found
        return type(found.__name__, (found, base), {"__module__": found.__module__, "__doc__": found.__doc__})


def run_pack_init(name: str) -> None:
    """Run a pack's ``__init__``, as the platform does at its start: it may add methods to the platform's classes."""
    from zenpython.compat import loader

    loader.run_init(importlib.import_module(name))
