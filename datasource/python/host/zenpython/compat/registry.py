"""Utilities and adapters: the small part of zope.component that plugins and data source modules use."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

from zope.interface import Interface, implementedBy, providedBy
from zope.interface.adapter import AdapterRegistry
from zope.interface.interface import InterfaceClass

from zenpython.compat.advice import advise


class ComponentLookupError(LookupError):
    """No utility or adapter is registered for what was asked."""


def adapts(*interfaces: Any) -> None:
    """Declare, in a class body, what the class adapts; registrations without `adapts` use it."""
    advise(sys._getframe(1), "adapts", lambda cls: setattr(cls, "__component_adapts__", interfaces))


def adapter(*interfaces: Any) -> Callable[[Any], Any]:
    """Declare, as decorator, what a class or function adapts."""

    def declare(factory: Any) -> Any:
        factory.__component_adapts__ = interfaces
        return factory

    return declare


class Components:
    """One registry of utilities, adapters and subscribers."""

    def __init__(self) -> None:
        self._adapters = AdapterRegistry()

    def provide_utility(self, component: Any, provides: Any = None, name: str = "") -> None:
        """Register `component` under an interface (its only one by default) and a name."""
        self._adapters.register((), _interface(provides, providedBy(component)), name or "", component)

    def query_utility(self, interface: Any, name: str = "", default: Any = None, context: Any = None) -> Any:
        """The utility, or `default`."""
        if not isinstance(interface, InterfaceClass):
            return default
        return self._adapters.lookup((), interface, name or "", default)

    def get_utility(self, interface: Any, name: str = "", context: Any = None) -> Any:
        """The utility; ComponentLookupError where there is none."""
        found = self.query_utility(interface, name)
        if found is None:
            raise ComponentLookupError(interface, name)
        return found

    def utilities_for(self, interface: Any, context: Any = None) -> Iterator[tuple[str, Any]]:
        """Pairs of name and utility."""
        return iter(self._adapters.lookupAll((), interface))

    def provide_adapter(self, factory: Any, adapts: Any = None, provides: Any = None, name: str = "") -> None:
        """Register an adapter factory."""
        required = [_specification(each) for each in adapts or factory.__component_adapts__]
        self._adapters.register(required, _interface(provides, implementedBy(factory)), name or "", factory)

    def query_adapter(
        self, obj: Any, interface: Any = Interface, name: str = "", default: Any = None, context: Any = None
    ) -> Any:
        """`obj` adapted to `interface`: itself where it provides it, else by a factory, else `default`."""
        if not name and isinstance(interface, InterfaceClass) and interface.providedBy(obj):
            return obj
        factory = self._adapters.lookup((providedBy(obj),), interface, name or "")
        return default if factory is None else factory(obj)

    def get_adapter(self, obj: Any, interface: Any = Interface, name: str = "", context: Any = None) -> Any:
        """`obj` adapted to `interface`; ComponentLookupError where nothing does that."""
        found = self.query_adapter(obj, interface, name)
        if found is None:
            raise ComponentLookupError(obj, interface, name)
        return found

    def provide_subscriber(self, factory: Any, adapts: Any = None, provides: Any = None) -> None:
        """Register a subscription adapter."""
        required = [_specification(each) for each in adapts or factory.__component_adapts__]
        self._adapters.subscribe(required, _interface(provides, implementedBy(factory)), factory)

    def subscribers(self, objects: Any, interface: Any, context: Any = None) -> list[Any]:
        """What the subscription adapters give for `objects`."""
        return self._adapters.subscribers(objects, interface)

    def provide_handler(self, factory: Any, adapts: Any = None) -> None:
        """Register a handler of events."""
        required = [_specification(each) for each in adapts or factory.__component_adapts__]
        self._adapters.subscribe(required, None, factory)

    def handle(self, *objects: Any) -> None:
        """Call the handlers registered for `objects`."""
        self._adapters.subscribers(objects, None)


class SiteManager:
    """The registry under the method names of zope's site managers."""

    def __init__(self, components: Components) -> None:
        self._components = components

    def registerUtility(self, component: Any, provided: Any = None, name: str = "", *args: Any, **kw: Any) -> None:
        """Register a utility."""
        self._components.provide_utility(component, provided, name)

    def registerAdapter(self, factory: Any, required: Any = None, provided: Any = None, name: str = "") -> None:
        """Register an adapter factory."""
        self._components.provide_adapter(factory, required, provided, name)

    def registerSubscriptionAdapter(self, factory: Any, required: Any = None, provided: Any = None) -> None:
        """Register a subscription adapter."""
        self._components.provide_subscriber(factory, required, provided)

    def registerHandler(self, factory: Any, required: Any = None) -> None:
        """Register a handler of events."""
        self._components.provide_handler(factory, required)

    def queryUtility(self, interface: Any, name: str = "", default: Any = None) -> Any:
        """The utility, or `default`."""
        return self._components.query_utility(interface, name, default)

    def getUtility(self, interface: Any, name: str = "") -> Any:
        """The utility; ComponentLookupError where there is none."""
        return self._components.get_utility(interface, name)


def _interface(given: Any, declared: Any) -> Any:
    if given is not None:
        return given
    found = list(declared)
    if len(found) != 1:
        raise TypeError(f"which interface is meant? {len(found)} are declared; name one")
    return found[0]


def _specification(required: Any) -> Any:
    if required is None or isinstance(required, InterfaceClass):
        return required
    return implementedBy(required)


_components = Components()


def components() -> Components:
    """The registry of this process."""
    return _components
