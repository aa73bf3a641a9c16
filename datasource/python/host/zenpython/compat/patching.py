"""`monkeypatch`: how packs add methods to the platform's classes."""

from __future__ import annotations

import importlib
import logging
import types
from collections.abc import Callable
from typing import Any

log = logging.getLogger("zen.python.compat")


class _WithOriginal(dict[str, Any]):
    """A function's globals with `original` beside them; names defined later in its module are still seen."""

    def __init__(self, module_globals: dict[str, Any], original: Any) -> None:
        super().__init__(original=original, __builtins__=module_globals["__builtins__"])
        self._module_globals = module_globals

    def __missing__(self, name: str) -> Any:
        return self._module_globals[name]


def monkeypatch(target: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a function so that it becomes a method of `target`, a class or its dotted path.

    In the function `original` is the method it replaces. A target that we do not have leaves the function alone.
    """

    def patch(function: Callable[..., Any]) -> Callable[..., Any]:
        cls = _resolve(target)
        if cls is None:
            log.debug("monkeypatch: there is no %s to patch", target)
            return function
        replaced = getattr(cls, function.__name__, None)
        if isinstance(function, types.FunctionType):
            patched = types.FunctionType(
                function.__code__,
                _WithOriginal(function.__globals__, replaced),
                function.__name__,
                function.__defaults__,
                function.__closure__,
            )
            patched.__kwdefaults__ = function.__kwdefaults__
            setattr(cls, function.__name__, patched)
        else:
            setattr(cls, function.__name__, function)
        return function

    return patch


def _resolve(target: Any) -> Any:
    if not isinstance(target, str):
        return target
    module, _, name = target.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        return None
