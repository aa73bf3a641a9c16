"""Twisted's process helpers with native output."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from zenpython.py2.strings import native_deep, to_bytes


def utils() -> dict[str, Any]:
    """twisted.internet.utils: output as native strings."""
    import twisted.internet.utils as real

    def native_output(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(executable: Any, args: Any = (), *rest: Any, **kwargs: Any) -> Any:
            if kwargs.get("stdinBytes") is not None:
                kwargs["stdinBytes"] = to_bytes(kwargs["stdinBytes"])
            return function(executable, [_word(arg) for arg in args], *rest, **kwargs).addBoth(_native_result)

        return call

    return {name: native_output(getattr(real, name)) for name in ("getProcessOutput", "getProcessOutputAndValue")}


def _word(arg: Any) -> Any:
    """An argument of a command: numbers failed in Python 2 as they do now, binary ones did not."""
    return to_bytes(arg)


def _native_result(result: Any) -> Any:
    from twisted.python.failure import Failure

    if isinstance(result, Failure):
        # A command that died by a signal fails with (out, err, signal).
        if type(result.value) is tuple or isinstance(getattr(result.value, "args", None), tuple):
            result.value.args = native_deep(result.value.args)
        return result
    return native_deep(result)
