"""From the dotted names that devices and components carry to the classes of their contexts."""

from __future__ import annotations

import importlib
import threading

from .acquisition import ModelObject
from .components import DeviceComponent
from .device import Device
from .problems import Problems


def import_class(name: str) -> type:
    """Return the class that a dotted name of the platform means: one in a module of its own name, or plainly the class.

    ``ZenPacks.a.B.Disk`` is mostly the class ``Disk`` in the module ``ZenPacks.a.B.Disk``.
    """
    head, _, last = name.rpartition(".")
    forms = [f"{name}.{last}", name]
    if head.endswith(f".{last}"):
        forms.reverse()  # it names module and class
    errors = []
    for form in forms:
        try:
            return _real_class(form)
        except ImportError as error:
            errors.append(error)
        except Exception as error:  # a pack's module may raise anything while it is imported
            if form != name:
                raise
            errors.append(error)
    # That the other form leads nowhere says nothing.
    raise errors[forms.index(f"{name}.{last}")]


def _real_class(dotted: str) -> type:
    from zenpython import compat
    from zenpython.compat import standins

    found = compat.load_class(dotted)
    if not isinstance(found, type) or standins.is_stand_in(found):
        raise ImportError(f"zenpython has no class {dotted}; the object gets a general one")
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
        try:
            return self._fitted(import_class(name), base)
        except Exception as error:  # a pack's module may raise anything while it is imported
            self._problems.add("class", name, error)
            return base

    def _fitted(self, found: type, base: type) -> type:
        """Return a class whose objects are of the model: found itself, or one that has the model's base besides."""
        if base is Device and issubclass(found, ModelObject) and not issubclass(found, Device):
            raise TypeError("the class is no class of devices")
        if issubclass(found, ModelObject):
            return found
        return type(found.__name__, (found, base), {"__module__": found.__module__, "__doc__": found.__doc__})


def run_pack_init(name: str) -> None:
    """Run a pack's ``__init__``, as the platform does at its start: it may add methods to the platform's classes."""
    from zenpython.compat import loader

    loader.run_init(importlib.import_module(name))
