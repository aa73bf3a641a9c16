"""What a class of Python 2 needs to be the same class in Python 3: methods under their new names, class advice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Class = TypeVar("Class", bound=type)

# Python 2's name → Python 3's.
_RENAMED = {
    "__nonzero__": "__bool__",
    "next": "__next__",
    "__div__": "__truediv__",
    "__rdiv__": "__rtruediv__",
    "__idiv__": "__itruediv__",
    "__unicode__": "__str__",
}

#: Methods whose presence makes a class need `adapted`.
METHODS = frozenset({*_RENAMED, "__cmp__", "__eq__", "__getslice__"})


def adapted(cls: Class) -> Class:
    """Give a class the Python 3 names of the methods it defines under Python 2's."""
    own = vars(cls)
    for old, new in _RENAMED.items():
        if old in own and new not in own and (old != "next" or hasattr(cls, "__iter__")):
            setattr(cls, new, own[old])
    if "__cmp__" in own:
        _order_by_cmp(cls)
    if "__eq__" in own and own.get("__hash__") is None:
        # Python 3 takes the hash away from a class with __eq__; Python 2 left it.
        cls.__hash__ = _inherited_hash(cls)  # type: ignore[method-assign]
    if "__getslice__" in own:
        _slice_by_getslice(cls)
    return cls


def _inherited_hash(cls: type) -> Any:
    for base in cls.__mro__[1:]:
        if vars(base).get("__hash__") is not None:
            return vars(base)["__hash__"]
    return object.__hash__


def _order_by_cmp(cls: type) -> None:
    own = dict(vars(cls))
    tests: dict[str, Callable[[int], bool]] = {
        "__lt__": lambda found: found < 0,
        "__le__": lambda found: found <= 0,
        "__gt__": lambda found: found > 0,
        "__ge__": lambda found: found >= 0,
        "__eq__": lambda found: found == 0,
        "__ne__": lambda found: found != 0,
    }
    for name, test in tests.items():
        if name not in own:
            setattr(cls, name, _by_cmp(test))
    if own.get("__hash__") is None:
        cls.__hash__ = _inherited_hash(cls)  # type: ignore[method-assign]


def _by_cmp(test: Callable[[int], bool]) -> Callable[[Any, Any], bool]:
    return lambda self, other: test(self.__cmp__(other))


def _slice_by_getslice(cls: type) -> None:
    plain = getattr(cls, "__getitem__", None)

    def __getitem__(self: Any, index: Any) -> Any:
        if isinstance(index, slice) and index.step is None:
            stop = len(self) if index.stop is None else index.stop
            return self.__getslice__(index.start or 0, stop)
        if plain is None:
            raise TypeError(f"{type(self).__name__!r} object is not subscriptable")
        return plain(self, index)

    cls.__getitem__ = __getitem__  # type: ignore[attr-defined]


def implements(*interfaces: Any) -> Callable[[Class], Class]:
    """Class advice `implements(...)` as a decorator; interfaces that are only stand-ins declare nothing."""

    def declare(cls: Class) -> Class:
        from zope.interface import implementer

        real = _real(interfaces)
        return implementer(*real)(cls) if real else cls

    return declare


def class_provides(*interfaces: Any) -> Callable[[Class], Class]:
    """Class advice `classProvides(...)` as a decorator."""

    def declare(cls: Class) -> Class:
        from zope.interface import directlyProvides

        directlyProvides(cls, *_real(interfaces))
        return cls

    return declare


def adapts(*interfaces: Any) -> Callable[[Class], Class]:
    """Class advice `adapts(...)` as a decorator: what zope.component reads when the adapter is registered."""

    def declare(cls: Class) -> Class:
        cls.__component_adapts__ = interfaces  # type: ignore[attr-defined]
        return cls

    return declare


def _real(interfaces: tuple[Any, ...]) -> list[Any]:
    from zope.interface.interface import InterfaceClass

    return [interface for interface in interfaces if isinstance(interface, InterfaceClass)]
