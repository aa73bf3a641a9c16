"""Results that come later: whatever a hook may return instead of a value, as a Deferred."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Coroutine, Generator
from types import GeneratorType
from typing import Any

from twisted.internet.defer import Deferred


class ExitInHook(Exception):
    """Stands for a SystemExit or KeyboardInterrupt in a coroutine on asyncio, which would stop the event loop."""


class Waiter:
    """Turns what hooks return into Deferreds, for the kind of event loop of this process."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = loop

    def deferred(self, value: Any) -> Deferred[Any] | None:
        """Return a Deferred for a Deferred, coroutine, generator or other awaitable; None for a plain value."""
        if isinstance(value, Deferred):
            return value
        if inspect.iscoroutine(value) or isinstance(value, GeneratorType):
            return self._of_coroutine(value)
        if isinstance(value, asyncio.Future) and self._loop is not None:
            return Deferred.fromFuture(value)
        if hasattr(type(value), "__await__"):
            return self._of_coroutine(_awaiting(value))
        return None

    def _of_coroutine(self, coroutine: Any) -> Deferred[Any]:
        if self._loop is None or (isinstance(coroutine, GeneratorType) and not inspect.isawaitable(coroutine)):
            return Deferred.fromCoroutine(coroutine)
        return Deferred.fromFuture(self._loop.create_task(_run(coroutine, self._loop)))


async def _awaiting(value: Awaitable[Any]) -> Any:
    return await value


async def _run(coroutine: Coroutine[Any, Any, Any], loop: asyncio.AbstractEventLoop) -> Any:
    try:
        return await _Bridged(coroutine, loop)
    except (SystemExit, KeyboardInterrupt) as error:
        raise ExitInHook(f"{type(error).__name__}: {error}") from error


class _Bridged:
    """Drives a coroutine on asyncio and lets it await Deferreds as well."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], loop: asyncio.AbstractEventLoop) -> None:
        self._coroutine = coroutine
        self._loop = loop

    def __await__(self) -> Generator[Any, Any, Any]:
        resume, argument = self._coroutine.send, None
        while True:
            try:
                awaited = resume(argument)
            except StopIteration as end:
                return end.value
            try:
                if isinstance(awaited, Deferred):
                    argument = yield from self._fired(awaited)
                else:
                    argument = yield awaited
                resume = self._coroutine.send
            except BaseException as error:
                resume, argument = self._coroutine.throw, error

    def _fired(self, deferred: Deferred[Any]) -> Generator[Any, Any, None]:
        """Wait until it has fired, and leave its result to who awaits it."""
        fired = self._loop.create_future()

        def wake(result: Any) -> Any:
            if not fired.done():
                fired.set_result(None)
            return result

        deferred.addBoth(wake)
        try:
            yield from fired.__await__()
        except asyncio.CancelledError:
            deferred.cancel()
            raise
