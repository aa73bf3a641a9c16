"""Twisted's process helpers with native output, and the generators that came before inlineCallbacks."""

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


class waitForDeferred:
    """What a `deferredGenerator` yields to wait."""

    def __init__(self, deferred: Any) -> None:
        self.deferred = deferred
        self.result: Any = None

    def getResult(self) -> Any:
        """The result; a failure is raised."""
        from twisted.python.failure import Failure

        if isinstance(self.result, Failure):
            self.result.raiseException()
        return self.result


def deferredGenerator(function: Callable[..., Any]) -> Callable[..., Any]:
    """A generator that yields `waitForDeferred` and, last, its result, as a function that returns a Deferred."""
    from twisted.internet import defer

    @functools.wraps(function)
    @defer.inlineCallbacks
    def run(*args: Any, **kwargs: Any) -> Any:
        result = None
        for step in function(*args, **kwargs):
            if isinstance(step, waitForDeferred):
                step.result = yield step.deferred.addErrback(_kept)
                if isinstance(step.result, _Kept):
                    step.result = step.result.failure
            else:
                result = step
        return result

    return run


class _Kept:
    """A failure on its way through a generator that takes results only."""

    def __init__(self, failure: Any) -> None:
        self.failure = failure


def _kept(failure: Any) -> _Kept:
    return _Kept(failure)


def defer() -> dict[str, Any]:
    """twisted.internet.defer: `deferredGenerator`, `waitForDeferred`; `returnValue` where it is gone."""
    import twisted.internet.defer as real

    names: dict[str, Any] = {"deferredGenerator": deferredGenerator, "waitForDeferred": waitForDeferred}
    return {name: value for name, value in names.items() if not hasattr(real, name)}
