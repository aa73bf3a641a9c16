"""The builtins of translated modules: Python 2's, where they differ.

A module's functions look names up in its own names and then in its `__builtins__`; giving translated modules another
one serves Python 2's names without touching the module's names, which may well use them for something else.
"""

from __future__ import annotations

import builtins
import decimal
import functools
import importlib
import math
import sys
import types
from collections.abc import Callable
from typing import Any

from zenpython.py2 import ordering, runtime
from zenpython.py2.facades import native_import
from zenpython.py2.facades.files import NativeFile
from zenpython.py2.strings import ByteString

# Room for every digit that a float has.
_EXACT = decimal.Context(prec=1100)


class _BaseString(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, (str, bytes))

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, (str, bytes))


class BaseString(metaclass=_BaseString):
    """Python 2's `basestring`: bytes that come from a library unasked are strings, too."""


def _range(*limits: Any) -> list[int]:
    return list(range(*limits))


def _round(value: float, digits: int = 0) -> float:
    """Halves go away from zero, and the result is a float."""
    if not math.isfinite(value):
        return float(value)
    unit = decimal.Decimal(1).scaleb(-digits)
    return float(decimal.Decimal(value).quantize(unit, decimal.ROUND_HALF_UP, _EXACT))


def _chr(number: int) -> str:
    if not 0 <= number <= 0xFF:
        raise ValueError("chr() arg not in range(256)")
    return chr(number) if number < 0x80 else ByteString(chr(number))


def _hasattr(value: Any, name: str) -> bool:
    """Python 2's `hasattr` took any exception for no."""
    try:
        getattr(value, name)
    except Exception:
        return False
    return True


def _oct(number: int) -> str:
    text = oct(number).replace("0o", "0")
    return "0" if text == "00" else text


def _execfile(path: str, names: dict[str, Any] | None = None, local_names: dict[str, Any] | None = None) -> None:
    from zenpython.py2.translation import translate

    names = sys._getframe(1).f_globals if names is None else names
    with open(path, "rb") as file:
        code = translate(path, file.read()).code
    names.setdefault("__builtins__", PYTHON2)
    exec(code, names, names if local_names is None else local_names)


def _reload(module: types.ModuleType) -> types.ModuleType:
    """`reload(sys)` was how programs got at `setdefaultencoding`; what we serve ourselves is not loaded anew."""
    return importlib.reload(module) if sys.modules.get(module.__name__) is module else module


def _apply(function: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
    return function(*args, **(kwargs or {}))


def _python2() -> dict[str, Any]:
    names = dict(vars(builtins))
    names.update(runtime.HELPERS)
    names.update(
        __import__=native_import,
        apply=_apply,
        basestring=BaseString,
        buffer=memoryview,
        chr=_chr,
        cmp=ordering.compare,
        coerce=lambda left, right: (left, right),
        execfile=_execfile,
        file=NativeFile,
        filter=runtime.filter_,
        hasattr=_hasattr,
        intern=sys.intern,
        long=int,
        map=runtime.map_,
        max=ordering.max_,
        min=ordering.min_,
        oct=_oct,
        open=NativeFile,
        range=_range,
        raw_input=input,
        reduce=functools.reduce,
        reload=_reload,
        round=_round,
        sorted=ordering.sorted_,
        StandardError=Exception,
        unichr=chr,
        unicode=str,
        xrange=range,
        zip=runtime.zip_,
    )
    return names


#: What `__builtins__` is in a translated module.
PYTHON2: dict[str, Any] = _python2()


def prepare(module: types.ModuleType) -> None:
    """Ready a module to run a translation whose `native` is set."""
    module.__dict__["__builtins__"] = PYTHON2
