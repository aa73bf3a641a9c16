"""`deferredGenerator` and `waitForDeferred`: the way of waiting that came before inlineCallbacks, gone from Twisted."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from typing import Any

from twisted.internet import defer
from twisted.python.failure import Failure

__all__ = ["deferredGenerator", "waitForDeferred"]


class waitForDeferred:
    """What an old generator yields to wait for `deferred`; it then asks `getResult()`."""

    def __init__(self, deferred: defer.Deferred[Any]) -> None:
        if not isinstance(deferred, defer.Deferred):
            raise TypeError(f"waitForDeferred needs a Deferred, not {deferred!r}")
        self.deferred = deferred
        self._result: Any = None

    def getResult(self) -> Any:
        """The Deferred's result; raises when it failed."""
        if isinstance(self._result, Failure):
            self._result.raiseException()
        return self._result

    def _settle(self, result: Any) -> None:
        self._result = result


def deferredGenerator(function: Callable[..., Generator[Any, Any, Any]]) -> Callable[..., defer.Deferred[Any]]:
    """Make a generator function return a Deferred that fires with the last value yielded that is not a wait."""

    @functools.wraps(function)
    def unwound(*args: Any, **kwargs: Any) -> defer.Deferred[Any]:
        return _run(function(*args, **kwargs))

    return unwound


@defer.inlineCallbacks
def _run(generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    last = None
    for item in generator:
        last = item
        if isinstance(item, waitForDeferred):
            item.deferred.addBoth(item._settle)
            yield item.deferred
            last = None
    return last
