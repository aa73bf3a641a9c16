"""Permissive stand-ins for the parts of the platform that a collector has no use for.

Packs import web pages, model classes and catalogs beside their plugins. A stand-in lets such code be imported: its
names can be subclassed, called and used as decorators, and every name asked for is recorded (see `record`). It does
no work; what plugins use while collecting has a module of its own below `modules`.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator
from typing import Any

from zope.interface import Interface
from zope.interface.interface import InterfaceClass

from zenpython.compat import record

# Platform code names interfaces with a leading I; they must be real ones, for packs derive interfaces from them.
_INTERFACE_NAME = re.compile(r"I[A-Z][a-z]\w*\Z")

_RAISE = object()

# Functions (module, attribute) -> object or None that may know better than a stand-in, e.g. the model's classes.
_providers: list[Callable[[str, str], Any]] = []


def provide(provider: Callable[[str, str], Any]) -> None:
    """Let `provider(module, attribute)` answer for names of stand-in modules; it returns None for what it lacks."""
    _providers.append(provider)


class _StandInMeta(type):
    """Makes classes whose missing attributes are stand-ins too, and which pass through what they decorate."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if not cls.__dict__.get("_zenpython_standin"):
            # A class of a pack: what it lacks comes from its stand-in base, without filling the pack's own class.
            base = next(base for base in cls.__mro__ if base.__dict__.get("_zenpython_standin"))
            return getattr(base, name)
        value = StandIn(f"{cls.__module__}.{cls.__qualname__}.{name}")
        setattr(cls, name, value)
        return value

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls.__dict__.get("_zenpython_standin"):
            if len(args) == 1 and not kwargs and _decorated(args[0]):
                return args[0]
            return StandIn(f"{cls.__module__}.{cls.__qualname__}()")
        return super().__call__(*args, **kwargs)

    def __add__(cls, other: Any) -> Any:
        return other

    __radd__ = __or__ = __ror__ = __add__

    def __iter__(cls) -> Iterator[Any]:
        return iter(())

    def __getitem__(cls, key: Any) -> Any:
        return StandIn(f"{cls.__module__}.{cls.__qualname__}[]")


class StandInBase(metaclass=_StandInMeta):
    """What every stand-in class derives from; takes any arguments."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Accept whatever the real class takes."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Accept whatever class arguments the real class takes."""


class StandIn:
    """A value that stands in for an unknown one: callable, iterable (empty), subclassable, adds up to its partner."""

    def __init__(self, name: str) -> None:
        self.__dict__["_zenpython_name"] = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        value = StandIn(f"{self._zenpython_name}.{name}")
        self.__dict__[name] = value
        return value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Another stand-in; the function or class itself where it decorates one."""
        if len(args) == 1 and not kwargs and _decorated(args[0]):
            return args[0]
        return StandIn(f"{self._zenpython_name}()")

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        """A class to derive from, for `class Own(schema.Thing)`."""
        return (make_class(*self._zenpython_name.rpartition(".")[::2]),)

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __contains__(self, item: Any) -> bool:
        return False

    def __getitem__(self, key: Any) -> Any:
        return StandIn(f"{self._zenpython_name}[]")

    def __setitem__(self, key: Any, value: Any) -> None:
        """Forget the item: nothing reads it."""

    def __add__(self, other: Any) -> Any:
        return other

    __radd__ = __or__ = __ror__ = __add__

    def __lt__(self, other: Any) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exc: object) -> None:
        """Let exceptions pass."""

    def __repr__(self) -> str:
        return f"<stand-in {self._zenpython_name}>"


class _StandInInterface(InterfaceClass):
    """An interface of the platform: adapting to it gives a stand-in where nobody adapts."""

    def __call__(self, obj: Any, alternate: Any = _RAISE) -> Any:
        found = super().__call__(obj, None)
        if found is not None:
            return found
        return StandIn(f"{self.__module__}.{self.__name__}()") if alternate is _RAISE else alternate


class StandInModule(types.ModuleType):
    """A module of the platform that we have no code for; every name asked of it is made and recorded."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        value = stand_in_for(self.__name__, name)
        setattr(self, name, value)
        return value


def stand_in_for(module: str, name: str) -> Any:
    """The object for `name` of the stand-in module `module`: a provider's, an interface, or a recorded stand-in."""
    for provider in _providers:
        value = provider(module, name)
        if value is not None:
            return value
    record.touch(module, name)
    if _INTERFACE_NAME.match(name):
        return _StandInInterface(name, (Interface,), {"__doc__": "A stand-in."}, __module__=module)
    return make_class(module, name)


def make_class(module: str, name: str) -> type:
    """A stand-in class that can be subclassed, called and used as decorator."""
    return _StandInMeta(name, (StandInBase,), {"__module__": module, "_zenpython_standin": True})


def is_stand_in(value: Any) -> bool:
    """Whether `value` is a stand-in: a class made here (not one that a pack derived from it), or a value."""
    return isinstance(value, StandIn) or (isinstance(value, _StandInMeta) and "_zenpython_standin" in value.__dict__)


def _decorated(value: Any) -> bool:
    return isinstance(value, (types.FunctionType, type, staticmethod, classmethod, property))
