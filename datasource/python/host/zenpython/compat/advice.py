"""Class advice of Python 2: `implements(...)` and friends inside a class body.

Python 3 has no hook that runs when a class body ends, but an object in the body is told about its class
(`__set_name__`): the advice leaves one there that declares the interfaces and takes itself away.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from zope.interface import classImplements, classImplementsOnly, directlyProvides
from zope.interface.interface import InterfaceClass

__all__ = ["advise", "classProvides", "implements", "implementsOnly", "moduleProvides"]


class _Advice:
    """Runs `apply(cls)` for the class in whose body it lies."""

    def __init__(self, apply: Callable[[type], Any], previous: Any) -> None:
        self.apply, self.previous = apply, previous

    def __set_name__(self, owner: type, name: str) -> None:
        delattr(owner, name)
        if self.previous is not None:
            self.previous.apply(owner)
        self.apply(owner)


def advise(frame: Any, kind: str, apply: Callable[[type], Any]) -> None:
    """Let `apply(cls)` run for the class whose body runs in `frame`; outside of a class body it is an error."""
    body = frame.f_locals
    if "__module__" not in body or body is frame.f_globals:
        raise TypeError(f"{kind} can be used only from a class definition")
    name = f"__zenpython_{kind}__"
    body[name] = _Advice(apply, body.get(name))


def implements(*interfaces: Any) -> None:
    """Declare, in a class body, the interfaces that instances provide."""
    advise(sys._getframe(1), "implements", lambda cls: classImplements(cls, *_real(interfaces)))


def implementsOnly(*interfaces: Any) -> None:
    """As `implements`, without those that bases declare."""
    advise(sys._getframe(1), "implementsOnly", lambda cls: classImplementsOnly(cls, *_real(interfaces)))


def classProvides(*interfaces: Any) -> None:
    """Declare, in a class body, the interfaces that the class itself provides."""
    advise(sys._getframe(1), "classProvides", lambda cls: directlyProvides(cls, *_real(interfaces)))


def moduleProvides(*interfaces: Any) -> None:
    """Declare the interfaces that a module provides; nothing at collection time asks for them."""


def _real(interfaces: tuple[Any, ...]) -> list[Any]:
    # Stand-ins may be among them; a declaration takes interfaces only.
    return [interface for interface in interfaces if isinstance(interface, InterfaceClass)]
